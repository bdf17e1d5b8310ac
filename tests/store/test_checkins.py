"""Check-ins as the store keeps them: what is read back, and what a rule leaves alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from quietdrop.domain.checkin import CheckIn, Kind, State, Touch
from quietdrop.domain.errors import StoreError
from quietdrop.store import Store
from quietdrop.store.checkins import UNLISTED, withdraw_notification

ANN, BEA = "ann@example.com", "bea@example.com"
DAY = date(2026, 7, 6)
ONE = timedelta(days=1)
DRIFT = CheckIn("P1", "Lakeside", ANN, Kind.DRIFT, DAY, notified_on=DAY)
COMPLAINT = replace(DRIFT, practice_id="P2", kind=Kind.COMPLAINT, notified_on=None)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """On every database the same statements are tried by test_store and test_outbox."""
    return Store.open(f"sqlite:///{tmp_path}/store.db")


def save(store: Store, *checkins: CheckIn) -> list[CheckIn]:
    """Saves them. Returns them with their ids."""
    with store.begin() as conn:
        return [replace(one, id=store.checkins.save(conn, one)) for one in checkins]


def test_each_question_has_its_check_ins_the_oldest_first(store: Store) -> None:
    closed = replace(DRIFT, state=State.CLOSED, opened_on=DAY - ONE, resolved_on=DAY)
    hers = replace(DRIFT, practice_id="P3", liaison=BEA, opened_on=DAY + ONE)
    left, held = (replace(DRIFT, practice_id="P4", state=s) for s in UNLISTED)
    closed, drift, hers, left, held = save(store, closed, DRIFT, hers, left, held)
    of = store.checkins
    assert of.all() == [closed, drift, hers]
    assert of.all(DAY) == [closed, drift]
    assert of.all(DAY - ONE) == [closed]
    assert of.all(opened_on=DAY) == [drift]
    assert of.all(practice_id="P1") == of.of("P1") == [closed, drift]
    assert of.of("P4") == []
    assert of.unlisted() == [left, held]
    assert of.open() == [drift, hers]
    assert of.open(BEA) == [hers]
    assert of.open("") == []


def test_the_touches_of_practices_with_an_open_one(store: Store) -> None:
    save(store, DRIFT, replace(DRIFT, practice_id="P3", state=State.CLOSED, resolved_on=DAY))
    with store.begin() as conn:
        for practice_id in ("P1", "P3", "P9"):
            store.touches.save(conn, Touch(DAY, practice_id, ANN, "visit"), "")
    assert [touch.practice_id for touch in store.touches.of_open()] == ["P1"]


def test_the_open_one_of_a_practice_is_locked(store: Store) -> None:
    closed = replace(DRIFT, practice_id="P3", state=State.CLOSED, resolved_on=DAY)
    [drift, _] = save(store, DRIFT, closed)
    with store.begin() as conn:
        assert store.checkins.lock_open(conn, "P1") == drift
        assert store.checkins.lock_open(conn, "P3") is None


def test_only_open_complaints_wait_for_their_announcement(store: Store) -> None:
    announced = replace(COMPLAINT, practice_id="P3", notified_on=DAY)
    closed = replace(COMPLAINT, practice_id="P4", state=State.CLOSED, resolved_on=DAY)
    untold = replace(DRIFT, practice_id="P5", notified_on=None)
    complaint, *_ = save(store, COMPLAINT, announced, closed, untold)
    assert store.checkins.unannounced_complaints() == [complaint]


def test_a_complaint_is_announced_once_to_whom_it_is_said(store: Store) -> None:
    complaint, other = save(store, COMPLAINT, replace(COMPLAINT, practice_id="P3"))
    announced = replace(complaint, notified_on=DAY, liaison=BEA, practice_name="Oak")
    with store.begin() as conn:
        assert store.checkins.announce(conn, announced)
        assert not store.checkins.announce(conn, replace(announced, liaison=ANN))
    assert store.checkins.all() == [announced, other]


def test_one_that_was_closed_in_the_meantime_is_not_announced(store: Store) -> None:
    [closed] = save(store, replace(COMPLAINT, state=State.CLOSED, resolved_on=DAY))
    with store.begin() as conn:
        assert not store.checkins.announce(conn, replace(closed, notified_on=DAY))


def test_a_number_of_numpy_comes_back_as_it_went(store: Store) -> None:
    drift = replace(DRIFT, observed=np.int64(3), probability=np.float64(0.9))  # type: ignore[arg-type]
    save(store, drift)
    [kept] = store.checkins.all()
    assert (kept.observed, kept.probability) == (3, 0.9)


def test_an_unknown_id_and_a_second_open_one_are_refused(store: Store) -> None:
    save(store, DRIFT)
    with store.begin() as conn, pytest.raises(StoreError, match=r"There is no check-in 99\."):
        store.checkins.save(conn, replace(DRIFT, practice_id="P9", id=99))
    with pytest.raises(StoreError, match='"P1" has an open check-in already'):
        save(store, DRIFT)


def test_a_run_keeps_what_nobody_decided_meanwhile(store: Store) -> None:
    drift, other = save(store, DRIFT, replace(DRIFT, practice_id="P3"))
    reminded = replace(drift, reminded_on=DAY)
    held_out = replace(DRIFT, state=State.HELD_OUT)
    with store.begin() as conn:
        assert store.checkins.keep(conn, reminded)
        assert store.checkins.keep(conn, held_out)  # it is not open, so that P1 may have both
        assert not store.checkins.keep(conn, DRIFT)
    assert store.checkins.open() == [reminded, other]
    assert len(store.checkins.unlisted()) == 1


def test_who_recovered_from_a_day_on_the_latest_first(store: Store) -> None:
    def recovered(days: int) -> CheckIn:
        return replace(DRIFT, state=State.RECOVERED, resolved_on=DAY + days * ONE)

    closed = replace(recovered(0), state=State.CLOSED)
    before, on, also_on, after, _ = save(
        store, recovered(-1), recovered(0), recovered(0), recovered(1), closed
    )
    assert store.checkins.recovered_since(DAY) == [after, also_on, on]
    assert before not in store.checkins.recovered_since(DAY)


def test_what_another_digest_told_stays_told(store: Store) -> None:
    closed = replace(DRIFT, state=State.CLOSED, resolved_on=DAY)
    earlier = replace(DRIFT, practice_id="P2", notified_on=DAY - ONE, reminded_on=DAY - ONE)
    hers = replace(DRIFT, practice_id="P3", liaison=BEA, reminded_on=DAY)
    back_earlier = replace(DRIFT, practice_id="P4", state=State.RECOVERED, resolved_on=DAY - ONE)
    back_hers = replace(back_earlier, practice_id="P5", liaison=BEA, resolved_on=DAY)
    saved = save(store, closed, earlier, hers, back_earlier, back_hers)
    with store.begin() as conn:
        withdraw_notification(conn, ANN, DAY)
    assert store.checkins.all() == saved
