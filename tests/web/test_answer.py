"""What the page behind a check-in shows, what is chosen on it, and what becomes of that."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.builders.forms import fill, form_of
from tests.builders.office import ANN, Office

TODAY = date(2026, 7, 7)


def state(office: Office, practice: str) -> tuple[str, str]:
    [checkin] = [c for c in office.store.checkins.all() if c.practice_id == practice]
    return checkin.state, checkin.outcome


def test_the_page_shows_the_card_and_asks_for_what_was_learned(office: Office) -> None:
    page = office.client.get(office.answer("P1"))
    assert page.status_code == 200
    for words in (
        "Lakeside Family Medicine",
        "Usually 3 a week; 4 since May 18, where 20 were expected.",
        "(555) 010-2030",
        "What is working with us, and what is not?",
        "never name a patient",
        "<svg",
        "<caption>Referrals a week</caption>",
    ):
        assert words in page.text
    for choice in ("fixed", "ours", "theirs", "away", "unreached", "not-mine"):
        assert f'name="learned" id="{choice}" value="{choice}"' in page.text
    for outcome in ("access", "report-back", "complaint", "staff change", "retired", "seasonal"):
        assert f'value="{outcome}"' in page.text
    complaint = office.client.get(office.answer("P2")).text
    assert 'id="away"' not in complaint
    assert "Stays open until you say that their complaint is resolved." in complaint
    assert "listed again" not in complaint


def chosen(page: str, name: str = "learned") -> list[str]:
    return re.findall(rf'name="{name}"[^>]* value="([^"]+)" checked', page)


@pytest.mark.parametrize(
    ("action", "choice", "kind"),
    [("visit", "fixed", "visit"), ("known", "theirs", "no contact"), ("snooze", "away", "visit")],
)
def test_a_tap_in_the_mail_lands_on_the_choice_already_made(
    office: Office, unchanged: Callable[[], None], action: str, choice: str, kind: str
) -> None:
    page = office.client.get(office.answer("P1", action)).text
    assert chosen(page) == [choice]
    assert f'<option value="{kind}" selected>' in page
    assert chosen(page, "until") == (
        [str(TODAY + timedelta(weeks=4))] if action == "snooze" else []
    )
    unchanged()


def test_where_our_side_stands_out_that_is_the_choice_already_made(office: Office) -> None:
    card = office.store.cards.get("P1")
    assert card is not None
    with office.store.begin() as conn:
        office.store.cards.save(conn, [replace(card, our_side="2 notes not sent back")])
    assert chosen(office.client.get(office.answer("P1")).text) == ["ours"]


@pytest.mark.parametrize("action", ["visit", "snooze"])
def test_nothing_that_ends_a_complaint_is_chosen_beforehand(office: Office, action: str) -> None:
    assert chosen(office.client.get(office.answer("P2", action)).text) == []


@pytest.mark.parametrize(
    ("fields", "outcome", "kind"),
    [
        ({"learned": "fixed"}, "nothing wrong", "visit"),
        ({"learned": "ours", "ours": "report-back"}, "report-back", "visit"),
        ({"learned": "theirs", "theirs": "acquired", "kind": "call"}, "acquired", "call"),
        ({"learned": "away", "until": "2026-08-04"}, "vacation", "visit"),
        ({"learned": "away", "until": "day", "until_day": "2026-08-04"}, "vacation", "visit"),
        ({"learned": "away", "until_day": "2026-08-04"}, "vacation", "visit"),
        ({"learned": "unreached"}, "could not reach", "call"),
        ({"learned": "unreached", "tried": "note", "kind": "visit"}, "could not reach", "note"),
        ({"learned": "not-mine"}, "not mine", "visit"),
    ],
)
def test_a_choice_and_its_follow_up_come_to_one_of_the_outcomes(
    office: Office, fields: dict[str, str], outcome: str, kind: str
) -> None:
    status, _ = fill(office, office.answer("P1"), **fields)
    assert status == 200
    [touch] = office.store.touches.all()
    assert (touch.outcome, touch.kind) == (outcome, kind)


def test_only_the_follow_up_of_the_choice_is_read(office: Office) -> None:
    status, _ = fill(
        office,
        office.answer("P1"),
        learned="ours",
        ours="access",
        theirs="retired",
        until="2020-01-01",
        tried="note",
    )
    assert status == 200
    [touch] = office.store.touches.all()
    assert (touch.outcome, touch.snooze_until, touch.kind) == ("access", None, "visit")


def test_a_next_step_is_promised_with_its_day(office: Office) -> None:
    path = office.answer("P1")
    status, page = fill(office, path, learned="fixed", next_step="Send the card")
    assert status == 422
    assert "Please give the day by which it will be done" in page
    status, _ = fill(office, path, learned="fixed", next_step="Send the card", next_by="2026-07-10")
    assert status == 200
    [promise] = office.store.promises.open()
    assert (promise.what, promise.due_on, promise.owner) == (
        "Send the card",
        date(2026, 7, 10),
        ANN,
    )


def test_a_reason_that_was_known_is_no_visit(office: Office) -> None:
    path = office.answer("P1", "known")
    assert '<option value="no contact" selected>I knew it already</option>' in office.client.get(
        path
    ).text.replace("\n", "")
    status, _ = fill(office, path, outcome="vacation", kind="no contact", until="2026-08-03")
    assert status == 200
    [touch] = office.store.touches.all()
    assert (touch.kind, touch.outcome) == ("no contact", "vacation")
    assert "<dt>Last</dt>" not in office.client.get(office.answer("P1", "snooze")).text


def test_an_answer_is_recorded_with_its_consequence_and_its_note_is_shown_nowhere(
    office: Office,
) -> None:
    path = office.answer("P1")
    status, page = fill(office, path, outcome="access", kind="call", whom=" Dana  Lee", note="Hush")
    assert status == 200
    assert "Access. Closed." in page
    assert state(office, "P1") == ("closed", "access")
    [touch] = office.store.touches.all()
    assert (touch.touched_on, touch.liaison, touch.kind) == (TODAY, ANN, "call")
    assert (touch.whom, touch.outcome) == ("Dana Lee", "access")
    assert "Hush" in office.tables()["touch"][0]
    pages = [office.client.get(office.path(office.mail.my_list(ANN))).text, page]
    assert all("Hush" not in text for text in pages)


def test_a_snooze_hides_and_is_no_touch(office: Office) -> None:
    status, page = fill(office, office.answer("P1", "snooze"), learned="away", until="2026-08-03")
    assert status == 200
    assert "until August 3. Hidden until then." in page
    assert [(s.from_on, s.until) for s in office.store.snoozes.all()] == [(TODAY, date(2026, 8, 3))]
    assert office.store.touches.all() == []
    assert state(office, "P1") == ("open", "")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "Please choose what you learned."),
        ({"outcome": "bored"}, "Please choose what you learned."),
        ({"outcome": "vacation"}, "Please give the day until which"),
        ({"outcome": "vacation", "until": "soon"}, "Please give a day, as"),
        ({"outcome": "vacation", "until": "2026-07-07"}, "after today, and within a year"),
        ({"outcome": "vacation", "until": "2027-07-09"}, "after today, and within a year"),
        ({"learned": "ours"}, "Please choose what it was."),
        ({"learned": "theirs", "theirs": "access"}, "Please choose what it was."),
        ({"outcome": "access", "whom": "x" * 121}, "Please keep it to 120 letters."),
        ({"outcome": "access", "note": "x" * 2001}, "Please keep it to 2000 letters."),
    ],
)
def test_what_cannot_be_recorded_is_told_and_kept_to_be_mended(
    office: Office, unchanged: Callable[[], None], fields: dict[str, str], expected: str
) -> None:
    status, page = fill(office, office.answer("P1"), **fields)
    assert status == 422
    assert expected in page
    assert "Nothing is recorded yet." in page
    unchanged()


@pytest.mark.parametrize(
    ("fields", "until"),
    [
        ({"outcome": "vacation", "until": "2026-07-08"}, date(2026, 7, 8)),
        ({"outcome": "vacation", "until": "2027-07-08"}, date(2027, 7, 8)),
        ({"outcome": "access", "whom": "x" * 120, "note": "x" * 2000}, None),
    ],
)
def test_what_just_fits_is_recorded(
    office: Office, fields: dict[str, str], until: date | None
) -> None:
    status, _ = fill(office, office.answer("P1"), **fields)
    assert status == 200
    assert [touch.snooze_until for touch in office.store.touches.all()] == [until]


def test_a_complaint_stays_open_until_the_page_says_resolved(office: Office) -> None:
    status, page = fill(office, office.answer("P2"), outcome="access")
    assert "Stays open until you say that their complaint is resolved." in page
    assert state(office, "P2") == ("open", "")
    status, _ = fill(office, office.answer("P2", "known"), outcome="resolved")
    assert status == 200
    assert state(office, "P2") == ("closed", "resolved")


@pytest.mark.parametrize("action", ["visit", "known", "snooze"])
@pytest.mark.parametrize(
    "fields",
    [
        {"outcome": "nothing wrong"},
        {"outcome": "vacation", "until": "2026-08-03"},
        {"learned": "away", "until": "2026-08-03"},
        {"until": "2026-08-03"},
    ],
)
def test_no_form_hides_a_complaint(office: Office, action: str, fields: dict[str, str]) -> None:
    """Also not one that was made by hand: the page offers none of it."""
    status, page = fill(office, office.answer("P2", action), **fields)
    assert status == 422
    assert office.store.snoozes.all() == []
    assert office.store.touches.all() == []
    assert state(office, "P2") == ("open", "")
    if len(fields) > 1 or "outcome" in fields:
        assert "stays on your list until you say that it is resolved" in html.unescape(page)


def test_the_page_of_a_complaint_offers_nothing_that_hides_it(office: Office) -> None:
    page = office.client.get(office.answer("P2", "snooze")).text
    assert "stays on your list until you say that it is resolved" in page
    assert 'value="away"' not in page
    assert 'name="until"' not in page


def test_a_link_works_once_and_then_shows_what_was_recorded(office: Office) -> None:
    path = office.answer("P1")
    form = form_of(office.client.get(path).text)
    data = {"form": form, "outcome": "could not reach"}
    assert office.client.post(path, data=data).status_code == 200
    kept = office.tables()
    for again in (office.client.post(path, data=data), office.client.get(path)):
        assert again.status_code == 409
        assert "recorded on July 7 with this link: could not reach" in again.text
        assert "Nothing was recorded twice." in again.text
    assert office.tables() == kept
    [fresh] = set(re.findall(r'href="([^"]+/l/[^"/]+)"', again.text))
    page = office.client.get(office.path(fresh)).text
    [open_again] = re.findall(r'href="([^"]+/c/[^"]+)">Answer<span class="unseen">: Lake', page)
    status, _ = fill(office, office.path(open_again), outcome="retired")
    assert status == 200
    assert state(office, "P1") == ("closed", "retired")
