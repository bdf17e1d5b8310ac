"""How much two files must agree: both sides of each boundary, of rows set by hand."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pytest

from quietdrop.ingest.overlaps import Overlaps

DAY = 20_000
FILE, OTHER = 0, 1


def rows(
    source: int,
    days: Iterable[int],
    practice: int = 1,
    *,
    ids: Iterable[int] | None = None,
    lag: int | None = None,
    kept: int = 1,
) -> pd.DataFrame:
    """A file's rows of one practice, by days after the first; `lag`: recorded so much later."""
    day = np.array(list(days)) + DAY
    numbers = {"practice": practice, "source": source, "kept": kept, "rows": 1, "name": 1}
    nothing = ("provider", "provider_name", "service_line", "payer", "location")
    frame = pd.DataFrame({"day": day}).assign(**numbers, **dict.fromkeys(nothing, 0))
    recorded = -1 if lag is None else day + lag
    return frame.assign(recorded=recorded, id=0 if ids is None else list(ids))


def overlaps(*parts: pd.DataFrame, files: int = 2, are_counts: bool = False) -> Overlaps:
    return Overlaps(pd.concat(parts, ignore_index=True), files, are_counts=are_counts)


def both(days: Iterable[int], practice: int = 1) -> list[pd.DataFrame]:
    """Two files with the same rows."""
    days = list(days)
    return [rows(FILE, days, practice), rows(OTHER, days, practice)]


def joins(*parts: pd.DataFrame, are_counts: bool = False) -> bool:
    return overlaps(*parts, are_counts=are_counts).groups() == [[FILE, OTHER]]


@pytest.mark.parametrize("lag", [None, 0, 2])
@pytest.mark.parametrize(("last", "joined"), [(40, False), (41, True)])
def test_three_rare_rows_are_evidence_in_thirty_working_days(
    last: int, joined: bool, lag: int | None
) -> None:
    """Three in thirty days are a chance of a tenth: together 1 in 1,000."""
    assert joins(*(rows(file, [0, 10, last], lag=lag) for file in (FILE, OTHER))) is joined


@pytest.mark.parametrize(("third", "joined"), [(range(3), False), (range(4), True)])
def test_of_busy_practices_eight_rows_are_evidence(third: range, joined: bool) -> None:
    """However busy, two offices agree on a day by a chance of 0.4 at most."""
    assert joins(*both(range(4)), *both(third, practice=2)) is joined


def test_rows_of_a_single_day_are_compared_with_those_of_a_busy_practice() -> None:
    practices = [both([0], practice) for practice in range(1, 9)]
    assert joins(*(part for pair in practices for part in pair))
    assert not joins(*(part for pair in practices[:7] for part in pair))


@pytest.mark.parametrize(("number", "joined"), [(1, False), (2, True)])
def test_two_common_ids_are_evidence(number: int, joined: bool) -> None:
    days, ids = range(number), range(1, number + 1)
    assert joins(rows(FILE, days, ids=ids), rows(OTHER, days, ids=ids)) is joined


def test_ids_on_other_days_are_the_same_referrals() -> None:
    assert joins(rows(FILE, [0, 5], ids=[1, 2]), rows(OTHER, [5, 0], ids=[1, 2]))


def test_rows_that_each_file_has_several_times_are_compared_one_by_one() -> None:
    ids = [1, 1, 2, 2]
    assert joins(rows(FILE, [0, 0, 5, 5], ids=ids), rows(OTHER, [0, 0, 5, 5], ids=ids))
    assert joins(*both([0, 0, 10, 10, 300, 300]))
    assert not joins(rows(FILE, [0, 0, 10, 10, 300, 300]), rows(OTHER, [0, 10, 300]))


@pytest.mark.parametrize(("last", "joined"), [(40, False), (41, True)])
def test_rows_with_an_id_say_nothing_of_how_many_have_none(last: int, joined: bool) -> None:
    """The larger file has nine of another practice; without one it has three in thirty days."""
    with_ids = rows(OTHER, [20] * 9, 2, ids=range(1, 10))
    assert joins(with_ids, *both([0, 10, last])) is joined


