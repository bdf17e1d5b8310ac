"""A practice with 49 liaisons and a manager: a weekly run owes fifty messages."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np

MONDAY = date(2026, 7, 6)
LIAISONS = 49
MESSAGES = LIAISONS + 1
PRACTICES_EACH = 3
WEEKS = 60
STOPPED_WEEKS = 8
EVERY = 14  # one practice in so many has stopped

CONFIG = """\
[source]
referrals = "referrals.csv"
practices = "practices.csv"

[digest]
managers = ["manager@practice.example"]

[mail]
host = "127.0.0.1"
port = {port}
security = "none"
from = "quietdrop@practice.example"
"""


def write_office(folder: Path, port: int) -> Path:
    """Writes the referrals, the directory and the config; returns the config's path."""
    rng = np.random.default_rng(11)
    practices = ["practice_id,practice_name,liaison_email"]
    referrals = ["referred_on,practice_id"]
    for number in range(LIAISONS * PRACTICES_EACH):
        name = f"P{number:03d}"
        practices.append(f"{name},Practice {number},liaison{number % LIAISONS}@practice.example")
        counts = rng.poisson(2.5, WEEKS)
        if number % EVERY == 0:
            counts[-STOPPED_WEEKS:] = 0
        for week, count in enumerate(counts):
            start = MONDAY - timedelta(weeks=WEEKS - week)
            days = rng.integers(0, 5, count)
            referrals += [f"{start + timedelta(days=int(day))},{name}" for day in days]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "practices.csv").write_text("\n".join(practices) + "\n", encoding="utf-8")
    (folder / "referrals.csv").write_text("\n".join(referrals) + "\n", encoding="utf-8")
    config = folder / "quietdrop.toml"
    config.write_text(CONFIG.format(port=port), encoding="utf-8")
    return config
