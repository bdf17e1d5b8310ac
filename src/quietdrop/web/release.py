"""The page where a manager releases held digests."""

from __future__ import annotations

from datetime import date

from flask import Flask, render_template, request

from quietdrop.domain.audit import AuditAction, AuditEntry
from quietdrop.domain.errors import LinkRefused
from quietdrop.findings.rekeyed import can_be_accepted
from quietdrop.store import RunRow
from quietdrop.store.run_lock import LIVE_RUN
from quietdrop.store.runs import RunState
from quietdrop.web.context import Desk, mark_of
from quietdrop.web.forms import FORM_LASTS

Page = tuple[str, int]


def add_pages(app: Flask, desk: Desk) -> None:
    @app.get("/h/<token>")
    def held(token: str) -> Page:
        as_of = _date(desk, token)
        return _page(desk, token, as_of)

    @app.post("/h/<token>")
    def release(token: str) -> Page:
        as_of = _date(desk, token)
        desk.check_form(request.form.get("form", ""), mark_of(token))
        page, status = _page(desk, token, as_of)
        if status != 200:
            return page, status
        last = desk.store.runs.last_finished(desk.today())
        who = desk.manager(desk.claim("held", token))
        with desk.store.begin() as conn:
            entry = AuditEntry(desk.clock(), who, AuditAction.RELEASED, "", f"run of {as_of}")
            desk.store.audit.add(conn, entry)
        if request.form.get("choice") == "rekeyed" and can_be_accepted(_faults_of(last)):
            desk.accept_rekeyed(as_of, who)
            return render_template("rejoined.html.j2", as_of=as_of), 200
        desk.release(as_of)
        return render_template("released.html.j2", as_of=as_of, why_not=""), 200


def _date(desk: Desk, token: str) -> date:
    claim = desk.claim("held", token)
    desk.manager(claim)
    if claim.day is None:
        raise LinkRefused("unknown")
    return claim.day


def _page(desk: Desk, token: str, as_of: date) -> Page:
    """The confirmation form, or why it is no longer offered."""
    last = desk.store.runs.last_finished(desk.today())
    if last is None or last.as_of < as_of:
        raise LinkRefused("unknown")
    why_not = ""
    if last.as_of > as_of:
        why_not = "A newer run has been made since, and what it found has gone out instead."
    elif last.state is RunState.DONE:
        why_not = "They have gone out."
    elif desk.store.claims.is_taken(LIVE_RUN, desk.clock()):
        why_not = "They are being made right now."
    if why_not:
        return render_template("released.html.j2", as_of=as_of, why_not=why_not), 409
    faults = _faults_of(last)
    form = desk.form(mark_of(token), FORM_LASTS)
    rekeyed = can_be_accepted(faults)
    page = render_template("held.html.j2", as_of=as_of, faults=faults, form=form, rekeyed=rekeyed)
    return page, 200


def _faults_of(run: RunRow | None) -> list[str]:
    """Why a run was held; empty if it was not."""
    return list(run.summary.faults) if run else []
