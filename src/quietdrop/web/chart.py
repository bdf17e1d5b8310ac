"""The coordinates of a year's chart in SVG: percent across, pixels down. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from markupsafe import Markup

from quietdrop.domain.assessment import Status
from quietdrop.domain.card import Card
from quietdrop.lib.reader import short_month
from quietdrop.lib.scale import scale
from quietdrop.messages.wording.figures import day, number

HEIGHT = 168  # pixels, with the months below
FLOOR = 144  # pixels from the top: where the bars stand
CEILING = 20  # pixels from the top: where the scale ends; the onset's date stands above
BAR_SHARE = 0.68  # of a week's width
PER_CENT = 100.0
LABEL_GAP, YEAR_GAP = 6.0, 12.0  # per cent that a month, a month with its year takes at 520 px
PHONE_GAP = 20.0  # per cent between two months on a phone
LAST_LABEL = 94.0  # per cent: a month that begins later would leave the picture
SPARK_WIDTH, SPARK_HEIGHT = 104, 24
SPARK_MARKS = {Status.DRIFTING: "s", Status.QUIET: "q", Status.WATCHING: "w"}


@dataclass(frozen=True)
class Bar:
    """One week: where its bar stands, and the figures behind it."""

    week: date  # its first day
    label: str  # the same in words
    came: int
    usual: str  # with one digit after the point
    since: bool  # in or after the week when the drop likely began
    left: float  # where its week begins
    x: float  # where its bar begins
    y: float
    height: float
    middle: float


@dataclass(frozen=True)
class Month:
    """The name of a month below the weeks."""

    x: float
    label: str
    on_phones: bool


@dataclass(frozen=True)
class Chart:
    """Bars, the usual level as points of a line, and where the drop likely began."""

    bars: tuple[Bar, ...]
    scale: tuple[tuple[int, float], ...]  # values, and how far from the top they stand
    months: tuple[Month, ...]
    usual: str
    onset: float | None
    onset_label: str
    step: float
    bar_width: float
    height: int = HEIGHT
    floor: int = FLOOR

    @property
    def weeks(self) -> Markup:
        """The weeks as parts of an SVG, each with its figures on hover. Built here because a
        template takes four times as long for a year of them; it holds only numbers and days, no
        text from data."""
        return Markup(
            "\n".join(
                f'<g class="wk"><title>Week of {bar.label}: {bar.came} came, {bar.usual} usual'
                f'</title><rect class="hit" x="{bar.left}%" y="0" width="{self.step}%" '
                f'height="{self.floor}"/><rect class="week{" since" if bar.since else ""}" '
                f'x="{bar.x}%" y="{bar.y}" width="{self.bar_width}%" height="{bar.height}"/>'
                f'<text class="value" x="{bar.middle}%" y="{bar.y - 5}">{bar.came}</text></g>'
                for bar in self.bars
            )
        )

    @property
    def rows(self) -> Markup:
        """The weeks as rows of a table, the latest first."""
        return Markup(
            "\n".join(
                f'<tr><th scope="row">{bar.label}</th><td class="number">{bar.came}</td>'
                f'<td class="number">{bar.usual}</td></tr>'
                for bar in reversed(self.bars)
            )
        )


@dataclass(frozen=True)
class Spark:
    """A year as 26 two-week bars, as paths of a 104 by 24 SVG."""

    before: str
    since: str
    mark: str  # the class that colors the weeks since the onset
    usual: float


def chart(card: Card) -> Chart | None:
    """The chart of a card's weeks; None if it has none."""
    if not card.weeks:
        return None
    step = PER_CENT / len(card.weeks)
    values = scale(max(*card.weeks, *card.expected))

    def y(value: float) -> float:
        return round(FLOOR - value / values[-1] * (FLOOR - CEILING), 1)

    first = card.as_of - timedelta(weeks=len(card.weeks))
    bars = tuple(
        Bar(
            week=first + timedelta(weeks=place),
            label=day(first + timedelta(weeks=place), card.as_of),
            came=came,
            usual=number(usual, 1),
            since=card.onset_index is not None and place >= card.onset_index,
            left=round(place * step, 2),
            x=round((place + (1 - BAR_SHARE) / 2) * step, 2),
            y=min(y(came), FLOOR - 1),
            height=round(FLOOR - min(y(came), FLOOR - 1), 1),
            middle=round((place + 0.5) * step, 2),
        )
        for place, (came, usual) in enumerate(zip(card.weeks, card.expected, strict=True))
    )
    return Chart(
        bars=bars,
        scale=tuple((value, y(value)) for value in values),
        months=_months([bar.week for bar in bars], step),
        usual=" ".join(
            f"{bar.middle},{y(usual)}" for bar, usual in zip(bars, card.expected, strict=True)
        ),
        onset=None if card.onset_index is None else round(card.onset_index * step, 2),
        onset_label=card.onset_label,
        step=round(step, 2),
        bar_width=round(step * BAR_SHARE, 2),
    )


def _months(weeks: Sequence[date], step: float) -> tuple[Month, ...]:
    """The months that begin in these weeks, as many as fit, with the year where it changes."""
    months: list[Month] = []
    phone_edge = edge = 0.0
    starts = [0] + [
        place + 1
        for place, (before, week) in enumerate(pairwise(weeks))
        if before.month != week.month
    ]
    for place in starts:
        x, week = round(place * step, 2), weeks[place]
        with_year = place == 0 or week.month == 1
        if x < edge or (place and x > LAST_LABEL):
            continue
        on_phones = place == 0 or (week.month % 3 == 1 and x >= phone_edge)
        label = f"{short_month(week)} {week.year}" if with_year else short_month(week)
        months.append(Month(x, label, on_phones))
        edge = x + (YEAR_GAP if with_year else LABEL_GAP)
        phone_edge = x + PHONE_GAP if on_phones else phone_edge
    return tuple(months)


def spark(card: Card) -> Spark | None:
    """The sparkline of a card's weeks; None if it has none."""
    usual = sum(card.expected) / max(len(card.expected), 1)
    return spark_of(card.weeks, usual, card.onset_index, card.status)


def spark_of(
    counts: Sequence[int], usual: float, onset_index: int | None, status: Status
) -> Spark | None:
    """The sparkline of any weeks.

    Args:
        counts: referrals a week, the oldest first.
        usual: referrals a week.
        onset_index: the place in `counts` where the drop likely began, if any.
        status: colors the weeks since then.
    """
    if not counts:
        return None
    weeks = counts[len(counts) % 2 :]
    pairs = [weeks[place] + weeks[place + 1] for place in range(0, len(weeks), 2)]
    top = max(*pairs, 2 * usual, 1.0)
    onset = len(weeks) if onset_index is None else onset_index - len(counts) % 2
    width = SPARK_WIDTH / max(len(pairs), 1)
    paths = {True: "", False: ""}
    for place, came in enumerate(pairs):
        height = round(SPARK_HEIGHT - max(came / top * (SPARK_HEIGHT - 2), 1), 1)
        paths[2 * place + 1 >= onset] += f"M{round(place * width + 1.5, 1)} {SPARK_HEIGHT}V{height}"
    return Spark(
        before=paths[False],
        since=paths[True],
        mark=SPARK_MARKS.get(status, "w"),
        usual=round(SPARK_HEIGHT - 2 * usual / top * (SPARK_HEIGHT - 2), 1),
    )
