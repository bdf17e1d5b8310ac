"""A column has one convention, or the user is asked."""

from __future__ import annotations

from datetime import date

import pytest

from quietdrop.domain.errors import SourceError
from quietdrop.ingest.dates import convention, day_part, parse


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["2024-01-15", ""], "iso"),
        (["01/02/2024", "01/13/2024"], "month-first"),
        (["01.02.2024", "13.01.2024"], "day-first"),
        (["1-2-24", "13-1-24"], "day-first"),
        (["01/13/2024"] * 40 + ["13/01/2024"], "month-first"),
    ],
)
def test_convention(values: list[str], order: str) -> None:
    assert convention(values, "auto", "x") == order


@pytest.mark.parametrize("values", [["01/02/2024"], ["01/13/2024", "13/01/2024"]])
def test_ambiguous(values: list[str]) -> None:
    with pytest.raises(SourceError, match=r"ambiguous.*\[source\] dates"):
        convention(values, "auto", "x")
    assert convention(values, "day-first", "x") == "day-first"


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2024-01-15 10:30", "iso", date(2024, 1, 15)),
        ("2024-01-15T10:30:00Z", "iso", date(2024, 1, 15)),
        ("2024/1/5", "iso", date(2024, 1, 5)),
        ("20240115", "iso", date(2024, 1, 15)),
        ("1/2/2024 8:00", "month-first", date(2024, 1, 2)),
        ("1.2.2024", "day-first", date(2024, 2, 1)),
        ("1/2/24", "day-first", date(2024, 2, 1)),
        ("1/2/99", "day-first", date(1999, 2, 1)),
        ("1/2/2024", "iso", None),
        ("2024-02-30", "iso", None),
        ("1-2/2024", "day-first", None),
        ("٢٠٢٤-٠١-١٥", "iso", None),
        ("202411", "iso", None),
    ],
)
def test_parse(text: str, order: str, day: date | None) -> None:
    assert parse(day_part(text), order) == day  # type: ignore[arg-type]
