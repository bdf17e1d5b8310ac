"""What is known of the practices before a drop, and whether their own past says that it counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from quietdrop.detection.covariates import (
    HALF_YEAR,
    Grid,
    excess_share,
    lately,
    neighbors_fall,
    untouched,
    waits,
)
from quietdrop.detection.exposure import Circumstances
from quietdrop.detection.hazard_model import Counted, hazard_ratio, learned_hazard
from quietdrop.detection.judge import judged_streams
from quietdrop.detection.weekly_counts import WeeklyCounts
from quietdrop.domain.arrays import FloatArray, IntArray
from quietdrop.domain.checkin import NO_CONTACT, Touch
from quietdrop.domain.days import EPOCH
from quietdrop.domain.hazard import Covariate, HazardCard, Verdict
from quietdrop.domain.intake import Intake
from quietdrop.domain.outcomes import OUTCOMES, is_complaint, named
from quietdrop.domain.priors import Priors

LEARNED_EVERY = timedelta(weeks=26)  # what drives departures changes slowly, and learning costs
LEAST_PRACTICES = 10  # of which something must be known, to learn from it
NOTE_WEEKS = 2  # that a note may take
LEAST_GROUP = 5  # members of a territory or system whose fall says something of one more
ALWAYS = 10_000  # weeks


@dataclass(frozen=True)
class KnownBefore:
    """What was known of each practice before each week: `values` is streams × weeks × names."""

    names: tuple[Covariate, ...]
    values: FloatArray

    def of(self, names: Iterable[Covariate]) -> FloatArray:
        """The values of these covariates, 0 for those of which nothing is known."""
        streams, weeks, _ = self.values.shape
        nothing = np.zeros((streams, weeks))
        each = [
            self.values[:, :, self.names.index(name)] if name in self.names else nothing
            for name in names
        ]
        return np.stack(each, axis=2)


def known_before(intake: Intake, touches: Iterable[Touch], cadence: WeeklyCounts) -> KnownBefore:
    """What the sources and the liaisons recorded; only what is known of ten practices or more."""
    rows = {key: row for row, key in enumerate(cadence.ids)}
    grid = Grid(len(cadence.ids), cadence.weeks)
    recorded = {
        **_our_side(intake.access, rows, grid, cadence.start_day),
        **_touched(touches, rows, grid, cadence.start_day),
        Covariate.STAFF_GONE: _gone(intake, rows, grid, cadence.start_day),
        Covariate.NEIGHBORS: _neighbors(intake, cadence),
    }
    kept = {name: v for name, v in recorded.items() if v.any(axis=1).sum() >= LEAST_PRACTICES}
    names = tuple(kept)
    nothing = np.zeros((grid.streams, grid.weeks, 0))
    return KnownBefore(names, np.stack(list(kept.values()), axis=2) if kept else nothing)


def card_of(
    cadence: WeeklyCounts,
    priors: Priors,
    surroundings: Circumstances,
    before: KnownBefore,
    earlier: HazardCard | None,
) -> HazardCard:
    """The card that an earlier run left, if it is not too old; else a new one."""
    as_of = cadence.as_of
    if not before.names:
        return HazardCard(as_of, Verdict.NOTHING_KNOWN, {})
    if earlier is not None and _still_holds(earlier, before.names, as_of):
        return earlier
    pool, judged = judged_streams(cadence, priors, surroundings)
    of = Counted(judged.counts, pool.share * judged.season, judged.basis)
    learned = learned_hazard(of, before.values, priors)
    return HazardCard(
        as_of,
        learned.verdict,
        dict(zip(before.names, learned.weights.tolist(), strict=True)),
        learned.log_mean,
        learned.practices,
        learned.weeks,
        learned.drops,
        learned.gain,
        learned.gain_error,
    )


def likelier(
    card: HazardCard, before: KnownBefore, row: int, week: int
) -> tuple[float, Covariate | None]:
    """By how much likelier than usual a practice was to begin to drift in a week, and what made it
    most so; 1 and None where the constant hazard is used."""
    if not card.is_used:
        return 1.0, None
    weights = np.array(list(card.weights.values()))
    values = before.of(card.weights)[row, week]
    ratio = float(hazard_ratio(values[None, None], weights, card.log_mean)[0, 0])
    effect = weights * values
    return ratio, list(card.weights)[int(effect.argmax())] if effect.max() > 0 else None


def ratio_of(card: HazardCard, before: KnownBefore, priors: Priors) -> FloatArray | None:
    """Streams × window, by how much likelier than usual each practice is to begin to drift; None
    where the constant hazard is used."""
    if not card.is_used:
        return None
    weights = np.array(list(card.weights.values()))
    window = before.of(card.weights)[:, -priors.window_weeks :]
    return hazard_ratio(window, weights, card.log_mean)


def _still_holds(card: HazardCard, names: Sequence[Covariate], as_of: date) -> bool:
    has_learned = card.verdict in (Verdict.USED, Verdict.NO_BETTER)
    age = as_of - card.learned_on
    return has_learned and set(names) <= set(card.weights) and timedelta() <= age < LEARNED_EVERY


def _our_side(
    access: pd.DataFrame, rows: dict[str, int], grid: Grid, start_day: int
) -> dict[Covariate, FloatArray]:
    """How long their patients waited, whether the notes went back, and who was turned away."""
    if access.empty:
        return {}
    stream = access["practice_id"].map(rows).fillna(-1).to_numpy(dtype=np.int64)
    access, stream = access[stream >= 0], stream[stream >= 0]
    number = access["referrals"].to_numpy(dtype=float)
    day, wait, seen = (access[name].to_numpy(dtype=np.int64) for name in ("day", "wait", "seen_on"))
    declined, noted = access["declined"].to_numpy(), access["noted"].to_numpy()

    def weekly(day: IntArray, value: FloatArray, which: np.ndarray) -> FloatArray:
        return grid.summed(stream[which], (day[which] - start_day) // 7, value[which])

    met, has_met = day + wait, wait >= 0  # a wait is known when it is over
    came, many = (weekly(met, each, has_met) for each in (wait * number, number))
    relative, rise = waits(came, many)
    marks = {Covariate.WAIT: relative, Covariate.WAIT_RISE: rise}
    if noted.any():
        missing = weekly(seen, number, (seen >= 0) & ~noted)
        marks[Covariate.NOTES] = excess_share(missing, weekly(seen, number, seen >= 0), NOTE_WEEKS)
    refused = weekly(day, number, declined)
    marks[Covariate.DECLINED] = excess_share(refused, weekly(day, number, day >= 0))
    return marks


def _touched(
    touches: Iterable[Touch], rows: dict[str, int], grid: Grid, start_day: int
) -> dict[Covariate, FloatArray]:
    """Complaints, touches, and who was bought."""
    when: dict[Covariate, list[tuple[int, int]]] = defaultdict(list)
    for touch in touches:
        row = rows.get(touch.practice_id)
        if row is None:
            continue
        place = row, ((touch.touched_on - EPOCH).days - start_day) // 7
        if is_complaint(touch):
            when[Covariate.COMPLAINT].append(place)
        elif touch.kind != NO_CONTACT:
            when[Covariate.UNTOUCHED].append(place)
        if named(touch.outcome) == OUTCOMES["acquired"]:
            when[Covariate.ACQUIRED].append(place)
    marks = {name: _marks(grid, places) for name, places in when.items()}
    values = {
        name: lately(marks[name], weeks)
        for name, weeks in ((Covariate.COMPLAINT, HALF_YEAR), (Covariate.ACQUIRED, ALWAYS))
        if name in marks
    }
    if Covariate.UNTOUCHED in marks:
        values[Covariate.UNTOUCHED] = untouched(marks[Covariate.UNTOUCHED])
    return values


def _gone(intake: Intake, rows: dict[str, int], grid: Grid, start_day: int) -> FloatArray:
    """Where somebody left within half a year."""
    places = [
        (rows[one.practice_id], ((one.left_on - EPOCH).days - start_day) // 7)
        for one in intake.people
        if one.left_on is not None and one.practice_id in rows
    ]
    return lately(_marks(grid, places), HALF_YEAR)


def _marks(grid: Grid, places: Sequence[tuple[int, int]]) -> FloatArray:
    where = np.array(places, dtype=np.int64).reshape(-1, 2)
    return grid.summed(where[:, 0], where[:, 1], np.ones(len(where)))


def _neighbors(intake: Intake, cadence: WeeklyCounts) -> FloatArray:
    """By how much the others of the territory or the health system fell, more than everybody."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, key in enumerate(cadence.ids):
        practice = intake.practices.get(key)
        if practice is not None and practice.territory:
            groups["territory", practice.territory].append(row)
        if practice is not None and practice.health_system:
            groups["health_system", practice.health_system].append(row)
    members = [np.array(rows) for rows in groups.values() if len(rows) >= LEAST_GROUP]
    return neighbors_fall(cadence.counts, cadence.live, members)
