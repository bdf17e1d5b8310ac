"""Who sent from where: each provider's referrals by practice, before and since a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pandas as pd

from quietdrop.cadence import EPOCH

YEAR = 364  # days
OVERLAP = 28  # days by which an onset that is only estimated may be late


def known_on(counts: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The rows of an Intake's counts that were known on the morning of `as_of`."""
    end = (as_of - EPOCH).days
    known = counts["day"] < end
    if "recorded" in counts:
        known &= counts["recorded"] < end
    return counts[known]


class Flows:
    """The referrals of the providers of some practices, wherever they sent from."""

    def __init__(self, counts: pd.DataFrame, practices: Iterable[str]) -> None:
        """`counts` as of one date; a provider is followed from practice to practice only by an
        identifier: many share a name."""
        here = counts["practice_id"].isin(list(practices)) & (counts["provider"] != "")
        providers = counts.loc[here, "provider"].unique()
        rows = counts.loc[
            counts["provider"].isin(providers), ["practice_id", "provider", "day", "referrals"]
        ]
        self._by_practice = dict(iter(rows.groupby("practice_id", sort=False)))
        self._by_provider = dict(iter(rows.groupby("provider", sort=False)))

    def before(self, practice_id: str, onset: date) -> dict[str, int]:
        """Each provider's referrals from the practice in the year before the onset."""
        day = (onset - EPOCH).days
        return self._by(self._by_practice.get(practice_id), "provider", day - YEAR, day)

    def since(self, practice_id: str, onset: date) -> dict[str, int]:
        """Each provider's referrals from the practice since the onset."""
        day = (onset - EPOCH).days
        return self._by(self._by_practice.get(practice_id), "provider", day, None)

    def elsewhere(self, provider: str, practice_id: str, onset: date) -> dict[str, float]:
        """What the provider sends from other practices since the onset beyond what was usual
        there in the year before it; empty for one who is known by name only."""
        if not any(letter.isdigit() for letter in provider) or " " in provider:
            return {}
        rows = self._by_provider[provider]
        rows = rows[rows["practice_id"] != practice_id]
        day = (onset - timedelta(days=OVERLAP) - EPOCH).days
        came = self._by(rows, "practice_id", day, None)
        usual = self._by(rows, "practice_id", day - YEAR, day)
        span = max(int(rows["day"].max()) - day + 1, 1) if len(rows) else 1
        return {place: number - usual.get(place, 0) * span / YEAR for place, number in came.items()}

    @staticmethod
    def _by(rows: pd.DataFrame | None, column: str, first: int, end: int | None) -> dict[str, int]:
        if rows is None:
            return {}
        within = rows["day"] >= first
        if end is not None:
            within &= rows["day"] < end
        summed = rows[within].groupby(column)["referrals"].sum()
        return {str(key): int(number) for key, number in summed.items()}
