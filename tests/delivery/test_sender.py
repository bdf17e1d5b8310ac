"""A round of sending: what leaves, what is given up, what waits, and what is said of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import cast

import pytest

from quietdrop.delivery.mailer import Mailer
from quietdrop.delivery.sender import LEASE, SendReport, give_up_stale, send_owed
from quietdrop.delivery.smtp_replies import Fate, Outcome
from quietdrop.domain.mail import Mail
from quietdrop.store import Store

NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)
DAY = date(2026, 7, 6)
SENT = Outcome(Fate.ACCEPTED)
LATER = Outcome(Fate.REFUSED, 451, "later")
NEVER = Outcome(Fate.REFUSED, 550, "no", permanent=True)
DOUBT = Outcome(Fate.UNKNOWN, None, "lost")


class Answers:
    """A mailer that gives each recipient the outcome that it was given."""

    def __init__(self, outcomes: dict[str, Outcome]) -> None:
        self.outcomes = outcomes
        self.tried: list[tuple[str, bytes]] = []

    def send(self, recipient: str, mime: bytes) -> Outcome:
        self.tried.append((recipient, mime))
        return self.outcomes[recipient]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(f"sqlite:///{tmp_path}/store.db")


def owe(store: Store, *recipients: str, created: datetime = NOW) -> None:
    run_id = store.runs.begin(DAY, True, created)
    with store.begin() as conn:
        for name in recipients:
            mail = Mail(name, DAY, "digest", "first", "Hello", f"<{name}>", name.encode())
            assert store.outbox.owe(conn, run_id, mail, created)


def round_of(
    store: Store, outcomes: dict[str, Outcome], now: datetime = NOW
) -> tuple[SendReport, Answers, list[tuple[str, int, int | None]]]:
    mailer, steps = Answers(outcomes), []

    def tell(what: str, done: int = 0, of: int | None = None) -> None:
        steps.append((what, done, of))

    return send_owed(store, cast(Mailer, mailer), lambda: now, tell), mailer, steps


def test_a_round_tries_each_message_once_and_counts_what_became_of_it(store: Store) -> None:
    outcomes = {"a@x": SENT, "b@x": NEVER, "c@x": LATER, "d@x": DOUBT, "e@x": SENT}
    owe(store, *outcomes)
    report, mailer, steps = round_of(store, outcomes)
    assert mailer.tried == [(name, name.encode()) for name in outcomes]
    assert steps == [(f"Sending to {name}", n, 5) for n, name in enumerate(outcomes, 1)]
    assert report == SendReport(
        sent=2,
        failed=1,
        retry=1,
        unknown=1,
        why=(
            "the mail server refused it for good (550)",
            "the mail server refused it for now (451)",
            "the connection was lost before the mail server said what became of it",
        ),
    )


def test_a_round_with_nothing_due_is_an_empty_report(store: Store) -> None:
    report, mailer, steps = round_of(store, {})
    assert (report, mailer.tried, steps) == (SendReport(), [], [])
    assert report.went_well


def test_the_same_reason_is_said_once(store: Store) -> None:
    owe(store, "a@x", "b@x")
    report, _, _ = round_of(store, {"a@x": LATER, "b@x": LATER})
    assert (report.retry, report.why) == (2, ("the mail server refused it for now (451)",))


def test_a_message_that_another_process_claimed_is_left_to_it(store: Store) -> None:
    owe(store, "a@x", "b@x")
    [first, _] = store.outbox.due(NOW)
    assert store.outbox.claim(first, NOW, LEASE) is not None
    report, mailer, _ = round_of(store, {"b@x": SENT})
    assert (report.sent, mailer.tried) == (1, [("b@x", b"b@x")])


def test_one_that_another_process_claims_during_the_round_is_left_to_it(store: Store) -> None:
    owe(store, "a@x", "b@x", "c@x")

    class Slow(Answers):
        def send(self, recipient: str, mime: bytes) -> Outcome:
            store.outbox.claim(2, NOW, LEASE)
            return super().send(recipient, mime)

    mailer = Slow({"a@x": SENT, "c@x": SENT})
    assert send_owed(store, cast(Mailer, mailer), lambda: NOW).sent == 2
    assert [recipient for recipient, _ in mailer.tried] == ["a@x", "c@x"]


def test_what_waited_for_five_days_is_given_up_before_it_is_tried(store: Store) -> None:
    created = NOW - timedelta(days=5, seconds=1)
    owe(store, "a@x", created=created)
    report, mailer, _ = round_of(store, {})
    assert report == SendReport(failed=1, why=("not delivered within 5 days",))
    assert mailer.tried == []


def test_up_to_five_days_it_is_still_tried(store: Store) -> None:
    owe(store, "a@x", created=NOW - timedelta(days=5) + timedelta(seconds=1))
    assert give_up_stale(store, NOW) == 0
    report, _, _ = round_of(store, {"a@x": SENT})
    assert report == SendReport(sent=1)


@pytest.mark.parametrize("part", ["failed", "retry", "unknown"])
def test_a_round_went_well_only_where_nothing_is_left(part: str) -> None:
    assert SendReport(sent=3).went_well
    assert not SendReport(**{"sent": 3, part: 1}).went_well  # type: ignore[arg-type]
    assert not SendReport(managers_reached=False).went_well
    assert not SendReport(others_reached=False).went_well


def test_rounds_add_up() -> None:
    one = SendReport(1, 2, 3, 4, why=("a", "b"))
    two = SendReport(10, 20, 30, 40, why=("b", "c"))
    assert one + two == SendReport(11, 22, 33, 44, why=("a", "b", "c"))


@pytest.mark.parametrize(("one", "two"), list(product([True, False], repeat=2)))
def test_everybody_was_reached_where_every_round_reached_everybody(one: bool, two: bool) -> None:
    both = SendReport(managers_reached=one) + SendReport(managers_reached=two)
    assert both.managers_reached is (one and two)
    both = SendReport(others_reached=one) + SendReport(others_reached=two)
    assert both.others_reached is (one and two)


def test_a_claim_is_held_for_ten_minutes() -> None:
    assert timedelta(minutes=10) == LEASE
