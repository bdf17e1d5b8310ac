"""Whom to ask for at a practice's desk."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from quietdrop.checkins.contacts import staff
from quietdrop.domain.checkin import Touch
from quietdrop.domain.directory import Person

DAY = date(2026, 7, 6)


def met(whom: str, day: date = DAY) -> Touch:
    return Touch(day, "A", whom=whom)


def test_the_directory_names_who_is_there_and_not_who_left() -> None:
    people = [
        Person("A", "", "Dana", "Front Desk"),
        Person("A", "", "Lee", "coordinator"),
        Person("A", "", "Kim", "front desk", left_on=DAY),
        Person("A", "1", "Alvarez", "MD"),
    ]
    names = staff(people, [met("Robin, front desk")], DAY)
    assert names == "Dana (front desk), Lee (coordinator)"


def test_who_leaves_later_is_still_there() -> None:
    kim = Person("A", "", "Kim", "front desk", left_on=DAY)
    assert staff([kim], [], DAY - timedelta(days=1)) == "Kim (front desk)"


@pytest.mark.parametrize(
    ("role", "named"),
    [
        ("Referral Coordinator", True),
        ("front-desk staff", True),
        ("MA", True),
        ("Medical Assistant", True),
        ("Physician Assistant", False),
        ("NP", False),
        ("", False),
    ],
)
def test_a_role_at_the_desk_is_known_by_its_words(role: str, named: bool) -> None:
    names = staff([Person("A", "", "Dana", role)], [], DAY)
    assert names == (f"Dana ({role.lower()})" if named else "")


@pytest.mark.parametrize(
    ("whom", "named"),
    [
        ("Robin, front desk", True),
        ("Robin (office coordinator)", True),
        ("front desk", False),
        ("the office manager", False),
        ("Dr. Alvarez", False),
        ("", False),
    ],
)
def test_else_a_touch_that_names_somebody_at_the_desk_does(whom: str, named: bool) -> None:
    assert staff([], [met(whom)], DAY) == (whom if named else "")


def test_the_latest_such_touch_counts() -> None:
    touches = [
        met("Robin, front desk", date(2026, 5, 4)),
        met("Dana, front desk", date(2026, 6, 1)),
        met("Dr. Alvarez", date(2026, 7, 1)),
    ]
    assert staff([], touches, DAY) == "Dana, front desk"


def test_at_most_three_are_named() -> None:
    people = [Person("A", "", name, "front desk") for name in ("Dana", "Lee", "Kim", "Robin")]
    assert staff(people, [], DAY) == "Dana (front desk), Lee (front desk), Kim (front desk)"
