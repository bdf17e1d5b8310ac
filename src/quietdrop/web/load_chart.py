"""The coordinates of a chart of check-ins per week under two settings, in SVG. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from quietdrop.reporting.listing_record import DateLoad

HEIGHT, FLOOR, CEILING = 168, 144, 14  # pixels from the top; the months stand below the floor
WIDE, NARROW = 0.72, 0.36  # of a week's width: today's bar, and the proposed one on it
PER_CENT = 100.0
LAST_LABEL = 92.0  # per cent: a month that begins later would leave the picture
LABEL_GAP = 7.0  # per cent that a month's name takes
PHONE_GAP = 22.0  # per cent between two names on a phone


@dataclass(frozen=True)
class Bar:
    """One bar: x and width in per cent, y and height in pixels."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Week:
    """One date's two bars, and what stands behind them."""

    as_of: date
    today: int
    proposed: int
    bars: tuple[Bar, Bar]


@dataclass(frozen=True)
class LoadChart:
    """The picture. `scale` are values with their distance from the top, `months` names with
    their place and whether a phone shows them."""

    weeks: tuple[Week, ...]
    scale: tuple[tuple[int, float], ...]
    months: tuple[tuple[float, str, bool], ...]
    today_a_week: float
    proposed_a_week: float
    height: int = HEIGHT
    floor: int = FLOOR


def load_chart(loads: Sequence[tuple[DateLoad, DateLoad]]) -> LoadChart:
    """The chart of these dates; empty if there are none."""
    step = PER_CENT / max(len(loads), 1)
    largest = max((max(a.opened, b.opened) for a, b in loads), default=0)
    top = max(2, largest + largest % 2)

    def bar(place: int, number: int, share: float) -> Bar:
        height = number / top * (FLOOR - CEILING)
        left = (place + (1 - share) / 2) * step
        y = FLOOR - height
        return Bar(round(left, 2), round(y, 1), round(step * share, 2), round(height, 1))

    weeks = tuple(
        Week(
            today.as_of,
            today.opened,
            proposed.opened,
            (bar(place, today.opened, WIDE), bar(place, proposed.opened, NARROW)),
        )
        for place, (today, proposed) in enumerate(loads)
    )
    scale = tuple((value, FLOOR - value / top * (FLOOR - CEILING)) for value in (0, top // 2, top))
    number = max(len(loads), 1)
    return LoadChart(
        weeks,
        scale,
        tuple(_months([week.as_of for week in weeks], step)),
        sum(week.today for week in weeks) / number,
        sum(week.proposed for week in weeks) / number,
    )


def _months(days: Sequence[date], step: float) -> list[tuple[float, str, bool]]:
    """The months that begin in these weeks, as many as fit, with the year where it changes."""
    months: list[tuple[float, str, bool]] = []
    edge = phone_edge = 0.0
    starts = [0] if days else []
    starts += [i + 1 for i, (day, later) in enumerate(pairwise(days)) if day.month != later.month]
    for place in starts:
        x, day = round(place * step, 2), days[place]
        if x < edge or (place and x > LAST_LABEL):
            continue
        with_year = place == 0 or day.month == 1
        on_phones = x >= phone_edge
        months.append((x, f"{day:%b} {day.year}" if with_year else f"{day:%b}", on_phones))
        edge = x + LABEL_GAP * (1.6 if with_year else 1)
        phone_edge = x + PHONE_GAP if on_phones else phone_edge
    return months
