"""The statement with which a database counts the referrals itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from quietdrop.domain.errors import SourceError
from quietdrop.ingest.rows import COLUMNS, DAYS
from quietdrop.ingest.statuses import DECLINED, DOUBTFUL
from quietdrop.lib.folding import folded

_SPACE_RUNS = 5  # halvings: of up to 32 spaces in a row one is left
_SPACES = "\t\r\n\xa0"  # what SQL's trim leaves standing
COUNTED = "counted"  # the column that says how many rows a group has
Text = sa.ColumnElement[str]
TEXT = sa.String().with_variant(sa.Unicode(4000), "mssql")  # whose other texts have no accents


class Beginning(FunctionElement[str]):
    """The first signs of a text."""

    name, inherit_cache = "beginning", True
    type = sa.String()


@compiles(Beginning)
def _substr(element: Beginning, compiler: SQLCompiler, **options: Any) -> str:
    text, size = (compiler.process(clause, **options) for clause in element.clauses)
    return f"SUBSTR({text}, 1, {size})"


@compiles(Beginning, "mssql")
def _substring(element: Beginning, compiler: SQLCompiler, **options: Any) -> str:
    text, size = (compiler.process(clause, **options) for clause in element.clauses)
    return f"SUBSTRING({text}, 1, {size})"


def feed_of(
    connection: sa.Connection, table: str, query: str | None
) -> tuple[sa.FromClause, list[str]]:
    """Returns a table or query as something to select from, and its column names."""
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
    columns: Mapping[str, str],
    excluded: Sequence[str],
    collation: str | None = None,
) -> sa.Select[tuple[Any, ...]]:
    """Returns the counting statement, with the columns that exist, in our order.

    Rows that repeat each other in all that is read are one here. A referral_id leaves the
    database only where several rows have it, for the rule that files obey too.
    """

    def raw(our: str) -> Text:
        text: Text = sa.cast(feed.c[columns[our]], TEXT)
        return text

    def cell(our: str) -> Text:
        text = raw(our)
        for space in _SPACES:
            text = sa.func.replace(text, space, " ")
        bare: Text = sa.func.coalesce(sa.func.trim(text), "")
        return bare.collate(collation) if collation else bare

    def value(our: str) -> Text:
        if our in DAYS:
            return _day(raw(our), cell(our))
        return _status(cell(our), excluded) if our == "status" else cell(our)

    names = [our for our in (*COLUMNS, "referrals") if our in columns]
    cells = sa.select(*(value(our).label(our) for our in names)).cte("cells")
    each = [cells.c[our] for our in names]
    count = sa.func.count().label(COUNTED)
    if "referral_id" not in columns:
        return sa.select(*each, count).group_by(*each)
    id_: Text = cells.c.referral_id
    is_there = sa.func.char_length(id_) > 0  # Oracle treats an empty text as NULL
    several = sa.func.count() > 1
    repeated = sa.select(id_).where(is_there).group_by(id_).having(several).cte("repeated")
    joined = cells.outerjoin(repeated, id_ == repeated.c.referral_id)
    kept = sa.func.coalesce(repeated.c.referral_id, "").label("referral_id")
    chosen = [kept if column is id_ else column for column in each]
    marked = sa.select(*chosen).select_from(joined).subquery("marked")
    each = [marked.c[our] for our in names]
    return sa.select(*each, count).group_by(*each)


def _status(status: Text, excluded: Sequence[str]) -> Text:
    """All that is excluded is one word, and all that says nothing is none: few groups are made."""
    spelled = sorted({folded(status) for status in excluded})
    plain = _plain_status(status)
    return sa.case(
        (plain.in_(sorted(DECLINED)), plain),
        *([(plain.in_(spelled), spelled[0])] if spelled else []),
        (plain.in_(sorted(DOUBTFUL)), plain),
        else_="",
    )


def _day(raw: Text, text: Text) -> Text:
    """Return a day's text without its time, where it is written in one of the usual ways, so that
    a day is one group; other ways are told apart outside the database."""
    lengths = {"____-__-__%": 10, "__/__/____%": 10, "_/__/____%": 9, "__/_/____%": 9}
    lengths |= {"_/_/____%": 8, "__.__.____%": 10}
    cases = [(raw.like(form), Beginning(raw, size)) for form, size in lengths.items()]
    return sa.case(*cases, else_=Beginning(text, 40))


def _plain_status(status: Text) -> Text:
    """A status in small letters, hyphens, underscores and runs of space one space each."""
    plain: Text = sa.func.lower(status)
    for sign in "-_":
        plain = sa.func.replace(plain, sign, " ")
    for _ in range(_SPACE_RUNS):
        plain = sa.func.replace(plain, "  ", " ")
    return sa.func.trim(plain)
