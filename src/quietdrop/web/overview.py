"""A manager's first page: the week's numbers, the practices most at risk, and what waits for
her."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, render_template

from quietdrop.checkins.standing import Standing, standings_of
from quietdrop.domain.book import NOBODY, NOT_STEADY, BookQuery
from quietdrop.domain.headlines import Headline
from quietdrop.messages import numbers as words
from quietdrop.messages.links import Grant
from quietdrop.messages.wording import figures, learned
from quietdrop.store import RunRow
from quietdrop.store.run_summary import RunSummary
from quietdrop.store.runs import RunState
from quietdrop.web.book_query import query_string
from quietdrop.web.chart import spark_of
from quietdrop.web.context import Desk
from quietdrop.web.signed_in import navigation_of

MOST_AT_STAKE = 8  # practices
MOST_NAMED = 5  # lines of one kind
TREND_WIDTH, TREND_HEIGHT = 122, 36  # of the small picture beside a number
HELD_LINK_LASTS = timedelta(hours=12)  # as long as a form does


@dataclass(frozen=True)
class Trend:
    """A half-year as the points of an SVG's line, and the band of what is usual."""

    points: str
    top: float
    height: float


@dataclass(frozen=True)
class LiaisonRow:
    """One liaison's open check-ins."""

    name: str
    open: int
    seen: int
    asleep: int
    waiting: int


def add_pages(pages: Blueprint, desk: Desk) -> None:
    @pages.get("")
    def overview() -> str:
        run = desk.store.runs.last_finished(desk.today())
        summary = run.summary if run else RunSummary()
        left = summary.headlines
        standings = _standings(desk)
        book = desk.store.book.page(BookQuery())
        names = dict(book.choices.liaisons)
        homeless = desk.store.book.page(BookQuery(liaison=NOBODY)) if "" in names else None
        return render_template(
            "overview.html.j2",
            navigation=navigation_of(desk, "Overview"),
            run=run,
            numbers=[
                (each, words.usual(each.value, each.digits), _trend(each.value))
                for each in words.numbers(left, sum(s.is_aging for s in standings), len(standings))
            ],
            book=desk.desk_url("/book"),
            not_steady=desk.desk_url("/book") + query_string(BookQuery(status=NOT_STEADY)),
            rows=[row for row in book.rows if row.stake > 0][:MOST_AT_STAKE],
            whole=book.whole,
            falling=left.falling,
            spark=lambda row: spark_of(row.weeks, row.usual, row.onset_index, row.status),
            odds=figures.odds,
            practice=desk.practice_url,
            liaisons=_by_liaison(standings, names),
            held=_held_url(desk, run),
            faults=summary.faults,
            alike=left.alike[:MOST_NAMED],
            homeless=homeless,
            homeless_url=desk.desk_url("/book") + query_string(BookQuery(liaison=NOBODY)),
            unwanted=[s.checkin for s in standings if s.needs_home][:MOST_NAMED],
            aging=[s.checkin for s in standings if s.is_aging],
            names=names,
            summary=summary,
            unusable=sum(summary.rejected.values()),
            statuses=sorted(summary.statuses.items(), key=lambda kv: -kv[1]),
            territories=desk.desk_url("/coverage"),
            precedes=learned.hazard(summary.hazard) if summary.hazard else "",
        )


def _standings(desk: Desk) -> list[Standing]:
    """The open check-ins with the store's touches; for those that seem to wait, the source's
    touches on the cards count too."""
    today, asked = desk.today(), desk.store.checkins.open()
    touches, snoozes = desk.store.touches.of_open(), desk.store.snoozes.of_open()
    standings = standings_of(asked, touches, snoozes, today)
    waiting = [s for s in standings if s.is_aging]
    if not waiting:
        return standings
    cards = desk.store.cards.of(s.checkin.practice_id for s in waiting)
    in_source = [touch for card in cards.values() for touch in card.touches]
    return standings_of(asked, [*touches, *in_source], snoozes, today)


def _trend(of: Headline) -> Trend | None:
    values = [*of.before, of.now]
    if of.low is None or of.high is None:
        return None
    low, high = min(values), max(values)
    span = (high - low) or 1.0

    def y(value: float) -> float:
        return round(TREND_HEIGHT - (value - low) / span * (TREND_HEIGHT - 4), 1)

    step = TREND_WIDTH / max(len(values) - 1, 1)
    points = " ".join(f"{round(n * step, 1)},{y(value)}" for n, value in enumerate(values))
    return Trend(points, y(of.high), max(round(y(of.low) - y(of.high), 1), 1.0))


def _by_liaison(standings: list[Standing], names: Mapping[str, str]) -> list[LiaisonRow]:
    open_now = Counter(s.checkin.liaison for s in standings)
    seen = Counter(s.checkin.liaison for s in standings if s.seen)
    asleep = Counter(s.checkin.liaison for s in standings if s.asleep_until)
    waiting = Counter(s.checkin.liaison for s in standings if s.is_aging)
    rows = [
        LiaisonRow(names.get(who) or who or "Nobody", number, seen[who], asleep[who], waiting[who])
        for who, number in open_now.items()
    ]
    return sorted(rows, key=lambda row: row.name.casefold())


def _held_url(desk: Desk, run: RunRow | None) -> str:
    """The address where held digests are released; "" if none wait or the reader may not release
    them."""
    who = navigation_of(desk).who
    managers = {email.casefold() for email in desk.settings().digest.managers}
    if run is None or run.state is not RunState.HELD or who not in managers:
        return ""
    token = desk.links.token(
        Grant(
            "held",
            who,
            desk.clock() + HELD_LINK_LASTS,
            day=run.as_of,
            generation=desk.store.links.generation(who),
        )
    )
    return desk.links.url("held", token)
