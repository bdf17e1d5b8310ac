"""A year of weeks as text."""

from __future__ import annotations

from datetime import date

import pytest

from quietdrop.domain.assessment import Status
from quietdrop.domain.card import Card
from quietdrop.messages.text_chart import ASCII, key, text_chart

AS_OF = date(2026, 7, 6)


def _card(weeks: tuple[int, ...], usual: float, onset: int | None = None) -> Card:
    return Card(
        practice_id="P1",
        name="Lakeside",
        liaison="",
        territory="",
        status=Status.DRIFTING,
        as_of=AS_OF,
        sentence="",
        weeks=weeks,
        expected=(usual,) * len(weeks),
        onset_index=onset,
        onset_label="" if onset is None else "about June 8",
    )


def test_bars_stand_on_a_scale_above_the_months() -> None:
    card = _card((4, 3, 4, 2, 4, 3, 4, 4, 1, 0, 0, 1), 3.0, 8)
    assert text_chart(card) == [
        "4 ┤█ █ █ ██",
        "  │█·█·█·██····",
        "  │███ ████",
        "  │███ ████",
        "2 ┤████████",
        "  │████████",
        "  │█████████  █",
        "  │█████████  █",
        "0 └────────▲───",
        "      May Jun",
    ]
    assert key(card) == "█ referrals a week   · usual   ▲ the drop likely began about June 8"


def test_a_single_referral_beside_many_is_no_empty_week() -> None:
    lines = text_chart(_card((400, 1, 0), 0.0))
    assert lines[7] == "    │█▁"


def test_without_blocks_it_is_drawn_in_ascii() -> None:
    lines = text_chart(_card((4, 0, 2), 3.0, 1), ASCII)
    assert "".join(lines).isascii()
    assert lines[0] == "4 +#"
    assert lines[8] == "0 +-^-"


def test_a_year_fits_into_eighty_columns_however_much_comes() -> None:
    for most in (0, 1, 9, 1_000, 99_999):
        lines = text_chart(_card((most, *(1,) * 51), 2.0, 40))
        assert max(map(len, lines)) <= 80
        assert len(lines) == 10


@pytest.mark.parametrize("weeks", [1, 2, 3, 5, 13])
def test_young_practices_have_a_short_chart(weeks: int) -> None:
    lines = text_chart(_card((2,) * weeks, 2.0))
    assert lines[8] == "0 └" + "─" * weeks
    assert lines[9].strip()


def test_no_weeks_are_no_chart() -> None:
    assert text_chart(_card((), 2.0)) == []
