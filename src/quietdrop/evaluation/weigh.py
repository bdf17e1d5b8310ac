"""One as-of date's evidence: all that no decision threshold, and nothing told before, changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import pandas as pd

from quietdrop.checkins.history import History
from quietdrop.config import Settings
from quietdrop.detection.aggregates import BY_REFERRAL, Division, Stream, watch
from quietdrop.detection.assess import Assessed, assess, assessed_from
from quietdrop.detection.circumstances import share_arrived, share_open
from quietdrop.detection.exposure import Circumstances, Exposure
from quietdrop.detection.judge import judged_streams
from quietdrop.detection.judged import Judged
from quietdrop.detection.thresholds import Level, Thresholds
from quietdrop.detection.weekly_counts import Events, WeeklyCounts, events, weekly
from quietdrop.domain.alerts import AlertCard
from quietdrop.domain.directory import Closure
from quietdrop.domain.findings import Lookalike, Together
from quietdrop.domain.hazard import HazardCard
from quietdrop.domain.intake import Intake, known_on
from quietdrop.evaluation.alert_levels import alert_card, resolved
from quietdrop.evaluation.learned_hazard import KnownBefore, card_of, known_before, ratio_of
from quietdrop.evaluation.overrides import levels
from quietdrop.evaluation.own_closures import suspected
from quietdrop.findings.explanations import lookalikes
from quietdrop.findings.provider_flows import Flows
from quietdrop.findings.rekeyed import Rekeying, rekeyed
from quietdrop.findings.together import fell_together, groups_of
from quietdrop.lib.holidays import public_holidays

# From which figures on practices of the past are looked at: from nearly every probability on.
LOOKED_AT = Thresholds(Level(0.5), Level(0.05), Level(3))


@dataclass(frozen=True)
class Prepared:
    """The counts as events: of every practice, and of the large streams that cut across them."""

    practices: Events
    across: Mapping[str, Events]


def prepare(counts: pd.DataFrame) -> Prepared:
    """The counts of an Intake as events, once for any number of as-of dates."""
    across = {kind: events(counts, kind) for kind in BY_REFERRAL if kind in counts}
    return Prepared(events(counts), across)


@dataclass(frozen=True)
class Weighed:
    """The evidence of one date. It hangs on the sources, the calendar and the priors of [drift];
    any number of decisions can be taken from it.

    `counts` are those of the intake that were known on the date; `pairs` ended as look-alikes
    began, of `active` practices; `asked_closures` are closures of ours that we only suspect;
    `together` are groups of which some likely fell in the same weeks; `hazard` is what the past
    says of what precedes a drop, and `known_before` what was known of each practice by then;
    `alerts` what each threshold would have brought, where one is to follow from that.
    """

    intake: Intake
    counts: pd.DataFrame
    cadence: WeeklyCounts
    surroundings: Circumstances
    pool: Exposure
    judged: Judged
    streams: list[Stream]
    pairs: list[Rekeying]
    active: int
    asked_closures: tuple[Closure, ...] = ()
    together: tuple[Together, ...] = ()
    hazard: HazardCard | None = None
    known_before: KnownBefore | None = None
    alerts: AlertCard | None = None
    _assessed: dict[object, Assessed] = field(default_factory=dict, init=False, repr=False)

    def assessed(self, settings: Settings) -> Assessed:
        """Every practice's figures and status under its thresholds. ConfigError where two
        [[override]] tables hold for one practice, or the past cannot show what is promised."""
        settings = resolved(settings, self.alerts)
        key = settings.drift, settings.override
        if key not in self._assessed:
            thresholds = levels(settings, self.cadence, self.intake.practices)
            self._assessed[key] = assessed_from(
                self.cadence, self.pool, self.judged, settings.drift, thresholds
            )
        return self._assessed[key]

    def lookalikes(self, assessed: Assessed) -> dict[str, Lookalike]:
        """What each practice's fall likely is instead of a drift."""
        return lookalikes(
            assessed,
            self._flows,
            self.intake.practices,
            self.intake.provider_names,
            self.surroundings.open_share,
        )

    @cached_property
    def _flows(self) -> Flows:
        return Flows(self.counts, self.cadence.as_of)


def weigh(
    settings: Settings, intake: Intake, prepared: Prepared, history: History, as_of: date
) -> Weighed:
    """Weighs what was known on `as_of`. `intake` may know more; of `history` only what earlier
    runs had of their last days and learned, and the touches, count. ConfigError where a promised
    threshold cannot be learned."""
    cadence, priors = weekly(prepared.practices, as_of), settings.drift.priors
    counts = known_on(intake.counts, as_of)
    working = cadence.span.working_share(_holidays(settings, cadence))
    said = (*intake.closures, *intake.open_days)
    asked = suspected(counts, cadence, working, said) if intake.period is None else []
    closures = (*intake.closures, *asked)
    past = _Past(settings, intake, prepared, history, closures)
    surroundings = past.around(cadence)
    before = known_before(intake, (*history.touches, *intake.touches), cadence)
    card = card_of(cadence, priors, surroundings, before, history.hazard)
    ratio = ratio_of(card, before, priors)
    pool, judged = judged_streams(cadence, priors, surroundings, ratio)
    streams = watch(cadence, pool, Division(intake.practices, prepared.across, closures), priors)
    pairs, active = rekeyed(counts, intake.practices, as_of)
    groups = groups_of(cadence.ids, intake.practices, counts, as_of)
    together = fell_together(cadence, judged, pool.share * judged.season, groups, priors)
    alerts = None
    if settings.is_promised:
        now = assessed_from(cadence, pool, judged, settings.drift, LOOKED_AT)
        alerts = alert_card(now, past.assessed, history.alerts)
    return Weighed(
        intake,
        counts,
        cadence,
        surroundings,
        pool,
        judged,
        streams,
        pairs,
        active,
        tuple(asked),
        tuple(together),
        card,
        before,
        alerts,
    )


@dataclass(frozen=True)
class _Past:
    """What was read, for any date of it."""

    settings: Settings
    intake: Intake
    prepared: Prepared
    history: History
    closures: tuple[Closure, ...]

    def around(self, cadence: WeeklyCounts) -> Circumstances:
        """What bears on everybody's chances."""
        arrived = None  # no week of a period is late
        if self.intake.period is None:
            arrived = share_arrived(cadence, self.prepared.practices, self.history.seen)
        opened = share_open(cadence, self.intake.counts, self.closures)
        return Circumstances(_holidays(self.settings, cadence), arrived, opened)

    def assessed(self, as_of: date) -> Assessed:
        """Every practice as it was judged on an earlier date, by the constant hazard."""
        cadence, drift = weekly(self.prepared.practices, as_of), self.settings.drift
        return assess(cadence, drift, self.around(cadence), LOOKED_AT)


def _holidays(settings: Settings, cadence: WeeklyCounts) -> frozenset[date]:
    place = settings.calendar
    start = cadence.week_start(0)
    return public_holidays(place.country, place.subdivision, start, cadence.as_of)
