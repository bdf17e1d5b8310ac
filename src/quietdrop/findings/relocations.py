"""Who goes on elsewhere: practices that were renamed or merged, providers who moved.

Whether and when a practice or a provider stopped is asked beside the day on which another began,
which is known, not beside the onset of a drift, which is only estimated: so a new name can be told
while the drift is still in doubt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from quietdrop.domain.arrays import FloatArray, IntArray
from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Practice
from quietdrop.domain.findings import Cause, Lookalike
from quietdrop.findings.practice_matching import alike, blocks
from quietdrop.findings.provider_flows import YEAR, Days, Flows, Gain
from quietdrop.lib.tails import poisson_at_most

if TYPE_CHECKING:
    from quietdrop.detection.assess import Assessed

STOPPED = 0.1  # of what was expected; more than that and it goes on by itself
LEAK = 0.05  # of its rate that stragglers may bring after the likeliest day
BEFORE, AFTER = 70, 28  # days before and after another's beginning in which the old one stops
LEAST = 5.0  # referrals expected since the stop
LEAST_OF_FALLEN = 3.0  # where a drift is likely
GOES_ON = 0.5  # of what is missing must come in elsewhere
TOO_FEW = 0.1  # so few would rarely come if half of it did
CARRIED = 0.5  # of a practice's referrals came from providers who now send from another one
MOVER = 0.2  # share of a practice's referrals from which one provider matters
EXPLAINS = 0.6  # of the fall
BEYOND_CHANCE = 0.05
MOST_IN_BLOCK = 200  # newcomers compared for one shared word; a commoner word tells nothing
UNNAMED = "One of their providers"


@dataclass(frozen=True)
class _Stop:
    """Since when almost nothing came (days since 1970-01-01), and what was expected."""

    day: int
    rate: float  # referrals per unit of exposure in the year before
    expected: float
    observed: int

    def beside(self, began: int) -> bool:
        """Whether it lies beside the day on which another began."""
        return began - BEFORE <= self.day <= began + AFTER


class _Clock:
    """A practice's chances to send between two days (its exposure, spread over each week), and
    when it or some of its providers stopped."""

    def __init__(self, assessed: Assessed, practice_id: str) -> None:
        cadence = assessed.cadence
        row = assessed.row(practice_id)
        week = assessed.exposure_of(row)
        self.onset: date | None = assessed.frame["onset"].iloc[row]
        self._least = LEAST if self.onset is None else LEAST_OF_FALLEN
        self._begin = cadence.start_day
        self._sum: FloatArray = np.concatenate([[0.0], week.cumsum()])
        self.end = self._begin + 7 * len(week)

    def chances(self, first: int, end: int) -> float:
        return float(self._until(np.array(end)) - self._until(np.array(first)))

    def rate(self, days: Days, until: int) -> float:
        """Referrals per unit of exposure in the year before that day."""
        chances = self.chances(until - YEAR, until)
        return days.number(until - YEAR, until) / chances if chances > 0 else 0.0

    def stop(self, days: Days) -> _Stop | None:
        """The likeliest day since when almost nothing came, though enough was expected."""
        day = np.unique(days.day[days.day >= self.end - YEAR - BEFORE]) + 1
        chances = np.maximum(self._until(day) - self._until(day - YEAR), 1e-9)
        rate = (days.until(day) - days.until(day - YEAR)) / chances
        expected = rate * (self._until(np.array(self.end)) - self._until(day))
        observed = days.referrals.sum() - days.until(day)
        fits = (expected >= self._least) & (observed <= STOPPED * expected)
        if not fits.any():
            return None
        gain = (1.0 - LEAK) * expected + observed * np.log(LEAK)
        best = int(np.where(fits, gain, -np.inf).argmax())
        return _Stop(int(day[best]), float(rate[best]), float(expected[best]), int(observed[best]))

    def _until(self, day: IntArray) -> FloatArray:
        """The exposure of all the days before each."""
        weeks = (day - self._begin) / 7.0
        return np.asarray(np.interp(weeks, np.arange(len(self._sum)), self._sum), dtype=float)


def gone_on(
    assessed: Assessed,
    flows: Flows,
    practices: Mapping[str, Practice],
    names: Mapping[str, str],
) -> dict[str, Lookalike]:
    """In: the assessment, who sent from where, the directory, providers' names. Out: by practice,
    where it, or some of its providers, seem to go on; `explains` where that is the whole fall."""
    is_judged = assessed.frame["drift_probability"].notna()
    assessed_ids = set(assessed.frame.index[is_judged])
    relocations = _by_directory(assessed, flows, practices, assessed_ids)
    for practice_id in flows.of_several_places():
        if practice_id in assessed_ids:
            followed = _followed(assessed, flows, practice_id, practices, names)
            if followed is not None:
                relocations[practice_id] = followed
    return relocations


def _followed(
    assessed: Assessed,
    flows: Flows,
    practice_id: str,
    practices: Mapping[str, Practice],
    names: Mapping[str, str],
) -> Lookalike | None:
    """The same providers send from another practice now: renamed, merged or moved."""
    clock = _Clock(assessed, practice_id)
    best: tuple[float, Lookalike] | None = None
    for place, gains in flows.gains(practice_id, clock.onset).items():
        other = practices.get(place)
        like = Lookalike(Cause.MOVED, practice_id, place, other.name if other else place)
        groups = [gains] if len(gains) == 1 else [gains, *([gain] for gain in gains)]
        for group in groups:
            match = _group(assessed, flows, clock, like, group)
            if match is not None and (best is None or match[0] > best[0]):
                best = match
    if best is None or not best[1].who:
        return best[1] if best else None
    return replace(best[1], who=names.get(best[1].who, UNNAMED))


def _group(
    assessed: Assessed, flows: Flows, clock: _Clock, like: Lookalike, group: list[Gain]
) -> tuple[float, Lookalike] | None:
    """Whether these providers stopped here and go on there, and the share of the practice that
    they were; `who` is a provider's id."""
    movers = [gain.provider for gain in group]
    whole = flows.days(like.practice_id)
    theirs = flows.days(like.practice_id, movers)
    began = min(gain.began for gain in group)
    stops = [
        stop if stop and stop.beside(began) else None for stop in map(clock.stop, (whole, theirs))
    ]
    all_of_it, stop = stops[0], stops[0] or stops[1]
    if stop is None:
        return None
    rate, rate_of_all = clock.rate(theirs, stop.day), clock.rate(whole, stop.day)
    since = max(stop.day, began)
    came, chances = sum(gain.referrals for gain in group), clock.chances(since, clock.end)
    if rate <= 0 or not goes_on(came, rate * chances):
        return None
    share = rate / rate_of_all
    like = replace(like, since=EPOCH + timedelta(days=stop.day))
    is_new = _first_day(assessed, like.other_id) >= stop.day - AFTER
    joined = share >= CARRIED and len(group) > 1
    if all_of_it and (is_new or joined) and goes_on(came, rate_of_all * chances):
        clause = _told(len(group), flows.providers(like.practice_id, stop.day))
        return share, replace(like, kind=Cause.RENAMED if is_new else Cause.MERGED, evidence=clause)
    by_provider = {who: clock.rate(flows.days(like.practice_id, [who]), stop.day) for who in movers}
    who = max(by_provider, key=lambda each: (by_provider[each], each))
    if by_provider[who] < MOVER * rate_of_all:
        return None
    explains = _rest_holds(clock, stop, whole, theirs)
    return share, replace(like, who=who, explains=explains)


