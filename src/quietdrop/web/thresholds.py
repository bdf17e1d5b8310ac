"""The managers' page on which settings are tried over the past year."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from quietdrop.config import Settings, load
from quietdrop.domain.audit import Actor
from quietdrop.domain.errors import ConfigError, LinkRefused, UsageError
from quietdrop.domain.trial import Trial, TrialState
from quietdrop.lib.process_identity import own_identity
from quietdrop.messages.wording.comparison import settings_tried
from quietdrop.reporting.comparison_report import ComparisonReport, from_json
from quietdrop.web.comparison_page import values
from quietdrop.web.context import Desk
from quietdrop.web.signed_in import navigation_of
from quietdrop.web.threshold_form import changes, sliders
from quietdrop.web.trial_process import TrialProcesses

PAGE = "/thresholds"
MOST_SHOWN = 20  # kept rehearsals
LOOK_AGAIN = "3"  # seconds until a page on which something runs is loaded again
TODAYS = "These are today's settings: move a slider first."
CROSSED = "A practice is watched from a lower figure on than it is listed from."


def add_pages(pages: Blueprint, desk: Desk) -> None:
    processes = TrialProcesses(desk.store)
    desk.store.trials.cancel_lost(desk.clock())  # those of a server that is no more

    @pages.get(PAGE)
    def thresholds() -> str:
        return _page(desk, None, {})

    @pages.post(PAGE)
    def begin() -> Response | tuple[str, int]:
        of = desk.settings()
        tried = changes(of, request.form)
        if tried is None:
            raise LinkRefused("form")
        if fault := _fault(of, tried):
            return _page(desk, None, tried, fault), 400
        desk.store.trials.cancel_lost(desk.clock())
        server = str(own_identity())
        number = desk.store.trials.begin(g.visitor.who, tried, desk.clock(), server)
        if number is None:
            running = _running(desk)
            return redirect(desk.desk_url(f"{PAGE}/{running.id}" if running else PAGE), 303)
        assert of.path is not None
        processes.start(of.path, number)
        return redirect(desk.desk_url(f"{PAGE}/{number}"), 303)

    @pages.get(f"{PAGE}/<int:number>")
    def one_trial(number: int) -> tuple[str, int, dict[str, str]]:
        trial = _trial(desk, number)
        again = {"Refresh": LOOK_AGAIN} if trial.state is TrialState.running else {}
        return _page(desk, trial, trial.changes), 200, again

    @pages.post(f"{PAGE}/<int:number>/cancel")
    def cancel(number: int) -> Response:
        _trial(desk, number)
        processes.cancel(number, Actor(g.visitor.who, desk.clock()))
        return redirect(desk.desk_url(f"{PAGE}/{number}"), 303)


def _trial(desk: Desk, number: int) -> Trial:
    trial = desk.store.trials.get(number, desk.clock()) if number < 2**31 else None
    if trial is None:
        raise LinkRefused("unknown")
    return trial


def _running(desk: Desk) -> Trial | None:
    kept = desk.store.trials.newest(desk.clock(), MOST_SHOWN)
    return next((trial for trial in kept if trial.state is TrialState.running), None)


def _fault(of: Settings, tried: Mapping[str, str]) -> str:
    """Why these settings cannot be tried; "" where they can."""
    if not tried:
        return TODAYS
    assert of.path is not None
    try:
        load(of.path, os.environ, tried)
    except (ConfigError, UsageError):
        return CROSSED
    return ""


def _page(desk: Desk, trial: Trial | None, tried: Mapping[str, str], fault: str = "") -> str:
    kept = desk.store.trials.newest(desk.clock(), MOST_SHOWN)
    report = _report(trial)
    shown: dict[str, Any] = values(report) | {"story": _story(desk)} if report else {}
    return render_template(
        "thresholds.html.j2",
        navigation=navigation_of(desk, "Thresholds"),
        sliders=sliders(desk.settings(), tried),
        trial=trial,
        fault=fault,
        running=next((one for one in kept if one.state is TrialState.running), None),
        kept=[one for one in kept if trial is None or one.id != trial.id],
        tried=settings_tried,
        here=desk.desk_url(PAGE),
        shown=shown,
    )


def _story(desk: Desk) -> Callable[[str], str]:
    """The address of a practice's page; "" where the last run has kept nothing of it."""
    kept = frozenset(desk.store.names.practice_ids())
    return lambda practice_id: desk.practice_url(practice_id) if practice_id in kept else ""


def _report(trial: Trial | None) -> ComparisonReport | None:
    """The result of a rehearsal; None where it has none that can be read."""
    if trial is None or trial.report is None:
        return None
    try:
        return from_json(trial.report)
    except ValueError:  # kept by an earlier release
        return None
