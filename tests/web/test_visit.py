"""Logging a visit with its gift and next step, and undoing it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from tests.builders.office import ANN, BEA, MANAGER, MONDAY, Office
from tests.builders.week_page import form_of, home, week

from quietdrop.domain.checkin import Touch
from quietdrop.web.visit import MOST_VISITS


def visit(office: Office, path: str = "/visit", **fields: str) -> tuple[int, str]:
    page = office.client.get(home(office) + path).text
    given = {"form": form_of(page), "practice": "Harbor Clinic"} | fields
    sent = office.client.post(home(office) + path, data=given)
    return sent.status_code, sent.text


def undo_data(page: str) -> dict[str, str]:
    """What the page's one form to undo carries."""
    [form] = re.findall(r'<form method="post" action="[^"]+/undo">(.*?)</form>', page)
    return dict(re.findall(r'name="([^"]+)" value="([^"]+)"', form))


def test_a_visit_is_logged_with_its_next_step_and_undone(office: Office) -> None:
    status, page = visit(
        office,
        kind="lunch",
        when="2026-07-06",
        whom="Robin,  front desk",
        learned="Hush",
        next="Call back",
        by="2026-07-10",
        owner="mo@example.com",
    )
    assert status == 200
    assert "Recorded: lunch, July 6" in page
    assert "Call back, by Friday, July 10. mo@example.com, manager." in page
    [touch] = office.store.touches.all("P3")
    assert touch == Touch(MONDAY, "P3", ANN, "lunch", "Robin, front desk")
    [promise] = office.store.promises.open()
    assert (promise.due_on, promise.owner, promise.liaison) == (date(2026, 7, 10), MANAGER, ANN)
    assert "Hush" not in page + week(office)
    data = undo_data(page)
    assert "It no longer counts" in office.client.post(f"{home(office)}/undo", data=data).text
    assert "undone before" in office.client.post(f"{home(office)}/undo", data=data).text
    assert (office.store.touches.all("P3"), office.store.promises.open()) == ([], [])


def test_a_visit_counts_at_once(office: Office) -> None:
    reference = office.links.reference("practice", "P1")
    assert visit(office, f"/practice/{reference}/visit", kind="call")[0] == 200
    assert "Seen, and not back yet" in week(office)
    assert [touch.touched_on for touch in office.store.touches.all("P1")] == [office.desk.today()]


def test_one_form_sent_twice_counts_once(office: Office) -> None:
    page = office.client.get(f"{home(office)}/visit").text
    data = {"form": form_of(page), "practice": "Harbor Clinic"}
    sent = [office.client.post(f"{home(office)}/visit", data=data) for _ in range(2)]
    assert [one.status_code for one in sent] == [200, 409]
    assert "This was recorded before" in sent[1].text
    assert len(office.store.touches.all()) == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"practice": "Willow Clinic"}, "practice"),
        ({"practice": ""}, "practice"),
        ({"when": "2026-07-08"}, "when"),
        ({"when": "day", "when_day": "soon"}, "when"),
        ({"when": "day", "when_day": "2025-07-05"}, "when"),
        ({"whom": "x" * 121}, "whom"),
        ({"learned": "x" * 2001}, "learned"),
        ({"next": "x" * 121, "by": "2026-07-10"}, "next"),
        ({"next": "Call", "by": "day"}, "by"),
        ({"next": "Call", "by": "2026-07-05", "when": "2026-07-06"}, "by"),
        ({"next": "Call", "by": "2027-07-10"}, "by"),
        ({"cost": "much"}, "cost"),
        ({"recipient": "Dr. Brandt"}, "cost"),
    ],
)
def test_what_has_to_be_mended_is_said_beside_its_field_and_nothing_is_recorded(
    office: Office, unchanged: Callable[[], None], fields: dict[str, str], field: str
) -> None:
    status, page = visit(office, **fields)
    assert status == 422
    assert "Nothing is recorded yet." in page
    assert f'href="#{field}"' in page
    assert f'id="{field}' in page
    unchanged()


def test_a_gift_that_passes_the_limit_is_warned_of_before_it_is_recorded(office: Office) -> None:
    gift = {"kind": "lunch", "recipient": "Dr. Brandt", "cost": "500"}
    assert visit(office, **gift)[0] == 200
    status, page = visit(office, **gift | {"cost": "36"})
    assert status == 422
    assert "Dr. Brandt was given $500 in 2026. With $36 it is $536, and the limit is $535." in page
    assert len(office.store.touches.all()) == 1
    assert visit(office, **gift | {"cost": "36", "is_given": "yes"})[0] == 200
    reference = office.links.reference("practice", "P3")
    form = office.client.get(f"{home(office)}/practice/{reference}/visit").text
    assert "Dr. Brandt in 2026: $536 of $535." in form


