"""What the store promises of runs, claims and owed messages, on every database."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from quietdrop.delivery.mailer import Outcome
from quietdrop.delivery.policy import EXPIRES_AFTER, settle
from quietdrop.delivery.sender import give_up_stale
from quietdrop.delivery.smtp_replies import Fate
from quietdrop.domain.checkin import CheckIn, Kind, State
from quietdrop.domain.errors import RunBusy
from quietdrop.domain.mail import Mail
from quietdrop.jobs.health import Freshness, health
from quietdrop.store import Store, run_lock
from quietdrop.store.checkins import withdraw_notification
from quietdrop.store.runs import RunEnd, RunState

NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)
DAY = date(2026, 7, 6)
BEFORE = DAY - timedelta(days=7)
MINUTE = timedelta(minutes=1)
ANN = "ann@example.com"
MAIL = Mail(ANN, DAY, "digest", "first", "Hello", "<1@example.com>", b"mime")
TOLD = CheckIn("P1", "Lakeside", ANN, Kind.DRIFT, DAY, notified_on=DAY)


@pytest.fixture
def store(store_url: str) -> Store:
    return Store.open(store_url)


def owe(store: Store, mail: Mail = MAIL, *checkins: CheckIn) -> int:
    run_id = store.runs.begin(DAY, True, NOW)
    with store.begin() as conn:
        assert store.outbox.owe(conn, run_id, mail, NOW)
        for checkin in checkins:
            store.checkins.save(conn, checkin)
    return run_id


def attempt(store: Store, outcome: Outcome, now: datetime = NOW) -> None:
    [message] = store.outbox.due(now)
    claimed = store.outbox.claim(message, now, 10 * MINUTE)
    assert claimed is not None
    settled = settle(outcome, claimed.attempts, claimed.doubts, now, claimed.created_at)
    assert store.outbox.record_outcome(claimed, settled, now)


def test_what_a_digest_told_is_untold_when_it_fails_for_good(store: Store) -> None:
    reminded = replace(TOLD, practice_id="P2", notified_on=BEFORE, reminded_on=DAY)
    back = replace(
        TOLD, practice_id="P3", notified_on=BEFORE, state=State.RECOVERED, resolved_on=DAY
    )
    others = replace(TOLD, practice_id="P4", liaison="bob@example.com")
    earlier = replace(TOLD, practice_id="P5", notified_on=BEFORE)
    owe(store, MAIL, TOLD, reminded, back, others, earlier)
    attempt(store, Outcome(Fate.REFUSED, 550, "no such person", permanent=True))
    kept = {c.practice_id: c for c in store.checkins.open()}
    assert kept["P1"].notified_on is None
    assert (kept["P2"].notified_on, kept["P2"].reminded_on) == (BEFORE, None)
    assert (kept["P3"].notified_on, kept["P3"].resolved_on) == (BEFORE, None)
    assert kept["P4"].notified_on == DAY
    assert kept["P5"].notified_on == BEFORE


def test_a_recovery_is_not_untold_where_another_check_in_is_open(store: Store) -> None:
    back = replace(TOLD, state=State.RECOVERED, resolved_on=DAY)
    owe(store, MAIL, back, replace(TOLD, notified_on=BEFORE))
    with store.begin() as conn:
        withdraw_notification(conn, ANN, DAY)
    assert [c.state for c in store.checkins.all()] == ["recovered", "open"]


@pytest.mark.parametrize(
    "outcome", [Outcome(Fate.ACCEPTED), Outcome(Fate.UNKNOWN), Outcome(Fate.REFUSED, 451, "later")]
)
def test_what_may_have_arrived_or_still_may_stays_told(store: Store, outcome: Outcome) -> None:
    owe(store, MAIL, TOLD)
    attempt(store, outcome)
    assert [c.notified_on for c in store.checkins.open()] == [DAY]


def test_a_message_that_was_sent_once_more_is_told_in_status(store: Store) -> None:
    owe(store)
    attempt(store, Outcome(Fate.UNKNOWN))
    assert health(store, Freshness(10), DAY, NOW, None).sent_again == 0
    attempt(store, Outcome(Fate.ACCEPTED), NOW + 15 * MINUTE)
    assert health(store, Freshness(10), DAY, NOW, None).sent_again == 1


def test_a_message_expires_after_five_days_and_not_before(store: Store) -> None:
    owe(store, MAIL, TOLD)
    assert give_up_stale(store, NOW + EXPIRES_AFTER - timedelta(seconds=1)) == 0
    assert give_up_stale(store, NOW + EXPIRES_AFTER) == 1
    [message] = store.outbox.messages()
    assert (message.state, message.next_try, message.to_report) == ("failed", None, True)
    assert [c.notified_on for c in store.checkins.open()] == [None]
    assert store.outbox.due(NOW + EXPIRES_AFTER) == []


def test_of_a_doubtful_message_that_expires_nothing_is_untold(store: Store) -> None:
    owe(store, MAIL, TOLD)
    attempt(store, Outcome(Fate.UNKNOWN))
    assert give_up_stale(store, NOW + EXPIRES_AFTER) == 1
    [message] = store.outbox.messages()
    assert (message.state, message.next_try, message.to_report) == ("unknown", None, True)
    assert [c.notified_on for c in store.checkins.open()] == [DAY]


def test_a_notice_waits_for_ever(store: Store) -> None:
    owe(store, replace(MAIL, kind="notice"))
    assert give_up_stale(store, NOW + timedelta(days=99)) == 0
    assert len(store.outbox.due(NOW + timedelta(days=99))) == 1


def test_a_message_that_was_reported_is_not_reported_again(store: Store) -> None:
    owe(store)
    assert store.outbox.to_report() == []
    attempt(store, Outcome(Fate.REFUSED, 550, "", permanent=True))
    [message] = store.outbox.to_report()
    with store.begin() as conn:
        store.outbox.mark_reported(conn, [message.id])
    assert store.outbox.to_report() == []


def test_a_pause_set_by_a_clock_that_was_wrong_is_over(store: Store) -> None:
    owe(store)
    a_year_ahead = NOW + timedelta(days=365)
    attempt(store, Outcome(Fate.REFUSED, 451, "later"), a_year_ahead)
    assert len(store.outbox.due(NOW)) == 1


def test_a_lease_set_by_a_clock_that_was_wrong_is_over(store: Store) -> None:
    lasting = 5 * MINUTE
    assert store.claims.take("live run", "a", NOW + timedelta(days=365), lasting)
    assert store.claims.take("live run", "b", NOW, lasting)
    assert not store.claims.take("live run", "c", NOW - lasting + MINUTE, lasting)


def test_a_run_that_died_is_repeated_as_the_same_revision(store: Store) -> None:
    first = store.runs.begin(DAY, True, NOW)
    assert store.runs.state_of(first) == "running"
    assert store.runs.begin(DAY, True, NOW + MINUTE) == first
    assert [(r.revision, r.state) for r in store.runs.newest()] == [(1, "running")]


def test_a_run_that_died_is_failed_as_soon_as_another_begins(store: Store) -> None:
    died = store.runs.begin(BEFORE, True, NOW)
    recording = store.runs.begin(BEFORE, False, NOW)
    store.runs.begin(DAY, True, NOW)
    assert store.runs.state_of(died) == "failed"
    assert store.runs.state_of(recording) == "running"
    errors = [run.summary.error for run in store.runs.newest()]
    assert "the process ended before the run did" in errors


def test_a_run_that_found_nothing_new_leaves_no_trace(store: Store) -> None:
    store.runs.withdraw(store.runs.begin(DAY, True, NOW))
    assert store.runs.newest() == []


def test_the_last_finished_run_is_of_the_latest_date_up_to_a_day(store: Store) -> None:
    for as_of, live, state in (
        (DAY + timedelta(days=365), True, "done"),  # by a clock that has been set back since
        (DAY, True, "failed"),
        (BEFORE, True, "held"),
        (BEFORE - timedelta(days=7), True, "done"),
        (DAY, False, "done"),
    ):
        run_id = store.runs.begin(as_of, live, NOW)
        with store.begin() as conn:
            store.runs.finish(conn, run_id, RunEnd(RunState(state), "x", {}), NOW)
    last = store.runs.last_finished(DAY)
    assert last is not None
    assert (last.as_of, last.state) == (BEFORE, "held")


def test_what_a_liaison_did_while_the_run_was_thinking_stands(store: Store) -> None:
    owe(store, MAIL, TOLD)
    [seen] = store.checkins.open()
    with store.begin() as conn:
        store.checkins.save(
            conn, replace(seen, state=State.CLOSED, outcome="moved", resolved_on=DAY)
        )
        assert not store.checkins.keep(conn, replace(seen, notified_on=DAY))
    assert [c.outcome for c in store.checkins.all()] == ["moved"]
    with store.begin() as conn:
        assert store.checkins.keep(conn, TOLD)
        assert not store.checkins.keep(conn, TOLD)
    assert [c.state for c in store.checkins.all()] == ["closed", "open"]


def test_a_long_run_keeps_its_claim_and_gives_it_back(store: Store) -> None:
    short = timedelta(seconds=0.6)
    with run_lock.held(store, "live run", NOW, short):
        later = NOW + timedelta(seconds=1)  # beyond the first claim's end
        patience = time.monotonic() + 20  # renewals are slow where the machine is busy
        while not store.claims.is_taken("live run", later) and time.monotonic() < patience:
            time.sleep(0.1)
        assert store.claims.is_taken("live run", later)
        with (
            pytest.raises(RunBusy),
            run_lock.held(store, "live run", later, short),
        ):
            pass
    assert not store.claims.is_taken("live run", NOW)


def test_a_run_that_lost_its_claim_records_nothing(store: Store) -> None:
    with run_lock.held(store, "live run", NOW) as mine:
        assert store.claims.take("live run", "another", NOW + run_lock.LEASE, run_lock.LEASE)
        run_id = store.runs.begin(DAY, True, NOW)

        def commit() -> None:
            with store.begin() as conn:
                store.outbox.owe(conn, run_id, MAIL, NOW)
                mine.end(conn)

        with pytest.raises(RunBusy, match="taken over"):
            commit()
    assert store.outbox.messages() == []
    assert store.claims.is_taken("live run", NOW + run_lock.LEASE)
