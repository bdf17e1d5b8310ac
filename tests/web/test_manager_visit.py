"""A manager logs a visit from any practice's page, with a next step, and undoes it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.builders.contacts import add_snooze, add_touch
from tests.builders.office import ANN, BEA, MANAGER, MONDAY, Office

from quietdrop.domain.assessment import Status
from quietdrop.domain.book import BookQuery, BookRow
from quietdrop.domain.checkin import Snooze, Touch
from quietdrop.web.visit import owners_of

FORM, PRACTICE = "/desk/visit?id=", "/desk/practice?id="


@pytest.fixture
def desk(office: Office) -> Office:
    with office.store.begin() as conn:
        rows = [("P1", ANN, "Ann Whitaker"), ("P9", BEA, "Bea Ortiz")]
        office.store.book.save(
            conn,
            [BookRow(p, p, email, Status.DRIFTING, liaison_name=name) for p, email, name in rows],
        )
    office.sign_in()
    return office


def hidden(page: str) -> dict[str, str]:
    """What the one form of the page carries unseen."""
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]+)"', page))


def log(office: Office, practice: str = "P1", **fields: str) -> tuple[int, str]:
    page = office.client.get(FORM + practice).text.partition("<main")[2]
    sent = office.client.post(FORM + practice, data=hidden(page) | fields)
    return sent.status_code, sent.text


def undo_data(page: str) -> list[dict[str, str]]:
    forms = re.findall(r"<form [^>]*>(?:<input[^>]*>)*<button[^>]*>Undo.*?</form>", page)
    return [hidden(form) for form in forms]


def test_every_practices_page_leads_to_the_form(desk: Office) -> None:
    for practice in ("P1", "P9"):
        assert (
            f'href="{desk.url}{FORM}{practice}">Log a visit<'
            in desk.client.get(PRACTICE + practice).text
        )
    form = desk.client.get(f"{FORM}P9").text
    assert "Willow Clinic" in form
    assert "Bea Ortiz" in form, "the liaison may be asked to keep it"


def test_a_visit_is_logged_with_a_next_step_for_the_liaison(desk: Office) -> None:
    status, page = log(
        desk,
        "P9",
        kind="call",
        whom="Dana",
        learned="Hush",
        next="Send notes",
        by="2026-07-10",
        owner=BEA,
    )
    assert status == 200
    assert "Recorded: call, July 7" in page
    assert "Promised: Send notes, by Friday, July 10. Bea Ortiz." in page
    assert "Hush" not in page + desk.client.get(f"{PRACTICE}P9").text
    [touch] = desk.store.touches.all("P9")
    assert touch == Touch(desk.desk.today(), "P9", MANAGER, "call", "Dana")
    [promise] = desk.store.promises.of("P9")
    assert (promise.owner, promise.liaison) == (BEA, MANAGER)
    assert "Send notes" in desk.client.get(desk.path(desk.mail.my_list(BEA))).text
    said = [(e.action, e.who, e.about) for e in desk.store.audit.entries()[:2]]
    assert said == [("promised", MANAGER, "P9"), ("logged", MANAGER, "P9")]


def test_it_is_undone_from_the_page_that_confirms_it(desk: Office) -> None:
    before = desk.store.book.page(BookQuery(text="P1")).rows
    _, page = log(desk, next="Send notes", by="2026-07-10")
    assert desk.store.book.page(BookQuery(text="P1")).rows != before
    [data] = undo_data(page)
    undone = desk.client.post(f"{PRACTICE}P1", data=data)
    assert undone.status_code == 303
    assert (desk.store.touches.all("P1"), desk.store.promises.of("P1")) == ([], [])
    assert desk.store.book.page(BookQuery(text="P1")).rows == before
    assert desk.store.audit.entries()[0].action == "undid"
    assert desk.client.post(f"{PRACTICE}P1", data=data).status_code == 422


def test_the_timeline_undoes_what_anybody_recorded_since_the_last_run(desk: Office) -> None:
    log(desk, kind="lunch")
    form = hidden(desk.client.get(f"{PRACTICE}P1").text)["form"]
    desk.client.post(f"{PRACTICE}P1", data={"form": form, "do": "hide", "weeks": "2"})
    page = desk.client.get(f"{PRACTICE}P1").text
    assert "Lunch, mo@example.com" in page
    assert "Hidden until July 21" in page
    assert len(undo_data(page)) == 2
    for data in undo_data(page):
        assert desk.client.post(f"{PRACTICE}P1", data=data).status_code == 303
    assert (desk.store.touches.all("P1"), desk.store.snoozes.all()) == ([], [])
    log(desk)
    desk.store.runs.begin(MONDAY, True, desk.now + timedelta(minutes=1))
    assert undo_data(desk.client.get(f"{PRACTICE}P1").text) == []


def test_what_stood_before_the_last_run_or_came_from_the_source_has_no_undo(desk: Office) -> None:
    add_touch(desk.store, Touch(MONDAY, "P1", ANN, "call"))
    add_snooze(desk.store, Snooze("P1", MONDAY, MONDAY + timedelta(days=14)))
    listed = Touch(MONDAY, "P1", ANN, "visit", "Dana")
    with desk.store.begin() as conn:
        cards = [replace(c, touches=(listed,)) for c in desk.store.cards.all()]
        desk.store.cards.save(conn, cards)
    page = desk.client.get(f"{PRACTICE}P1").text
    assert "Visit, Ann Whitaker with Dana" in page
    assert undo_data(page) == []


def test_a_form_counts_once(desk: Office) -> None:
    page = desk.client.get(f"{FORM}P1").text.partition("<main")[2]
    sent = [desk.client.post(f"{FORM}P1", data=hidden(page)) for _ in range(2)]
    assert [one.status_code for one in sent] == [200, 409]
    assert len(desk.store.touches.all("P1")) == 1


def test_what_has_to_be_mended_is_said_and_the_limit_of_gifts_is_warned_of(desk: Office) -> None:
    status, page = log(desk, next="Send notes", by="day", by_day="soon")
    assert (status, "Nothing is recorded yet." in page) == (422, True)
    gift = {"kind": "lunch", "recipient": "Dr. Brandt", "cost": "536"}
    status, page = log(desk, **gift)
    assert (status, "the limit is $535" in page) == (422, True)
    assert desk.store.touches.all() == []
    assert log(desk, **gift, is_given="yes")[0] == 200


def test_forms_of_others_are_refused(desk: Office) -> None:
    page = hidden(desk.client.get(f"{FORM}P1").text.partition("<main")[2])
    for wrong in ({"form": ""}, {"once": ""}, {"once": page["form"]}, {"form": page["once"]}):
        assert desk.client.post(f"{FORM}P1", data=page | wrong).status_code == 400
    assert desk.client.get(f"{FORM}P77").status_code == 404
    assert desk.client.post(f"{FORM}P77", data=page).status_code == 404
    desk.client = desk.app.test_client()
    assert desk.client.get(f"{FORM}P1").status_code == 303
    assert desk.client.post(f"{FORM}P1", data=page).status_code == 403
    assert desk.store.touches.all() == []


@pytest.mark.parametrize("number", ["", "x", "0", "99", "9" * 30, "²"])
def test_a_number_that_is_nothing_of_this_practice_undoes_nothing(
    desk: Office, number: str
) -> None:
    _, page = log(desk, "P9")
    [data] = undo_data(page)
    sent = desk.client.post(f"{PRACTICE}P1", data=data)
    assert sent.status_code == 422, "the visit was to another practice"
    sent = desk.client.post(f"{PRACTICE}P9", data=data | {"answer": number})
    assert sent.status_code == 422
    assert len(desk.store.touches.all("P9")) == 1


def test_the_user_of_this_machine_has_no_address_and_promises_nothing_herself(
    office: Office,
) -> None:
    owners = owners_of(office.desk, "local: mo", office.store.cards.get("P1"))
    assert list(owners) == [ANN, MANAGER]
