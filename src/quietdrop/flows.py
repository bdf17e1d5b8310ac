"""Who sent from where: each provider's referrals by practice, and since when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from quietdrop.cadence import EPOCH
from quietdrop.model import IntArray

YEAR = 364  # days
OVERLAP = 28  # days by which an onset that is only estimated may be late
LEAST_GAIN = 2.0  # referrals beyond what was usual at a place where the provider is known


def known_on(counts: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The rows of an Intake's counts that were known on the morning of `as_of`."""
    end = (as_of - EPOCH).days
    known = counts["day"] < end
    if "recorded" in counts:
        known &= counts["recorded"] < end
    return counts[known]


@dataclass(frozen=True)
class Days:
    """Some referrals by day, sorted; days since 1970-01-01."""

    day: IntArray
    referrals: IntArray

    def number(self, first: int, end: int) -> int:
        """The referrals from day `first` up to `end`."""
        low, high = np.searchsorted(self.day, (first, end))
        return int(self.referrals[low:high].sum())


@dataclass(frozen=True)
class Gain:
    """What one provider sends from another practice: since which day, and how much of it beyond
    what was usual there."""

    provider: str
    began: int
    referrals: float


class Flows:
    """The referrals of all practices by provider, as they were known on one date."""

    def __init__(self, counts: pd.DataFrame, as_of: date) -> None:
        """`counts` as of that date; a provider is followed from practice to practice only by an
        identifier: many share a name."""
        self._end = (as_of - EPOCH).days
        by_day = counts.groupby(["practice_id", "provider", "day"], sort=True)["referrals"].sum()
        frame = by_day.reset_index()
        self._by_practice = dict(iter(frame.groupby("practice_id", sort=False)))
        first = frame.groupby(["provider", "practice_id"], sort=True)["day"].min().reset_index()
        first = first[first["provider"].map(_is_identifier).astype(bool)]
        places = first.groupby("provider")["practice_id"].transform("size")
        self._first = dict(iter(first[places > 1].groupby("provider", sort=False)))

    def days(self, practice_id: str, providers: frozenset[str] | None = None) -> Days:
        """The practice's referrals by day; those of `providers` alone where they are given."""
        rows = self._by_practice[practice_id]
        if providers is not None:
            rows = rows[rows["provider"].isin(providers)]
        day, referrals = (rows[c].to_numpy(dtype=np.int64) for c in ("day", "referrals"))
        order = np.argsort(day, kind="stable")
        return Days(day[order], referrals[order])

    def providers(self, practice_id: str, until: int) -> int:
        """How many sent from the practice in the year before that day."""
        rows = self._by_practice[practice_id]
        within = (rows["day"] >= until - YEAR) & (rows["day"] < until) & (rows["provider"] != "")
        return int(rows.loc[within, "provider"].nunique())

    def of_several_places(self) -> Iterator[str]:
        """The practices with a provider who has sent from elsewhere too."""
        yield from sorted({key for rows in self._first.values() for key in rows["practice_id"]})

    def gains(self, practice_id: str, onset: date | None) -> dict[str, list[Gain]]:
        """By practice, which of this one's providers began to send from there in the last year;
        or, where they always did, what they send since the `onset` here beyond what was usual."""
        found: dict[str, list[Gain]] = {}
        here = self._by_practice[practice_id]
        for provider, since in here.groupby("provider", sort=True)["day"].min().items():
            places = self._first.get(str(provider))
            if places is None:
                continue
            for place, first in zip(places["practice_id"], places["day"], strict=True):
                if place == practice_id:
                    continue
                gain = self._gain(str(provider), place, int(first), int(since), onset)
                if gain is not None:
                    found.setdefault(place, []).append(gain)
        return found

    def _gain(
        self, provider: str, place: str, first: int, since: int, onset: date | None
    ) -> Gain | None:
        days = self.days(place, frozenset({provider}))
        if since < first and first >= self._end - YEAR:
            return Gain(provider, first, days.number(first, self._end))
        if onset is None:
            return None
        began = (onset - EPOCH).days - OVERLAP
        usual = days.number(began - YEAR, began) * (self._end - began) / YEAR
        more = days.number(began, self._end) - usual
        return Gain(provider, began, more) if more >= max(LEAST_GAIN, usual) else None


def _is_identifier(provider: str) -> bool:
    return any(letter.isdigit() for letter in provider) and " " not in provider
