"""Rehearsals in the store: one at a time, kept for 30 days, cancelled where nobody does them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from quietdrop.domain.trial import TrialState
from quietdrop.lib.process_identity import own_identity
from quietdrop.store import Store

NOW = datetime(2026, 7, 6, 9, tzinfo=UTC)
TRIED = {"drift.alert_probability": "0.7"}
MO = "mo@example.com"


@pytest.fixture
def store(store_url: str) -> Store:
    return Store.open(store_url)


def begun(store: Store, at: datetime = NOW) -> int:
    number = store.trials.begin(MO, TRIED, at)
    assert number is not None
    return number


def state(store: Store, number: int) -> tuple[TrialState, str]:
    trial = store.trials.get(number, NOW)
    assert trial is not None
    return trial.state, trial.detail


def test_there_is_one_at_a_time(store: Store) -> None:
    first = begun(store)
    assert store.trials.begin("other@example.com", {}, NOW) is None
    assert store.trials.end(first, TrialState.done, report="{}")
    second = begun(store)
    assert second != first
    assert [trial.id for trial in store.trials.newest(NOW, 5)] == [second, first]


def test_a_result_of_megabytes_is_kept_and_lists_do_without_it(store: Store) -> None:
    report = "".join(str(number) for number in range(300_000))
    number = begun(store)
    assert store.trials.move(number, 3, 52)
    store.trials.end(number, TrialState.done, report=report)
    trial = store.trials.get(number, NOW)
    assert trial is not None
    assert (trial.changes, trial.asked_by, trial.asked_at) == (TRIED, MO, NOW)
    assert (trial.weeks_done, trial.weeks, trial.report) == (3, 52, report)
    assert store.trials.newest(NOW, 5)[0].report is None


def test_what_has_ended_stays_as_it_ended(store: Store) -> None:
    number = begun(store)
    assert store.trials.end(number, TrialState.cancelled, "cancelled by mo")
    assert not store.trials.end(number, TrialState.done, report="{}")
    assert not store.trials.move(number, 1, 2)
    assert not store.trials.name_worker(number, "x")
    assert state(store, number) == (TrialState.cancelled, "cancelled by mo")


@pytest.mark.parametrize(("days", "is_kept"), [(30, True), (31, False)])
def test_it_is_kept_for_thirty_days(store: Store, days: int, is_kept: bool) -> None:
    age = timedelta(days=days)
    old = begun(store, NOW - age)
    store.trials.end(old, TrialState.done, report="{}")
    assert (store.trials.get(old, NOW) is not None) is is_kept
    begun(store)
    assert len(store.trials.newest(NOW - age, 5)) == 1 + is_kept


def test_one_whose_process_has_ended_is_cancelled(store: Store) -> None:
    number = begun(store)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        named = replace(own_identity(), pid=child.pid, started="1")
        child.kill()
    store.trials.name_worker(number, str(named))
    assert store.trials.cancel_lost(NOW) == 1
    assert state(store, number) == (TrialState.cancelled, "quietdrop was started again")
    assert store.trials.cancel_lost(NOW) == 0


def test_one_whose_process_lives_goes_on(store: Store) -> None:
    number = begun(store)
    store.trials.name_worker(number, str(own_identity()))
    assert store.trials.cancel_lost(NOW + timedelta(hours=1)) == 0
    assert state(store, number)[0] is TrialState.running


@pytest.mark.parametrize(("seconds", "lost"), [(60, 0), (61, 1)])
def test_one_that_no_process_has_taken_up_is_given_a_minute(
    store: Store, seconds: int, lost: int
) -> None:
    begun(store)
    assert store.trials.cancel_lost(NOW + timedelta(seconds=seconds)) == lost


def test_forgetting_a_practice_forgets_results_that_may_name_it(store: Store) -> None:
    number = begun(store)
    store.trials.end(number, TrialState.done, report='{"names": {"P1": "Lakeside"}}')
    assert store.retention.forget("P1")["trial"] == 1
    assert store.trials.get(number, NOW) is None
