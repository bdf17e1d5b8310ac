"""Days as places among weeks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from quietdrop.domain.days import week_index

AS_OF = date(2026, 7, 6)


@pytest.mark.parametrize(
    ("days_ago", "index"), [(0, 52), (6, 52), (7, 51), (13, 51), (14, 50), (364, 0), (371, -1)]
)
def test_a_day_has_its_week_s_place_among_those_before_the_date(days_ago: int, index: int) -> None:
    assert week_index(AS_OF - timedelta(days=days_ago), AS_OF, 52) == index
