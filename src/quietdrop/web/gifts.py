"""Gifts of a year per person, against the limit, for managers."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from quietdrop.checkins.gifts import GiftTotal, totals
from quietdrop.lib.spreadsheets import csv_text
from quietdrop.web.context import Desk
from quietdrop.web.signed_in import navigation_of

FIRST_YEAR = 2000  # an earlier one in an address is a typing error
MOST_SHOWN = 200  # people, and teams
MOST_PRACTICES = 3  # named beside a person
HEADER = ("recipient", "practices", "practice_ids", "gifts", "total", "limit", "over_limit")


@dataclass(frozen=True)
class Row:
    """One person's year, or the year of a practice's team; `limit` in cents, None without one."""

    total: GiftTotal
    practices: tuple[tuple[str, str], ...]  # (id, name)
    limit: int | None

    @property
    def left(self) -> int | None:
        """Cents left until the limit, negative if it is exceeded; None if there is no limit."""
        if self.limit is None or not self.total.recipient:
            return None
        return self.limit - self.total.cents


def add_pages(pages: Blueprint, desk: Desk) -> None:
    here = desk.desk_url("/gifts")

    @pages.get("/gifts")
    def gifts() -> str:
        year = _year(desk)
        given = _totals(desk, year)
        people = [total for total in given if total.recipient]
        teams = [total for total in given if not total.recipient]
        limit = desk.settings().gifts.limit_cents(year)
        return render_template(
            "gifts.html.j2",
            navigation=navigation_of(desk, "Gifts"),
            here=here,
            year=year,
            this_year=desk.today().year,
            first_year=FIRST_YEAR,
            limit=limit,
            people=_rows(desk, people[:MOST_SHOWN], limit),
            teams=_rows(desk, teams[:MOST_SHOWN], limit),
            more=len(people[MOST_SHOWN:]) + len(teams[MOST_SHOWN:]),
            over=sum(1 for total in people if limit is not None and total.cents > limit),
            most_practices=MOST_PRACTICES,
            practice=desk.practice_url,
        )

    @pages.get("/gifts.csv")
    def gifts_file() -> Response:
        year = _year(desk)
        limit = desk.settings().gifts.limit_cents(year)
        text = csv_text(HEADER, map(_cells, _rows(desk, _totals(desk, year), limit)))
        answer = Response(text, mimetype="text/csv")
        name = f"quietdrop-gifts-{year}.csv"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


def _year(desk: Desk) -> int:
    """The requested year; this one if none is given or it lies in the future."""
    asked, this = request.args.get("year", ""), desk.today().year
    is_year = asked.isascii() and asked.isdigit() and len(asked) == 4
    return int(asked) if is_year and FIRST_YEAR <= int(asked) <= this else this


def _totals(desk: Desk, year: int) -> list[GiftTotal]:
    touches = desk.store.touches
    return totals([*touches.gifts(year), *touches.listed_gifts(year)], year)


def _rows(desk: Desk, given: list[GiftTotal], limit: int | None) -> list[Row]:
    names = desk.store.book.names(key for total in given for key in total.practice_ids)
    return [
        Row(total, tuple((key, names.get(key) or key) for key in total.practice_ids), limit)
        for total in given
    ]


def _cells(row: Row) -> tuple[object, ...]:
    total = row.total
    limit = None if row.left is None or row.limit is None else row.limit / 100
    over = "" if row.left is None else ("yes" if row.left < 0 else "no")
    names = "; ".join(name for _, name in row.practices)
    ids = "; ".join(total.practice_ids)
    return total.recipient, names, ids, total.gifts, total.cents / 100, limit, over
