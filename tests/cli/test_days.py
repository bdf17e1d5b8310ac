"""Days on the command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from quietdrop.cli.days import parse_day
from quietdrop.config import SourceSettings
from quietdrop.domain.errors import UsageError

TODAY = date(2026, 11, 24)


def _source(folder: Path, day: str) -> SourceSettings:
    (folder / "referrals.csv").write_text(f"referred_on,practice_id\n{day},P1\n", encoding="utf-8")
    return SourceSettings(referrals=str(folder / "referrals.csv"))


def test_an_iso_day_is_taken_and_none_is_the_default() -> None:
    assert parse_day("2026-07-06", TODAY) == date(2026, 7, 6)
    assert parse_day(None, TODAY) == TODAY


def test_a_month_first_day_is_taken_where_the_source_is_and_is_said_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = _source(tmp_path, "12/31/2025")
    assert parse_day("11/23/2026", TODAY, source=source) == date(2026, 11, 23)
    assert parse_day("7/6/26", TODAY, "--from", source) == date(2026, 7, 6)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        "--as-of 11/23/2026 is November 23, 2026: month first, as in the source.",
        "--from 7/6/26 is July 6, 2026: month first, as in the source.",
    ]


def test_the_config_may_say_that_days_are_month_first(tmp_path: Path) -> None:
    source = _source(tmp_path, "2026-01-01").model_copy(update={"dates": "month-first"})
    assert parse_day("11/23/2026", TODAY, source=source) == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("in_source", "text", "said"),
    [
        (
            "31/12/2025",
            "11/23/2026",
            "--as-of 11/23/2026 is not taken; write 2026-11-23 (November 23, 2026): the source's "
            "days are not month-first.",
        ),
        (
            "2025-12-31",
            "7/6/2026",
            "--as-of 7/6/2026 is not taken; write 2026-07-06 (July 6, 2026) or 2026-06-07 "
            "(June 7, 2026): the source's days are not month-first.",
        ),
        (
            "01/02/2025",
            "11/23/2026",
            "--as-of 11/23/2026 is not taken; write 2026-11-23 (November 23, 2026): the source's "
            "days do not show which way round this is.",
        ),
        (
            "12/31/2025",
            "23/11/2026",
            '--as-of "23/11/2026" is not taken; write 2026-11-23 (November 23, 2026).',
        ),
        (
            "12/31/2025",
            "Nov 23, 2026",
            '--as-of "Nov 23, 2026" is not taken; write 2026-11-23 (November 23, 2026).',
        ),
        ("12/31/2025", "soon", '--as-of "soon" is not a date; write it as 2026-07-06.'),
        ("12/31/2025", "", '--as-of "" is not a date; write it as 2026-07-06.'),
        ("12/31/2025", "02/30/2026", '--as-of "02/30/2026" is not a date; write it as 2026-07-06.'),
    ],
)
def test_another_form_is_refused_with_the_right_spelling(
    tmp_path: Path, in_source: str, text: str, said: str
) -> None:
    with pytest.raises(UsageError) as refused:
        parse_day(text, TODAY, source=_source(tmp_path, in_source))
    assert str(refused.value) == said


def test_without_a_source_only_iso_is_taken() -> None:
    with pytest.raises(UsageError, match="write 2026-11-23"):
        parse_day("11/23/2026", TODAY, "--until")


def test_days_before_all_referrals_are_refused() -> None:
    assert parse_day("1900-01-01", TODAY) == date(1900, 1, 1)
    with pytest.raises(UsageError, match="from 1900-01-01 on"):
        parse_day("1899-12-31", TODAY)
