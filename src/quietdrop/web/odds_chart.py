"""The coordinates of a chart of past probabilities in SVG: percent across, pixels down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from quietdrop.lib.reader import decimal, short_day

HEIGHT, FLOOR, CEILING = 150, 126, 12  # pixels; with the days below
PER_CENT = 100.0
FEWEST = 2  # weeks of which a line can be drawn


@dataclass(frozen=True)
class OddsWeek:
    """One run: what it says on hover and by keyboard, and where its part of the chart begins."""

    left: float
    x: float
    y: float
    label: str
    per_cent: str


@dataclass(frozen=True)
class OddsChart:
    """A line of probabilities and the two levels that they are measured by."""

    scale: tuple[tuple[int, float], ...]  # per cent, and how far from the top they stand
    limits: tuple[tuple[str, float], ...]  # what a level means, and where it stands
    points: str
    weeks: tuple[OddsWeek, ...]
    step: float
    last: tuple[float, float]
    first_label: str
    last_label: str
    words: str
    height: int = HEIGHT
    floor: int = FLOOR


def odds_chart(odds: Sequence[tuple[date, float]], alert: float, watch: float) -> OddsChart | None:
    """The chart of the past runs' probabilities; None for fewer than two.

    Args:
        odds: as-of date and probability, the oldest first.
        alert: from which a drop is listed.
        watch: from which it is watched.
    """
    if len(odds) < FEWEST:
        return None
    step = PER_CENT / len(odds)
    places = [(round((n + 0.5) * step, 2), _y(p)) for n, (_, p) in enumerate(odds)]
    first, last = odds[0][0], odds[-1][0]
    return OddsChart(
        scale=tuple((per_cent, _y(per_cent / 100)) for per_cent in (0, 25, 50, 75, 100)),
        limits=(
            (f"listed from {decimal(alert * 100)}", _y(alert)),
            (f"watched from {decimal(watch * 100)}", _y(watch)),
        ),
        points=" ".join(f"{x},{y}" for x, y in places),
        weeks=tuple(
            OddsWeek(round(x - step / 2, 2), x, y, short_day(day), decimal(p * 100))
            for (x, y), (day, p) in zip(places, odds, strict=True)
        ),
        step=round(step, 2),
        last=places[-1],
        first_label=short_day(first),
        last_label=short_day(last),
        words=", ".join(f"{short_day(day)}: {decimal(p * 100)}" for day, p in odds[-6:]),
    )


def _y(probability: float) -> float:
    return round(FLOOR - probability * (FLOOR - CEILING), 1)
