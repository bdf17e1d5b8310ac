"""How far the save ledger can be trusted: simulated teams whose check-ins do nothing, or help.

Run: python -m benchmarks.ledger. Each team's practices fall for good (P of them) or by chance,
just as the frozen probability says; a visit brings back `helps` of the usual referrals.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from quietdrop.domain.reports import Case, Gain
from quietdrop.reporting.save_ledger import HORIZONS, ledger
from quietdrop.reporting.streams import Streams

AS_OF = date(2026, 7, 6)
OPENED = AS_OF - timedelta(weeks=HORIZONS[0])
TEAMS = 2000
SPREAD = 0.3  # standard deviation of what is left of a lasting drop, from practice to practice


def team(
    listed: int, held: int, helps: float, rng: np.random.Generator
) -> tuple[Gain | None, Gain | None]:
    """One team's comparisons: with what was likely anyway, and with the held-out share."""
    number = listed + held
    baseline = rng.gamma(1.5, 0.8, number) + 0.2
    certain = rng.uniform(0.5, 0.99, number)
    left = rng.uniform(0.02, 0.6, number)
    is_lasting = rng.random(number) < certain
    wander = np.clip(left + SPREAD * rng.standard_normal(number) * left, 0, 1)
    share = np.where(is_lasting, wander, 1.0)
    seen = np.arange(number) < listed
    share = np.minimum(share + np.where(seen & is_lasting, helps, 0.0), 1.0)
    rate = baseline * share * rng.gamma(4.0, 0.25, number)
    counts = rng.poisson(rate[:, None], (number, HORIZONS[0])).astype(float)
    ids = [f"P{i:04d}" for i in range(number)]
    cases = [
        Case(name, OPENED, "made" if here else "held out", b, rho, p)
        for name, here, b, rho, p in zip(
            ids, seen.tolist(), baseline.tolist(), left.tolist(), certain.tolist(), strict=True
        )
    ]
    result = ledger(cases, Streams(tuple(ids), counts, np.ones_like(counts), AS_OF))
    return result.over_model, result.over_held


def main() -> None:
    """Prints, for each size and effect, how often the interval covers zero, and lies above it."""
    rng = np.random.default_rng(20260706)
    for helps in (0.0, 0.3):
        print(f"check-ins bring back {helps:.0%} of the usual")
        for held in (10, 20, 40, 80, 160):
            pairs = [team(3 * held, held, helps, rng) for _ in range(TEAMS)]
            for place, name in enumerate(("anyway", "held out")):
                gains = [gain for pair in pairs if (gain := pair[place]) is not None]
                covers = np.mean([g.low <= 0 <= g.high for g in gains])
                above = np.mean([g.low > 0 for g in gains])
                print(f"  {3 * held:4d} listed, {held:3d} held out, against {name:8s}: ", end="")
                print(f"{len(gains)} told, covers zero {covers:.3f}, above zero {above:.3f}")


if __name__ == "__main__":
    main()
