"""Which part of a practice is looked at, and what is said of it: counts and evidence by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.builders.counted import AS_OF, counted

from quietdrop.config.settings import DriftSettings
from quietdrop.domain.days import EPOCH
from quietdrop.domain.findings import Cause, Lookalike, Part
from quietdrop.findings import segments
from quietdrop.findings.segments import leaving

END = (AS_OF - EPOCH).days
WEEKS = 80
SURE = DriftSettings().part_probability


def spread(number: int, first: int, last: int) -> list[int]:
    """So many referrals, evenly over the weeks from so many ago to so many ago (0: the newest)."""
    weeks = first - last + 1
    return [END - 1 - 7 * (first - n * weeks // number) for n in range(number)]


def rows(provider: str, before: int, recent: int, line: str = "") -> pd.DataFrame:
    """What a provider sent in the year before the last 13 weeks, and in these."""
    days = [*spread(before, 64, 13), *spread(recent, 12, 0)] if recent else spread(before, 64, 13)
    return pd.DataFrame(
        {
            "practice_id": "A",
            "provider": provider,
            "service_line": line,
            "day": days,
            "referrals": 1,
        }
    )


def found(
    monkeypatch: pytest.MonkeyPatch,
    *parts: pd.DataFrame,
    probability: Sequence[float] = (0.99,) * 9,
    age: int = 13,
    exposure: float = 1.0,
    late: float = 1.0,
    past: int = WEEKS,
) -> tuple[Mapping[str, Part], Mapping[str, Lookalike]]:
    """What leaves, if each part that is looked at drifts so likely since so many of the `past`
    weeks; `late` is the practice's season of the last 13 of them."""

    def posteriors(*given: Any) -> Any:
        number = len(given[1])  # the suspects
        onset = np.full(number, 39 - age)
        return SimpleNamespace(probability=np.array(probability[:number]), onset=onset, window=39)

    monkeypatch.setattr(segments, "_posteriors", posteriors)
    counts = pd.concat(parts, ignore_index=True)
    week = past - 1 - (END - 1 - counts["day"].to_numpy()) // 7
    assessed = counted(
        {"A": np.bincount(week[week >= 0], minlength=past).tolist()}, exposure=exposure
    )
    season = np.where(np.arange(past) < past - 13, 1.0, late)[None, :]
    assessed = replace(assessed, judged=replace(assessed.judged, season=season))
    return leaving(assessed, counts, {"1": "Dr. Lee"}, DriftSettings())


