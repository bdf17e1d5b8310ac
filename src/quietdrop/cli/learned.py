"""What `check`, `config show` and `run` say of what the own past taught."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from quietdrop.cli.app import recall
from quietdrop.cli.app import today as today_in
from quietdrop.cli.screen import progress
from quietdrop.config import Settings
from quietdrop.domain.alerts import AlertCard
from quietdrop.domain.errors import ConfigError, QuietdropError

if TYPE_CHECKING:
    from quietdrop.domain.intake import Intake
    from quietdrop.messages.compose import Briefing
    from quietdrop.store.run_summary import RunSummary


def learned_lines(of: Settings, intake: Intake, day: date) -> Iterator[str]:
    """Yield `check`'s lines: the threshold that is promised, and what precedes drops."""
    from quietdrop.messages.wording import learned

    last = _last_summary(of)
    if of.is_promised and not intake.counts.empty:
        from quietdrop.evaluation.alert_levels import resolved

        try:
            card = last.alerts or _learn(of, intake, day)
            for line in learned.promise(resolved(of, card), card):
                yield f"alert    ok  {line}"
        except ConfigError as error:
            yield f"alert    !!  {error}"
    if last.hazard and (words := learned.hazard(last.hazard)):
        yield f"hazard   --  {words}"


def _learn(of: Settings, intake: Intake, day: date) -> AlertCard:
    from quietdrop.evaluation.weigh import prepare, weigh

    with progress() as tell:
        tell("Learning the threshold from your own past")
        card = weigh(of, intake, prepare(intake.counts), recall(of, day), day).alerts
    assert card is not None
    return card


def last_alerts(of: Settings) -> AlertCard | None:
    """What the last run learned of the thresholds; None before the first."""
    return _last_summary(of).alerts


def promised(briefing: Briefing, of: Settings) -> dict[str, Any]:
    """What a run's output adds where the threshold is promised."""
    if not of.is_promised:
        return {}
    listed_from = briefing.evaluation.assessed.thresholds.alert.general
    return {"listed_from": listed_from, "false_alarm_years": of.drift.false_alarm_years}


def _last_summary(of: Settings) -> RunSummary:
    """What the last run left; nothing where there is none, or no store that can be read."""
    from quietdrop.store import Store
    from quietdrop.store.run_summary import RunSummary

    try:
        if of.store.url.startswith("sqlite") and not Store.exists(of.store.url):
            return RunSummary()
        run = Store.open(of.store.url).runs.last_finished(today_in(of))
    except QuietdropError:  # the store has a line of its own
        return RunSummary()
    return run.summary if run else RunSummary()
