"""The managers' page for trying settings over the past year and for proposals from it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from quietdrop.config import Settings, load
from quietdrop.config.override_key import OverrideKey
from quietdrop.domain.audit import Actor
from quietdrop.domain.errors import ConfigError, LinkRefused, UsageError
from quietdrop.domain.trial import Trial, TrialState
from quietdrop.evaluation.alert_levels import resolved
from quietdrop.lib.process_identity import own_identity
from quietdrop.messages import tuning
from quietdrop.messages.wording.comparison import settings_tried, whom
from quietdrop.messages.wording.learned import promise
from quietdrop.reporting.comparison_report import ComparisonReport, from_json
from quietdrop.reporting.tuned import Tuned
from quietdrop.reporting.tuned import from_json as tuned_from_json
from quietdrop.web.comparison_page import values
from quietdrop.web.context import Desk
from quietdrop.web.signed_in import navigation_of
from quietdrop.web.threshold_form import (
    budget_asked,
    changes,
    group_of,
    group_tried,
    groups,
    sliders,
)
from quietdrop.web.trial_process import TrialProcesses

PAGE = "/thresholds"
MOST_SHOWN = 20  # kept rehearsals
LOOK_AGAIN = "3"  # seconds until a page on which something runs is loaded again
TODAYS = "These are today's settings: move a slider first."
NO_BUDGET = "Give a number of check-ins from 0.5 to 50, such as 5 or 0.8."
NOT_YET = "The next run learns from your own past from which probability on practices are listed."
CROSSED = "A practice is watched from a lower figure on than it is listed from."


def add_pages(pages: Blueprint, desk: Desk) -> None:
    processes = TrialProcesses(desk.store)
    desk.store.trials.cancel_lost(desk.clock())  # those of a server that is gone

    @pages.get(PAGE)
    def thresholds() -> str:
        return _page(desk, Asked(group=group_of(_groups(desk), request.args.get("for", ""))))

    @pages.post(PAGE)
    def begin() -> Response | tuple[str, int]:
        of, _ = _in_force(desk)
        named = request.form.get("for", "")
        group = group_of(_groups(desk), named)
        tried = changes(of, request.form, group)
        if tried is None or bool(named) != (group is not None):
            raise LinkRefused("form")
        if fault := _fault(of, tried):
            return _page(desk, Asked(tried, group, fault)), 400
        return _begin(desk, processes, tried, None)

    @pages.post(f"{PAGE}/propose")
    def propose() -> Response | tuple[str, int]:
        budget = budget_asked(request.form.get("budget", ""))
        if budget is None:
            return _page(desk, Asked(no_budget=NO_BUDGET)), 400
        return _begin(desk, processes, {}, budget)

    @pages.get(f"{PAGE}/<int:number>")
    def one_trial(number: int) -> tuple[str, int, dict[str, str]]:
        trial = _trial(desk, number)
        again = {"Refresh": LOOK_AGAIN} if trial.state is TrialState.running else {}
        asked = Asked(trial.changes, group_tried(trial.changes))
        return _page(desk, asked, trial), 200, again

    @pages.post(f"{PAGE}/<int:number>/cancel")
    def cancel(number: int) -> Response:
        _trial(desk, number)
        processes.cancel(number, Actor(g.visitor.who, desk.clock()))
        return redirect(desk.desk_url(f"{PAGE}/{number}"), 303)


@dataclass(frozen=True)
class Asked:
    """What the forms show: settings that are tried, for whom, and what is wrong with them."""

    tried: Mapping[str, str] = field(default_factory=dict)
    group: OverrideKey | None = None
    fault: str = ""
    no_budget: str = ""


def _begin(
    desk: Desk, processes: TrialProcesses, tried: Mapping[str, str], budget: float | None
) -> Response:
    """Begins a rehearsal, or a proposal where there is a budget, and leads to its page; to that
    of another one where one is running."""
    desk.store.trials.cancel_lost(desk.clock())
    server = str(own_identity())
    number = desk.store.trials.begin(g.visitor.who, tried, desk.clock(), server, budget)
    if number is None:
        running = _running(desk)
        return redirect(desk.desk_url(f"{PAGE}/{running.id}" if running else PAGE), 303)
    config = desk.settings().path
    assert config is not None
    processes.start(config, number)
    return redirect(desk.desk_url(f"{PAGE}/{number}"), 303)


def _in_force(desk: Desk) -> tuple[Settings, list[str]]:
    """The settings with the thresholds that a promise came to in the last run, and what is said of
    them; as the config has them before the first run."""
    of = desk.settings()
    run = desk.store.runs.last_finished(desk.today()) if of.is_promised else None
    if run is None or run.summary.alerts is None:
        return of, [NOT_YET] if of.is_promised else []
    try:
        now = resolved(of, run.summary.alerts)
    except ConfigError as error:
        return of, [str(error)]
    return now, list(promise(now, run.summary.alerts))


def _groups(desk: Desk) -> tuple[OverrideKey, ...]:
    return groups(desk.settings(), desk.store.book.choices().territories)


def _trial(desk: Desk, number: int) -> Trial:
    trial = desk.store.trials.get(number, desk.clock()) if number < 2**31 else None
    if trial is None:
        raise LinkRefused("unknown")
    return trial


def _running(desk: Desk) -> Trial | None:
    kept = desk.store.trials.newest(desk.clock(), MOST_SHOWN)
    return next((trial for trial in kept if trial.state is TrialState.running), None)


def _fault(of: Settings, tried: Mapping[str, str]) -> str:
    """Why these settings cannot be tried; "" if they can."""
    if not tried:
        return TODAYS
    assert of.path is not None
    try:
        load(of.path, os.environ, tried)
    except (ConfigError, UsageError):
        return CROSSED
    return ""


def _page(desk: Desk, asked: Asked, trial: Trial | None = None) -> str:
    kept = desk.store.trials.newest(desk.clock(), MOST_SHOWN)
    report, proposal = _result(trial)
    shown: dict[str, Any] = values(report) | {"story": _story(desk)} if report else {}
    of, promised = _in_force(desk)
    return render_template(
        "thresholds.html.j2",
        navigation=navigation_of(desk, "Thresholds"),
        sliders=sliders(of, asked.tried, asked.group),
        promised=promised,
        asked=asked,
        groups=_groups(desk),
        whom=whom,
        trial=trial,
        budget=(trial and trial.budget) or desk.settings().digest.budget,
        running=next((one for one in kept if one.state is TrialState.running), None),
        kept=[one for one in kept if trial is None or one.id != trial.id],
        title_of=_title,
        here=desk.desk_url(PAGE),
        shown=shown,
        proposal=proposal,
        say=tuning,
    )


def _title(trial: Trial) -> str:
    """What was asked for, for a list."""
    if trial.budget is None:
        return settings_tried(trial.changes)
    return f"Proposal for at most {trial.budget:g} a liaison and week"


def _story(desk: Desk) -> Callable[[str], str]:
    """The address of a practice's page; "" where the last run has kept nothing of it."""
    kept = frozenset(desk.store.names.practice_ids())
    return lambda practice_id: desk.practice_url(practice_id) if practice_id in kept else ""


def _result(trial: Trial | None) -> tuple[ComparisonReport | None, Tuned | None]:
    """The result of a rehearsal or of a proposal; neither where none can be read."""
    if trial is None or trial.report is None:
        return None, None
    try:
        if trial.budget is None:
            return from_json(trial.report), None
        return None, tuned_from_json(trial.report)
    except ValueError:  # kept by an earlier release
        return None, None
