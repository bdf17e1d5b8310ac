"""What the source had and has no longer is a loss of data, not of referrals."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Practice
from quietdrop.domain.intake import Intake
from quietdrop.domain.weekly import Losses, WeeklyCounts, week_of
from quietdrop.evaluation.feed_health import vanished
from quietdrop.evaluation.vanished_rows import TOLD_FOR, kept, losses

BEFORE, NOW = date(2026, 6, 29), date(2026, 7, 6)
WEEK = timedelta(weeks=1)


def counts(
    sends: dict[str, int], weeks: int = 30, skip: int = 0, end: date = BEFORE
) -> pd.DataFrame:
    """Each practice's referrals of every week, without the newest `skip`."""
    days = [(end - WEEK * back - EPOCH).days for back in range(1 + skip, weeks + 1)]
    rows = [(key, day, number) for key, number in sends.items() for day in days if number]
    return pd.DataFrame(rows, columns=["practice_id", "day", "referrals"])


def intake(frame: pd.DataFrame) -> Intake:
    names = {key: Practice(key, f"Practice {key}") for key in frame["practice_id"].unique()}
    return Intake(frame, names, {}, (), len(frame), None)


def seen(frame: pd.DataFrame, on: date = BEFORE) -> WeeklyCounts:
    return kept(None, intake(frame), Losses(), on, "mark")


ALL = {f"S{i}": 2 for i in range(18)} | {"P": 1, "Q": 1}


def test_nothing_is_lost_where_nothing_changed_or_much_was_added() -> None:
    now = pd.concat([counts(ALL), counts({"P": 3}, 2, end=NOW), counts({"new": 2}, 3, end=NOW)])
    assert losses(seen(counts(ALL)), now, NOW) == Losses(
        had=losses(seen(counts(ALL)), now, NOW).had
    )
    assert losses(None, now, NOW) == Losses()


def test_a_practice_that_is_gone_as_a_whole() -> None:
    now = counts({k: n for k, n in ALL.items() if k != "P"})
    [loss] = losses(seen(counts(ALL)), now, NOW).by_practice.values()
    assert (loss.practice_id, loss.name, loss.seen_on) == ("P", "Practice P", BEFORE)
    assert (loss.is_whole, loss.has) == (True, 0)
    assert loss.referrals == loss.had == 28  # the source's first and last week may be partial


@pytest.mark.parametrize(("gone", "lost"), [(2, []), (3, ["P"])])
def test_one_or_two_missing_rows_are_corrections(gone: int, lost: list[str]) -> None:
    rest = {k: n for k, n in ALL.items() if k != "P"}
    now = pd.concat([counts(rest), counts({"P": 1}, 20 - gone), counts({"P": 1}, 30, 20)])
    missing = losses(seen(counts(ALL)), now, NOW)
    assert list(missing.by_practice) == lost
    assert all(not loss.is_whole for loss in missing.by_practice.values())


def test_a_rolling_export_that_loses_its_oldest_weeks_loses_nothing() -> None:
    now = counts(ALL, weeks=24)
    assert not losses(seen(counts(ALL, weeks=30)), now, NOW).by_practice


def test_nor_does_one_with_a_stray_old_row() -> None:
    stray = pd.DataFrame([("S1", (date(2020, 1, 6) - EPOCH).days, 1)], columns=counts(ALL).columns)
    before, now = counts(ALL, weeks=30), pd.concat([stray, counts(ALL, weeks=24)])
    assert not losses(seen(pd.concat([stray, before])), now, NOW).by_practice


@pytest.mark.parametrize(("newest", "lost"), [(7, []), (6, ["S1"])])
def test_one_of_two_hundred_is_a_stray_row(newest: int, lost: list[str]) -> None:
    """The source has 24 weeks of eight, some in the newest week, and one old row."""
    stray = pd.DataFrame([("S1", (date(2020, 1, 6) - EPOCH).days, 1)], columns=counts(ALL).columns)
    before = pd.concat([stray, counts({"S1": 8}, 30)])
    now = pd.concat([stray, counts({"S1": 8}, 24), counts({"S2": newest}, 1)])
    assert now["referrals"].sum() == 193 + newest
    assert list(losses(seen(before), now, NOW).by_practice) == lost


def test_a_feed_that_ends_early_is_stale_and_loses_nothing() -> None:
    assert not losses(seen(counts(ALL)), counts(ALL, skip=4), NOW).by_practice


def test_a_practice_that_is_silent_loses_nothing() -> None:
    rest = {k: n for k, n in ALL.items() if k != "P"}
    later = NOW + 5 * WEEK
    now = pd.concat([counts(rest, 36, end=later), counts({"P": 1})])
    assert not losses(seen(counts(ALL)), now, later).by_practice


def test_rows_that_moved_to_another_week_or_practice_are_not_lost() -> None:
    renamed = counts({("P2" if k == "P" else k): n for k, n in ALL.items()})
    assert not losses(seen(counts(ALL)), renamed, NOW).by_practice
    merged = counts({k: n + (k == "Q") for k, n in ALL.items() if k != "P"})
    assert not losses(seen(counts(ALL)), merged, NOW).by_practice
    rekeyed = counts({f"new {k}": n for k, n in ALL.items()})
    assert not losses(seen(counts(ALL)), rekeyed, NOW).by_practice
    moved = counts(ALL).assign(day=lambda frame: frame["day"] - 7)
    assert not losses(seen(counts(ALL)), moved, NOW).by_practice


