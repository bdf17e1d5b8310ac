"""The directory: practices, their people, liaisons, touches and our closures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from quietdrop.ingest import database, files
from quietdrop.ingest.columns import Wanted
from quietdrop.ingest.dates import convention, day_part, parse
from quietdrop.ingest.settings import SourceSettings
from quietdrop.ingest.text import clean
from quietdrop.model import Closure, Liaison, Person, Practice, Touch

_COLUMNS = {
    "practices": "practice_id practice_name aliases liaison_email territory town phone"
    " address health_system opened_on closed_on",
    "people": "practice_id npi name role left_on",
    "liaisons": "liaison_email name manager_email budget",
    "touches": "touched_on practice_id liaison_email kind whom outcome resolved_on",
    "closures": "closed_from closed_to location",
}
_NEEDED = {
    "practices": (("practice_id", "practice_name"),),
    "liaisons": (("liaison_email",),),
    "touches": (("touched_on",), ("practice_id",)),
    "people": (("practice_id",), ("npi", "name")),
    "closures": (("closed_from",),),
}
_EMAIL = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+")
_FILE = re.compile(r"[/\\*?]|\.(csv|tsv|txt|gz|xlsx|xlsm|parquet)$", re.I)
Row = dict[str, str]


@dataclass(frozen=True)
class Directory:
    """What is known of practices and liaisons. `given` says whether practices are listed."""

    given: bool = False
    practices: dict[str, Practice] = field(default_factory=dict)
    liaisons: dict[str, Liaison] = field(default_factory=dict)
    touches: tuple[Touch, ...] = ()
    people: tuple[Person, ...] = ()
    closures: tuple[Closure, ...] = ()
    notes: Counter[str] = field(default_factory=Counter)
    lookup: dict[str, str] = field(default_factory=dict)

    def find(self, word: str) -> str:
        """In: a practice's id, name or alias. Out: its id, or an empty string."""
        return word if word in self.practices else self.lookup.get(word.casefold(), "")


def read_directory(source: SourceSettings) -> Directory:
    """In: the [source] settings. Out: the directory. Errors: SourceError."""
    notes: Counter[str] = Counter()
    practices: dict[str, Practice] = {}
    aliases: list[tuple[str, str]] = []
    rows = list(_rows(source, "practices", notes))
    opened, closed = (_days(rows, c, "practices", source) for c in ("opened_on", "closed_on"))
    for row in rows:
        practice_id = row["practice_id"] or row["practice_name"]
        if not practice_id or practice_id in practices:
            notes["practices: row left out"] += 1
            continue
        practices[practice_id] = Practice(
            practice_id,
            row["practice_name"] or practice_id,
            _email(row["liaison_email"], notes),
            row["territory"],
            row["town"],
            row["phone"],
            opened[row["opened_on"]],
            closed[row["closed_on"]],
            row["address"],
            row["health_system"],
        )
        aliases += [(alias, practice_id) for alias in map(clean, row["aliases"].split(";"))]
    lookup = _lookup(practices, aliases)
    liaisons = _liaisons(source, notes)
    directory = Directory(
        source.practices is not None, practices, liaisons, notes=notes, lookup=lookup
    )
    return replace(
        directory,
        touches=tuple(_touches(source, directory)),
        people=tuple(_people(source, directory)),
        closures=tuple(_closures(source, notes)),
        notes=+notes,
    )


def _lookup(practices: dict[str, Practice], aliases: list[tuple[str, str]]) -> dict[str, str]:
    """Out: folded id, name or alias -> id. Ids win; a name of several practices means none."""
    meant: dict[str, set[str]] = {}
    for word, practice_id in [*((p.name, p.practice_id) for p in practices.values()), *aliases]:
        meant.setdefault(word.casefold(), set()).add(practice_id)
    meant.pop("", None)
    found = {word: next(iter(ids)) for word, ids in meant.items() if len(ids) == 1}
    return found | {practice_id.casefold(): practice_id for practice_id in reversed(practices)}


