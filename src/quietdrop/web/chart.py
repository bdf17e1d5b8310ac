"""The year of weeks as the numbers of an SVG. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from quietdrop.domain.card import Card

WIDTH, HEIGHT = 520, 120
HEADROOM = 8


@dataclass(frozen=True)
class Bar:
    """One week: where its bar stands, and the figures behind it."""

    week: date  # its first day
    came: int
    usual: float
    since: bool  # in or after the week in which the drop likely began
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Chart:
    """Bars, the usual level as points of a line, and where the drop likely began."""

    bars: tuple[Bar, ...]
    usual: str
    onset: float | None
    width: int = WIDTH
    height: int = HEIGHT


def chart(card: Card) -> Chart | None:
    """The picture of a card's weeks; None where it has none."""
    if not card.weeks:
        return None
    step = WIDTH / len(card.weeks)
    top = max(*card.weeks, *card.expected, 1.0)

    def y(value: float) -> float:
        return round(HEIGHT - value / top * (HEIGHT - HEADROOM), 1)

    bars = []
    for place, (came, usual) in enumerate(zip(card.weeks, card.expected, strict=True)):
        bars.append(
            Bar(
                week=card.as_of - timedelta(weeks=len(card.weeks) - place),
                came=came,
                usual=usual,
                since=card.onset_index is not None and place >= card.onset_index,
                x=round(place * step + 1, 1),
                y=min(y(came), HEIGHT - 1),
                width=round(step - 2, 1),
                height=round(HEIGHT - min(y(came), HEIGHT - 1), 1),
            )
        )
    points = " ".join(
        f"{round((place + 0.5) * step, 1)},{y(usual)}" for place, usual in enumerate(card.expected)
    )
    onset = None if card.onset_index is None else round(card.onset_index * step, 1)
    return Chart(tuple(bars), points, onset)
