"""What the job found of what was planted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import pandas as pd

from quietdrop.demo.network import Planted


def score(planted: Iterable[Planted], listings: Mapping[date, Sequence[str]]) -> pd.DataFrame:
    """One row a planted drift: its shape, rate, onset, when it was first listed, weeks of delay."""
    rows = []
    for drift in planted:
        listed_on = [day for day, ids in listings.items() if drift.practice_id in ids]
        after = sorted(day for day in listed_on if day > drift.onset)
        rows.append(
            {
                "practice": drift.name,
                "shape": drift.shape,
                "stays": f"{drift.remaining:.0%}",
                "a week": drift.rate_per_week,
                "onset": drift.onset,
                "listed": after[0] if after else "-",
                "weeks": (after[0] - drift.onset).days // 7 if after else "-",
            }
        )
    return pd.DataFrame(rows)
