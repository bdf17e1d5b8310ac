"""The managers' pages: coverage, the territory, and what came back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from flask import Blueprint, render_template

from quietdrop.checkins.standing import Standing
from quietdrop.domain.errors import LinkRefused
from quietdrop.web.context import Desk
from quietdrop.web.signed_in import navigation_of
from quietdrop.web.worklist import standings

MOST_SHOWN = 200  # practices that came back; the others are only counted
YEAR = timedelta(days=365)  # for which practices that came back are shown


@dataclass(frozen=True)
class Row:
    """One liaison's open check-ins."""

    liaison: str
    open: int
    seen: int
    asleep: int
    aging: int


def add_pages(pages: Blueprint, desk: Desk) -> None:
    story = desk.practice_url

    @pages.get("/coverage")
    def coverage() -> str:
        all_standings = standings(desk)
        statuses: dict[str, Counter[str]] = {}
        for territory, status, number in desk.store.names.territories():
            statuses.setdefault(territory, Counter())[status] += number
        return render_template(
            "coverage.html.j2",
            rows=_by_liaison(all_standings),
            aging=[s for s in all_standings if s.is_aging],
            homeless=[s for s in all_standings if s.needs_home],
            names=desk.store.book.liaison_names(),
            territories=statuses,
            territory_of=partial(desk.links.reference, "territory"),
            navigation=navigation_of(desk, "Coverage"),
            story=story,
        )

    @pages.get("/back")
    def came_back() -> str:
        back = desk.store.checkins.recovered_since(desk.today() - YEAR)
        return render_template(
            "back.html.j2",
            checkins=back[:MOST_SHOWN],
            others=len(back[MOST_SHOWN:]),
            names=desk.store.book.liaison_names(),
            navigation=navigation_of(desk, "What came back"),
            story=story,
        )

    @pages.get("/territory/<reference>")
    def territory(reference: str) -> str:
        names = {name for name, _, _ in desk.store.names.territories()}
        named = [n for n in names if desk.links.reference("territory", n) == reference]
        if not named:
            raise LinkRefused("unknown")
        return render_template(
            "territory.html.j2",
            name=named[0],
            cards=desk.store.cards.all(territory=named[0]),
            navigation=navigation_of(desk),
            story=story,
        )


def _by_liaison(standings: list[Standing]) -> list[Row]:
    liaisons = sorted({s.checkin.liaison for s in standings})
    return [
        Row(
            liaison,
            len(theirs := [s for s in standings if s.checkin.liaison == liaison]),
            sum(s.seen for s in theirs),
            sum(s.asleep_until is not None for s in theirs),
            sum(s.is_aging for s in theirs),
        )
        for liaison in liaisons
    ]