def _rest_holds(clock: _Clock, stop: _Stop, whole: Days, theirs: Days) -> bool:
    """Whether those who moved are most of the fall since, or the others' is within chance."""
    expected, came = [], []
    for days in (whole, theirs):
        expected.append(clock.rate(days, stop.day) * clock.chances(stop.day, clock.end))
        came.append(days.number(stop.day, clock.end))
    missing, moved = (e - c for e, c in zip(expected, came, strict=True))
    by_chance = poisson_at_most(came[0] - came[1], expected[0] - expected[1])
    return bool(moved >= EXPLAINS * missing or by_chance >= BEYOND_CHANCE)


def _told(carried: int, of: int) -> str:
    if of == 1:
        return "their one referring provider now sends from there"
    return f"{carried} of their {of} referring providers now send from there"


def goes_on(came: float, expected: float) -> bool:
    """Whether what came elsewhere is not clearly less than half of what was to go on."""
    return came >= 1.0 and bool(poisson_at_most(came, GOES_ON * expected) >= TOO_FEW)


def _first_day(assessed: Assessed, practice_id: str) -> int:
    if practice_id not in assessed.frame.index:
        return 0
    return int(assessed.cadence.first_day[assessed.row(practice_id)])


def _by_directory(
    assessed: Assessed, flows: Flows, practices: Mapping[str, Practice], assessed_ids: set[str]
) -> dict[str, Lookalike]:
    """Practices that stopped, each with the one most like it that began then."""
    cadence = assessed.cadence
    end = cadence.start_day + 7 * cadence.weeks
    quiet = [i for i in _perhaps_stopped(assessed) if i in assessed_ids and i in practices]
    newcomers = np.flatnonzero(cadence.first_day >= end - YEAR).tolist()
    beginning: dict[str, list[int]] = {}
    for row in newcomers:
        if (newcomer := practices.get(cadence.ids[row])) is not None:
            for block in blocks(newcomer):
                beginning.setdefault(block, []).append(row)
    best: dict[str, tuple[float, Lookalike]] = {}
    for practice_id in quiet:
        near = {
            row
            for block in blocks(practices[practice_id])
            for row in beginning.get(block, ())[:MOST_IN_BLOCK]
        }
        if not near:
            continue
        clock = _Clock(assessed, practice_id)
        stop = clock.stop(flows.days(practice_id))
        if stop is None:
            continue
        for row in sorted(near):
            other, began = practices.get(cadence.ids[row]), int(cadence.first_day[row])
            if other is None or other.practice_id == practice_id or not stop.beside(began):
                continue
            same = alike(practices[practice_id], other)
            if same is None or (practice_id in best and same[0] <= best[practice_id][0]):
                continue
            came = flows.days(other.practice_id).number(began, end)
            if goes_on(came, stop.rate * clock.chances(max(stop.day, began), end)):
                since = EPOCH + timedelta(days=stop.day)
                like = Lookalike(Cause.RENAMED, practice_id, other.practice_id, other.name)
                best[practice_id] = same[0], replace(like, evidence=same[1], since=since)
    return {practice_id: like for practice_id, (_, like) in best.items()}


def _perhaps_stopped(assessed: Assessed) -> list[str]:
    """The practices that may have stopped in some week; the others need not be compared."""
    counts, exposure = assessed.cadence.counts, assessed.exposure
    chances = exposure.sum(axis=1)
    rate = np.divide(counts.sum(axis=1), chances, out=np.zeros(len(counts)), where=chances > 0)
    rate = np.maximum(rate, assessed.frame["baseline_per_week"].to_numpy(dtype=float))
    came, expected = (values[:, ::-1].cumsum(axis=1) for values in (counts, exposure))
    expected = expected * rate[:, None]
    few = (came <= 2.0 * STOPPED * expected) & (expected >= LEAST_OF_FALLEN / 2.0)
    return [assessed.cadence.ids[row] for row in np.flatnonzero(few.any(axis=1)).tolist()]
