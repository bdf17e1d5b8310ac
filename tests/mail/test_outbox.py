"""When a message is tried again, and when it is given up: both sides of each boundary."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from quietdrop.mailer import Outcome
from quietdrop.outbox import expired, next_try, settle

NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)
LATER = Outcome("refused", 451, "later")


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 15), (2, 30), (3, 60), (6, 480), (7, 720), (50, 720)]
)
def test_pauses_grow_up_to_twelve_hours(attempts: int, minutes: int) -> None:
    assert next_try(attempts, NOW) - NOW == timedelta(minutes=minutes)


def test_a_message_expires_after_five_days_and_not_before() -> None:
    five_days = timedelta(days=5)
    assert not expired(NOW - five_days + timedelta(seconds=1), NOW)
    assert expired(NOW - five_days, NOW)


def test_what_becomes_of_each_outcome() -> None:
    assert settle(Outcome("accepted"), 1, 0, NOW, NOW).state == "sent"
    assert settle(LATER, 1, 0, NOW, NOW).state == "pending"
    assert settle(Outcome("refused", 550, "", True), 1, 0, NOW, NOW).state == "failed"
    assert settle(LATER, 9, 0, NOW, NOW - timedelta(days=6)).state == "failed"


def test_one_of_unknown_fate_is_sent_once_more_only() -> None:
    doubt = Outcome("unknown")
    assert settle(doubt, 1, 0, NOW, NOW).next_try is not None
    assert settle(doubt, 2, 1, NOW, NOW).next_try is None
