"""Chance leaves a share unlisted: alike in every run, never a complaint, none by default."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from scipy.stats import binom
from tests.builders.checkin_scene import AS_OF, NETWORK, STOPPED, judged, rows

from quietdrop.checkins import holdout, planning
from quietdrop.checkins.history import History, history_as_of
from quietdrop.checkins.plan import Plan
from quietdrop.checkins.roster import Roster
from quietdrop.config import load
from quietdrop.config.settings import DigestSettings, DriftSettings
from quietdrop.detection.assess import Assessed, assess
from quietdrop.detection.weekly_counts import events, weekly
from quietdrop.domain.checkin import CheckIn, Kind, State, Touch
from quietdrop.domain.directory import Practice
from quietdrop.domain.errors import ConfigError
from quietdrop.domain.findings import Findings
from quietdrop.store import Store

ONSET = date(2026, 5, 11)
LATER = History(first_run=False)
DROPS = judged(*(rows(f"D{i}", STOPPED) for i in range(8)))


def planned(assessed: Assessed, history: History, share: float, budget: int = 20) -> Plan:
    ids = assessed.cadence.ids
    practices = {name: Practice(name, name) for name in ids}
    roster = Roster(practices, dict.fromkeys(ids, "ann@example.com"))
    settings = DigestSettings(budget=budget, holdout_seed="here")
    settings = settings.model_copy(update={"holdout_share": share})  # more than a config may ask
    return planning.plan(assessed, history_as_of(history, AS_OF), Findings(), roster, settings)


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5])
def test_the_share_is_what_was_asked_for_within_chance(share: float) -> None:
    drawn = sum(holdout.drawn(f"P{i}", ONSET, share, "here") for i in range(4000))
    low, high = binom.ppf([0.001, 0.999], 4000, share)
    assert low <= drawn <= high


def test_the_same_drop_is_drawn_alike_and_another_seed_draws_others() -> None:
    here = [holdout.drawn(f"P{i}", ONSET, 0.5, "here") for i in range(200)]
    later = ONSET + timedelta(days=7)
    assert here == [holdout.drawn(f"P{i}", later, 0.5, "here") for i in range(200)]
    assert here != [holdout.drawn(f"P{i}", ONSET, 0.5, "there") for i in range(200)]


def test_nobody_at_zero_and_everybody_at_one() -> None:
    assert not any(holdout.drawn(f"P{i}", ONSET, 0.0, "") for i in range(1000))
    assert all(holdout.drawn(f"P{i}", ONSET, 1.0, "") for i in range(1000))


def test_at_zero_nothing_changes() -> None:
    plan = planned(DROPS, LATER, 0.0)
    assert len(plan.opened) == 8
    assert not plan.unlisted


def test_held_out_drops_are_remembered_listed_nowhere_and_not_counted_as_left_out() -> None:
    plan = planned(DROPS, LATER, 0.5)
    held = {c.practice_id for c in plan.unlisted}
    assert held
    assert {c.state for c in plan.unlisted} == {"held out"}
    assert held.isdisjoint(c.practice_id for c in plan.listed)
    assert len(plan.listed) + len(held) == 8
    assert plan.left_out == {}


@pytest.mark.parametrize(("weeks", "is_listed"), [(12, False), (13, True)])
def test_a_held_out_drop_is_listed_after_13_weeks(weeks: int, is_listed: bool) -> None:
    before = CheckIn(
        "D0",
        "D0",
        "",
        Kind.DRIFT,
        AS_OF - timedelta(weeks=weeks),
        state=State.HELD_OUT,
        onset=ONSET,
    )
    plan = planned(DROPS, History(first_run=False, unlisted=(before,)), 1.0)
    assert ("D0" in {c.practice_id for c in plan.listed}) is is_listed


def test_a_complaint_is_never_held_out() -> None:
    complaint = Touch(AS_OF - timedelta(days=2), "D0", kind="complaint")
    plan = planned(DROPS, History(first_run=False, touches=(complaint,)), 1.0)
    assert [c.practice_id for c in plan.listed] == ["D0"]


def test_what_the_budget_leaves_out_is_remembered_once() -> None:
    plan = planned(DROPS, LATER, 0.0, budget=5)
    assert [c.state for c in plan.unlisted] == ["left out"] * 3
    earlier = tuple(plan.unlisted)
    following = AS_OF + timedelta(days=7)
    again = assess(weekly(events(NETWORK), AS_OF), DriftSettings())
    assert not planned(again, LATER, 0.0).unlisted
    history = History(first_run=False, unlisted=earlier)
    assert holdout.noted(history.unlisted, following) == {c.practice_id for c in earlier}


def test_the_store_keeps_them_apart_from_what_liaisons_see(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/store.db")
    held = CheckIn("A", "A", "ann@example.com", Kind.DRIFT, AS_OF, state=State.HELD_OUT)
    with store.begin() as conn:
        store.checkins.keep(conn, held)
        store.checkins.keep(conn, CheckIn("A", "A", "ann@example.com", Kind.DRIFT, AS_OF))
    assert [c.state for c in store.checkins.unlisted()] == ["held out"]
    assert [c.state for c in store.checkins.all()] == ["open"]
    assert [c.state for c in store.checkins.all(practice_id="A")] == ["open"]


@pytest.mark.parametrize(("share", "works"), [(0.0, True), (0.5, True), (0.51, False)])
def test_at_most_half_can_be_held_out(tmp_path: Path, share: float, works: bool) -> None:
    path = tmp_path / "quietdrop.toml"
    path.write_text(f'[source]\nreferrals = "r.csv"\n[digest]\nholdout_share = {share}\n')
    if works:
        assert load(path, os.environ).digest.holdout_share == share
        return
    with pytest.raises(ConfigError, match="holdout_share"):
        load(path, os.environ)


@pytest.mark.parametrize(
    ("weeks", "rests", "is_spared"), [(12, True, True), (13, False, True), (52, False, False)]
)
def test_who_is_held_out_rests_for_a_quarter_and_is_spared_for_a_year(
    weeks: int, rests: bool, is_spared: bool
) -> None:
    day = AS_OF - timedelta(weeks=weeks)
    held = CheckIn("A", "A", "ann@example.com", Kind.DRIFT, day, state=State.HELD_OUT)
    left = replace(held, practice_id="B", state=State.LEFT_OUT)
    assert holdout.resting([held, left], AS_OF) == ({"A"} if rests else set())
    assert holdout.spared([held, left], AS_OF) == ({"A"} if is_spared else set())
    assert holdout.noted([held, left], AS_OF) == ({"B"} if rests else set())


def test_a_share_is_of_all_the_numbers_that_a_hash_can_be() -> None:
    """The drop's number is 0.4838 of the largest."""
    number = 0.4838
    assert not holdout.drawn("P1", ONSET, number - 0.001, "here")
    assert holdout.drawn("P1", ONSET, number + 0.001, "here")


def test_who_was_noted_is_noted_for_thirteen_weeks() -> None:
    for weeks, noted in ((12, True), (13, False)):
        left = CheckIn(
            "A", "A", "", Kind.DRIFT, AS_OF - timedelta(weeks=weeks), state=State.LEFT_OUT
        )
        assert holdout.noted([left], AS_OF) == ({"A"} if noted else set())
        assert holdout.resting([left], AS_OF) == set()
        assert holdout.spared([left], AS_OF) == set()