def test_the_last_day_of_one_practice_is_not_the_first_of_another() -> None:
    """Seven of ten rows are alike, and the eighth is of another practice and day."""
    days = [0, 10, 21, 33, 46, 60, 75]
    for day in (0, 1):
        theirs = [rows(OTHER, days), rows(OTHER, [day, 91], 2), rows(OTHER, [126], 3)]
        assert not joins(rows(FILE, [*days, 91, 108, 126]), *theirs)


@pytest.mark.parametrize(("shared", "joined"), [(7, False), (8, True)])
def test_four_in_five_rows_must_be_alike(shared: int, joined: bool) -> None:
    days = [0, 10, 21, 33, 46, 60, 75, 91, 108, 126]
    theirs = [*days[: shared - 1], *(day + 1 for day in days[shared - 1 : -1]), days[-1]]
    assert joins(rows(FILE, days), rows(OTHER, theirs)) is joined


@pytest.mark.parametrize(("days", "joined"), [([0, 7, 14, 21], False), ([0, 8, 17, 27], True)])
def test_a_weekly_habit_is_no_evidence(days: list[int], joined: bool) -> None:
    far = [200]
    assert joins(*both([*days, *far])) is joined


def test_a_habit_is_that_the_larger_file_has_the_same_a_week_later() -> None:
    days = [7, 57, 117, 207]
    week_later, week_before = [day + 7 for day in days], [day - 7 for day in days]
    assert not joins(rows(FILE, days), rows(OTHER, [*days, *week_later]))
    assert joins(rows(FILE, days), rows(OTHER, [*days, *week_before]))


@pytest.mark.parametrize(("later", "joined"), [(206, True), (207, False), (208, True)])
def test_a_quarter_of_four_rows_is_a_habit(later: int, joined: bool) -> None:
    """The file's last day is the last that can show it."""
    days = [0, 50, 110, 200]
    assert joins(rows(FILE, days), rows(OTHER, [*days, later])) is joined


def test_rows_of_the_last_week_show_no_habit() -> None:
    """Eleven of twelve: there is no later week to compare them with."""
    busy = [rows(file, [6], one) for file in (FILE, OTHER) for one in range(2, 13)]
    assert joins(rows(FILE, [0]), rows(OTHER, [0, 8]), *busy)
    assert not joins(rows(FILE, [0]), rows(OTHER, [0, 7]), *busy)


@pytest.mark.parametrize(("number", "joined"), [(4, False), (5, True)])
def test_a_habit_of_the_rows_without_an_id_weighs_by_their_share(number: int, joined: bool) -> None:
    """Half of ten rows have a habit: a chance of a half, together 1 in 1,000."""
    weekly = both([0, 7, 14, 21, 28])
    ids = range(1, number + 1)
    with_ids = [rows(file, range(1, number + 1), 2, ids=ids) for file in (FILE, OTHER)]
    assert joins(*weekly, *with_ids) is joined


@pytest.mark.parametrize(("last", "joined"), [(56, False), (57, True)])
def test_eight_of_ten_alike_are_evidence_in_forty_one_working_days(last: int, joined: bool) -> None:
    """Ten rows in 41 working days are a chance of 0.24 that one is alike."""
    alike = [0, 1, 2, 3, 20, 21, 22, last]
    assert joins(rows(FILE, [*alike, 40, 41]), rows(OTHER, [*alike, 43, 44])) is joined


def test_rows_recorded_on_other_days_are_other_rows() -> None:
    days = [0, 10, 41, 90]
    assert joins(rows(FILE, days, lag=2), rows(OTHER, days, lag=2))
    assert joins(rows(FILE, days, lag=0), rows(OTHER, days, lag=0))
    assert not joins(rows(FILE, days, lag=2), rows(OTHER, days, lag=3))
    assert not joins(rows(FILE, days, lag=0), rows(OTHER, days))
    assert not joins(rows(FILE, days, lag=1), rows(OTHER, days))


