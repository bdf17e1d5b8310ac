"""What came back, against what would have come anyway; and when that is too little to say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.checkin import CheckIn, Kind, Touch
from quietdrop.domain.reports import Case, Gain, Ledger
from quietdrop.messages.wording import summary
from quietdrop.reporting.save_ledger import LEAST_CASES, anyway, cases, ledger
from quietdrop.reporting.streams import Streams

AS_OF = date(2026, 7, 6)
OPENED = AS_OF - timedelta(weeks=13)
IDS = [f"P{i:03d}" for i in range(60)]


def streams(counts: FloatArray) -> Streams:
    return Streams(tuple(IDS), counts, np.ones((60, 40)), AS_OF)


def case(practice_id: str, group: str, opened_on: date = OPENED) -> Case:
    return Case(practice_id, opened_on, group, 2.0, 0.2, 0.8)


def kept(seen: int, held: int, came: int = 2, came_held: int = 1) -> Ledger:
    """`seen` seen practices with `came` a week since, `held` held out with `came_held`."""
    counts = np.full((60, 40), float(came_held))
    counts[:seen] = came
    practices = [case(name, "made") for name in IDS[:seen]]
    practices += [case(name, "held out") for name in IDS[seen : seen + held]]
    return ledger(practices, streams(counts))


def test_a_drop_that_was_chance_comes_back_by_itself() -> None:
    assert anyway(case("P000", "made")) == pytest.approx(0.8 * 0.2 + 0.2)


def test_what_came_is_set_against_the_frozen_baseline() -> None:
    [(name, back)] = kept(12, 0, came=1).groups
    assert (name, back.cases, back.came, back.usual) == ("made", 12, 156, 312)
    assert back.anyway == pytest.approx(0.36 * 312)
    assert back.share == 0.5


@pytest.mark.parametrize(("held", "compared"), [(LEAST_CASES - 1, False), (LEAST_CASES, True)])
def test_twenty_held_out_practices_are_compared_and_nineteen_are_not(
    held: int, compared: bool
) -> None:
    assert (kept(20, held).over_held is not None) is compared


@pytest.mark.parametrize(("baseline", "compared"), [(0.192, False), (0.193, True)])
def test_fifty_usual_referrals_are_compared_and_fewer_are_not(
    baseline: float, compared: bool
) -> None:
    practices = [case(name, "made")._replace(baseline=baseline) for name in IDS[:20]]
    result = ledger(practices, streams(np.ones((60, 40))))
    assert (result.over_model is not None) is compared


@pytest.mark.parametrize(("days", "waiting"), [(90, 1), (91, 0)])
def test_a_case_counts_when_all_its_weeks_have_passed(days: int, waiting: int) -> None:
    opened = AS_OF - timedelta(days=days)
    result = ledger([case("P000", "made", opened)], streams(np.ones((60, 40))))
    assert result.waiting == waiting
    assert len(result.groups) == 1 - waiting


def test_only_the_weeks_after_the_opening_count() -> None:
    counts = np.full((60, 40), 9.0)
    counts[:, 14:27] = 1.0
    opened = AS_OF - timedelta(weeks=26)
    result = ledger([case("P000", "made", opened)], streams(counts))
    assert result.groups[0][1].came == 13


def test_no_order_matters() -> None:
    rng = np.random.default_rng(5)
    counts = rng.poisson(1.0, (60, 40)).astype(float)
    practices = [case(name, "made" if i % 2 else "held out") for i, name in enumerate(IDS)]
    one = ledger(practices, streams(counts))
    assert one == ledger(practices[::-1], streams(counts))


def checkin(practice_id: str, **more: object) -> CheckIn:
    values: dict[str, object] = {
        "probability": 0.8,
        "baseline_per_week": 2.0,
        "remaining_share": 0.2,
    }
    plain = CheckIn(practice_id, practice_id, "ann@example.com", Kind.DRIFT, OPENED)
    return replace(plain, **(values | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "kind", "outcome", "group"),
    [
        (0, "visit", "", "made"),
        (27, "visit", "access", "made"),
        (28, "visit", "access", "unmade"),
        (-1, "visit", "access", "unmade"),
        (3, "call", "could not reach", "unmade"),
        (3, "visit", "complaint", "unmade"),
        (3, "no contact", "retired", "unmade"),
    ],
)
def test_a_checkin_is_made_when_somebody_got_through_in_four_weeks(
    day: int, kind: str, outcome: str, group: str
) -> None:
    touch = Touch(OPENED + timedelta(days=day), "A", kind=kind, outcome=outcome)
    [only] = cases([checkin("A")], [], [touch])
    assert only.group == group


def test_complaints_reviews_and_what_was_listed_soon_after_are_no_cases() -> None:
    listed = [checkin("A", kind="complaint"), checkin("B", state="review"), checkin("C")]
    over = [
        checkin("C", state="left out", opened_on=OPENED - timedelta(days=27)),
        checkin("D", state="left out"),
        checkin("E", state="held out"),
    ]
    groups = {each.practice_id: each.group for each in cases(listed, over, [])}
    assert groups == {"C": "unmade", "D": "left out", "E": "held out"}


def test_without_the_held_out_share_no_cause_is_claimed() -> None:
    text = " ".join(summary.findings(kept(20, 0)))
    assert "We cannot tell yet whether check-ins bring referrals back" in text
    assert "With the held-out share" not in text


@pytest.mark.parametrize(
    ("gain", "said"),
    [
        (Gain(0.2, 0.01, 0.39), "20 % of the usual more came (between +1 % and +39 % of the usual"),
        (Gain(0.2, -0.01, 0.41), "no more and no fewer came beyond chance"),
        (Gain(-0.2, -0.39, -0.01), "20 % of the usual fewer came"),
    ],
)
def test_with_it_the_difference_is_told_with_its_uncertainty(gain: Gain, said: str) -> None:
    sentences = summary.findings(replace(kept(20, 20), over_held=gain))
    assert any(line.startswith("With the held-out share") and said in line for line in sentences)


def test_too_young_says_exactly_that() -> None:
    young = Ledger(AS_OF, 13, (), None, None, None, 2)
    assert summary.findings(young) == ["We cannot tell yet: 2 check-ins are younger than 13 weeks."]
    assert "no check-in is 13 weeks old" in summary.findings(replace(young, waiting=0))[0]
