"""A round of sending, and what the managers are told of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import cast

import pytest

from quietdrop.config import Settings, SourceSettings
from quietdrop.config.settings import DigestSettings, ScheduleSettings
from quietdrop.delivery.deliver import deliver, owe_notices
from quietdrop.delivery.mailer import Mailer
from quietdrop.delivery.sender import SendReport
from quietdrop.delivery.smtp_replies import Fate, Outcome
from quietdrop.domain.mail import Mail
from quietdrop.store import Store

NOW = datetime(2026, 7, 7, 3, tzinfo=UTC)  # still Monday evening in New York
MONDAY = date(2026, 7, 6)
MANAGERS = ("m@x.example", "n@x.example")
SETTINGS = Settings(
    source=SourceSettings(referrals="-"),
    digest=DigestSettings(managers=MANAGERS),
    schedule=ScheduleSettings(timezone="America/New_York"),
)
NEVER = Outcome(Fate.REFUSED, 550, "no", permanent=True)


class Answers:
    """A mailer that refuses some recipients for good, and keeps what it took."""

    def __init__(self, *refused: str) -> None:
        self.refused = refused
        self.taken: list[tuple[str, str]] = []

    def send(self, recipient: str, mime: bytes) -> Outcome:
        if recipient in self.refused:
            return NEVER
        message = message_from_bytes(mime, policy=policy.default)
        body = message.get_body(("plain",))
        self.taken.append((recipient, "" if body is None else str(body.get_content())))
        return Outcome(Fate.ACCEPTED)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(f"sqlite:///{tmp_path}/store.db")


def owe(store: Store, *recipients: str, created: datetime = NOW) -> None:
    run_id = store.runs.begin(MONDAY, True, created)
    with store.begin() as conn:
        for name in recipients:
            mail = Mail(name, MONDAY, "digest", "first", "Hello", f"<{name}>", b"Subject: x\n\nx")
            assert store.outbox.owe(conn, run_id, mail, created)


def round_of(
    store: Store, mailer: Answers, now: Callable[[], datetime] = lambda: NOW
) -> SendReport:
    return deliver(SETTINGS, store, cast(Mailer, mailer), now)


def test_what_arrives_is_told_to_nobody(store: Store) -> None:
    owe(store, "a@x.example")
    mailer = Answers()
    assert round_of(store, mailer) == SendReport(sent=1)
    assert [who for who, _ in mailer.taken] == ["a@x.example"]
    assert owe_notices(SETTINGS, store, NOW) == 0


def test_what_fails_is_told_to_each_manager_once_in_the_same_round(store: Store) -> None:
    owe(store, "a@x.example", "b@x.example")
    mailer = Answers("a@x.example")
    report = round_of(store, mailer)
    assert (report.sent, report.failed) == (3, 1)
    assert [who for who, _ in mailer.taken] == ["b@x.example", *MANAGERS]
    for _, text in mailer.taken[1:]:
        words = " ".join(text.split())
        assert "The digest of July 6 for a@x.example was not delivered" in words
        assert "b@x.example" not in words
    assert store.outbox.to_report() == []
    assert round_of(store, mailer) == SendReport()


def test_what_arrives_late_is_told_with_the_day_on_which_it_did(store: Store) -> None:
    owe(store, "a@x.example", created=NOW - timedelta(hours=4))
    mailer = Answers()
    assert round_of(store, mailer) == SendReport(sent=3)
    assert [who for who, _ in mailer.taken] == ["a@x.example", *MANAGERS]
    words = " ".join(mailer.taken[1][1].split())
    assert "1 message of July 6 went out late, the last on July 6" in words


def test_what_fails_after_the_day_s_notice_waits_for_the_next_day(store: Store) -> None:
    owe(store, "a@x.example")
    mailer = Answers("a@x.example", "b@x.example")
    round_of(store, mailer)
    later = NOW + timedelta(minutes=30)
    run_id = store.runs.begin(date(2026, 7, 7), True, later)
    with store.begin() as conn:
        mail = Mail(
            *("b@x.example", MONDAY, "digest", "second", "Hello", "<b>"), b"Subject: x\n\nx"
        )
        assert store.outbox.owe(conn, run_id, mail, later)
    report = round_of(store, mailer, lambda: later)
    assert (report.sent, report.failed) == (0, 1)
    assert [row.recipient for row in store.outbox.to_report()] == ["b@x.example"]
    assert owe_notices(SETTINGS, store, later) == 0
    assert owe_notices(SETTINGS, store, later + timedelta(days=1)) == 2
    assert store.outbox.to_report() == []
