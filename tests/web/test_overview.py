"""The overview: the week's numbers against the usual, who is at risk most, and what waits."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.builders.contacts import add_touch
from tests.builders.office import ANN, BEA, MANAGER, MONDAY, Office

from quietdrop.domain.assessment import Status
from quietdrop.domain.audit import FORGOTTEN, AuditAction, AuditEntry
from quietdrop.domain.book import BookRow
from quietdrop.domain.checkin import Touch
from quietdrop.domain.hazard import Covariate, HazardCard, Verdict
from quietdrop.domain.headlines import appended, headline
from quietdrop.store.runs import RunEnd, RunState

NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)
LEFT = {
    "weeks": [float(300 + n) for n in range(26)] + [312.0],
    "stake": [20.0] * 26 + [33.2],
    "waiting": [1.0] * 26 + [0.0],
    "falling": 2,
    "alike": [["P3", "Harbor Clinic", "Harbor Health"]],
}


def ran(office: Office, state: str = "done", **more: Any) -> None:
    run = office.store.runs.begin(MONDAY, True, NOW)
    summary = {"rows_read": 17117, "rejected": {"no date": 3}, "newest": "2026-07-05"}
    with office.store.begin() as conn:
        said = summary | {"headlines": LEFT, "statuses": {"steady": 2}} | more
        office.store.runs.finish(conn, run, RunEnd(RunState(state), "x", said), NOW)
        office.store.book.save(
            conn,
            [
                BookRow(
                    "P1", "Lakeside", ANN, Status.DRIFTING, liaison_name="Ann", stake=2.4, odds=0.9
                ),
                BookRow("P9", "Willow", BEA, Status.STEADY, liaison_name="Bea"),
            ],
        )


def page(office: Office, rest: str = "") -> str:
    answer = office.client.get(office.sign_in() + rest)
    assert answer.status_code == 200
    return answer.text


def test_three_numbers_stand_beside_what_is_usual(office: Office) -> None:
    ran(office)
    text = page(office)
    for words in ("312", "Usual: 302 to 322. <b>Within it.", "33.2", "More than usual."):
        assert words in text, words
    assert "At stake a week, over 2 practices" in text
    assert "Check-ins that wait too long, of 3" in text


def test_who_is_at_risk_most_leads_to_the_practice_and_the_book(office: Office) -> None:
    ran(office)
    text = page(office)
    assert 'practice?id=P1">Lakeside</a>' in text
    assert "−2.4" in text
    assert "book?status=not+steady" in text
    assert "Willow" not in text[: text.index("Liaisons")]


def test_what_waits_for_her_is_named_with_one_thing_to_do(office: Office) -> None:
    ran(office)
    add_touch(office.store, Touch(MONDAY, "P9", BEA, "call", "", "not mine"))
    with office.store.begin() as conn:
        [lakeside] = [c for c in office.store.checkins.open() if c.practice_id == "P1"]
        reminded = replace(lakeside, reminded_on=MONDAY - timedelta(weeks=1))
        office.store.checkins.save(conn, reminded)
    text = page(office)
    assert "Harbor Clinic seems to be Harbor Health now" in text
    assert "Bea would like to hand over" in text
    assert "1 check-in waits too long" in text
    assert "17,117 read, 3 not usable" in text


def test_held_digests_come_first_and_lead_to_their_page(office: Office) -> None:
    ran(office, "held", faults=["Nothing is new."])
    text = page(office)
    assert "Nothing is new." in text
    held = text[text.index("/h/") : text.index('">Look, then send')]
    assert "Nothing is new." in office.client.get(held).text


def test_without_a_run_it_says_what_fills_it(office: Office) -> None:
    assert "No run yet" in page(office)


def test_nothing_waiting_is_said(office: Office) -> None:
    ran(office, headlines=LEFT | {"alike": []})
    assert "Nothing waits for you." in page(office)


# The numbers.


def test_what_is_usual_lies_between_nine_in_ten_and_one_in_ten_of_the_half_year() -> None:
    usual = [float(n) for n in range(1, 27)]
    assert (headline([*usual, 4.0]).low, headline([*usual, 4.0]).high) == (3.0, 23.0)
    for value, verdict in ((2.9, "Less"), (3.0, "Within"), (23.0, "Within"), (23.1, "More")):
        assert headline([*usual, value]).verdict.startswith(verdict)


@pytest.mark.parametrize(("weeks", "is_known"), [(6, False), (7, True)])
def test_nothing_is_usual_before_some_weeks(weeks: int, is_known: bool) -> None:
    assert bool(headline([1.0] * weeks).verdict) is is_known


def test_a_run_adds_its_values_and_keeps_a_half_year() -> None:
    values: tuple[float, ...] = ()
    for n in range(40):
        values = appended(values, float(n))
    assert values == tuple(float(n) for n in range(13, 40))


# The audit.


def test_the_audit_says_who_did_what_and_what_was_forgotten(office: Office) -> None:
    ran(office)
    with office.store.begin() as conn:
        for about in ("P1", FORGOTTEN):
            entry = AuditEntry(NOW, ANN, AuditAction.ANSWERED, about, "=retired")
            office.store.audit.add(conn, entry)
    text = page(office, "/audit")
    assert 'practice?id=P1">Lakeside</a>' in text
    assert text.count(FORGOTTEN) == 1
    assert "answered: =retired" in text
    table = list(csv.DictReader(io.StringIO(office.client.get("/desk/audit.csv").text)))
    assert {row["detail"] for row in table} == {"'=retired", "mail"}
    assert {row["who"] for row in table} == {ANN, MANAGER}


def test_the_audit_is_read_in_pages(office: Office) -> None:
    with office.store.begin() as conn:
        for n in range(60):
            entry = AuditEntry(NOW - timedelta(minutes=n), ANN, AuditAction.ANSWERED, "", f"n{n}")
            office.store.audit.add(conn, entry)
    assert "Older" in page(office, "/audit")
    last = page(office, "/audit?page=2")
    assert "n59" in last
    assert "Older" not in last


def test_what_precedes_drops_stands_with_the_data_where_it_was_learned(office: Office) -> None:
    ran(office)
    assert "Before drops" not in page(office)
    card = HazardCard(MONDAY, Verdict.USED, {Covariate.COMPLAINT: 0.8}, practices=300, drops=51.0)
    ran(office, hazard=card.for_the_store())
    assert "a drop is likelier after: a complaint (2.2 × as likely)" in page(office)
