"""The page behind a check-in's links: the card, the question, and the answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flask import Flask, render_template, request
from sqlalchemy.engine import Connection

from quietdrop.domain import outcomes
from quietdrop.domain.checkin import NO_CONTACT, CheckIn, Snooze, Touch
from quietdrop.domain.errors import LinkRefused
from quietdrop.domain.outcomes import OUTCOMES, Outcome
from quietdrop.jobs.record_touch import record
from quietdrop.messages.links import Claim
from quietdrop.messages.wording import figures
from quietdrop.web.context import Desk, family_mark, mark_of
from quietdrop.web.forms import (
    KINDS,
    NOTE_LIMIT,
    STAYS_ON_THE_LIST,
    WHOM_LIMIT,
    Answer,
    read_answer,
)
from quietdrop.web.navigation import Navigation, Role

FORM_LASTS = timedelta(hours=12)
MOST_ANSWERS = 30  # a day through the links of one mail: five times the default budget of a week
SNOOZE_OFFERED = timedelta(weeks=4)
Page = tuple[str, int]


def add_pages(app: Flask, desk: Desk) -> None:
    @app.get("/c/<token>")
    def ask(token: str) -> Page:
        claim = desk.claim("checkin", token)
        checkin = desk.checkin(claim)
        if previous := _told_before(desk, claim, token, checkin):
            return previous
        action = _action(claim.action, checkin)
        offered = desk.today() + SNOOZE_OFFERED if action == "snooze" else None
        kind = NO_CONTACT if action == "known" else KINDS[0]
        day = offered.isoformat() if offered else ""
        blank = Answer(kind=kind, until=offered, until_text=day)
        if action != claim.action:
            blank = replace(blank, faults={"outcome": STAYS_ON_THE_LIST})
        return _form(desk, token, claim, checkin, blank), 200

    @app.post("/c/<token>")
    def answer(token: str) -> Page:
        claim = desk.claim("checkin", token)
        checkin = desk.checkin(claim)
        desk.check_form(request.form.get("form", ""), mark_of(token))
        if previous := _told_before(desk, claim, token, checkin):
            return previous
        snoozing = claim.action == "snooze"
        complaint = checkin.kind == "complaint"
        given = read_answer(request.form, desk.today(), snoozing=snoozing, complaint=complaint)
        if given.faults:
            return _form(desk, token, claim, checkin, given), 422
        return _keep(desk, token, claim, checkin, given)


def _action(asked: str, checkin: CheckIn) -> str:
    """With what the page begins: nobody is offered to hide a complaint."""
    return "visit" if asked == "snooze" and checkin.kind == "complaint" else asked


def _form(desk: Desk, token: str, claim: Claim, checkin: CheckIn, given: Answer) -> str:
    action = _action(claim.action, checkin)
    card = desk.store.card(checkin.practice_id)
    return render_template(
        "answer.html.j2",
        checkin=checkin,
        card=card,
        last=desk.last_contact(checkin.practice_id, card),
        action=action,
        given=given,
        offered=_offered(checkin, known_first=action == "known"),
        kinds=KINDS,
        known_before=NO_CONTACT if action == "known" else "",
        note_limit=NOTE_LIMIT,
        whom_limit=WHOM_LIMIT,
        tomorrow=desk.today() + timedelta(days=1),
        form=desk.form(mark_of(token), FORM_LASTS),
        **_reader(desk, claim, checkin),
    )


def _reader(desk: Desk, claim: Claim, checkin: CheckIn) -> dict[str, object]:
    """Whose page it is, and the way to her list."""
    list_url = desk.list_url(claim, checkin.liaison)
    return {
        "list_url": list_url,
        "navigation": Navigation(Role.LIAISON, list_url, checkin.liaison),
    }


def _offered(checkin: CheckIn, *, known_first: bool) -> list[tuple[str, list[Outcome]]]:
    """What can be chosen, by what would follow, as the person who answers reads it."""
    useless = {"reopened", "complaint" if checkin.kind == "complaint" else "resolved"}
    if checkin.kind == "complaint":
        useless |= {outcome.name for outcome in OUTCOMES.values() if outcome.follows == "sleeps"}
    choices = [outcome for outcome in OUTCOMES.values() if outcome.name not in useless]
    groups: dict[tuple[bool, str], list[Outcome]] = {}
    for outcome in choices:
        follows = outcomes.consequence(outcome, checkin)
        later = known_first and not outcome.is_known_reason and outcome.name != "resolved"
        groups.setdefault((later, follows), []).append(outcome)
    answered = outcomes.OUTCOMES["resolved"]
    order = sorted(groups, key=lambda group: (group[0], answered not in groups[group]))
    return [(group[1], groups[group]) for group in order]


def _told_before(desk: Desk, claim: Claim, token: str, checkin: CheckIn) -> Page | None:
    """Where the link was used, or the check-in has ended: what is recorded, instead of a form."""
    spent = desk.store.spent(mark_of(token))
    if spent is None and checkin.state == "open":
        return None
    reader = _reader(desk, claim, checkin)
    return render_template("told.html.j2", checkin=checkin, spent=spent, **reader), 409


def _keep(desk: Desk, token: str, claim: Claim, checkin: CheckIn, given: Answer) -> Page:
    """Records the answer and uses the link up: both, or neither. LinkRefused where the links of
    one mail have given as many answers today as they may."""
    outcome = OUTCOMES.get(given.outcome)
    said = outcome.name if outcome else "snoozed"
    if given.until:
        said += f", until {figures.day(given.until, desk.today())}"
    family, today = family_mark(claim), desk.today()
    desk.store.begin_link_day(family, today)
    with desk.store.begin() as conn:
        mark = mark_of(token)
        first = desk.store.spend(conn, mark, checkin.practice_id, said, desk.clock())
        if first and not desk.store.count_answer(conn, family, today, MOST_ANSWERS):
            raise LinkRefused("busy")
        became = _record(desk, conn, checkin, given) if first else None
    if not first:
        return _told_before(desk, claim, token, checkin) or ("", 409)
    page = render_template(
        "thanks.html.j2",
        checkin=checkin,
        said=said,
        follows=_follows(outcome, became, given),
        **_reader(desk, claim, checkin),
    )
    return page, 200


def _follows(outcome: Outcome | None, became: CheckIn | None, given: Answer) -> str:
    if outcome is None:
        return "Hidden until then."
    return outcomes.consequence(outcome, became, dated=given.until is not None)


def _record(desk: Desk, conn: Connection, checkin: CheckIn, given: Answer) -> CheckIn | None:
    """Out: the check-in after it. A mere snooze is no touch: nobody was spoken with."""
    today = desk.today()
    if not given.outcome:
        assert given.until is not None
        desk.store.save_snooze(conn, Snooze(checkin.practice_id, today, given.until, "by link"))
        return checkin
    touch = Touch(
        today,
        checkin.practice_id,
        checkin.liaison,
        given.kind,
        given.whom,
        given.outcome,
        snooze_until=given.until,
    )
    return record(desk.store, conn, touch, given.note)
