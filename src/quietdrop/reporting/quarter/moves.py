"""Who sent more or fewer in one span than in another, who began and who went silent. Pure.

Two spans differ in working days, season and holidays, and the network as a whole moves. So what
a practice sent is set against the chances that the assessment's exposure says it had in either.
Given the sum of both counts, the later one is binomial with the later span's part of the chances
(Przyborowski and Wilenski 1940). Counts are divided by the dispersion, so that a burst is not news.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import betainc

from quietdrop.detection.assess import Assessed
from quietdrop.domain.arrays import BoolArray, FloatArray, IntArray
from quietdrop.domain.days import EPOCH

BEYOND_CHANCE = 0.005  # to either side: of 200 steady practices, chance sends one up and one down
PACE_DAYS = 364  # before the last referral: whose pace a silence is held against
SILENT_DAYS = 42  # longer than any vacation that is taken for an absence
NEW_AFTER_DAYS = 364  # the data must reach so far before a quarter to say who is new in it


@dataclass(frozen=True)
class Chances:
    """What a steady practice had the chance to send, summed up over its weeks: practices × weeks
    and one. `share` is the part of a week that comes before each of its days."""

    summed: FloatArray
    share: FloatArray
    start_day: int

    def between(self, row: IntArray, first: npt.ArrayLike, end: npt.ArrayLike) -> FloatArray:
        """Of these rows, from the day `first` to the day before `end` (days since 1970-01-01)."""
        return np.maximum(self._before(row, end) - self._before(row, first), 0.0)

    def _before(self, row: IntArray, day: npt.ArrayLike) -> FloatArray:
        weeks = self.summed.shape[1] - 1
        since = np.clip(np.asarray(day) - self.start_day, 0, 7 * weeks)
        week, within = np.minimum(since // 7, weeks - 1), np.where(since < 7 * weeks, since % 7, 7)
        begun = self.summed[row, week]
        whole = self.summed[row, week + 1] - begun
        return np.asarray(begun + whole * self.share[within], dtype=float)


def chances(assessed: Assessed) -> Chances:
    """The assessment's exposure, ready to be cut at any day."""
    exposure, cadence = assessed.exposure, assessed.cadence
    summed = np.concatenate([np.zeros((len(exposure), 1)), exposure.cumsum(axis=1)], axis=1)
    share = np.concatenate([[0.0], cadence.span.profile.cumsum()])
    return Chances(summed, share, cadence.start_day)


def day_of(when: date) -> int:
    """Days since 1970-01-01."""
    return (when - EPOCH).days


def beyond_chance(
    now: FloatArray, then: FloatArray, now_had: FloatArray, then_had: FloatArray, phi: FloatArray
) -> IntArray:
    """In: what came in two spans, the chances in each, the dispersion. Out: 1 where more came
    than chance makes likely, −1 where less did, 0 else or where there were no chances."""
    is_usable = (now_had > 0) & (then_had > 0) & (now + then > 0)
    part = np.where(is_usable, now_had / np.where(is_usable, now_had + then_had, 1.0), 0.5)
    k, other = now / phi, then / phi
    fewer = np.where(other > 0, betainc(np.maximum(other, 1e-9), k + 1.0, 1.0 - part), 1.0)
    more = np.where(k > 0, betainc(np.maximum(k, 1e-9), other + 1.0, part), 1.0)
    sign = (more < BEYOND_CHANCE).astype(np.int64) - (fewer < BEYOND_CHANCE).astype(np.int64)
    return np.asarray(np.where(is_usable, sign, 0), dtype=np.int64)


@dataclass(frozen=True)
class Rhythms:
    """How senders have sent, one value each; days since 1970-01-01.

    `row` is each one's practice; `pace` what it sent in the PACE_DAYS up to its last referral,
    that one left out, for it is why the silence begins there; `phi` its dispersion.
    """

    row: IntArray
    first_day: IntArray
    last_day: IntArray
    pace: FloatArray
    phi: FloatArray


def gone(had: Chances, of: Rhythms, first: date, end: date) -> BoolArray:
    """Who was lost from `first` to the day before `end`: their silence, which lasts to this day,
    was beyond chance by `end` and was not yet by `first`."""
    last_day = of.last_day

    def silent_by(day: int) -> BoolArray:
        begun = np.maximum(last_day - PACE_DAYS + 1, of.first_day)
        before = had.between(of.row, begun, last_day)
        since = had.between(of.row, last_day + 1, np.maximum(day, last_day + 1))
        none = np.power(before / np.maximum(before + since, 1e-9), of.pace / of.phi)
        long = day - 1 - last_day >= SILENT_DAYS
        return np.asarray(long & (before > 0) & (none < BEYOND_CHANCE), dtype=bool)

    return np.asarray(silent_by(day_of(end)) & ~silent_by(day_of(first)), dtype=bool)


def sums(counts: pd.DataFrame, by: list[str], spans: dict[str, tuple[date, date]]) -> pd.DataFrame:
    """In: an Intake's counts, the columns that name a sender, spans by name (the end left out).
    Out: a row a sender: what it sent in each span, first_day, last_day, and its pace: what it
    sent in the PACE_DAYS up to its last referral, without that and without its very first."""
    grouped = counts.groupby(by, sort=True)
    totals = pd.DataFrame(index=grouped.size().index)
    code = grouped.ngroup().to_numpy()  # −1 where a sender is not named
    named, size = code >= 0, len(totals)
    code = code[named]
    day, number = (counts[name].to_numpy()[named] for name in ("day", "referrals"))

    def summed(which: BoolArray) -> IntArray:
        sent = np.bincount(code[which], weights=number[which], minlength=size)
        return np.asarray(sent, dtype=np.int64)

    for name, (first, end) in spans.items():
        totals[name] = summed((day >= day_of(first)) & (day < day_of(end)))
    begun, last = np.full(size, day.max(initial=0)), np.full(size, day.min(initial=0))
    np.minimum.at(begun, code, day)
    np.maximum.at(last, code, day)
    totals["first_day"], totals["last_day"] = begun, last
    pace = summed(day > last[code] - PACE_DAYS) - 1
    totals["pace"] = np.maximum(pace - (last - begun < PACE_DAYS), 0)
    return totals
