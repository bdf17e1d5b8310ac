"""The arithmetic of levels: counts and exposure by hand, both sides of every boundary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.builders.counted import AS_OF, counted

from quietdrop.checkins.history import History
from quietdrop.checkins.lifecycle import (
    Situation,
    fate,
    has_recovered,
    is_worse,
    since_onset,
    told_share,
    was_a_spelling,
)
from quietdrop.detection.assess import Assessed
from quietdrop.domain.checkin import CheckIn, Kind, State
from quietdrop.domain.findings import Findings

WEEK = timedelta(weeks=1)
OPENED = AS_OF - 10 * WEEK
CHECKIN = CheckIn(
    "A",
    "A",
    "ann@x.example",
    Kind.DRIFT,
    OPENED,
    onset=OPENED - 4 * WEEK,
    baseline_per_week=10.0,
    remaining_share=0.5,
    notified_on=OPENED,
)


def weeks(newest: Sequence[float], exposure: float = 0.5, **figures: Any) -> Assessed:
    """Twenty weeks, ten referrals a week until these newest ones; chances are half as usual."""
    return counted({"A": [10.0] * (20 - len(newest)) + list(newest)}, {"A": figures}, exposure)


class TestRecovery:
    """The baseline promises 10 × 8 × 0.5 = 40; four fifths of it are 32."""

    @pytest.mark.parametrize(("came", "recovered"), [(32.0, True), (31.0, False)])
    def test_at_four_fifths_of_what_was_promised(self, came: float, recovered: bool) -> None:
        assert has_recovered(weeks([came, *[0.0] * 7]), CHECKIN) is recovered

    def test_only_the_last_eight_weeks_count(self) -> None:
        assert has_recovered(weeks([0.0, 4.0, *[4.0] * 7]), CHECKIN)
        assert not has_recovered(weeks([99.0, *[3.9] * 8]), CHECKIN)

    def test_without_an_onset_it_counts_from_the_opening(self) -> None:
        back = weeks([4.0] * 8)
        assert has_recovered(back, replace(CHECKIN, onset=None, opened_on=AS_OF - 8 * WEEK))
        young = AS_OF - 8 * WEEK + timedelta(days=1)
        assert not has_recovered(back, replace(CHECKIN, onset=None, opened_on=young))

    def test_without_a_baseline_there_is_nothing_to_regain(self) -> None:
        assert not has_recovered(weeks([9.0] * 8), replace(CHECKIN, baseline_per_week=0.0))


class TestSpelling:
    """From the onset fourteen weeks ago the baseline promises 70; four fifths are 56."""

    @pytest.mark.parametrize(("came", "is_gone"), [(56.0, True), (55.0, False)])
    def test_the_fall_is_gone_at_four_fifths(self, came: float, is_gone: bool) -> None:
        assert was_a_spelling(weeks([came / 14] * 14), CHECKIN) is is_gone

    def test_counted_from_the_opening_without_an_onset(self) -> None:
        ten_weeks = weeks([*[0.0] * 4, *[4.0] * 10])
        assert not was_a_spelling(ten_weeks, CHECKIN)
        assert was_a_spelling(ten_weeks, replace(CHECKIN, onset=None))

    def test_without_a_baseline_it_is_not_known(self) -> None:
        assert not was_a_spelling(weeks([9.0] * 14), replace(CHECKIN, baseline_per_week=None))

    def test_what_was_a_spelling_closes_where_practices_were_joined(self) -> None:
        whole = weeks([4.0] * 14)
        joined = Situation(History(joined=frozenset({"A"})))
        became, kept = fate(whole, CHECKIN, joined)
        assert (became, kept.state, kept.outcome) == ("explained", "closed", "same practice")
        assert fate(whole, CHECKIN, Situation())[0] == "recovered"
        fallen = weeks([0.5] * 14)
        assert fate(fallen, replace(CHECKIN, remaining_share=0.0), joined)[0] == "reminded"


class TestWorse:
    """Half of 10 a week was told; six weeks of half the usual chances then promise 15."""

    SINCE = AS_OF - 6 * WEEK

    @pytest.mark.parametrize(
        ("came", "worse"),
        [(8.0, True), (9.0, False)],  # P(X ≤ 8) of 15 is 0.037, P(X ≤ 9) is 0.070
    )
    def test_it_is_fewer_than_one_in_twenty_would_bring(self, came: float, worse: bool) -> None:
        assert is_worse(weeks([came, *[0.0] * 5]), CHECKIN, self.SINCE) is worse

    @pytest.mark.parametrize(
        ("came", "worse"),
        [(3.0, True), (4.0, False)],
    )
    def test_bursts_of_four_count_as_one(self, came: float, worse: bool) -> None:
        """P(X ≤ 0) of 15 / 4 is 0.024, P(X ≤ 1) is 0.112."""
        assert is_worse(weeks([came, *[0.0] * 5], dispersion=4.0), CHECKIN, self.SINCE) is worse

    def test_regular_referrers_are_not_held_to_less_than_chance(self) -> None:
        for came, worse in ((8.0, True), (9.0, False)):
            regular = weeks([came, *[0.0] * 5], dispersion=0.5)
            assert is_worse(regular, CHECKIN, self.SINCE) is worse

    @pytest.mark.parametrize(("came", "worse"), [(160.0, True), (161.0, False)])
    def test_a_tenth_less_of_many_is_not_clearly_worse(self, came: float, worse: bool) -> None:
        """200 were promised: 170 are beyond chance, and 160 are four fifths."""
        many = replace(CHECKIN, baseline_per_week=100.0)
        eight = weeks([came, *[0.0] * 7])
        assert is_worse(eight, many, AS_OF - 8 * WEEK) is worse
        assert not is_worse(weeks([170.0, *[0.0] * 7]), many, AS_OF - 8 * WEEK)

    def test_uncounted_rows_count_as_if_they_came(self) -> None:
        seven = weeks([7.0, *[0.0] * 5])
        assert is_worse(seven, CHECKIN, self.SINCE, 1)
        assert not is_worse(seven, CHECKIN, self.SINCE, 2)

    def test_one_whole_week_is_enough_and_six_days_are_none(self) -> None:
        """100 a week were usual, 25 promised, and nothing came."""
        many = replace(CHECKIN, baseline_per_week=100.0)
        silent = weeks([0.0])
        assert is_worse(silent, many, AS_OF - WEEK)
        assert not is_worse(silent, many, AS_OF - timedelta(days=6))
        assert is_worse(weeks([0.0] * 8), many, AS_OF - timedelta(days=13))

    def test_only_whole_weeks_since_then_count(self) -> None:
        """Sixteen whole weeks of nothing are the last sixteen of twenty, not more."""
        busy_before = weeks([0.0] * 7)
        assert is_worse(busy_before, CHECKIN, AS_OF - timedelta(days=55))
        assert not is_worse(busy_before, CHECKIN, AS_OF - 9 * WEEK)

    def test_the_share_at_which_a_practice_has_stopped(self) -> None:
        many, silent = replace(CHECKIN, baseline_per_week=1000.0), weeks([0.0] * 6)
        assert not is_worse(silent, replace(many, remaining_share=0.1), self.SINCE)
        assert is_worse(silent, replace(many, remaining_share=0.101), self.SINCE)

    def test_without_a_baseline_nothing_is_worse(self) -> None:
        assert not is_worse(weeks([0.0] * 6), replace(CHECKIN, baseline_per_week=0.0), self.SINCE)

    def test_uncounted_rows_of_the_findings_bear_on_its_fate(self) -> None:
        notified = replace(CHECKIN, notified_on=self.SINCE, reminded_on=AS_OF - WEEK)
        seven = weeks([7.0, *[0.0] * 5])
        assert fate(seven, notified, Situation())[0] == "worse"
        doubtful = Situation(findings=Findings(uncounted={"A": 2}))
        assert fate(seven, notified, doubtful)[0] == "aging"
        other = Situation(findings=Findings(uncounted={"B": 2}))
        assert fate(seven, notified, other)[0] == "worse"

    @pytest.mark.parametrize(("came", "worse"), [(8.0, True), (9.0, False)])
    def test_no_row_is_uncounted_where_none_is_known(self, came: float, worse: bool) -> None:
        notified = replace(CHECKIN, notified_on=self.SINCE, reminded_on=AS_OF - WEEK)
        became = fate(weeks([came, *[0.0] * 5]), notified, Situation())[0]
        assert (became == "worse") is worse


class TestToldShare:
    def test_a_share_below_one_is_what_was_told(self) -> None:
        assert told_share(weeks([0.0] * 8), replace(CHECKIN, remaining_share=0.99)) == 0.99
        assert told_share(weeks([9.0] * 8), replace(CHECKIN, remaining_share=None)) == 0.0

    def test_after_a_recovery_it_is_the_recovered_level(self) -> None:
        back = replace(CHECKIN, state=State.RECOVERED, remaining_share=0.1)
        assert told_share(weeks([9.0] * 8), back) == 0.8

    @pytest.mark.parametrize(("share", "counted_anew"), [(1.0, 0.4), (1.5, 0.4)])
    def test_a_whole_share_is_counted_from_the_onset_to_the_telling(
        self, share: float, counted_anew: float
    ) -> None:
        """Four weeks from onset to telling promised 20, and 8 came; what came later is left out."""
        fallen = weeks([2.0] * 4 + [7.0] * 10)
        assert told_share(fallen, replace(CHECKIN, remaining_share=share)) == counted_anew

    def test_it_is_counted_to_the_opening_where_nobody_was_told(self) -> None:
        fallen = weeks([2.0] * 4 + [7.0] * 10)
        untold = replace(CHECKIN, remaining_share=1.0, notified_on=None)
        assert told_share(fallen, untold) == 0.4

    def test_a_later_telling_counts_the_weeks_until_then(self) -> None:
        """Six weeks promised 30; 8 and 14 came."""
        fallen = weeks([2.0] * 4 + [7.0] * 10)
        later = replace(CHECKIN, remaining_share=1.0, notified_on=AS_OF - 8 * WEEK)
        assert told_share(fallen, later) == pytest.approx(22 / 30)

    def test_without_an_onset_or_a_baseline_the_share_stays(self) -> None:
        fallen = weeks([2.0] * 14)
        assert told_share(fallen, replace(CHECKIN, remaining_share=1.0, onset=None)) == 1.0
        no_baseline = replace(CHECKIN, remaining_share=1.0, baseline_per_week=None)
        assert told_share(fallen, no_baseline) == 1.0

    def test_one_week_of_chances_is_enough(self) -> None:
        """Half a week's chances promised 5, and 2 came."""
        fallen = weeks([2.0] + [7.0] * 10)
        close = replace(CHECKIN, remaining_share=1.0, onset=OPENED - WEEK)
        assert told_share(fallen, close) == 0.4

    def test_it_is_never_more_than_the_whole(self) -> None:
        busy = weeks([9.0] * 14)
        assert told_share(busy, replace(CHECKIN, remaining_share=1.0)) == 1.0


