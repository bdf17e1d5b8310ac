"""Which part of a practice stands out in its fall: both sides of each threshold."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest
from tests.builders.counted import AS_OF

from quietdrop.domain.days import EPOCH
from quietdrop.domain.findings import Part, PartKind
from quietdrop.findings.segments import stands_out


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
            (40, 0, 60, 12, 13.0, True),  # one is missing
            (200, 10, 300, 58, 150.0, True),  # 50 of 82
            (200, 10, 300, 50, 150.0, False),  # 50 of 90
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
