"""Which part of a practice is looked at, and what is said of it: counts and evidence by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.builders.counted import AS_OF, counted

from quietdrop.config.settings import DriftSettings
from quietdrop.domain.days import EPOCH
from quietdrop.domain.findings import Cause, Lookalike, Part, PartKind
from quietdrop.findings import segments
from quietdrop.findings.segments import leaving, stands_out

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
) -> tuple[Mapping[str, Part], Mapping[str, Lookalike]]:
    """What leaves, if each part that is looked at drifts so likely since so many weeks."""

    def posteriors(*given: Any) -> Any:
        number = len(given[1])  # the suspects
        onset = np.full(number, 39 - age)
        return SimpleNamespace(probability=np.array(probability[:number]), onset=onset, window=39)

    monkeypatch.setattr(segments, "_posteriors", posteriors)
    counts = pd.concat(parts, ignore_index=True)
    week = WEEKS - 1 - (END - 1 - counts["day"].to_numpy()) // 7
    assessed = counted(
        {"A": np.bincount(week[week >= 0], minlength=WEEKS).tolist()}, exposure=exposure
    )
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
        unknown = rows("1", 200, 0).assign(practice_id="B"), rows("", 60, 15)
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

    @pytest.mark.parametrize("exposure", [1.0, 0.5])
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

    def test_a_line_is_not_taken_over(self, monkeypatch: pytest.MonkeyPatch) -> None:
        parts, taken = found(monkeypatch, rows("", 20, 0, "Spine"), rows("", 60, 30))
        assert (set(parts), taken) == ({"A"}, {})


class TestStandsOut:
    """40 of 100 were the provider's in the year before; since then 10 came where 30 were due."""

    ONSET = AS_OF - timedelta(weeks=8)
    DAY = (ONSET - EPOCH).days

    def part(
        self, was: int, came: int, others: int, others_came: int, expected: float = 30.0
    ) -> Part | None:
        frame = pd.DataFrame(
            [("1", -9, was), ("", -9, others), ("1", 0, came), ("", 5, others_came)],
            columns=["provider", "day", "referrals"],
        )
        frame["day"] += self.DAY
        return stands_out(frame, {"1": "Dr. Lee"}, self.ONSET, expected).get("provider")

    def test_the_part_that_makes_most_of_the_fall(self) -> None:
        part = Part(PartKind.PROVIDER, "1", "Dr. Lee", 12.0, 0, 0.4, 1.0, self.ONSET)
        assert self.part(40, 0, 60, 12) == part

    @pytest.mark.parametrize(
        ("was", "came", "others", "others_came", "expected", "is_said"),
        [
            (40, 0, 60, 10, 30.0, True),  # 12 of 20 that are missing
            (40, 0, 60, 9, 30.0, False),  # 12 of 21
            (40, 0, 60, 30, 30.0, False),  # nothing is missing
            (40, 0, 60, 8, 18.0, True),  # P(none of 8 at 0.4) is 0.017
            (40, 0, 60, 7, 17.0, False),  # of 7 it is 0.028
            (95, 0, 5, 3, 20.0, True),
            (96, 0, 4, 3, 20.0, False),
            (0, 0, 100, 9, 30.0, False),
        ],
    )
    def test_both_sides_of_each_threshold(
        self, was: int, came: int, others: int, others_came: int, expected: float, is_said: bool
    ) -> None:
        assert (self.part(was, came, others, others_came, expected) is not None) is is_said

    def test_only_the_year_before_counts(self) -> None:
        frame = pd.DataFrame(
            {
                "provider": ["1", "", "1", "", ""],
                "day": [self.DAY - 364, self.DAY - 1, self.DAY - 365, self.DAY, self.DAY + 1],
                "referrals": [40, 60, 900, 6, 6],
            }
        )
        part = stands_out(frame, {}, self.ONSET, 30.0)["provider"]
        assert (part.name, part.share_before, part.expected) == ("1", 0.4, 12.0)

    def test_without_a_past_or_a_column_nothing_stands_out(self) -> None:
        nothing = pd.DataFrame({"provider": ["1"], "day": [self.DAY], "referrals": [1]})
        assert stands_out(nothing, {}, self.ONSET, 30.0) == {}
