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


def by_week(planted: Iterable[Planted], listings: Mapping[date, Sequence[str]]) -> str:
    """A Markdown table: each Monday's planted onsets, and what was listed, right or not."""
    onset = {drift.practice_id: drift.onset for drift in planted}
    lines = ["| Monday | drifts begun so far | listed | of them planted |", "|---|---|---|---|"]
    for day in sorted(listings):
        begun = sum(start < day for start in onset.values())
        right = sum(onset.get(name, date.max) < day for name in listings[day])
        lines.append(f"| {day} | {begun} | {len(listings[day])} | {right} |")
    return "\n".join(lines)