def test_a_complaint_opens_a_check_in_and_both_are_undone(office: Office) -> None:
    status, page = visit(office, kind="complaint")
    assert status == 200
    assert "Their complaint is on your list" in page
    asked = [c for c in office.store.checkins.open(ANN) if c.practice_id == "P3"]
    assert [c.kind for c in asked] == ["complaint"]
    undone = office.client.post(f"{home(office)}/undo", data=undo_data(page))
    assert undone.status_code == 200
    assert [c for c in office.store.checkins.open(ANN) if c.practice_id == "P3"] == []


def test_a_drift_that_became_a_complaint_is_a_drift_again(office: Office) -> None:
    before = office.store.checkins.of("P1")
    _, page = visit(office, practice="Lakeside Family Medicine", kind="complaint")
    assert [c.kind for c in office.store.checkins.of("P1")] == ["complaint"]
    office.client.post(f"{home(office)}/undo", data=undo_data(page))
    assert office.store.checkins.of("P1") == before


def test_a_visit_is_undone_from_the_timeline_until_the_next_run(office: Office) -> None:
    visit(office, kind="lunch", next="Call back", by="2026-07-10")
    story = f"{home(office)}/practice/{office.links.reference('practice', 'P3')}"
    page = office.client.get(story).text
    assert "Lunch, " + ANN in page
    data = undo_data(page)
    office.store.runs.begin(MONDAY, False, office.now + timedelta(minutes=1))
    assert "Undo" in office.client.get(story).text, "a rehearsal is no run"
    office.store.runs.begin(MONDAY, True, office.now + timedelta(minutes=1))
    assert "Undo" not in office.client.get(story).text
    late = office.client.post(f"{home(office)}/undo", data=data)
    assert late.status_code == 409
    assert "The next run has begun since" in late.text
    assert len(office.store.touches.all("P3")) == 1


def test_visits_of_one_practice_are_undone_in_any_order(office: Office) -> None:
    _, first = visit(office, whom="Robin")
    visit(office, whom="Dana")
    undone = office.client.post(f"{home(office)}/undo", data=undo_data(first))
    assert undone.status_code == 200
    assert [touch.whom for touch in office.store.touches.all("P3")] == ["Dana"]


def test_who_has_lost_a_practice_undoes_nothing_there(office: Office) -> None:
    _, page = visit(office)
    with office.store.begin() as conn:
        office.store.book.move_practices(conn, ["P3"], BEA)
    undone = office.client.post(f"{home(office)}/undo", data=undo_data(page))
    assert undone.status_code == 403
    assert len(office.store.touches.all("P3")) == 1


def test_a_visit_its_promise_and_its_gift_stand_in_the_audit_without_their_words(
    office: Office,
) -> None:
    gift = {"cost": "84", "recipient": "Dr. Brandt"}
    _, page = visit(office, kind="lunch", learned="Hush", next="Call back", by="2026-07-10", **gift)
    entries = {entry.action: entry for entry in office.store.audit.entries()}
    assert {(str(a), e.who, e.about, e.detail) for a, e in entries.items()} == {
        ("logged", ANN, "P3", "lunch, July 7"),
        ("promised", ANN, "P3", f"by 2026-07-10, {ANN}"),
        ("gave", ANN, "P3", "84.00, for one person"),
    }
    office.client.post(f"{home(office)}/undo", data=undo_data(page))
    last = office.store.audit.entries()[0]
    assert (last.action, last.about, last.detail) == ("undid", "P3", "lunch, July 7")


def test_visits_of_one_mail_are_bounded_a_day(office: Office) -> None:
    codes = []
    for minute in range(MOST_VISITS + 2):
        office.now += timedelta(seconds=5)
        codes.append(visit(office, whom=str(minute))[0])
    assert codes == [200] * MOST_VISITS + [429] * 2
    assert len(office.store.touches.all()) == MOST_VISITS


def test_a_form_of_another_page_or_reader_is_refused(office: Office) -> None:
    page = office.client.get(f"{home(office, BEA)}/visit").text
    data = {"form": form_of(page), "practice": "Harbor Clinic"}
    assert office.client.post(f"{home(office)}/visit", data=data).status_code == 400
    assert (
        office.client.post(f"{home(office)}/undo", data=data | {"answer": "1"}).status_code == 400
    )
    assert office.store.touches.all() == []
