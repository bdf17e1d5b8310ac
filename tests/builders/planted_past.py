"""A small network, handed over as if it had been read, in which some practices drop."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd

from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Practice
from quietdrop.domain.intake import Intake

LAST = date(2026, 7, 6)
WEEKS = 104
ANN, BOB = "ann@clinic.example", "bob@clinic.example"


def planted(
    practices: int, drops: Mapping[int, tuple[int, float]], a_week: float = 3.0, seed: int = 5
) -> Intake:
    """Practices that send `a_week` on average; `drops` says of a practice's number from which week
    on (0 is the oldest of 104) it keeps which share."""
    rng = np.random.default_rng(seed)
    rows = []
    begin = (LAST - EPOCH).days - 7 * WEEKS
    for number in range(practices):
        since, kept = drops.get(number, (WEEKS, 1.0))
        for week in range(WEEKS):
            mean = a_week * (kept if week >= since else 1.0)
            for day in rng.integers(0, 5, rng.poisson(mean)).tolist():
                rows.append((f"P{number:02d}", begin + 7 * week + day))
    counts = pd.DataFrame(rows, columns=["practice_id", "day"])
    counts = counts.groupby(["practice_id", "day"], as_index=False).size()
    counts = counts.rename(columns={"size": "referrals"})
    empty = dict.fromkeys(("provider", "service_line", "payer", "location"), "")
    counts = counts.assign(**empty, recorded=-1)
    return Intake(
        counts=counts,
        practices={
            f"P{n:02d}": Practice(f"P{n:02d}", f"Practice {n}", BOB if n % 2 else ANN)
            for n in range(practices)
        },
        liaisons={},
        touches=(),
        rows_read=len(rows),
        newest=EPOCH + timedelta(days=int(counts["day"].max())),
    )
