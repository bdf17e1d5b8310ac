"""An answer can be undone through its link until the next run; all of it stays on record."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from tests.builders.forms import fill, form_of
from tests.builders.office import ANN, MONDAY, Office

from quietdrop.domain.checkin import CheckIn, Kind


def undo_form(page: str) -> tuple[str, str]:
    """Where the form that undoes is sent, and what it holds."""
    [(url, form)] = re.findall(
        r'<form method="post" action="([^"]+)"><input type="hidden" name="form" value="([^"]+)">'
        r'<button class="button" type="submit">Undo',
        page,
    )
    return url, form


def undo(office: Office, page: str) -> tuple[int, str]:
    url, form = undo_form(page)
    sent = office.client.post(office.path(url), data={"form": form})
    return sent.status_code, sent.text


def checkin(office: Office, practice: str = "P1") -> CheckIn:
    [match] = [c for c in office.store.checkins.all() if c.practice_id == practice]
    return match


@pytest.mark.parametrize(
    ("practice", "fields"),
    [
        ("P1", {"learned": "theirs", "theirs": "retired"}),
        ("P1", {"learned": "ours", "ours": "complaint"}),
        ("P1", {"learned": "unreached"}),
        ("P1", {"learned": "fixed", "next_step": "Call back", "next_by": "2026-07-09"}),
        ("P2", {"learned": "fixed"}),
    ],
)
def test_after_undoing_all_is_as_it_was_but_for_the_record(
    office: Office, practice: str, fields: dict[str, str]
) -> None:
    before = checkin(office, practice)
    _, page = fill(office, office.answer(practice), **fields)
    assert office.store.touches.all()
    status, page = undo(office, page)
    assert status == 200
    assert "Undone for " in page
    assert checkin(office, practice) == before
    assert office.store.touches.all() == []
    assert office.store.promises.open() == []
    tables = office.tables()
    assert len(tables["touch"]) == 1
    said = [entry.action for entry in office.store.audit.entries() if entry.action != "promised"]
    assert said == ["undid", "answered"]
    assert {entry.who for entry in office.store.audit.entries()} == {ANN}


def test_a_snooze_is_undone_as_well(office: Office) -> None:
    path = office.answer("P1", "snooze")
    _, page = fill(office, path, learned="away", until="2026-08-03")
    assert len(office.store.snoozes.all()) == 1
    assert undo(office, page)[0] == 200
    assert office.store.snoozes.all() == []
    assert len(office.tables()["snooze"]) == 1


def test_the_link_can_answer_again_and_that_can_be_undone_again(office: Office) -> None:
    path = office.answer("P1")
    for theirs in ("retired", "moved"):
        _, page = fill(office, path, learned="theirs", theirs=theirs)
        assert office.client.get(path).status_code == 409
        assert undo(office, page)[0] == 200
        assert office.client.get(path).status_code == 200
    assert checkin(office).state == "open"


def test_it_is_offered_wherever_the_link_leads_until_the_next_run(office: Office) -> None:
    path = office.answer("P1")
    _, page = fill(office, path, learned="theirs", theirs="retired")
    again = office.client.get(path).text
    assert undo_form(again)[0] == undo_form(page)[0]
    office.store.runs.begin(MONDAY + timedelta(days=7), True, office.now + timedelta(minutes=1))
    assert ">Undo<" not in office.client.get(path).text
    status, page = undo(office, again)
    assert status == 409
    assert "The next run has begun since" in page
    assert checkin(office).state == "closed"


def test_a_rehearsal_is_no_run(office: Office) -> None:
    _, page = fill(office, office.answer("P1"), learned="fixed")
    office.store.runs.begin(MONDAY + timedelta(days=7), False, office.now + timedelta(minutes=1))
    assert undo(office, page)[0] == 200


def test_the_later_answer_is_undone_first(office: Office) -> None:
    _, first = fill(office, office.answer("P1"), learned="unreached")
    _, second = fill(office, office.answer("P1", "known"), learned="theirs", theirs="moved")
    status, page = undo(office, first)
    assert (status, checkin(office).state) == (409, "closed")
    assert "Somebody has answered again since." in page
    assert undo(office, second)[0] == 200
    assert undo(office, first)[0] == 200
    assert office.store.touches.all() == []


def test_undoing_twice_changes_nothing_more(office: Office) -> None:
    _, page = fill(office, office.answer("P1"), learned="unreached")
    assert undo(office, page)[0] == 200
    kept = office.tables()
    status, page = undo(office, page)
    assert status == 409
    assert "It was undone before." in page
    assert office.tables() == kept


def test_what_has_changed_since_is_not_overwritten(office: Office) -> None:
    _, page = fill(office, office.answer("P1"), learned="theirs", theirs="retired")
    with office.store.begin() as conn:
        office.store.checkins.save(
            conn, CheckIn("P1", "Lakeside", ANN, Kind.COMPLAINT, date(2026, 7, 7))
        )
    kept = office.tables()
    status, page = undo(office, page)
    assert status == 409
    assert "What became of it has changed since." in page
    assert office.tables() == kept


def test_only_a_form_of_the_links_own_pages_undoes(office: Office) -> None:
    path = office.answer("P1")
    form = form_of(office.client.get(path).text)
    _, page = fill(office, path, learned="fixed")
    url, _ = undo_form(page)
    for strange in ("", form):
        sent = office.client.post(office.path(url), data={"form": strange})
        assert sent.status_code == 400
    assert office.client.get(office.path(url)).status_code == 405
    assert len(office.store.touches.all()) == 1


def test_the_next_practice_on_her_list_is_shown(office: Office) -> None:
    _, page = fill(office, office.answer("P1"), learned="fixed")
    assert "Next on your list" in page
    assert "1 left to see" in page
    [answer] = re.findall(r'class="button primary" href="([^"]+)"', page)
    assert "&lt;script&gt;" in office.client.get(office.path(answer)).text
    _, page = fill(office, office.path(answer), learned="fixed")
    assert "Nobody left to see" in page
