"""The book of business in indexed columns, so that a page takes only a few reads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from quietdrop.domain.assessment import FALLING, Status
from quietdrop.domain.book import (
    NOBODY,
    NOT_STEADY,
    PAGE_ROWS,
    BookChoices,
    BookPage,
    BookQuery,
    BookRow,
    Load,
    Sort,
    TerritoryLoad,
)
from quietdrop.domain.checkin import State
from quietdrop.lib.folding import folded
from quietdrop.store import tables
from quietdrop.store.database import Part, insert_all
from quietdrop.store.runs import FINISHED

BOOK, LINE, CHOICE = tables.book_row.c, tables.book_line.c, tables.book_choice.c
KEY_LENGTH = 255  # characters that an indexed column holds
AT_ONCE = 500  # ids in one statement
SEARCHED = 2000  # characters of a practice that are searched
# Stands for no day: it can be indexed, and every database sorts it before all days.
NEVER = date(1900, 1, 1)
NO_ODDS = -1.0
RANKS = (
    *(Status.QUIET, Status.DRIFTING, Status.WATCHING, Status.RECOVERED),
    *(Status.NEW, Status.OCCASIONAL, Status.STEADY, Status.CLOSED),
)
COLUMNS: dict[Sort, sa.ColumnElement[Any]] = {
    Sort.NAME: BOOK.name_key,
    Sort.STATUS: BOOK.status_rank,
    Sort.STAKE: BOOK.stake,
    Sort.USUAL: BOOK.usual,
    Sort.RECENT: BOOK.recent,
    Sort.ODDS: BOOK.odds,
    Sort.REFERRAL: BOOK.last_referral_on,
    Sort.TOUCH: BOOK.last_touch_on,
    Sort.LIAISON: BOOK.liaison_key,
    Sort.TERRITORY: BOOK.territory,
}
LIAISONS = sa.select(CHOICE.value, CHOICE.label).where(CHOICE.kind == "liaison")


class Book(Part):
    """Every practice as a row."""

    def save(self, conn: Connection, rows: Iterable[BookRow]) -> None:
        """Replaces all rows with these."""
        rows = list(rows)
        for table in (tables.book_line, tables.book_choice, tables.book_row):
            conn.execute(sa.delete(table))
        insert_all(conn, tables.book_row, map(_values, rows))
        lines = (
            {"practice_id": row.practice_id, "line": line}
            for row in rows
            for line in dict.fromkeys(line[:KEY_LENGTH] for line in row.lines)
        )
        insert_all(conn, tables.book_line, lines)
        insert_all(conn, tables.book_choice, _choice_rows(rows))

    def page(self, query: BookQuery) -> BookPage:
        """The page that is asked for, or the last one if there are fewer pages."""
        number = sa.select(sa.func.count()).select_from(tables.book_row)
        with self._database.read() as conn:
            whole = conn.scalar(number) or 0
            filters = _filters(query)
            total = (conn.scalar(number.where(*filters)) or 0) if filters else whole
            last = max(-(-total // PAGE_ROWS), 1)
            page = min(query.page, last)
            wanted = _wanted(query).limit(PAGE_ROWS).offset((page - 1) * PAGE_ROWS)
            rows = tuple(_row(row) for row in conn.execute(wanted))
            return BookPage(rows, page, last, total, whole, _choices(conn))

    def choices(self) -> BookChoices:
        """What the rows can be filtered by."""
        with self._database.read() as conn:
            return _choices(conn)

    def liaison_names(self) -> dict[str, str]:
        """Each liaison's name by address; the address itself if no name is on record."""
        with self._database.read() as conn:
            return {row.value: row.label for row in conn.execute(LIAISONS)}

    def loads(self) -> list[Load]:
        """Each liaison's load, by name."""
        is_falling = sa.case((BOOK.status.in_(FALLING), 1), else_=0)
        kept = sa.select(
            BOOK.liaison, BOOK.liaison_key, sa.func.count(), sa.func.sum(is_falling)
        ).group_by(BOOK.liaison, BOOK.liaison_key)
        asked = tables.checkin.c
        opened = sa.select(asked.liaison, sa.func.count()).where(asked.state == State.OPEN)
        with self._database.read() as conn:
            waiting = {row[0]: int(row[1]) for row in conn.execute(opened.group_by(asked.liaison))}
            rows = conn.execute(kept).all()
        loads = [Load(r[0], r[1], int(r[2]), int(r[3] or 0), waiting.get(r[0], 0)) for r in rows]
        return sorted(loads, key=lambda load: load.name.casefold())

    def names(self, practice_ids: Iterable[str]) -> dict[str, str]:
        """The names of a page's practices, by id."""
        wanted = sa.select(BOOK.practice_id, BOOK.name)
        with self._database.read() as conn:
            rows = conn.execute(wanted.where(BOOK.practice_id.in_(set(practice_ids) - {""})))
            return {row.practice_id: row.name for row in rows}

    def odds_of(self, practice_id: str, weeks: int) -> list[tuple[date, float]]:
        """The as-of dates and probabilities that the last live runs gave a practice, the oldest
        first."""
        run, assessed = tables.run.c, tables.assessment.c
        finished = sa.and_(run.live == sa.true(), run.state.in_(FINISHED))
        latest = sa.select(run.id, run.as_of).where(finished).order_by(run.id.desc())
        with self._database.read() as conn:
            dates = {row.id: row.as_of for row in conn.execute(latest.limit(weeks))}
            wanted = sa.select(assessed.run_id, assessed.drift_probability).where(
                assessed.run_id.in_(dates),
                assessed.practice_id == practice_id,
                assessed.drift_probability.is_not(None),
            )
            rows = conn.execute(wanted.order_by(assessed.run_id)).all()
        newest = {dates[row.run_id]: float(row.drift_probability) for row in rows}
        return sorted(newest.items())

    def territory_loads(self) -> list[TerritoryLoad]:
        """What each territory has, and by liaison, by name; practices without one come last."""
        kept = (
            sa.select(BOOK.territory, BOOK.liaison_key, sa.func.count())
            .group_by(BOOK.territory, BOOK.liaison_key)
            .order_by(BOOK.territory, sa.func.count().desc(), BOOK.liaison_key)
        )
        with self._database.read() as conn:
            rows = conn.execute(kept).all()
        loads: dict[str, list[tuple[str, int]]] = {}
        for territory, liaison, number in rows:
            loads.setdefault(territory, []).append((liaison, int(number)))
        of_all = [TerritoryLoad(name, tuple(theirs)) for name, theirs in loads.items()]
        return sorted(of_all, key=lambda load: (not load.name, load.name.casefold()))

    def ids_of_territory(self, territory: str) -> list[str]:
        """The practices of a territory."""
        wanted = sa.select(BOOK.practice_id).where(BOOK.territory == territory)
        with self._database.read() as conn:
            return list(conn.scalars(wanted))

    def move_practices(self, conn: Connection, practice_ids: Iterable[str], liaison: str) -> None:
        """Shows practices, with their open check-ins, as another liaison's at once; the next run
        writes them anew."""
        names = sa.select(CHOICE.label).where(CHOICE.kind == "liaison", CHOICE.value == liaison)
        label = conn.scalar(names)
        if label is None:
            label = liaison[:KEY_LENGTH]
            choice = {"kind": "liaison", "value": liaison, "label": label}
            conn.execute(sa.insert(tables.book_choice).values(choice))
        card, asked = tables.card, tables.checkin
        ids = list(practice_ids)
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            row = sa.update(tables.book_row).where(BOOK.practice_id.in_(some))
            conn.execute(row.values(liaison=liaison, liaison_key=label))
            for table, key in ((card, card.c.practice_id), (asked, asked.c.open_key)):
                conn.execute(sa.update(table).where(key.in_(some)).values(liaison=liaison))

    def rows(self, query: BookQuery) -> list[BookRow]:
        """All rows of what is asked for."""
        with self._database.read() as conn:
            return [_row(row) for row in conn.execute(_wanted(query))]


