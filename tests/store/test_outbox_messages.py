"""A message of the outbox from owed to settled: each rule by value, on both sides of its moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from quietdrop.domain.errors import StoreError
from quietdrop.domain.mail import Mail, MessageState, Settled
from quietdrop.store import Store
from quietdrop.store.outbox import ClaimedMessage, MessageRow

NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)
DAY = date(2026, 7, 6)
SECOND, LEASE, A_DAY = timedelta(seconds=1), timedelta(minutes=10), timedelta(days=1)
ANN, BEA = "ann@example.com", "bea@example.com"
MAIL = Mail(ANN, DAY, "digest", "first", "Hello", "<1@example.com>", b"mime")
SENT = Settled(MessageState.SENT, None, "")
FAILED = Settled(MessageState.FAILED, None, "550", to_report=True)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """On every database the same statements are tried by test_outbox."""
    return Store.open(f"sqlite:///{tmp_path}/store.db")


def owe(store: Store, *mails: Mail, created: datetime = NOW) -> None:
    run_id = store.runs.begin(DAY, True, created)
    with store.begin() as conn:
        for mail in mails:
            assert store.outbox.owe(conn, run_id, mail, created)


def claim(store: Store, message_id: int = 1, now: datetime = NOW) -> ClaimedMessage:
    claimed = store.outbox.claim(message_id, now, LEASE)
    assert claimed is not None
    return claimed


def wait(store: Store, until: datetime) -> None:
    """The first message waits until then."""
    pause = Settled(MessageState.PENDING, until, "451")
    assert store.outbox.record_outcome(claim(store), pause, NOW)


def only(store: Store) -> MessageRow:
    [message] = store.outbox.messages()
    return message


def test_a_message_is_owed_once_per_recipient_period_and_kind(store: Store) -> None:
    others = (
        replace(MAIL, recipient=BEA, message_id="<2>"),
        replace(MAIL, period=DAY + A_DAY, message_id="<3>"),
        replace(MAIL, kind="held", message_id="<4>"),
    )
    owe(store, MAIL, *others)
    with store.begin() as conn:
        assert not store.outbox.owe(conn, 1, replace(MAIL, message_id="<5>"), NOW)
    assert len(store.outbox.messages()) == 4


def test_what_else_is_wrong_with_a_message_is_raised(store: Store) -> None:
    with pytest.raises(StoreError, match="a constraint"), store.begin() as conn:
        store.outbox.owe(conn, 99, MAIL, NOW)  # there is no such run


def test_a_message_that_is_owed_is_due_at_once(store: Store) -> None:
    owe(store, MAIL)
    assert only(store) == MessageRow(
        id=1,
        run_id=1,
        period=DAY,
        recipient=ANN,
        kind="digest",
        reason="first",
        subject="Hello",
        message_id="<1@example.com>",
        state=MessageState.PENDING,
        attempts=0,
        doubts=0,
        next_try=NOW,
        claimed_until=None,
        error="",
        created_at=NOW,
        sent_at=None,
        to_report=False,
    )
    assert store.outbox.due(NOW) == [1]


def test_the_messages_of_a_date_the_oldest_first(store: Store) -> None:
    owe(store, MAIL, replace(MAIL, recipient=BEA), replace(MAIL, period=DAY + A_DAY))
    assert [message.id for message in store.outbox.messages()] == [1, 2, 3]
    assert [message.id for message in store.outbox.messages(DAY)] == [1, 2]


def test_the_last_whole_digest_of_each_liaison(store: Store) -> None:
    def of(days: int, recipient: str = ANN, kind: str = "digest", reason: str = "first") -> Mail:
        period = DAY + days * A_DAY
        return Mail(recipient, period, kind, reason, "Hello", f"<{recipient}{days}>", b"")

    mails = [
        *(of(-8, BEA), of(-7), of(-6), of(-5, kind="held"), of(-4, reason="partial")),
        *(of(-3), of(0), of(-7, BEA)),
    ]
    owe(store, *mails)
    assert store.outbox.record_outcome(claim(store, 6), FAILED, NOW)
    whole = store.outbox.whole_digests(DAY - 7 * A_DAY, DAY, "partial")
    assert whole == {ANN: DAY - 6 * A_DAY, BEA: DAY - 7 * A_DAY}
    assert store.outbox.whole_digests(DAY - 6 * A_DAY, DAY + A_DAY, "partial") == {ANN: DAY}


@pytest.mark.parametrize(
    ("until", "due"),
    [
        (NOW, True),
        (NOW + SECOND, False),
        (NOW + A_DAY, False),
        (NOW + A_DAY + SECOND, True),  # no pause is so long: the clock has been set back since
    ],
)
def test_a_message_waits_for_its_next_try(store: Store, until: datetime, due: bool) -> None:
    owe(store, MAIL)
    wait(store, until)
    assert store.outbox.due(NOW) == ([1] if due else [])
    assert (store.outbox.claim(1, NOW, LEASE) is not None) is due


def test_who_waits_longest_is_first(store: Store) -> None:
    owe(store, MAIL, replace(MAIL, recipient=BEA), replace(MAIL, kind="held"))
    wait(store, NOW + SECOND)
    assert store.outbox.due(NOW + SECOND) == [2, 3, 1]


def test_a_message_is_claimed_by_one_who_may_send_it(store: Store) -> None:
    owe(store, MAIL, replace(MAIL, recipient=BEA))
    assert claim(store) == ClaimedMessage(1, ANN, DAY, "digest", b"mime", 1, 0, NOW)
    assert store.outbox.claim(1, NOW, LEASE) is None
    first, second = store.outbox.messages()
    assert (first.state, first.attempts, first.claimed_until) == ("sending", 1, NOW + LEASE)
    assert (second.state, second.attempts) == ("pending", 0)


def test_a_message_whose_sender_died_is_due_once_more(store: Store) -> None:
    owe(store, MAIL, replace(MAIL, recipient=BEA))
    claim(store)
    assert store.outbox.due(NOW + LEASE - SECOND) == [2]
    assert store.outbox.due(NOW + LEASE) == [2, 1]
    died = store.outbox.messages()[0]
    assert (died.state, died.next_try, died.doubts) == ("unknown", NOW + LEASE, 1)
    assert died.error == "the sender stopped before the outcome was recorded"
    assert not died.to_report
    assert claim(store, 1, NOW + LEASE).attempts == 2
    assert store.outbox.due(NOW + 2 * LEASE) == [2]
    died = store.outbox.messages()[0]
    assert (died.state, died.next_try, died.doubts) == ("unknown", None, 2)
    assert [message.id for message in store.outbox.to_report()] == [1]


def test_an_outcome_is_recorded_as_it_was(store: Store) -> None:
    owe(store, MAIL, replace(MAIL, recipient=BEA))
    doubt = Settled(MessageState.UNKNOWN, NOW + LEASE, "lost")
    assert store.outbox.record_outcome(claim(store), doubt, NOW)
    message, other = store.outbox.messages()
    assert (message.state, message.next_try, message.error) == ("unknown", NOW + LEASE, "lost")
    assert (message.doubts, message.sent_at, message.claimed_until) == (1, None, None)
    assert store.outbox.record_outcome(claim(store, 1, NOW + LEASE), SENT, NOW + LEASE)
    message, unchanged = store.outbox.messages()
    assert (message.state, message.sent_at, message.doubts) == ("sent", NOW + LEASE, 1)
    assert unchanged == other


def test_who_lost_the_lease_records_nothing_unless_the_message_was_sent(store: Store) -> None:
    owe(store, MAIL)
    late = claim(store)
    store.outbox.due(NOW + LEASE)
    again = claim(store, 1, NOW + LEASE)
    assert not store.outbox.record_outcome(late, FAILED, NOW + LEASE)
    assert only(store).state == "sending"
    assert store.outbox.record_outcome(late, SENT, NOW + LEASE)
    assert not store.outbox.record_outcome(again, SENT, NOW + LEASE)
    assert not store.outbox.record_outcome(again, FAILED, NOW + LEASE)
    assert only(store).state == "sent"


def test_what_has_waited_too_long_is_given_up(store: Store) -> None:
    owe(store, MAIL, replace(MAIL, kind="notice"), created=NOW - A_DAY)
    owe(store, replace(MAIL, recipient=BEA), created=NOW - A_DAY + SECOND)
    assert store.outbox.give_up(NOW - A_DAY - SECOND, "too late") == 0
    assert store.outbox.give_up(NOW - A_DAY, "too late") == 1
    states = [(m.state, m.error, m.next_try is None) for m in store.outbox.messages()]
    assert states == [("failed", "too late", True), *[("pending", "", False)] * 2]
    assert store.outbox.give_up(NOW, "too late") == 1


def test_managers_hear_of_what_is_theirs_to_know_the_oldest_first(store: Store) -> None:
    owe(store, MAIL, replace(MAIL, recipient=BEA), replace(MAIL, kind="notice"))
    for message_id in (2, 1, 3):
        assert store.outbox.record_outcome(claim(store, message_id), FAILED, NOW)
    assert [message.id for message in store.outbox.to_report()] == [1, 2]
    with store.begin() as conn:
        store.outbox.mark_reported(conn, [1])
    assert [message.id for message in store.outbox.to_report()] == [2]
