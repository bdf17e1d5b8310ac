"""The statement by which a database counts the referrals itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from quietdrop.domain.errors import SourceError
from quietdrop.ingest.rows import KEY
from quietdrop.ingest.statuses import DOUBTFUL
from quietdrop.lib.folding import folded

_SPACE_RUNS = 5  # halvings: of up to 32 spaces in a row one is left
_SPACES = "\t\r\n\xa0"  # what SQL's trim leaves standing
Text = sa.ColumnElement[str]


def feed_of(
    connection: sa.Connection, table: str, query: str | None
) -> tuple[sa.FromClause, list[str]]:
    """In: a table or a query. Out: it as something to select from, and its column names."""
    if query:
        # No bound parameters: a colon is a colon. The new line ends a trailing comment.
        sql = query.strip().rstrip(";").replace(":", r"\:") + "\n"
        whole: sa.FromClause = sa.text(sql).columns().subquery("feed")
        bare: Any = sa.text(f"({sql}) AS feed")
    else:
        schema, _, name = table.rpartition(".")
        bare = whole = sa.table(name, schema=schema or None)
    star: sa.Select[Any] = sa.select(sa.literal_column("*")).select_from(bare).where(sa.false())
    header = list(connection.execute(star).keys())
    columns: list[sa.ColumnClause[Any]] = [sa.column(column) for column in dict.fromkeys(header)]
    if query:
        whole = sa.text(sql).columns(*columns).subquery("feed")
    else:
        whole = sa.table(name, *columns, schema=schema or None)
    return whole, header


def restricted(
    feed: sa.FromClause, names: Sequence[str], values: Mapping[str, str], where: str
) -> sa.FromClause:
    """Return a table of only those rows whose columns have the values, however they are spelled.

    Raises:
        SourceError: There is no such column.
    """
    if not values:
        return feed
    chosen = sa.select(*(feed.c[name] for name in dict.fromkeys(names)))
    for column, value in values.items():
        if column not in names:
            raise SourceError(f'{where}: [source] only names "{column}", which is not a column')
        text = sa.func.lower(sa.func.trim(sa.cast(feed.c[column], sa.String)))
        chosen = chosen.where(text == value.strip().casefold())
    return chosen.subquery("chosen")


def grouped(
    feed: sa.FromClause,
    columns: dict[str, str],
    excluded: Sequence[str],
    collation: str | None = None,
) -> sa.Select[tuple[Any, ...]]:
    """In: a table, our column -> its column, the excluded statuses, the collation by which texts
    are compared. Out: the one statement.

    Rows that repeat each other in all that is read are one here. Only where one referral_id
    stands for several days, practices or providers do its rows leave the database unmerged,
    under `referral_id`, for the rule that files obey too.
    """

    def cell(our: str) -> Text:
        if our not in columns:
            return sa.literal("")
        text: Text = sa.cast(feed.c[columns[our]], sa.String)
        for space in _SPACES:
            text = sa.func.replace(text, space, " ")
        bare: Text = sa.func.coalesce(sa.func.trim(text), "")
        return bare.collate(collation) if collation else bare

    spelled = sorted({folded(status) for status in excluded})
    status = _plain_status(cell("status"))
    is_excluded = status.in_(spelled)
    values = {our: cell(our) for our in KEY}
    values |= {our: _day(cell(our)) for our in ("referred_on", "recorded_on")}
    values["referrals"] = cell("referrals")
    # All that is excluded is one word, and all that is beyond doubt is none: few groups are made.
    values["status"] = sa.case(
        *([(is_excluded, spelled[0])] if spelled else []),
        (status.in_(sorted(DOUBTFUL)), status),
        else_="",
    )
    cells = sa.select(*(value.label(name) for name, value in values.items())).subquery("cells")
    each = [cells.c[name] for name in (*KEY, "referrals")]
    count = sa.func.count().label("counted")
    if "referral_id" not in columns:
        return sa.select(*each, count, sa.func.count().label("kept")).group_by(*each)
    copies = sa.select(*each, count).group_by(*each).subquery("copies")
    variants = sa.func.count().over(partition_by=[copies.c.referral_id, copies.c.status])
    distinct = sa.select(copies, variants.label("variants")).subquery("told")
    id_ = distinct.c.referral_id
    conflict = sa.case((sa.and_(distinct.c.variants > 1, id_ != ""), id_), else_="")
    marked = sa.select(
        *(distinct.c[name] for name in KEY[:-1]),
        conflict.label("referral_id"),
        distinct.c.referrals,
        distinct.c.counted,
        sa.case((id_ == "", distinct.c.counted), else_=1).label("kept"),
    ).subquery("marked")
    each = [marked.c[name] for name in (*KEY, "referrals")]
    return sa.select(*each, sa.func.sum(marked.c.counted), sa.func.sum(marked.c.kept)).group_by(
        *each
    )


def _day(text: Text) -> Text:
    """Return a day's text without its time, where it is written in one of the usual ways, so that
    a day is one group; other ways are told apart outside the database."""
    lengths = {"____-__-__%": 10, "__/__/____%": 10, "_/__/____%": 9, "__/_/____%": 9}
    lengths |= {"_/_/____%": 8, "__.__.____%": 10}
    cases = [(text.like(form), sa.func.substr(text, 1, size)) for form, size in lengths.items()]
    return sa.case(*cases, else_=sa.func.substr(text, 1, 40))


def _plain_status(status: Text) -> Text:
    """A status in small letters, hyphens, underscores and runs of space one space each."""
    plain: Text = sa.func.lower(status)
    for sign in "-_":
        plain = sa.func.replace(plain, sign, " ")
    for _ in range(_SPACE_RUNS):
        plain = sa.func.replace(plain, "  ", " ")
    return sa.func.trim(plain)