def _choices(conn: Connection) -> BookChoices:
    rows = conn.execute(sa.select(tables.book_choice).order_by(CHOICE.label)).all()

    def values(kind: str) -> tuple[str, ...]:
        return tuple(row.value for row in rows if row.kind == kind)

    liaisons = tuple((row.value, row.label) for row in rows if row.kind == "liaison")
    kinds = ("territory", "line", "system", "specialty")
    return BookChoices(liaisons, *map(values, kinds))


def _choice_rows(rows: Iterable[BookRow]) -> list[dict[str, str]]:
    """What can be filtered by, once each, as the indexed columns hold it."""
    choices: dict[tuple[str, str], str] = {}
    for row in rows:
        choices["liaison", row.liaison] = row.liaison_name or row.liaison
        choices["territory", row.territory[:KEY_LENGTH]] = row.territory
        choices["system", row.health_system[:KEY_LENGTH]] = row.health_system
        choices["specialty", row.specialty[:KEY_LENGTH]] = row.specialty
        choices |= {("line", line[:KEY_LENGTH]): line for line in row.lines}
    return [
        {"kind": kind, "value": value, "label": label[:KEY_LENGTH]}
        for (kind, value), label in choices.items()
        if value or kind == "liaison"
    ]


def _wanted(query: BookQuery) -> sa.Select[Any]:
    column = COLUMNS[query.sort]
    order = (
        (column.desc(), BOOK.practice_id.desc()) if query.descending else (column, BOOK.practice_id)
    )
    return sa.select(tables.book_row).where(*_filters(query)).order_by(*order)


