"""When a practice was last seen, and from when on that is long ago."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from quietdrop.checkins.history import History
from quietdrop.checkins.visits import (
    is_contact,
    last_contacts,
    records_began,
    revisit_days,
    weeks_between,
)
from quietdrop.domain.checkin import CheckIn, Kind, Touch

DAY = date(2026, 7, 6)
WEEKS = {"A": 6, "B": 13}


@pytest.mark.parametrize(
    ("kind", "outcome", "counts"),
    [
        ("visit", "", True),
        ("call", "nothing wrong", True),
        ("note", "", True),
        ("thank_you", "", True),
        ("call", "could not reach", False),
        ("no contact", "retired", False),
        ("complaint", "", False),
        ("visit", "complaint", True),
    ],
)
def test_a_contact_is_what_we_did(kind: str, outcome: str, counts: bool) -> None:
    assert is_contact(Touch(DAY, "P1", kind=kind, outcome=outcome)) is counts


def test_the_last_contact_is_the_latest_in_any_order() -> None:
    early, late = Touch(DAY, "P1"), Touch(DAY + timedelta(days=1), "P1")
    assert last_contacts([late, early]) == {"P1": late.touched_on}


def test_a_practice_is_due_its_tiers_weeks_after_its_last_contact() -> None:
    weeks = weeks_between({"P1": "a", "P2": "B", "P3": "C", "P4": "of no tier"}, WEEKS)
    days = revisit_days(weeks, {"P1": DAY, "P2": DAY, "P4": DAY}, {"P1": DAY})
    assert days == {"P1": DAY + timedelta(weeks=6), "P2": DAY + timedelta(weeks=13)}


def test_without_a_contact_it_is_counted_from_when_there_could_have_been_one() -> None:
    began = {"P1": DAY}
    assert revisit_days({"P1": 6, "P2": 6}, {}, began) == {"P1": DAY + timedelta(weeks=6)}


def test_a_new_installation_has_seen_nobody_and_misses_nobody() -> None:
    assert records_began(History(), DAY) == DAY
    history = History(
        touches=(Touch(DAY - timedelta(days=9), "P1"),),
        checkins=(CheckIn("P2", "", "", Kind.DRIFT, DAY - timedelta(days=7)),),
    )
    assert records_began(history, DAY) == DAY - timedelta(days=9)
