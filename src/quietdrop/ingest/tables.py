"""The directory's tables: their rows from files or databases, their days and addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from quietdrop.config.settings import SourceSettings
from quietdrop.domain.columns import read_of
from quietdrop.domain.directory import LONGEST_TERRITORY
from quietdrop.ingest import database, files, folders, nppes
from quietdrop.ingest.columns import Wanted
from quietdrop.ingest.dates import convention, day_part, parse
from quietdrop.lib.file_settings import names_files
from quietdrop.lib.mail_address import is_address
from quietdrop.lib.text import clean

_NEEDED = {
    "practices": (("practice_id", "practice_name"),),
    "people": (("practice_id",), ("npi", "name")),
    "liaisons": (("liaison_email",),),
    "touches": (("touched_on",), ("practice_id",)),
    "closures": (("closed_from",),),
    "news": (("text",),),
}
NULL_DATES = {"0001-01-01", "1/1/0001", "01/01/0001"}  # how some exports write an empty date
Row = dict[str, str]


def _setting(source: SourceSettings, table: str) -> str | None:
    """Returns where the config says that a directory table is."""
    return {
        "practices": source.practices,
        "people": source.people,
        "liaisons": source.liaisons,
        "touches": source.touches,
        "closures": source.closures,
        "news": source.news,
    }[table]


def rows_of(source: SourceSettings, table: str, notes: Counter[str]) -> Iterator[Row]:
    """Yields a directory table's cleaned rows; none if the config does not name it. Raises
    SourceError where a file, table or column is missing."""
    setting = _setting(source, table)
    if setting is None:
        return
    columns = read_of(table)
    mapping = source.directory_columns.get(table, {})
    if "://" not in setting and "://" in source.referrals and not names_files(setting):
        setting = f"{source.referrals}#{setting}"
    paths = [] if "://" in setting else folders.find(setting)
    if table == "people" and not mapping:
        mapping = nppes.mapping_of(paths)
    wanted = Wanted(table, columns, _NEEDED[table], mapping, source.allow)
    streams = [files.records(path, wanted) for path in paths]
    for stream in streams or [database.records(setting, wanted)]:
        for _, cells in stream:
            if cells is None:
                left_out(notes, table, "broken row")
            elif any(cells):
                yield dict(zip(columns, map(clean, cells), strict=True))


def left_out(notes: Counter[str], table: str, reason: str) -> None:
    """Counts a row of a directory table that cannot be used, with the reason."""
    notes[f"{table}: row left out, {reason}"] += 1


def days_of(
    rows: list[Row], column: str, table: str, source: SourceSettings
) -> dict[str, date | None]:
    """Returns the day that each text of a column means, by the column's one convention; None for a
    null date. Raises SourceError where that is ambiguous."""
    texts = {row[column]: day_part(row[column]) for row in rows}
    texts = {text: "" if day in NULL_DATES else day for text, day in texts.items()}
    order = convention(texts.values(), source.dates, f"{table}: {column}")
    return {text: parse(day, order) for text, day in texts.items()}


def states_a_day(text: str) -> bool:
    """Whether a cell is meant to name a day: it is neither empty nor a null date."""
    return bool(text) and day_part(text) not in NULL_DATES


def optional_days(
    rows: list[Row], column: str, table: str, source: SourceSettings, notes: Counter[str]
) -> dict[str, date | None]:
    """Like `days_of`, for a column whose rows are kept without it; counts texts that are not
    days."""
    days = days_of(rows, column, table, source)
    for row in rows:
        if states_a_day(row[column]) and days[row[column]] is None:
            notes[f"{table}: {column} is not a day, taken for none"] += 1
    return days


def territory_of(value: str, table: str, notes: Counter[str]) -> str:
    """In: a cell. Out: the territory in it, cut to what the store keeps of one, so that what is
    decided about it finds its practices; counts those that are cut."""
    if len(value) > LONGEST_TERRITORY:
        notes[f"{table}: territory longer than {LONGEST_TERRITORY} characters, cut there"] += 1
    return value[:LONGEST_TERRITORY].rstrip()


def email_of(value: str, notes: Counter[str]) -> str:
    """Returns the one address in a hostile text, in lower case, or nothing."""
    if value and not is_address(value):
        notes["no e-mail address"] += 1
        return ""
    return value.lower()
