"""The weekly job over past dates, with only what was known then.

Each date's evidence is weighed once for all the settings that share its sources, calendar and
priors; each of them then decides with what it told before. So a second setting costs little.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from quietdrop.checkins.history import History
from quietdrop.config import Settings
from quietdrop.domain.checkin import CheckIn
from quietdrop.domain.days import EPOCH
from quietdrop.domain.decisions import Register
from quietdrop.domain.findings import Lookalike
from quietdrop.domain.intake import Intake, known_on
from quietdrop.domain.words import as_categories
from quietdrop.evaluation.evaluate import decide
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.evaluation.weigh import Prepared, Weighed, prepare, weigh
from quietdrop.ingest import identified
from quietdrop.lib.progress import Progress
from quietdrop.lib.reader import full_day
from quietdrop.reporting.listing_record import DateLoad

PRIORS = ("window_weeks", "hazard", "absence_hazard", "discount")  # of [drift]: the evidence's own
LEVELS = (
    "watch_probability",
    "false_alarm_years",
    "min_referrals",
    "min_weeks",
)  # of [drift]: on them figures hang


@dataclass(frozen=True)
class Replay:
    """What is replayed: the referrals as they are known today, the dates, and the decisions that
    count, each from its own date on. Without a `register` the intake's practices are final."""

    intake: Intake
    dates: tuple[date, ...]
    register: Register | None = None


@dataclass(frozen=True)
class ReplayedDate:
    """One date: what was known then, and each setting's evaluation; none where nothing was known.

    `history` is what each setting remembers after it.
    """

    as_of: date
    evaluations: tuple[Evaluation, ...]
    histories: tuple[History, ...]


def replayed(variants: Sequence[Settings], what: Replay, tell: Progress) -> Iterator[ReplayedDate]:
    """Replays the weekly job under each of `variants`.

    Each date sees what was recorded by then and begins with the check-ins that the dates before it
    opened; a date on which the feed would have looked broken tells nobody.
    """
    by_date = ByDecisions(what.intake, what.register)
    histories = [History() for _ in variants]
    for place, as_of in enumerate(what.dates, 1):
        tell(f"Rehearsing the week of {full_day(as_of)}", place, len(what.dates))
        read, prepared = by_date.on(as_of)
        known_then = as_known(read, as_of)
        if known_then.counts.empty:
            yield ReplayedDate(as_of, (), tuple(histories))
            continue
        evaluations = _decided(variants, known_then, prepared, histories, as_of)
        for number, evaluation in enumerate(evaluations):
            if not evaluation.faults:
                histories[number] = after(histories[number], evaluation)
        yield ReplayedDate(as_of, tuple(evaluations), tuple(histories))


def _decided(
    variants: Sequence[Settings],
    known_then: Intake,
    prepared: Prepared,
    histories: Sequence[History],
    as_of: date,
) -> list[Evaluation]:
    """One date's evaluation under each setting, sharing what they have in common."""
    weighed: dict[object, Weighed] = {}
    likely: dict[object, dict[str, Lookalike]] = {}
    evaluations = []
    for settings, history in zip(variants, histories, strict=True):
        priors = tuple(getattr(settings.drift, name) for name in PRIORS)
        evidence = priors, settings.calendar, settings.is_promised
        if evidence not in weighed:
            weighed[evidence] = weigh(settings, known_then, prepared, history, as_of)
        general = tuple(getattr(settings.drift, name) for name in LEVELS)
        levels = evidence, general, settings.override
        if levels not in likely:
            likely[levels] = weighed[evidence].lookalikes(weighed[evidence].assessed(settings))
        evaluations.append(decide(settings, weighed[evidence], history, likely[levels]))
    return evaluations


def listed_in(evaluation: Evaluation | None) -> list[str]:
    """The practices that the date's digests carried in full; none where they were held."""
    if evaluation is None or evaluation.faults:
        return []
    return sorted({checkin.practice_id for checkin in evaluation.plan.listed})


def load_of(as_of: date, evaluation: Evaluation | None) -> DateLoad:
    """How much the date asked of the liaisons. None: nothing was known then."""
    if evaluation is None:
        return DateLoad(as_of, 0, 0, 0, 0)
    held = bool(evaluation.faults)
    return DateLoad(
        as_of,
        len(listed_in(evaluation)),
        0 if held else len(evaluation.plan.opened),
        len({who for who in evaluation.liaison_of.values() if who}),
        len(evaluation.assessed.frame),
        held,
    )


class ByDecisions:
    """What was read, as the decisions of each date have it; made anew only where they change."""

    def __init__(self, intake: Intake, register: Register | None) -> None:
        self._intake, self._register = intake, register
        self._last: tuple[Register | None, Intake, Prepared] | None = None

    def on(self, as_of: date) -> tuple[Intake, Prepared]:
        """The practices under their keys, and their counts as events."""
        holding = self._register.on(as_of) if self._register else None
        if self._last is None or self._last[0] != holding:
            read = identified(self._intake, holding) if holding else self._intake
            read = replace(read, counts=as_categories(read.counts))
            self._last = holding, read, prepare(read.counts)
        return self._last[1:]


def mondays(first: date, last: date) -> Iterator[date]:
    """`first` and every 7th day after it, up to `last`."""
    day = first
    while day <= last:
        yield day
        day += timedelta(days=7)


def as_known(intake: Intake, as_of: date) -> Intake:
    """What had been read on the morning of `as_of`. Rejects bear no date: none are kept, but by
    practice they still speak against a silence."""
    end = (as_of - EPOCH).days
    counts = known_on(intake.counts, as_of)
    by_source = intake.by_source
    if not by_source.empty:
        by_source = by_source[by_source["day"] < end]
    known_by = "day" if intake.period is None else "recorded"
    newest = EPOCH + timedelta(days=int(counts[known_by].max())) if len(counts) else None
    return replace(intake, counts=counts, by_source=by_source, newest=newest, rejects=())


def after(history: History, evaluation: Evaluation) -> History:
    """What the next week remembers: each practice's newest check-in, as the plan left it."""
    checkins: dict[tuple[str, date], CheckIn] = {
        (c.practice_id, c.opened_on): c for c in history.checkins
    }
    for checkin in evaluation.plan.changed():
        checkins[checkin.practice_id, checkin.opened_on] = checkin
    unlisted = (*history.unlisted, *evaluation.plan.unlisted)
    return replace(
        history,
        checkins=tuple(checkins.values()),
        unlisted=unlisted,
        first_run=False,
        newest=evaluation.intake.newest,
        hazard=evaluation.hazard,
        alerts=evaluation.alerts or history.alerts,
    )
