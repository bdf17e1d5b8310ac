"""Who goes on elsewhere: the least that says so, on counts set by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from tests.builders.counted import AS_OF, counted

from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Practice
from quietdrop.domain.findings import Cause, Lookalike
from quietdrop.findings.provider_flows import Flows
from quietdrop.findings.relocations import goes_on, gone_on

END = (AS_OF - EPOCH).days
WEEKS = 100
PHONE = "555-010-2030"
PRACTICES = {key: Practice(key, name, phone=PHONE) for key, name in (("A", "Lake"), ("B", "Hill"))}


def renamed(
    silent: int,
    began: int,
    came: int,
    *,
    fallen: bool = False,
    exposure: float = 1.0,
    first_day: int = 0,
    span: int = WEEKS,
) -> Lookalike | None:
    """A sent one a week and nothing for so many weeks; B, of its telephone number, began so many
    weeks ago and sent so many in a row of weeks."""
    old = [1.0] * (span - silent) + [0.0] * silent
    new = [0.0] * (span - began) + [1.0] * came + [0.0] * (began - came)
    rows = [
        (key, "", END - 7 * (span - week), 1)
        for key, weeks in (("A", old), ("B", new))
        for week, number in enumerate(weeks)
        if number
    ]
    counts = pd.DataFrame(rows, columns=["practice_id", "provider", "day", "referrals"])
    onset = {"onset": AS_OF - timedelta(weeks=silent)} if fallen else {}
    assessed = counted({"A": old, "B": new}, {"A": onset}, exposure)
    first = np.array([END - 7 * span, END - (first_day or 7 * began)], dtype=np.int64)
    assessed = replace(assessed, cadence=replace(assessed.cadence, first_day=first))
    return gone_on(assessed, Flows(counts, AS_OF), PRACTICES, {}).get("A")


@pytest.mark.parametrize("exposure", [1.0, 0.5, 0.0001])
def test_one_that_stopped_as_another_began_is_renamed(exposure: float) -> None:
    """The last referral came on the first day of the week before twelve silent ones."""
    assert renamed(12, 12, 12, exposure=exposure) == Lookalike(
        Cause.RENAMED,
        "A",
        "B",
        "Hill",
        evidence="the same phone number",
        since=AS_OF - timedelta(days=7 * 13 - 1),
    )


@pytest.mark.parametrize(
    ("silent", "fallen", "is_said"),
    [(5, False, True), (4, False, False), (3, True, True), (2, True, False)],
)
def test_five_must_be_missing_or_three_where_a_drift_is_likely(
    silent: int, fallen: bool, is_said: bool
) -> None:
    """The six days after the last referral count, too: 6/7 more are missing."""
    assert bool(renamed(silent, silent, silent, fallen=fallen)) is is_said


@pytest.mark.parametrize(("later", "is_said"), [(-4, True), (-5, False), (9, True), (10, False)])
def test_the_other_begins_beside_the_stop(later: int, is_said: bool) -> None:
    """The stop lies from ten weeks before the other's beginning to four after it; the day after
    the last referral is six days before the silent weeks."""
    began = 20 - later
    assert bool(renamed(20, began, began)) is is_said


@pytest.mark.parametrize(("span", "is_said"), [(33, True), (35, False)])
def test_of_a_short_past_the_rate_is_that_of_its_own_days(span: int, is_said: bool) -> None:
    """31 in 211 days would bring 4.995 in the next 34 days; 29 in 197 days bring 5.005."""
    assert bool(renamed(4, 4, 4, span=span)) is is_said


def test_a_stop_is_looked_for_ten_weeks_before_the_year_of_beginnings() -> None:
    """Its last referral came 434 days ago, and the other began 364 days ago."""
    assert renamed(61, 52, 52, first_day=364)


@pytest.mark.parametrize(("came", "is_said"), [(6, True), (2, False)])
def test_enough_goes_on(came: int, is_said: bool) -> None:
    """Twelve are missing: P(X ≤ 2) of six is 0.06."""
    assert bool(renamed(12, 12, came)) is is_said


@pytest.mark.parametrize(
    ("came", "expected", "goes"),
    [(0.0, 1.0, False), (1.0, 1.0, True), (3.0, 12.0, True), (2.0, 12.0, False)],
)
def test_what_is_not_clearly_less_than_half_goes_on(
    came: float, expected: float, goes: bool
) -> None:
    assert goes_on(came, expected) is goes


@pytest.mark.parametrize(
    ("first_day", "is_said"), [(76, True), (75, False), (174, True), (175, False)]
)
def test_seventy_days_before_and_twenty_eight_after_are_beside(
    first_day: int, is_said: bool
) -> None:
    """The stop lies 146 days back, on the day after the last referral."""
    began = first_day // 7 + 1
    assert bool(renamed(20, began, began, first_day=first_day)) is is_said
