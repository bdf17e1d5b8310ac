"""A year of weeks as lines of text: a column a week, with a scale and the months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from quietdrop.domain.card import Card
from quietdrop.lib.reader import decimal, short_month
from quietdrop.lib.scale import scale

HEIGHT = 8  # lines
PARTS = 8  # of a line, that a bar may fill
LABEL_GAP = 1  # columns between two months


@dataclass(frozen=True)
class Marks:
    """The characters that a chart is drawn with; `levels` fill a cell by so many eighths."""

    levels: str
    usual: str
    side: str
    tick: str
    corner: str
    floor: str
    onset: str


BLOCKS = Marks(" ▁▂▃▄▅▆▇█", "·", "│", "┤", "└", "─", "▲")
ASCII = Marks(" .::::###", "-", "|", "+", "+", "-", "^")  # where blocks cannot be printed


def text_chart(card: Card, marks: Marks = BLOCKS) -> list[str]:
    """Return the lines of a card's chart; none where it has no weeks.

    52 weeks take 55 to 60 columns.
    """
    if not card.weeks:
        return []
    values = scale(max(*card.weeks, *card.expected))
    top, labels = values[-1], {round(HEIGHT * value / values[-1]): value for value in values}
    width = len(decimal(top))
    lines = []
    for line in range(HEIGHT, 0, -1):
        cells = "".join(
            _cell(came, usual, line, top, marks)
            for came, usual in zip(card.weeks, card.expected, strict=True)
        )
        label = decimal(labels[line]) if line in labels else ""
        side = marks.tick if line in labels else marks.side
        lines.append(f"{label:>{width}} {side}{cells}".rstrip())
    floor = [marks.floor] * len(card.weeks)
    if card.onset_index is not None and card.onset_index < len(floor):
        floor[card.onset_index] = marks.onset
    lines.append(f"{0:>{width}} {marks.corner}{''.join(floor)}")
    lines.append(" " * (width + 2) + _months(_weeks(card)))
    return lines


def key(card: Card, marks: Marks = BLOCKS) -> str:
    """Return what the chart's marks mean, in a line."""
    parts = [f"{marks.levels[-1]} referrals a week", f"{marks.usual} usual"]
    if card.onset_index is not None and card.onset_label:
        parts.append(f"{marks.onset} the drop likely began {card.onset_label}")
    return "   ".join(parts)


def _cell(came: float, usual: float, line: int, top: int, marks: Marks) -> str:
    """One week on one line, the lowest being 1."""
    filled = round(came / top * HEIGHT * PARTS) - PARTS * (line - 1)
    if came > 0 and line == 1:
        filled = max(filled, 1)  # one referral is no empty week
    if filled > 0:
        return marks.levels[min(filled, PARTS)]
    usual_line = min(int(usual / top * HEIGHT) + 1, HEIGHT)
    return marks.usual if usual > 0 and line == usual_line else " "


def _weeks(card: Card) -> list[date]:
    """The first day of each week."""
    first = card.as_of - timedelta(weeks=len(card.weeks))
    return [first + timedelta(weeks=place) for place in range(len(card.weeks))]


def _months(weeks: Sequence[date]) -> str:
    """The months below the weeks in which they begin, as many as find room."""
    starts = [0] + [i for i in range(1, len(weeks)) if weeks[i].month != weeks[i - 1].month]
    if len(starts) > 1 and starts[1] < len(short_month(weeks[0])) + LABEL_GAP:
        starts = starts[1:]  # of the first month hardly a week is left
    text = ""
    for place in starts:
        label = short_month(weeks[place])
        has_room = not text or place >= len(text) + LABEL_GAP
        if has_room and place + len(label) <= max(len(weeks), len(label)):
            text = text.ljust(place) + label
    return text
