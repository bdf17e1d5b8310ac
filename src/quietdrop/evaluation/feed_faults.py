"""Why the feed looks broken, all of it in one place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from quietdrop.checkins.history import History
from quietdrop.config import Settings
from quietdrop.domain.intake import Intake
from quietdrop.evaluation import feed_health, feed_rhythm

if TYPE_CHECKING:
    from quietdrop.detection.aggregates import Stream


def feed_faults(
    settings: Settings,
    intake: Intake,
    history: History,
    as_of: date,
    streams: Iterable[Stream] = (),
) -> list[str]:
    """Why the feed looks broken; empty where it does not."""
    acknowledged = history.acknowledged_on
    is_whole = feed_health.reaches(intake.newest, as_of, intake.period)
    return [
        *feed_health.stale(
            intake.newest,
            as_of,
            feed_rhythm.due_of(settings.feed, intake, history, as_of),
            max_age_days=settings.feed.max_age_days,
            period=intake.period,
        ),
        *feed_health.too_many_rejects(intake, settings.feed.max_reject_share),
        *feed_health.fallen(streams if is_whole else (), as_of, acknowledged),
        *feed_health.silent_sources(intake.by_source, as_of, acknowledged),
    ]
