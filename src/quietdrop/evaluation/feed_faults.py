"""Why the feed looks broken, all of it in one place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from quietdrop.config import Settings
from quietdrop.config.settings import FeedSettings
from quietdrop.domain.intake import Intake
from quietdrop.evaluation import feed_health

if TYPE_CHECKING:
    from quietdrop.detection.aggregates import Stream


def overdue(feed: FeedSettings, intake: Intake, as_of: date, due: date) -> list[str]:
    """Why the newest data is too old, where more was due by `due`; empty where it is not."""
    return feed_health.stale(
        intake.newest, as_of, due, max_age_days=feed.max_age_days, period=intake.period
    )


def feed_faults(
    settings: Settings,
    intake: Intake,
    acknowledged: date | None,
    as_of: date,
    streams: Iterable[Stream] = (),
) -> list[str]:
    """Why the feed looks broken, but for its age; empty where it does not. What began before
    `acknowledged`, the last run that was forced, was answered then."""
    is_whole = feed_health.reaches(intake.newest, as_of, intake.period)
    return [
        *feed_health.too_many_rejects(intake, settings.feed.max_reject_share),
        *feed_health.fallen(streams if is_whole else (), as_of, acknowledged),
        *feed_health.silent_sources(intake.by_source, as_of, acknowledged),
    ]