def _liaisons(source: SourceSettings, notes: Counter[str]) -> dict[str, Liaison]:
    """Out: the liaisons by e-mail address; a row without one is left out."""
    found: dict[str, Liaison] = {}
    for row in _rows(source, "liaisons", notes):
        email = _email(row["liaison_email"], notes)
        if not email or email in found:
            notes["liaisons: row left out"] += 1
            continue
        budget = int(row["budget"]) if re.fullmatch("[0-9]{1,4}", row["budget"]) else None
        found[email] = Liaison(email, row["name"], _email(row["manager_email"], notes), budget)
    return found


def _touches(source: SourceSettings, directory: Directory) -> Iterator[Touch]:
    """Out: the touches; one without a day or practice is left out."""
    rows = list(_rows(source, "touches", directory.notes))
    touched, resolved = (_days(rows, c, "touches", source) for c in ("touched_on", "resolved_on"))
    for row in rows:
        day = touched[row["touched_on"]]
        practice_id = directory.find(row["practice_id"]) or row["practice_id"]
        if day is None or not practice_id:
            directory.notes["touches: row left out"] += 1
            continue
        yield Touch(
            day,
            practice_id,
            _email(row["liaison_email"], directory.notes),
            row["kind"].lower() or "visit",
            row["whom"],
            row["outcome"],
            resolved[row["resolved_on"]],
        )


def _people(source: SourceSettings, directory: Directory) -> Iterator[Person]:
    """Out: who is at the practices; without a practice, or NPI or name, a row is left out."""
    rows = list(_rows(source, "people", directory.notes))
    left = _days(rows, "left_on", "people", source)
    for row in rows:
        practice_id = directory.find(row["practice_id"]) or row["practice_id"]
        if not practice_id or not (row["npi"] or row["name"]):
            directory.notes["people: row left out"] += 1
            continue
        yield Person(practice_id, row["npi"], row["name"], row["role"], left[row["left_on"]])


def _closures(source: SourceSettings, notes: Counter[str]) -> Iterator[Closure]:
    """Out: when we were closed; a row without its last day is of one day, without its first or
    with them the wrong way round it is left out."""
    rows = list(_rows(source, "closures", notes))
    begins, ends = (_days(rows, c, "closures", source) for c in ("closed_from", "closed_to"))
    for row in rows:
        begin = begins[row["closed_from"]]
        end = ends[row["closed_to"]] if row["closed_to"] else begin
        if begin is None or end is None or end < begin:
            notes["closures: row left out"] += 1
            continue
        yield Closure(begin, end, row["location"])


def _rows(source: SourceSettings, table: str, notes: Counter[str]) -> Iterator[Row]:
    """In: a directory table's name. Out: its rows, cleaned; none where the config names none."""
    setting = {
        "practices": source.practices,
        "liaisons": source.liaisons,
        "touches": source.touches,
        "people": source.people,
        "closures": source.closures,
    }[table]
    if setting is None:
        return
    columns = tuple(_COLUMNS[table].split())
    mapping = source.directory_columns.get(table, {})
    wanted = Wanted(table, columns, _NEEDED[table], mapping)
    if "://" not in setting and "://" in source.referrals and not _FILE.search(setting):
        setting = f"{source.referrals}#{setting}"
    paths = [] if "://" in setting else files.find(setting)
    streams = [files.records(path, wanted) for path in paths]
    for stream in streams or [database.records(setting, wanted)]:
        for _, cells in stream:
            if cells is None:
                notes[f"{table}: row left out"] += 1
            elif any(cells):
                yield dict(zip(columns, map(clean, cells), strict=True))


def _days(
    rows: list[Row], column: str, table: str, source: SourceSettings
) -> dict[str, date | None]:
    """Out: each text of a column -> its day, by the column's one convention."""
    texts = {row[column]: day_part(row[column]) for row in rows}
    order = convention(texts.values(), source.dates, f"{table}: {column}")
    return {text: parse(day, order) for text, day in texts.items()}


def _email(value: str, notes: Counter[str]) -> str:
    """In: hostile text. Out: the one address that it is, in small letters, or nothing."""
    if value and not _EMAIL.fullmatch(value):
        notes["no e-mail address"] += 1
        return ""
    return value.lower()
