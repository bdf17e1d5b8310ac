"""Who sent from where: each provider's referrals by practice, and since when."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from quietdrop.domain.arrays import IntArray
from quietdrop.domain.days import EPOCH
from quietdrop.domain.words import coded

YEAR = 364  # days
OVERLAP = 28  # days by which an onset that is only estimated may be late
LEAST_GAIN = 2.0  # referrals beyond what was usual at a place where the provider is known


def is_identifier(provider: str) -> bool:
    """Whether a provider is told by an identifier; a name is shared by many."""
    return any(letter.isdigit() for letter in provider) and " " not in provider


@dataclass(frozen=True)
class Days:
    """Some referrals by day, sorted; days since 1970-01-01."""

    day: IntArray
    referrals: IntArray

    def number(self, first: int, end: int) -> int:
        """The referrals from day `first` up to `end`."""
        low, high = np.searchsorted(self.day, (first, end))
        return int(self.referrals[low:high].sum())

    def until(self, day: IntArray) -> IntArray:
        """The referrals of all the days before each."""
        total = np.concatenate([[0], self.referrals.cumsum()])
        return np.asarray(total[np.searchsorted(self.day, day)], dtype=np.int64)


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
        identifier."""
        self._end = (as_of - EPOCH).days
        practice, practices = coded(counts["practice_id"])
        provider, self._providers = coded(counts["provider"])
        day, number = (counts[c].to_numpy(dtype=np.int64) for c in ("day", "referrals"))
        pair = practice * len(self._providers) + provider
        order = _in_order(pair, day)
        pair, self._day, self._number = pair[order], day[order], number[order]
        # Where each pair of practice and provider begins, and who they are.
        first = np.flatnonzero(np.diff(pair, prepend=-1))
        self._bounds = np.append(first, len(pair))
        at, self._provider = np.divmod(pair[first], max(len(self._providers), 1))
        # The pairs of each practice, from one bound to the next.
        self._pairs = np.searchsorted(at, np.arange(len(practices) + 1))
        self._rows = {practice_id: row for row, practice_id in enumerate(practices)}
        self._places = self._several_places(practices, at)

    def days(self, practice_id: str, providers: Iterable[str] | None = None) -> Days:
        """The practice's referrals; those of `providers` alone where they are given."""
        if providers is None:
            low, high = self._bounds[self._pairs_of(practice_id)][[0, -1]]
            day, number = self._day[low:high], self._number[low:high]
        else:
            chosen = [self._by_provider(practice_id)[each] for each in providers]
            day, number = (
                np.concatenate([getattr(each, name) for each in chosen])
                for name in ("day", "referrals")
            )
        order = np.argsort(day, kind="stable")
        return Days(day[order], number[order])

    def providers(self, practice_id: str, until: int) -> int:
        """How many sent from the practice in the year before that day."""
        by_provider = self._by_provider(practice_id)
        return sum(
            bool(who) and days.number(until - YEAR, until) > 0 for who, days in by_provider.items()
        )

    def of_several_places(self) -> list[str]:
        """The practices with a provider who has sent from elsewhere too, sorted."""
        return sorted({practice_id for places in self._places.values() for practice_id in places})

    def _several_places(self, practices: list[str], at: IntArray) -> dict[str, list[str]]:
        """The practices of each provider with an identifier who sent from more than one."""
        several = np.bincount(self._provider, minlength=len(self._providers)) > 1
        places: dict[str, list[str]] = {}
        for pair in np.flatnonzero(several[self._provider]).tolist():
            who = self._providers[self._provider[pair]]
            if is_identifier(who):
                places.setdefault(who, []).append(practices[at[pair]])
        return places

    def _pairs_of(self, practice_id: str) -> slice:
        """The bounds of a practice's pairs, the end of the last one included. KeyError where it
        sent nothing."""
        row = self._rows[practice_id]
        low, high = self._pairs[row : row + 2].tolist()
        if low == high:
            raise KeyError(practice_id)
        return slice(low, high + 1)

    def _by_provider(self, practice_id: str) -> dict[str, Days]:
        """The practice's referrals by who sent them."""
        pairs = self._pairs_of(practice_id)
        bounds = itertools.pairwise(self._bounds[pairs].tolist())
        who = self._provider[pairs.start : pairs.stop - 1].tolist()
        return {
            self._providers[each]: Days(self._day[low:high], self._number[low:high])
            for each, (low, high) in zip(who, bounds, strict=True)
        }

    def gains(self, practice_id: str, onset: date | None) -> dict[str, list[Gain]]:
        """By practice, which of this one's providers began to send from there in the last year;
        or, where they always did, what they send since the `onset` here beyond what was usual."""
        by_place: dict[str, list[Gain]] = {}
        for provider, days in sorted(self._by_provider(practice_id).items()):
            for place in self._places.get(provider, ()):
                if place == practice_id:
                    continue
                there = self._by_provider(place)[provider]
                gain = self._gain(provider, there, int(days.day[0]), onset)
                if gain is not None:
                    by_place.setdefault(place, []).append(gain)
        return by_place

    def _gain(self, provider: str, there: Days, since: int, onset: date | None) -> Gain | None:
        """`since` is the provider's first day here."""
        first = int(there.day[0])
        if since < first and first >= self._end - YEAR:
            return Gain(provider, first, there.number(first, self._end))
        if onset is None:
            return None
        began = (onset - EPOCH).days - OVERLAP
        usual = there.number(began - YEAR, began) * (self._end - began) / YEAR
        more = there.number(began, self._end) - usual
        return Gain(provider, began, more) if more >= max(LEAST_GAIN, usual) else None


def _in_order(pair: IntArray, day: IntArray) -> IntArray:
    """The rows by pair, those of a pair by day. (One sort of one number takes a third of the time
    of a sort by two.)"""
    oldest, newest = (int(day.min()), int(day.max())) if len(day) else (0, 0)
    return np.argsort(pair * (newest - oldest + 1) + day - oldest, kind="stable")