def test_a_date_before_that_of_what_is_remembered_compares_nothing() -> None:
    assert losses(seen(counts(ALL), on=NOW), counts({"S1": 2}), BEFORE) == Losses()


@pytest.mark.parametrize(("gone", "held"), [(3, False), (4, True)])
def test_the_feed_is_held_where_a_fifth_or_more_is_gone(gone: int, held: bool) -> None:
    sends = {f"S{i:02d}": 2 for i in range(20)}
    now = counts(dict(list(sends.items())[gone:]))
    faults = vanished(losses(seen(counts(sends)), now, NOW), NOW)
    assert len(faults) == held
    if held:
        assert faults == [
            "224 of 1,120 referrals that the source had on June 29, 2026 are no longer in it, of "
            "4 practices; the feed may be broken."
        ]


def test_a_loss_is_remembered_until_it_was_told_for_a_quarter_or_is_accepted() -> None:
    before, now = seen(counts(ALL)), counts({k: n for k, n in ALL.items() if k != "P"})
    missing = losses(before, now, NOW)

    def knows(on: date, lost: Losses) -> bool:
        return "P" in set(kept(before, intake(now), lost, on, "mark").frame["practice_id"])

    assert knows(BEFORE + TOLD_FOR - timedelta(days=1), missing)
    assert not knows(BEFORE + TOLD_FOR, missing)
    assert not knows(NOW, Losses())
    again = kept(before, intake(now), missing, NOW, "mark")
    assert list(losses(again, now, NOW + WEEK).by_practice) == ["P"]
    assert not losses(again, counts(ALL), NOW + WEEK).by_practice  # it is back


def test_what_is_kept_is_bounded_and_never_older_than_what_there_is() -> None:
    left = seen(counts({"P": 1}, weeks=300))
    assert left.frame["week"].min() == week_of(BEFORE) - 104
    assert kept(left, intake(counts(ALL)), Losses(), BEFORE - WEEK, "mark") is left


def test_what_the_same_day_saw_is_compared_and_put_aside() -> None:
    today = seen(counts(ALL), on=NOW)
    rest = counts({k: n for k, n in ALL.items() if k != "P"})
    assert list(losses(today, rest, NOW).by_practice) == ["P"]
    again = kept(today, intake(counts(ALL | {"P": 5})), Losses(), NOW, "mark").frame
    assert again.loc[again["practice_id"] == "P", "referrals"].unique().tolist() == [5]


def test_a_source_of_one_week_covers_nothing() -> None:
    assert losses(seen(counts(ALL)), counts({"S1": 2}, weeks=1), NOW) == Losses()


@pytest.mark.parametrize("weeks", [110, 300])
def test_weeks_of_before_those_that_are_remembered_are_no_gain(weeks: int) -> None:
    """Of the 104 remembered weeks the week of the newest referral is not compared."""
    rest = counts({k: n for k, n in ALL.items() if k != "P"}, weeks)
    [loss] = losses(seen(counts(ALL, weeks)), rest, NOW).by_practice.values()
    assert (loss.practice_id, loss.had, loss.referrals) == ("P", 103, 103)


def test_what_is_remembered_of_a_loss_reaches_back_two_years_as_well() -> None:
    before = seen(counts(ALL, 105))
    now = counts({k: n for k, n in ALL.items() if k != "P"}, 105)
    frame = kept(before, intake(now), losses(before, now, NOW), NOW, "mark").frame
    oldest = frame.groupby("practice_id")["week"].min()
    assert before.frame["week"].min() == week_of(BEFORE) - 104
    assert oldest["P"] == oldest["Q"] == week_of(NOW) - 104


@pytest.mark.parametrize(("gains", "lost"), [((4, 4), []), ((4, 3), ["P"])])
def test_four_fifths_that_others_gained_together_have_moved(
    gains: tuple[int, int], lost: list[str]
) -> None:
    """Ten of one week are gone."""
    day = (BEFORE - 5 * WEEK - EPOCH).days

    def with_week(**more: int) -> pd.DataFrame:
        rows = [(key, day, number) for key, number in more.items()]
        return pd.concat([counts(ALL), pd.DataFrame(rows, columns=counts(ALL).columns)])

    before, now = seen(with_week(P=10)), with_week(Q=gains[0], S0=gains[1])
    assert list(losses(before, now, NOW).by_practice) == lost


@pytest.mark.parametrize(("gone", "is_compared"), [(200, True), (201, False)])
def test_two_hundred_that_lost_are_compared_one_by_one(gone: int, is_compared: bool) -> None:
    """What the first of them lost another one gained."""
    lost = {f"L{n:03d}": 1 for n in range(gone)}
    before, now = seen(counts(lost | {"S": 1}, 8)), counts({"new": 1, "S": 1}, 8)
    by_practice = losses(before, now, NOW).by_practice
    assert len(by_practice) == (0 if is_compared else gone)
