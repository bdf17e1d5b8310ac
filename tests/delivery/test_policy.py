"""When a message is tried again, and when it is given up: both sides of each boundary."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from quietdrop.delivery.mailer import Outcome
from quietdrop.delivery.policy import (
    BETWEEN,
    EXPIRES_AFTER,
    LATE_AFTER,
    Decision,
    decide,
    may_be_mailed,
    next_try,
    settle,
    why_not_sent,
)
from quietdrop.delivery.smtp_replies import Fate
from quietdrop.domain.checkin import News
from quietdrop.domain.mail import MessageState, Settled

NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)
LATER = Outcome(Fate.REFUSED, 451, "later")


@pytest.mark.parametrize(
    ("address", "domains", "allowed"),
    [
        ("ann@clinic.example", (), True),
        ("ann@clinic.example", ("clinic.example",), True),
        ("ann@CLINIC.example", ("Clinic.Example",), True),
        ("ann@clinic.example", ("other.example", "clinic.example"), True),
        ("ann@mail.clinic.example", ("clinic.example",), False),
        ("ann@clinic.example.evil.example", ("clinic.example",), False),
        ("ann@notclinic.example", ("clinic.example",), False),
        ("ann@bücher.example", ("xn--bcher-kva.example",), True),
        ("ann", ("clinic.example",), False),
    ],
)
def test_mail_goes_only_to_the_domains_that_are_named(
    address: str, domains: tuple[str, ...], allowed: bool
) -> None:
    assert may_be_mailed(address, domains) is allowed


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 15), (2, 30), (3, 60), (6, 480), (7, 720), (50, 720)]
)
def test_pauses_grow_up_to_twelve_hours(attempts: int, minutes: int) -> None:
    assert next_try(attempts, NOW) - NOW == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("news", "reason"),
    [
        (News(1, 1, 1, 1), "first"),
        (News(0, 1, 1, 1), "worse"),
        (News(0, 0, 1, 1), "recovered"),
        (News(0, 0, 0, 1), "reminder"),
        (News(0, 0, 0, 0), "nothing to report"),
    ],
)
def test_the_reason_is_the_weightiest_part_of_the_digest(news: News, reason: str) -> None:
    assert decide(news, sent=False) == Decision(True, reason)
    assert decide(news, sent=True) == Decision(False, "told already")
    assert decide(news, sent=False, held=True) == Decision(False, "held back")


def test_what_becomes_of_each_outcome() -> None:
    assert settle(Outcome(Fate.ACCEPTED), 1, 0, NOW, NOW).state == "sent"
    assert settle(LATER, 1, 0, NOW, NOW).state == "pending"
    assert settle(Outcome(Fate.REFUSED, 550, "", True), 1, 0, NOW, NOW).state == "failed"
    assert settle(Outcome(Fate.UNKNOWN), 1, 0, NOW, NOW).state == "unknown"


def test_managers_are_told_of_what_is_lost_late_or_for_ever_in_doubt() -> None:
    def told(outcome: Outcome, doubts: int = 0, age: timedelta = timedelta()) -> bool:
        return settle(outcome, 1, doubts, NOW, NOW - age).to_report

    assert told(Outcome(Fate.REFUSED, 550, "", True))
    assert not told(LATER)
    assert told(Outcome(Fate.ACCEPTED), age=LATE_AFTER)
    assert not told(Outcome(Fate.ACCEPTED), age=LATE_AFTER - timedelta(seconds=1))
    assert told(Outcome(Fate.UNKNOWN), doubts=1)
    assert not told(Outcome(Fate.UNKNOWN))


def test_one_of_unknown_fate_is_sent_once_more_only() -> None:
    doubt = Outcome(Fate.UNKNOWN)
    assert settle(doubt, 1, 0, NOW, NOW).next_try is not None
    assert settle(doubt, 2, 1, NOW, NOW).next_try is None


@pytest.mark.parametrize(
    ("news", "send"),
    [(News(opened=1), True), (News(worse=1), True), (News(recovered=1, still_open=3), False)],
)
def test_within_six_days_of_a_digest_only_what_is_new_or_worse_is_mailed(
    news: News, send: bool
) -> None:
    assert decide(news, sent=False, between=True) == Decision(send, BETWEEN)
    assert decide(news, sent=True, between=True) == Decision(False, "told already")


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (
            Outcome(Fate.REFUSED, 451, "try <b>later</b>"),
            "the mail server refused it for now (451)",
        ),
        (
            Outcome(Fate.REFUSED, 550, "no", permanent=True),
            "the mail server refused it for good (550)",
        ),
        (Outcome(Fate.REFUSED, 535, "bad password"), "the mail server refused the login (535)"),
        (
            Outcome(Fate.REFUSED, None, "ConnectionRefusedError: [Errno 111] secret"),
            "the mail server could not be reached (ConnectionRefusedError)",
        ),
        (Outcome(Fate.REFUSED, None, "no password for ann"), "no password for ann"),
        (Outcome(Fate.REFUSED), "the mail server could not be reached"),
        (
            Outcome(Fate.UNKNOWN, None, "lost"),
            "the connection was lost before the mail server said what became of it",
        ),
    ],
)
def test_why_mail_was_not_sent_is_told_in_our_words_with_the_code(
    outcome: Outcome, words: str
) -> None:
    assert why_not_sent(outcome) == words


@pytest.mark.parametrize("code", [530, 534, 535, 538])
def test_every_code_of_a_refused_login_is_called_so(code: int) -> None:
    assert (
        why_not_sent(Outcome(Fate.REFUSED, code)) == f"the mail server refused the login ({code})"
    )


@pytest.mark.parametrize("code", [529, 531, 533, 536, 537, 539])
def test_the_codes_beside_them_are_not(code: int) -> None:
    words = f"the mail server refused it for now ({code})"
    assert why_not_sent(Outcome(Fate.REFUSED, code)) == words


def test_what_is_kept_of_each_outcome() -> None:
    """The next attempt, and the reply that the pages show."""
    later = NOW + timedelta(minutes=15)
    assert settle(Outcome(Fate.ACCEPTED), 1, 0, NOW, NOW) == Settled(MessageState.SENT, None, "")
    assert settle(LATER, 1, 0, NOW, NOW) == Settled(MessageState.PENDING, later, "451 later")
    lost = Outcome(Fate.UNKNOWN, None, "lost")
    assert settle(lost, 1, 0, NOW, NOW) == Settled(MessageState.UNKNOWN, later, "lost")
    refused = Outcome(Fate.REFUSED, 550, "", permanent=True)
    assert settle(refused, 1, 0, NOW, NOW) == Settled(
        MessageState.FAILED, None, "550", to_report=True
    )


def test_a_message_expires_after_five_days_and_is_late_after_four_hours() -> None:
    assert timedelta(days=5) == EXPIRES_AFTER
    assert timedelta(hours=4) == LATE_AFTER
