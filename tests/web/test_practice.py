"""A practice's page: why it is listed or not, what was done, and what a manager changes there."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.builders.contacts import add_touch
from tests.builders.office import ANN, BEA, MANAGER, MONDAY, Office, card, form_of

from quietdrop.config.overrides import OverrideSettings
from quietdrop.domain.assessment import Status
from quietdrop.domain.audit import AuditAction
from quietdrop.domain.book import BookRow
from quietdrop.domain.checkin import NO_CONTACT, Touch
from quietdrop.domain.decisions import DecisionKind
from quietdrop.domain.promise import Promise
from quietdrop.web.odds_chart import odds_chart

PAGE = "/desk/practice?id="


@pytest.fixture
def desk(office: Office) -> Office:
    """The office, with a book of two liaisons, a manager signed in, and a new name to confirm."""
    lakeside = card(
        "P1",
        "Lakeside Family Medicine",
        ANN,
        alike_id="P3",
        alike_name="Harbor Clinic",
        alike_why="the same phone",
        our_side="Their patients wait 9 days.",
        would_change=("4 in the week to July 5 would clear it.",),
    )
    cards = [lakeside, *(one for one in office.store.cards.all() if one.practice_id != "P1")]
    with office.store.begin() as conn:
        office.store.cards.save(conn, cards)
        rows = [("P1", ANN, "Ann Whitaker"), ("P9", BEA, "Bea Ortiz")]
        office.store.book.save(
            conn,
            [BookRow(p, p, email, Status.DRIFTING, liaison_name=name) for p, email, name in rows],
        )
    office.sign_in()
    return office


def send(office: Office, practice: str = "P1", **fields: str) -> tuple[int, str]:
    form = form_of(office.client.get(PAGE + practice).text)
    sent = office.client.post(PAGE + practice, data={"form": form, **fields})
    if sent.status_code == 303:
        return 303, office.client.get(office.path(sent.location or "")).text
    return sent.status_code, sent.text


def test_it_says_why_they_are_listed_what_would_change_it_and_who_sends(desk: Office) -> None:
    page = desk.client.get(f"{PAGE}P1").text
    assert "Why they are listed" in page
    assert "4 in the week to July 5 would clear it." in page
    for words in ("Ann Whitaker", "Dr. Alvarez", "Spine", "13 usual ones", "tel:"):
        assert words in page, words
    assert page.count('class="wk"') == 52
    assert "<dt>Who</dt>" not in page  # the table has it, on a basis of its own
    assert "<dt>What</dt>" not in page
    assert page.count("Their patients wait 9 days.") == 1


@pytest.mark.parametrize(
    ("table", "listed"),
    [("", 50), ('territory = "North"\nalert_probability = 0.7', 70), ('tier = "C"', 50)],
)
def test_the_odds_are_measured_by_what_holds_for_this_practice(
    desk: Office, monkeypatch: pytest.MonkeyPatch, table: str, listed: int
) -> None:
    odds = [(MONDAY - timedelta(weeks=1), 0.2), (MONDAY, 0.62)]
    monkeypatch.setattr("quietdrop.store.book.Book.odds_of", lambda *_: odds)
    tables = (OverrideSettings(**tomllib.loads(table)),) if table else ()
    desk.settings = desk.settings.model_copy(update={"override": tables})
    page = desk.client.get(f"{PAGE}P1").text
    assert f"listed from {listed}<" in page
    assert "<title>Jul 6: 62 % sure</title>" in page


def test_a_steady_practice_says_why_it_is_not_listed(desk: Office) -> None:
    steady = card("P3", "Harbor Clinic", ANN, not_listed="Not listed: as much as ever.")
    with desk.store.begin() as conn:
        desk.store.cards.save(conn, [replace(steady, status=Status.STEADY)])
    page = desk.client.get(f"{PAGE}P3").text
    assert "Why they are not listed" in page
    assert "as much as ever" in page
    assert "Close the check-in" not in page


def test_one_timeline_holds_what_was_promised_done_and_found_the_newest_first(
    desk: Office,
) -> None:
    add_touch(desk.store, Touch(MONDAY, "P1", ANN, "visit", "Dana", "could not reach"), "Hush")
    promise = Promise("P1", "call back", MONDAY, date(2026, 7, 9), ANN, ANN)
    with desk.store.begin() as conn:
        desk.store.promises.save(conn, promise)
    page = desk.client.get(f"{PAGE}P1").text
    story = page[page.index('id="story"') :]
    places = [
        story.index(words)
        for words in ("Promised: call back", "Visit, Ann Whitaker with Dana", "likely began")
    ]
    assert places == sorted(places)
    assert "Hush" not in page


def test_an_unknown_practice_is_refused(desk: Office) -> None:
    for asked in ("P77", "", "%00", "x" * 3000):
        assert desk.client.get(PAGE + asked).status_code == 404


# Changes.


def test_it_is_given_to_another_liaison_who_has_it_at_once(desk: Office) -> None:
    status, page = send(desk, do="give", liaison=BEA)
    assert status == 303
    assert "She has them from now on" in page
    assert "Bea Ortiz" in page
    [decision] = desk.store.decisions.all()
    assert (decision.kind, decision.subject, decision.value, decision.decided_by) == (
        *(DecisionKind.ASSIGNMENT, "P1", BEA, MANAGER),
    )
    assert "Lakeside" in desk.client.get(desk.path(desk.mail.my_list(BEA))).text
    assert "Given to Bea Ortiz by mo@example.com" in page


def test_it_is_hidden_for_some_weeks(desk: Office) -> None:
    assert send(desk, do="hide", weeks="4")[0] == 303
    [snooze] = desk.store.snoozes.all()
    assert snooze.until == desk.desk.today() + timedelta(weeks=4)


def test_its_check_in_is_closed_with_a_reason(desk: Office) -> None:
    status, page = send(desk, do="close", why="retired")
    assert status == 303
    assert "Why they are not listed" in page
    [touch] = desk.store.touches.all("P1")
    assert (touch.outcome, touch.liaison, touch.kind) == ("retired", MANAGER, NO_CONTACT)
    entry = desk.store.audit.entries()[0]
    assert (entry.action, entry.about, entry.detail) == (AuditAction.ANSWERED, "P1", "retired")
    assert send(desk, do="close", why="retired")[0] == 422, "nothing is open any more"


def test_what_was_answered_last_is_taken_back_until_the_next_run(desk: Office) -> None:
    send(desk, do="close", why="retired")
    answered = desk.store.answers.last_of("P1")
    assert answered is not None
    assert send(desk, do="take back", answer="99")[0] == 422
    status, page = send(desk, do="take back", answer=str(answered.id))
    assert status == 303
    assert "Why they are listed" in page
    assert desk.store.touches.all("P1") == []
    assert desk.store.audit.entries()[0].action is AuditAction.UNDID


def test_a_complaint_is_not_hidden_and_ends_by_being_resolved(desk: Office) -> None:
    assert "Hide them for a while" not in desk.client.get(f"{PAGE}P2").text
    assert send(desk, "P2", do="hide", weeks="2")[0] == 422
    assert send(desk, "P2", do="close", why="nothing wrong")[0] == 422
    assert desk.store.snoozes.all() == []
    assert send(desk, "P2", do="close", why="resolved")[0] == 303


@pytest.mark.parametrize(
    ("do", "kind"), [("same", DecisionKind.ALIAS), ("apart", DecisionKind.REFUSED_ALIAS)]
)
def test_a_new_name_is_confirmed_or_refused_and_taken_back(
    desk: Office, do: str, kind: DecisionKind
) -> None:
    assert "A new name?" in desk.client.get(f"{PAGE}P1").text
    status, page = send(desk, do=do, other="P3")
    assert status == 303
    assert "A new name?" not in page
    [decision] = desk.store.decisions.all()
    assert (decision.kind, decision.subject, decision.value) == (kind, "P3", "P1")
    status, page = send(desk, do="undo", decision=str(decision.id))
    assert status == 303
    assert "A new name?" in page
    assert [entry.action for entry in desk.store.audit.entries()][:2] == [
        AuditAction.UNDID,
        AuditAction.DECIDED,
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"do": "drop"},
        {"do": "hide", "weeks": "9999"},
        {"do": "hide"},
        {"do": "give", "liaison": "nobody"},
        {"do": "give", "liaison": ANN},
        {"do": "close", "why": "forgotten"},
        {"do": "same", "other": "P9"},
        {"do": "undo", "decision": "1"},
        {"do": "undo", "decision": "x"},
    ],
)
def test_what_makes_no_sense_changes_nothing(desk: Office, fields: dict[str, str]) -> None:
    page = desk.client.get(f"{PAGE}P1").text
    before = desk.tables()
    sent = desk.client.post(f"{PAGE}P1", data={"form": form_of(page), **fields})
    assert sent.status_code == 422
    assert 'role="alert"' in sent.text
    assert desk.tables() == before


def test_a_form_from_elsewhere_changes_nothing(desk: Office) -> None:
    before = desk.tables()
    for form in ("", "x", desk.desk.form("sign in", timedelta(hours=1))):
        data = {"form": form, "do": "give", "liaison": BEA}
        assert desk.client.post(f"{PAGE}P1", data=data).status_code == 400
    assert desk.tables() == before


# How sure we were.


def test_the_odds_are_drawn_over_the_weeks_between_their_levels() -> None:
    odds = [(MONDAY + timedelta(weeks=n), p) for n, p in enumerate((0.05, 0.3, 0.95))]
    drawn = odds_chart(odds, 0.5, 0.25)
    assert drawn is not None
    heights = [float(point.split(",")[1]) for point in drawn.points.split()]
    assert heights == sorted(heights, reverse=True)
    (_, listed), (_, watched) = drawn.limits
    assert heights[1] < watched < heights[0]
    assert heights[2] < listed < heights[1]
    assert (drawn.first_label, drawn.last_label) == ("Jul 6", "Jul 20")


def test_one_week_makes_no_line() -> None:
    assert odds_chart([(MONDAY, 0.5)], 0.5, 0.25) is None
