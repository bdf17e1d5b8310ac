"""Whether the source writes months or days first, from its first rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from quietdrop.config.settings import DateOrder, SourceSettings
from quietdrop.domain.errors import SourceError
from quietdrop.ingest import database, files, folders
from quietdrop.ingest.columns import Record, Wanted, wanted_referrals
from quietdrop.ingest.dates import convention, day_part

SAMPLE_ROWS = 20_000  # a day after the 12th stands among them, unless they are one short period


def day_order(source: SourceSettings) -> DateOrder | None:
    """Return the convention of the referrals' days: what the config says, else what rows show.

    Returns:
        None where the rows leave it open, or cannot be read.
    """
    if source.dates != "auto":
        return source.dates
    wanted = replace(
        wanted_referrals(source, Wanted), columns=("referred_on",), needed=(("referred_on",),)
    )
    try:
        sample = islice(_records(source, wanted), SAMPLE_ROWS)
        days = {day_part(cells[0]) for _, cells in sample if cells}
        return convention(days, "auto", "referred_on")
    except SourceError:
        return None


def _records(source: SourceSettings, wanted: Wanted) -> Iterator[Record]:
    if "://" in source.referrals:
        named = replace(wanted, table=source.table or wanted.table)
        yield from database.records(source.referrals, named, SAMPLE_ROWS, source.query, source.only)
        return
    for path in folders.find(source.referrals):
        yield from files.records(path, wanted)