class TestWorseIsKept:
    """The check-in is told anew at the level of the weeks since it was told."""

    def kept(self, newest: Sequence[float], exposure: float = 0.5, **changes: Any) -> CheckIn:
        notified = replace(CHECKIN, notified_on=AS_OF - 6 * WEEK, **changes)
        became, kept = fate(weeks(newest, exposure), notified, Situation())
        assert became == "worse"
        return kept

    def test_with_its_share_and_what_is_lost(self) -> None:
        """30 were usual, and 6 came: a fifth is left."""
        kept = self.kept([1.0] * 6)
        assert (kept.notified_on, kept.opened_on, kept.state) == (AS_OF, OPENED, "open")
        assert kept.remaining_share == pytest.approx(0.2)
        assert kept.lost_per_week == pytest.approx(8.0)

    def test_counted_from_the_opening_where_it_was_never_told(self) -> None:
        untold = replace(CHECKIN, notified_on=None)
        snoozed = Situation(History())
        assert fate(weeks([1.0] * 10), untold, snoozed)[0] == "opened"

    def test_a_higher_level_of_late_does_not_raise_it(self) -> None:
        """Half of 1000 is told; 550 of 1500 came in six weeks: less than half, so 550 / 3000."""
        kept = self.kept([92.0] * 6, baseline_per_week=1000.0)
        assert kept.remaining_share == pytest.approx(552 / 3000)
        assert kept.lost_per_week == pytest.approx(1000 * (1 - 552 / 3000))

    def test_only_the_weeks_since_it_was_told_count(self) -> None:
        kept = self.kept([0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0])
        assert kept.remaining_share == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("onset", "baseline", "came", "promised"),
    [
        (AS_OF - 4 * WEEK, 10.0, 8, 20.0),
        (AS_OF - 4 * WEEK - timedelta(days=6), 10.0, 8, 20.0),
        (AS_OF - 4 * WEEK, None, 8, 0.0),
        (None, 10.0, 0, 0.0),
    ],
)
def test_what_came_since_the_onset(
    onset: date | None, baseline: float | None, came: int, promised: float
) -> None:
    checkin = replace(CHECKIN, onset=onset, baseline_per_week=baseline)
    assert since_onset(weeks([2.0] * 4), checkin) == (came, promised)
