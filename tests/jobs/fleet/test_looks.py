"""What is remembered of the last look at each clinic."""

from __future__ import annotations

from datetime import UTC, datetime

from quietdrop.jobs.fleet.looks import Looks
from quietdrop.jobs.fleet.order import Outcome, State

SEVEN = datetime(2026, 7, 6, 7, tzinfo=UTC)


def test_a_clinic_that_has_left_the_fleet_leaves_the_page() -> None:
    looks = Looks()
    looks.expect(["lake", "hill"])
    looks.note(Outcome("hill", State.DONE), SEVEN)
    looks.expect(["hill", "moor"])
    assert [(look.name, look.outcome is not None) for look in looks.all()] == [
        ("hill", True),
        ("moor", False),
    ]
