"""Recording an answer, undoing it, and showing the next practice."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from flask import Flask, render_template, request
from sqlalchemy.engine import Connection

from quietdrop.checkins.standing import Standing
from quietdrop.domain import outcomes
from quietdrop.domain.checkin import CheckIn, Snooze, State, Touch
from quietdrop.domain.errors import LinkRefused
from quietdrop.domain.outcomes import OUTCOMES, Outcome
from quietdrop.domain.promise import Promise
from quietdrop.jobs.record_answer import (
    Occasion,
    record_answer,
    record_snooze,
    undo,
    why_it_stands,
)
from quietdrop.jobs.record_promise import record_promise
from quietdrop.messages.links import Claim
from quietdrop.messages.wording import figures
from quietdrop.web.context import Desk, family_mark, mark_of
from quietdrop.web.forms import FORM_LASTS, Answer
from quietdrop.web.navigation import Navigation, Role
from quietdrop.web.worklist import standings

MOST_ANSWERS = 30  # a day through the links of one mail: five times the default budget of a week
AFTER_THAT = 3  # practices named below the next one
Page = tuple[str, int]


def add_pages(app: Flask, desk: Desk) -> None:
    @app.post("/c/<token>/undo")
    def take_back(token: str) -> Page:
        """Through the link that answered, until the next run."""
        claim = desk.claim("checkin", token)
        checkin = desk.checkin(claim)
        desk.check_form(request.form.get("form", ""), _about_undoing(token))
        answer = desk.store.answers.by_mark(mark_of(token))
        stands = "It was undone before."
        if answer is not None:
            stands = undo(desk.store, answer, checkin.liaison, desk.clock(), desk.today())
        page = render_template(
            "undone.html.j2",
            checkin=checkin,
            said=answer.said if answer else "",
            stands=stands,
            again=desk.links.url("checkin", token),
            **reader(desk, claim, checkin),
        )
        return page, 409 if stands else 200


def reader(desk: Desk, claim: Claim, checkin: CheckIn) -> dict[str, object]:
    """The reader of the page, and the link to her list."""
    list_url = desk.list_url(claim, checkin.liaison)
    return {
        "list_url": list_url,
        "navigation": Navigation(Role.LIAISON, list_url, desk.name_of(checkin.liaison)),
    }


def answered_before(desk: Desk, claim: Claim, token: str, checkin: CheckIn) -> Page | None:
    """What is recorded, instead of a form, if the link was used or the check-in has ended."""
    spent = desk.store.links.spent(mark_of(token))
    if spent is None and checkin.state == State.OPEN:
        return None
    page = render_template(
        "answered_before.html.j2",
        checkin=checkin,
        spent=spent,
        undo_form=_undo_form(desk, token),
        undo_url=desk.links.url("checkin", token, "/undo"),
        **reader(desk, claim, checkin),
    )
    return page, 409


def _undo_form(desk: Desk, token: str) -> str:
    """The form field that undoes the link's answer; empty if that is no longer possible."""
    answer = desk.store.answers.by_mark(mark_of(token))
    if answer is None or why_it_stands(desk.store, answer):
        return ""
    return desk.form(_about_undoing(token), FORM_LASTS)


def _about_undoing(token: str) -> str:
    return f"undo {mark_of(token)}"


def keep(desk: Desk, token: str, claim: Claim, checkin: CheckIn, given: Answer) -> Page:
    """Records the answer and uses up the link: both or neither. LinkRefused if the links of one
    mail have reached the day's limit."""
    outcome = OUTCOMES.get(given.outcome)
    answer = outcome.name if outcome else "snoozed"
    if given.until:
        answer += f", until {figures.day(given.until, desk.today())}"
    family, today = family_mark(claim), desk.today()
    occasion = Occasion(checkin.liaison, desk.clock(), answer, mark_of(token))
    desk.store.links.begin_day(family, today)
    with desk.store.begin() as conn:
        first = desk.store.links.spend(
            conn, occasion.mark, checkin.practice_id, answer, occasion.at
        )
        if first and not desk.store.links.count_answer(conn, family, today, MOST_ANSWERS):
            raise LinkRefused("busy")
        became = _record(desk, conn, checkin, given, occasion) if first else None
    if not first:
        return answered_before(desk, claim, token, checkin) or ("", 409)
    with desk.store.one_view():
        recorded = _Recorded(answer, _follows(outcome, became, given))
        return _thanks(desk, token, claim, checkin, recorded), 200


class _Recorded(NamedTuple):
    """An answer in words, and what follows from it."""

    answer: str
    follows: str


def _thanks(desk: Desk, token: str, claim: Claim, checkin: CheckIn, recorded: _Recorded) -> str:
    """A page with what was recorded, how to undo it, and the next practice on her list."""
    waiting = _waiting(desk, checkin)
    first = desk.store.cards.get(waiting[0].checkin.practice_id) if waiting else None
    return render_template(
        "thanks.html.j2",
        checkin=checkin,
        said=recorded.answer,
        follows=recorded.follows,
        undo_form=_undo_form(desk, token),
        undo_url=desk.links.url("checkin", token, "/undo"),
        waiting=waiting,
        card=first,
        after=waiting[1 : 1 + AFTER_THAT],
        answer_url=partial(desk.answer_url, claim),
        **reader(desk, claim, checkin),
    )


def _waiting(desk: Desk, answered: CheckIn) -> list[Standing]:
    """The open check-ins on her list, other than the one just answered."""
    return [
        each
        for each in standings(desk, answered.liaison)
        if not each.seen
        and not each.asleep_until
        and each.checkin.practice_id != answered.practice_id
    ]


def _follows(outcome: Outcome | None, became: CheckIn | None, given: Answer) -> str:
    if outcome is None:
        return "Hidden until then."
    return outcomes.consequence(outcome, became, dated=given.until is not None)


def _record(
    desk: Desk, conn: Connection, checkin: CheckIn, given: Answer, occasion: Occasion
) -> CheckIn | None:
    """Returns the check-in afterwards. A snooze alone is not a touch: nobody was contacted."""
    today, here = desk.today(), checkin.practice_id
    if not given.outcome:
        assert given.until is not None
        snooze = Snooze(here, today, given.until, "by link")
        record_snooze(desk.store, conn, snooze, occasion)
        return checkin
    touch = Touch(
        today,
        here,
        checkin.liaison,
        given.kind,
        given.whom,
        given.outcome,
        snooze_until=given.until,
    )
    touch_id, became = record_answer(desk.store, conn, touch, given.note, occasion)
    if given.next_by is not None:
        step = Promise(
            here, given.next_step, today, given.next_by, checkin.liaison, checkin.liaison
        )
        record_promise(desk.store, conn, step, touch_id, occasion.actor)
    return became