def test_only_the_shared_span_is_compared() -> None:
    """The rows outside of it are a file's own."""
    mine, theirs = [0, 10, 20, 60, 71, 83, 96], [60, 71, 83, 96, 200, 211]
    assert joins(rows(FILE, mine), rows(OTHER, theirs))


@pytest.mark.parametrize(("begin", "joined"), [(126, True), (127, False)])
def test_a_single_shared_day_is_enough(begin: int, joined: bool) -> None:
    """Of ten practices; a day later the files only follow each other."""
    first = [part for one in range(1, 11) for part in [rows(FILE, [0, 126], one)]]
    then = [part for one in range(1, 11) for part in [rows(OTHER, [begin, 300], one)]]
    assert joins(*first, *then) is joined


def test_counts_agree_where_they_are_equal_and_above_zero() -> None:
    """A hundred periods, of which four tell something."""
    periods = range(0, 700, 7)
    quiet = [rows(source, periods, kept=0) for source in (FILE, OTHER)]
    assert not joins(*quiet, are_counts=True)
    practices = [(one, 100 + one) for one in range(2, 12)]

    def told(source: int, more: int = 0) -> list[pd.DataFrame]:
        return [rows(source, [0], one, kept=count + more) for one, count in practices]

    assert joins(*quiet, *told(FILE), *told(OTHER), are_counts=True)
    assert not joins(*quiet, *told(FILE), *told(OTHER, more=1), are_counts=True)


@pytest.mark.parametrize(("periods", "joined"), [(31, False), (32, True)])
def test_two_equal_counts_are_evidence_in_thirty_two_periods(periods: int, joined: bool) -> None:
    """Each of the two occurs once in 32 periods: together 1 in 1,000."""
    alike = [
        part for file in (FILE, OTHER) for part in (rows(file, [0]), rows(file, [7], 2, kept=2))
    ]
    others = rows(OTHER, range(7, 7 * periods, 7), 3, kept=9)
    assert joins(*alike, others, are_counts=True) is joined


def test_that_nobody_sends_any_is_no_evidence() -> None:
    nothing = [rows(file, [0], one, kept=0) for file in (FILE, OTHER) for one in range(1, 20)]
    assert not joins(*nothing, are_counts=True)


def test_of_alike_rows_those_of_the_file_with_most_stay() -> None:
    days = [0, 10, 21, 33, 46, 60, 75, 91, 108, 126]
    once = overlaps(rows(FILE, days), rows(OTHER, [*days, 91, 91])).once()
    assert sorted(once["day"] - DAY) == [*days[:8], 91, 91, *days[8:]]
    assert set(once.loc[once["day"] == DAY + 91, "source"]) == {OTHER}
    assert list(once.index) == sorted(once.index)


def test_rows_with_an_id_all_stay() -> None:
    parts = [rows(source, [0, 5, 9], ids=[1, 2, 3]) for source in (FILE, OTHER)]
    assert len(overlaps(*parts).once()) == 6


def test_a_stream_bears_the_newest_file_and_those_of_no_rows_stand_alone() -> None:
    days = [0, 10, 21, 33, 46]
    of = overlaps(rows(0, [*days, 60]), rows(2, days), rows(3, [9], practice=7), files=4)
    assert of.stream.tolist() == [0, 1, 0, 3]
    assert of.groups() == [[0, 2]]
    alike = overlaps(rows(0, days), rows(2, days), files=3)
    assert alike.stream.tolist() == [2, 1, 2]


def test_an_earlier_file_beside_two_that_overlap_stands_alone() -> None:
    days = [100, 110, 121, 133, 146]
    of = overlaps(rows(0, [0, 10]), rows(1, days), rows(2, days), files=3)
    assert of.stream.tolist() == [0, 2, 2]


def test_three_exports_are_one_stream() -> None:
    days = [0, 10, 21, 33, 46, 60, 75]
    of = overlaps(rows(0, days), rows(1, days[:6]), rows(2, days[1:]), files=3)
    assert len(of.groups()) == 1
    assert len(of.once()) == 7