def _filters(query: BookQuery) -> list[sa.ColumnElement[bool]]:
    filters: list[sa.ColumnElement[bool]] = []
    for word in folded(query.text).split():
        filters.append(BOOK.search.contains(word, autoescape=True))
    if query.status == NOT_STEADY:
        filters.append(BOOK.status.in_(FALLING))
    elif query.status:
        filters.append(BOOK.status == query.status)
    if query.liaison:
        filters.append(BOOK.liaison == ("" if query.liaison == NOBODY else query.liaison))
    if query.territory:
        filters.append(BOOK.territory == query.territory)
    if query.system:
        filters.append(BOOK.health_system == query.system)
    if query.specialty:
        filters.append(BOOK.specialty == query.specialty)
    if query.line:
        theirs = sa.select(LINE.practice_id).where(LINE.line == query.line)
        filters.append(BOOK.practice_id.in_(theirs))
    return filters


def _values(row: BookRow) -> dict[str, Any]:
    liaison = row.liaison_name or row.liaison
    searched = " ".join(folded(text) for text in (row.name, row.town, *row.people) if text)
    return {
        "practice_id": row.practice_id,
        "name": row.name,
        "name_key": folded(row.name)[:KEY_LENGTH],
        "search": searched[:SEARCHED],
        "liaison": row.liaison,
        "liaison_key": liaison[:KEY_LENGTH],
        "town": row.town,
        "territory": row.territory[:KEY_LENGTH],
        "health_system": row.health_system[:KEY_LENGTH],
        "specialty": row.specialty[:KEY_LENGTH],
        "status": row.status,
        "status_rank": RANKS.index(row.status),
        "usual": row.usual,
        "recent": row.recent,
        "recent_usual": row.recent_usual,
        "stake": row.stake,
        "odds": NO_ODDS if row.odds is None else row.odds,
        "last_referral_on": row.last_referral_on or NEVER,
        "last_touch_on": row.last_touch_on or NEVER,
        "last_touch_kind": row.last_touch_kind[:KEY_LENGTH],
        "weeks": " ".join(map(str, row.weeks)),
        "onset_index": row.onset_index,
    }


def _row(row: Any) -> BookRow:
    return BookRow(
        practice_id=row.practice_id,
        name=row.name,
        liaison=row.liaison,
        status=row.status,
        liaison_name=row.liaison_key,
        town=row.town,
        territory=row.territory,
        health_system=row.health_system,
        specialty=row.specialty,
        usual=row.usual,
        recent=row.recent,
        recent_usual=row.recent_usual,
        stake=row.stake,
        odds=None if row.odds == NO_ODDS else row.odds,
        last_referral_on=None if row.last_referral_on == NEVER else row.last_referral_on,
        last_touch_on=None if row.last_touch_on == NEVER else row.last_touch_on,
        last_touch_kind=row.last_touch_kind,
        weeks=tuple(map(int, row.weeks.split())),
        onset_index=row.onset_index,
    )