class TestWhoIsLookedAt:
    """A provider who sent 20 of 80 in the year before, where 5 would be usual in 13 weeks."""

    @pytest.mark.parametrize(
        ("before", "recent", "others", "is_looked_at"),
        [
            (20, 3, 60, True),  # six tenths of 5
            (20, 4, 60, False),
            (12, 1, 60, True),  # 3 would be usual
            (11, 1, 60, False),
            (12, 0, 108, True),  # a tenth of all
            (12, 0, 109, False),
            (95, 0, 5, True),
            (96, 0, 4, False),  # nearly the whole explains nothing
        ],
    )
    def test_both_sides_of_each_threshold(
        self,
        monkeypatch: pytest.MonkeyPatch,
        before: int,
        recent: int,
        others: int,
        is_looked_at: bool,
    ) -> None:
        parts, _ = found(monkeypatch, rows("1", before, recent), rows("", others, others // 4))
        assert ("A" in parts) is is_looked_at

    def test_the_year_before_the_recent_weeks_counts_and_no_more(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Of 12, one came 65 weeks ago, which is no longer of that year."""
        late = rows("1", 12, 0)
        early = late.assign(day=late["day"].where(late.index > 0, END - 1 - 7 * 65))
        others = rows("", 60, 15)
        assert "A" in found(monkeypatch, late, others)[0]
        assert "A" not in found(monkeypatch, early, others)[0]

    @pytest.mark.parametrize(("ago", "is_looked_at"), [(91, False), (92, True)])
    def test_the_recent_weeks_are_ninety_one_days(
        self, monkeypatch: pytest.MonkeyPatch, ago: int, is_looked_at: bool
    ) -> None:
        """Three more came of late: a fourth is too many, and 91 days ago is of late."""
        one = rows("1", 20, 3)
        fourth = one.head(1).assign(day=END - ago)
        parts, _ = found(monkeypatch, one, fourth, rows("", 60, 15))
        assert ("A" in parts) is is_looked_at

    @pytest.mark.parametrize(("before", "is_looked_at"), [(8, True), (7, False)])
    def test_eight_a_year_are_needed_though_a_high_season_expects_more(
        self, monkeypatch: pytest.MonkeyPatch, before: int, is_looked_at: bool
    ) -> None:
        """In twice the season 13 weeks promise half of what the year brought: 4 or 3.5."""
        parts, _ = found(monkeypatch, rows("1", before, 0), rows("", 24, 6), late=2.0)
        assert ("A" in parts) is is_looked_at

    def test_without_chances_no_part_is_looked_at(self, monkeypatch: pytest.MonkeyPatch) -> None:
        parts = rows("1", 20, 0), rows("", 60, 15)
        assert found(monkeypatch, *parts, exposure=0.0) == ({}, {})

    def test_a_row_of_two_counts_twice(self, monkeypatch: pytest.MonkeyPatch) -> None:
        two = rows("1", 6, 0).assign(referrals=2)
        assert "A" in found(monkeypatch, two, rows("", 60, 15))[0]
        three = rows("1", 20, 2).assign(referrals=2)
        assert "A" in found(monkeypatch, three, rows("", 120, 30))[0]
        many = rows("1", 20, 4).assign(referrals=2)
        assert "A" not in found(monkeypatch, many, rows("", 120, 30))[0]

    def test_of_whom_nothing_is_assessed_no_part_is_looked_at(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        both = rows("1", 200, 0), rows("2", 60, 0)
        unknown = *(one.assign(practice_id="B") for one in both), rows("", 60, 15)
        assert found(monkeypatch, *unknown) == ({}, {})

    def test_without_any_kind_of_part_nothing_is_looked_at(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bare = rows("1", 20, 0)[["practice_id", "day", "referrals"]]
        assert found(monkeypatch, bare) == ({}, {})


class TestWhatIsSaid:
    OTHERS = rows("", 60, 15)

    @pytest.mark.parametrize(
        ("probability", "age", "is_said"),
        [(SURE, 13, True), (SURE - 0.001, 13, False), (SURE, 26, True), (SURE, 27, False)],
    )
    def test_a_part_that_surely_left_of_late(
        self, monkeypatch: pytest.MonkeyPatch, probability: float, age: int, is_said: bool
    ) -> None:
        parts, taken_over = found(
            monkeypatch, rows("1", 20, 0), self.OTHERS, probability=(probability,), age=age
        )
        assert bool({**parts, **taken_over}) is is_said

    @pytest.mark.parametrize("exposure", [1.0, 0.5, 0.0001])
    def test_against_its_own_rate(self, monkeypatch: pytest.MonkeyPatch, exposure: float) -> None:
        """80 came in a year, 20 of them the provider's; in a quarter of a year 5 would be usual."""
        parts, others = found(
            monkeypatch, rows("1", 20, 2), self.OTHERS, exposure=exposure, probability=(0.97,)
        )
        part = parts["A"]
        assert (part.kind, part.key, part.name, part.observed) == ("provider", "1", "Dr. Lee", 2)
        assert part.expected == pytest.approx(5.0)
        assert part.share_before == pytest.approx(0.25)
        assert (part.probability, part.onset) == (0.97, AS_OF - timedelta(weeks=13))
        assert others == {}

    def test_of_a_short_past_all_weeks_before_count(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """47 weeks stand before the last 13: 9 of its 18 came in the oldest of them."""
        oldest = rows("1", 9, 0).assign(day=END - 7 * 60)
        one = rows("1", 9, 0).assign(day=END - 7 * 20)
        others = rows("", 29, 0).assign(day=END - 7 * 21)
        parts, _ = found(monkeypatch, oldest, one, others, past=60)
        assert parts["A"].share_before == pytest.approx(18 / 47)
        assert parts["A"].expected == pytest.approx(18 / 47 * 13)

    def test_a_line_that_was_all_of_the_year_before(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """One referral came in it; all others came since the onset, half a year ago."""
        first = rows("", 1, 0, "Spine").assign(day=END - 7 * 30)
        later = rows("", 13, 0, "Spine").assign(day=END - 7 * 20)
        others = rows("", 3, 0).assign(day=END - 7 * 20)
        parts, _ = found(monkeypatch, first, later, others, age=26)
        assert parts["A"].share_before == 1.0

    def test_the_likelier_of_two_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        both = rows("1", 20, 0), rows("2", 20, 0)
        for chances, key in (((0.97, 0.98), "2"), ((0.98, 0.97), "1"), ((0.98, 0.98), "1")):
            parts, _ = found(monkeypatch, *both, self.OTHERS, probability=chances)
            assert parts["A"].key == key

    def test_a_line_without_a_name_is_called_by_its_key(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        parts, _ = found(monkeypatch, rows("", 20, 0, "Spine"), self.OTHERS)
        assert (parts["A"].kind, parts["A"].name) == ("service_line", "Spine")

    @pytest.mark.parametrize(("others", "took_over"), [(18, True), (17, False)])
    def test_others_who_send_half_of_what_is_missing_took_over(
        self, monkeypatch: pytest.MonkeyPatch, others: int, took_over: bool
    ) -> None:
        """5 are missing and 15 usual of the others: 17.5 are half of it."""
        parts, taken = found(monkeypatch, rows("1", 20, 0), rows("", 60, others))
        assert ("A" in taken) is took_over
        assert ("A" in parts) is not took_over
        if took_over:
            assert taken["A"] == Lookalike(Cause.REDISTRIBUTED, "A", who="Dr. Lee", explains=False)

    @pytest.mark.parametrize(("others", "took_over"), [(17, True), (16, False)])
    def test_what_still_comes_is_not_missing(
        self, monkeypatch: pytest.MonkeyPatch, others: int, took_over: bool
    ) -> None:
        """2 of 5 came: 3 are missing, and 16.5 are half of them and the usual 15."""
        _, taken = found(monkeypatch, rows("1", 20, 2), rows("", 60, others))
        assert ("A" in taken) is took_over

    @pytest.mark.parametrize(("others", "took_over"), [(30, True), (29, False)])
    def test_where_nothing_is_missing_the_usual_of_the_others_is_enough(
        self, monkeypatch: pytest.MonkeyPatch, others: int, took_over: bool
    ) -> None:
        """In half a year 10 of its own and 30 of the others were usual; 12 of its own came."""
        year = rows("1", 20, 0).assign(day=END - 7 * 30), rows("", 60, 0).assign(day=END - 7 * 30)
        late = (
            rows("1", 12, 0).assign(day=END - 7 * 20),
            rows("", others, 0).assign(day=END - 7 * 20),
        )
        _, taken = found(monkeypatch, *year, *late, age=26)
        assert ("A" in taken) is took_over

    def test_a_line_is_not_taken_over(self, monkeypatch: pytest.MonkeyPatch) -> None:
        parts, taken = found(monkeypatch, rows("", 20, 0, "Spine"), rows("", 60, 30))
        assert (set(parts), taken) == ({"A"}, {})
