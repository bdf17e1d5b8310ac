"""A synthetic network in a folder: referrals, practices, liaisons and the config that reads them.

python -m benchmarks.speed.network FOLDER [PRACTICES] [LIAISONS] [WEEKS] [RATE]
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

UNTIL = date(2026, 7, 6)  # a Monday
LINES = np.array(["Spine", "Joint", "Hand", "Sports"])
PAYERS = np.array(["Medicare", "Medicaid", "Aetna", "Cigna", "Self pay"])
CONFIG = """\
[source]
referrals = "referrals.csv"
practices = "practices.csv"
liaisons = "liaisons.csv"

[digest]
managers = ["manager@example.org"]

[mail]
from = "quietdrop@example.org"
host = "localhost"
port = 2525
"""


def write(folder: Path, practices: int, liaisons: int, weeks: int, rate: float) -> int:
    """Write the folder; return how many referrals there are.

    Poisson referrers with log-normal rates around `rate` a week; one in twenty falls by 90 % in
    the last twelve weeks. Each has one to three providers.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(1)
    usual = rate * np.exp(rng.normal(-0.4, 0.9, practices))[:, None] * np.ones((practices, weeks))
    usual[: practices // 20, -12:] *= 0.1
    counts = rng.poisson(usual)
    practice, week = (np.repeat(place, counts[counts > 0]) for place in np.nonzero(counts))
    rows = len(practice)
    first = np.datetime64(UNTIL - timedelta(weeks=weeks))
    day = first + (7 * week + rng.integers(0, 5, rows)).astype("timedelta64[D]")
    order = np.argsort(day, kind="stable")
    provider = 1_000_000_000 + 3 * practice + rng.integers(0, 1 + practice % 3)
    table = pd.DataFrame(
        {
            "referral_id": [f"R{i:08d}" for i in range(rows)],
            "referred_on": np.datetime_as_string(day[order]),
            "practice_id": np.char.add("P", np.char.zfill(practice[order].astype(str), 6)),
            "provider_npi": provider[order],
            "service_line": LINES[rng.integers(0, len(LINES), rows)],
            "payer": PAYERS[rng.integers(0, len(PAYERS), rows)],
        }
    )
    table.to_csv(folder / "referrals.csv", index=False)
    number = np.arange(practices)
    emails = [f"liaison{i % liaisons:04d}@example.org" for i in number.tolist()]
    pd.DataFrame(
        {
            "practice_id": [f"P{i:06d}" for i in number.tolist()],
            "practice_name": [f"Clinic {i} of Spring Street" for i in number.tolist()],
            "town": [f"Town {i % 97}" for i in number.tolist()],
            "liaison_email": emails,
        }
    ).to_csv(folder / "practices.csv", index=False)
    addresses = sorted(set(emails))
    pd.DataFrame({"liaison_email": addresses, "name": [a.split("@")[0] for a in addresses]}).to_csv(
        folder / "liaisons.csv", index=False
    )
    (folder / "quietdrop.toml").write_text(CONFIG)
    return rows


def main() -> None:
    given = [float(text) for text in sys.argv[2:]]
    practices, liaisons, weeks, rate = (*given, *(10_000.0, 100.0, 130.0, 0.8)[len(given) :])
    rows = write(Path(sys.argv[1]), int(practices), int(liaisons), int(weeks), rate)
    print(f"{rows:,} referrals of {practices:,.0f} practices")


if __name__ == "__main__":
    main()
