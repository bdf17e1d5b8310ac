"""What the store remembers of earlier runs."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from quietdrop.checkins.history import History
from quietdrop.checkins.planning import DIGEST_DAYS
from quietdrop.config import Settings
from quietdrop.delivery.policy import BETWEEN
from quietdrop.domain.headlines import NO_HEADLINES
from quietdrop.domain.weekly import Losses, WeeklyCounts
from quietdrop.evaluation.vanished_rows import kept
from quietdrop.lib.urls import masked
from quietdrop.store import RunRow, Store
from quietdrop.store.runs import RunState

if TYPE_CHECKING:
    from quietdrop.detection.circumstances import SeenBefore
    from quietdrop.messages.compose import Briefing

SOURCE_SETTINGS = {
    *("referrals", "table", "query", "practices", "columns", "not_referrals", "dates"),
    *("unknown_practices", "timezone", "period", "sheet", "header", "fill_down", "only"),
}  # of [source]: what changes the counts
REMEMBERED_RUNS = 120  # two years of Mondays: late rows are learned from the runs of a year


def remember(store: Store, settings: Settings, as_of: date) -> History:
    """What the store knows that bears on `as_of`."""
    before = [r for r in store.runs.newest(REMEMBERED_RUNS) if r.live and r.as_of < as_of]
    register = store.decisions.register()
    last = store.runs.last_finished(as_of - timedelta(days=1))
    latest = max((r for r in before if r.summary.settings is not None), key=_as_of, default=None)
    return History(
        register=register,
        checkins=tuple(store.checkins.all()),
        unlisted=tuple(store.checkins.unlisted()),
        snoozes=tuple(store.snoozes.all()),
        touches=tuple(store.touches.all()),
        promises=tuple(store.promises.all()),
        first_run=not store.runs.live_before(as_of),
        seen=tuple(row for run in before for row in _seen(run)),
        acknowledged_on=max(
            (r.as_of for r in before if r.state is RunState.DONE and r.summary.faults),
            default=None,
        ),
        newest=max((day for run in before if (day := _newest(run))), default=None),
        weekly=store.weekly_counts.of_source(source_mark(settings)),
        settings=latest.summary.settings or {} if latest else {},
        settings_of=latest.as_of if latest else None,
        told_together=_told_together(before),
        told_slow=_told_slow(before),
        headlines=last.summary.headlines if last else NO_HEADLINES,
        hazard=last.summary.hazard if last else None,
        alerts=last.summary.alerts if last else None,
        digests=store.outbox.whole_digests(as_of - timedelta(days=DIGEST_DAYS), as_of, but=BETWEEN),
    )


def _told_together(runs: list[RunRow]) -> dict[tuple[str, str], date]:
    """The groups that managers were told of as falling together, and when last."""
    last: dict[tuple[str, str], date] = {}
    for run in sorted(runs, key=_as_of):
        if run.state is RunState.DONE:
            last |= dict.fromkeys(run.summary.together, run.as_of)
    return last


def _told_slow(runs: list[RunRow]) -> dict[str, date]:
    """The practices that were told of as slowly going down, and when last."""
    last: dict[str, date] = {}
    for run in sorted(runs, key=_as_of):
        if run.state is RunState.DONE:
            last |= dict.fromkeys(run.summary.slow, run.as_of)
    return last


def _as_of(run: RunRow) -> date:
    return run.as_of


def _newest(run: RunRow) -> date | None:
    """The newest day of which a run that was not held knew anything."""
    return run.summary.newest if run.state is RunState.DONE else None


def source_mark(settings: Settings) -> str:
    """Changes when the settings do under which counts are read; no secret goes in."""
    kept = settings.source.model_dump(mode="json", include=SOURCE_SETTINGS)
    kept["referrals"] = masked(settings.source.referrals)
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def weekly_left(settings: Settings, briefing: Briefing, *, accepted: bool) -> WeeklyCounts:
    """What the next run is to compare the source with; what is lost is forgotten where somebody
    `accepted` it."""
    losses = Losses() if accepted else briefing.evaluation.findings.losses
    before, as_of = briefing.evaluation.history.weekly, briefing.assessed.as_of
    counts = replace(briefing.intake, counts=briefing.evaluation.counts)
    return kept(before, counts, losses, as_of, source_mark(settings))


def _seen(run: RunRow) -> list[SeenBefore]:
    """What a run had of each of its last days; `daily` counts back from the day before it."""
    days = enumerate(run.summary.daily, 1)
    return [(run.as_of, run.as_of - timedelta(days=back), n) for back, n in days]
