"""The quarter as a page shows it: the largest, what moved, the numbers of its pictures. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quietdrop.domain.quarter import Quarter, Tally, Total
from quietdrop.messages.wording import quarter as wording
from quietdrop.messages.wording.figures import number
from quietdrop.reporting.quarter.sheets import sheets_of
from quietdrop.web.file_page import file_page

LARGEST = 10  # rows of a table
MOST_MOVED = 20  # names of practices that moved the same way
WIDTH, HEIGHT, GAP = 340, 150, 6  # of the picture, in its own units
TOP, FOOT = 18, 34  # room for the figures above the bars, and for the quarters below
PER_CENT = 100.0
MOVES = (
    ("lost", "Lost"),
    ("down", "Down"),
    ("up", "Up"),
    ("new", "New"),
    ("renamed", "Goes by another name"),
    ("moved", "Moved"),
)


@dataclass(frozen=True)
class Column:
    """One quarter of the picture: its bar and what is written at it."""

    total: Total
    figure: str
    x: float
    y: float
    width: float
    height: float
    middle: float
    above: float  # where its figure stands
    label: str
    year: str


@dataclass(frozen=True)
class Line:
    """One row of a table: how long its bar is, and where the quarter before stood, in per cent."""

    tally: Tally
    length: float
    before: float | None


@dataclass(frozen=True)
class Moved:
    """Practices that moved the same way."""

    heading: str
    number: int
    shown: tuple[Tally, ...]


def columns(totals: Sequence[Total]) -> list[Column]:
    """The quarters as the bars of a picture, the oldest first; those that the data reach in part
    are left out."""
    whole = [total for total in reversed(totals) if total.is_whole]
    step = WIDTH / max(len(whole), 1)
    top = max([wording.daily(total) for total in whole], default=0.0) or 1.0
    result = []
    for place, total in enumerate(whole):
        figure = wording.daily(total)
        height = round(max(figure / top * (HEIGHT - TOP - FOOT), 1.0), 1)
        is_first = place == 0 or total.first.month == 1
        result.append(
            Column(
                total=total,
                figure=number(figure, 1 if figure < 100 else 0),
                x=round(place * step + GAP / 2, 1),
                y=round(HEIGHT - FOOT - height, 1),
                width=round(min(step - GAP, 60.0), 1),
                height=height,
                middle=round(place * step + GAP / 2 + min(step - GAP, 60.0) / 2, 1),
                above=round(HEIGHT - FOOT - height - 5, 1),
                label=wording.short(total.first),
                year=str(total.first.year) if is_first else "",
            )
        )
    return result


def lines(tallies: Sequence[Tally], largest: int = LARGEST) -> list[Line]:
    """The first of a part's tallies, on one scale."""
    shown = tallies[:largest]
    top = max((max(tally.now, tally.before or 0) for tally in shown), default=0) or 1
    return [
        Line(
            tally,
            round(PER_CENT * tally.now / top, 1),
            None if tally.before is None else round(min(PER_CENT * tally.before / top, 99.0), 1),
        )
        for tally in shown
    ]


def moved(quarter: Quarter, part: str) -> list[Moved]:
    """Those that moved, by how, the largest loss or gain first."""
    counted = quarter.moves.get(part, {})
    tallies = quarter.parts.get(part, ())
    groups = []
    for move, heading in MOVES:
        tallies_of_move = sorted(
            (tally for tally in tallies if tally.move == move),
            key=lambda tally: -abs(tally.now - (tally.before or 0)),
        )
        if tallies_of_move:
            number = max(counted.get(move, 0), len(tallies_of_move))
            groups.append(Moved(heading, number, tuple(tallies_of_move[:MOST_MOVED])))
    return groups


def values(quarter: Quarter) -> dict[str, object]:
    """What the page's template needs besides the links."""
    return {
        "quarter": quarter,
        "say": wording,
        "columns": columns(quarter.totals),
        "lines": lines,
        "moved": moved,
        "sheets": ["quarters", *sheets_of(quarter.parts)],
    }


def standalone(quarter: Quarter) -> str:
    """The page as a self-contained file, next to its CSV files."""
    of = values(quarter) | {"story": None, "folder": ""}
    return file_page("quarter_file.html.j2", quarter.as_of, **of)
