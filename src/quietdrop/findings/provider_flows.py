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
        practice, practice_words = pd.factorize(counts["practice_id"])
        provider, provider_words = pd.factorize(counts["provider"])
        practices, providers = (list(map(str, w)) for w in (practice_words, provider_words))
        day, number = (counts[c].to_numpy(dtype=np.int64) for c in ("day", "referrals"))
        order = np.lexsort((day, provider, practice))
        practice, provider = practice[order], provider[order]
        day, number = day[order], number[order]
        # Where each pair of practice and provider begins, and who they are.
        changes = (np.diff(practice, prepend=-1) != 0) | (np.diff(provider, prepend=-1) != 0)
        first = np.flatnonzero(changes)
        pairs = zip(practice[first].tolist(), provider[first].tolist(), strict=True)
        bounds = itertools.pairwise([*first.tolist(), len(order)])
        has_identifier = [is_identifier(each) for each in providers]
        self._days: dict[str, dict[str, Days]] = {}
        self._places: dict[str, list[str]] = {}
        for (place, person), (low, high) in zip(pairs, bounds, strict=True):
            here, who = practices[place], providers[person]
            self._days.setdefault(here, {})[who] = Days(day[low:high], number[low:high])
            if has_identifier[person]:
                self._places.setdefault(who, []).append(here)

    def days(self, practice_id: str, providers: Iterable[str] | None = None) -> Days:
        """The practice's referrals; those of `providers` alone where they are given."""
        by_provider = self._days[practice_id]
        chosen = [by_provider[each] for each in (by_provider if providers is None else providers)]
        day = np.concatenate([each.day for each in chosen])
        order = np.argsort(day, kind="stable")
        return Days(day[order], np.concatenate([each.referrals for each in chosen])[order])

    def providers(self, practice_id: str, until: int) -> int:
        """How many sent from the practice in the year before that day."""
        by_provider = self._days[practice_id]
        return sum(
            bool(who) and days.number(until - YEAR, until) > 0 for who, days in by_provider.items()
        )

    def of_several_places(self) -> list[str]:
        """The practices with a provider who has sent from elsewhere too, sorted."""
        several = (places for places in self._places.values() if len(places) > 1)
        return sorted({practice_id for places in several for practice_id in places})

    def gains(self, practice_id: str, onset: date | None) -> dict[str, list[Gain]]:
        """By practice, which of this one's providers began to send from there in the last year;
        or, where they always did, what they send since the `onset` here beyond what was usual."""
        by_place: dict[str, list[Gain]] = {}
        for provider, days in sorted(self._days[practice_id].items()):
            for place in self._places.get(provider, ()):
                if place == practice_id:
                    continue
                gain = self._gain(provider, self._days[place][provider], int(days.day[0]), onset)
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
