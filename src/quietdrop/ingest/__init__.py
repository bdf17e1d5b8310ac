"""Sources to referral counts and directory; what cannot be used is listed with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from quietdrop.domain.decisions import Register
from quietdrop.domain.identity import Identity
from quietdrop.domain.reading import NotRead
from quietdrop.errors import SourceError
from quietdrop.ingest import database, files
from quietdrop.ingest.access import read_access
from quietdrop.ingest.columns import Wanted
from quietdrop.ingest.contents import refuse_by_content
from quietdrop.ingest.directory import read_directory
from quietdrop.ingest.file_names import shown_path
from quietdrop.ingest.identity import identified
from quietdrop.ingest.referrals import count
from quietdrop.ingest.rejects import bounded
from quietdrop.ingest.rows import KEY, Rows
from quietdrop.ingest.settings import SourceSettings
from quietdrop.ingest.unread import Torn, WantedTorn
from quietdrop.lib.deadline import Overdue, within
from quietdrop.model import Intake, Practice, Reject
from quietdrop.urls import masked

__all__ = ["SourceSettings", "as_spelled", "identified", "read"]


def read(
    source: SourceSettings, as_of: date, today: date, register: Register | None = None
) -> Intake:
    """In: where the data is, the as-of date, the day after which a date lies in the future, what
    the store knows of who is who. Out: all that was read for that date, each practice under its
    key; the same for any order of the rows.

    Errors: SourceError where a file, table or column is missing, dates are ambiguous, or reading
    takes longer than the source's `timeout_minutes`.
    """
    whose = register or Register()
    seconds = source.timeout_minutes * 60

    def work() -> Intake:
        # The database ends its own statement a little later: the error told is always ours.
        with database.statements_within(seconds + 1):
            return as_spelled(source, as_of, today, whose)

    try:
        intake = within(seconds, work, "reading the source")
    except Overdue:
        raise SourceError(
            f"{masked(source.referrals)}: reading took longer than {source.timeout_minutes:g} "
            "minutes and was given up. Find out what it waits for, or raise [source] "
            "timeout_minutes."
        ) from None
    return identified(intake, whose)


def as_spelled(source: SourceSettings, as_of: date, today: date, register: Register) -> Intake:
    """As `read`, with every practice as the rows spell it."""
    needed = (("referred_on",), ("practice_id", "practice_name"))
    apart = {decision.subject for decision in register.decisions}
    directory = read_directory(source, apart)
    broken: list[Reject] = []
    torn: list[Counter[Torn]] = []
    not_read: list[NotRead] = []
    paths: list[Path] = []
    if "://" in source.referrals:
        wanted = Wanted("referrals", KEY, needed, source.columns, source.allow)
        rows = database.referrals(
            source.referrals, source.table, source.query, wanted, source.not_referrals
        )
    else:
        meant = WantedTorn("referrals", KEY, needed, source.columns, source.allow)
        paths, not_read = files.chosen(source.referrals, _tables(source), meant)
        rows, broken, torn = _from_files(paths, meant)
    refuse_by_content(rows, source)
    counted = count(rows, directory, source, (as_of, today), torn)
    practices = {
        practice_id: Practice(practice_id, name) for practice_id, name in counted.names.items()
    }
    named = {person.npi: person.name for person in directory.people if person.npi and person.name}
    newest = counted.counts["day"].max() if len(counted.counts) else None
    rejects = sorted(
        broken + counted.rejects, key=lambda r: (r.source, r.line or 0, r.reason, r.fields)
    )
    rejecting = directory.given and source.unknown_practices == "reject"
    identity = Identity(
        by_name=counted.by_name,
        listed=frozenset(directory.practices),
        placeholders=directory.placeholders,
        set_aside={
            word: directory.listed_as(word) or ("" if rejecting else word) for word in apart
        },
    )
    return Intake(
        counts=counted.counts,
        practices=dict(sorted((practices | directory.practices).items())),
        liaisons=directory.liaisons,
        touches=directory.touches,
        rows_read=int(rows.rows.sum()) + sum(reject.rows for reject in broken),
        newest=None if newest is None else date.fromordinal(_EPOCH + int(newest)),
        rejects=tuple(rejects),
        notes=counted.notes + directory.notes,
        people=directory.people,
        closures=directory.closures,
        news=directory.news,
        access=read_access(
            source, directory, as_of, list(zip(paths, counted.streams, strict=False))
        ),
        provider_names=counted.provider_names | named,
        by_source=counted.by_source,
        reading=replace(counted.reading, not_read=tuple(not_read)),
        identity=identity,
    )


_EPOCH = date(1970, 1, 1).toordinal()


def _tables(source: SourceSettings) -> list[str]:
    """Out: where the directory's tables are; a folder of referrals may hold them."""
    tables = (
        *(source.practices, source.people, source.liaisons),
        *(source.touches, source.closures, source.news),
    )
    return [table for table in tables if table]


def _from_files(
    paths: list[Path], wanted: WantedTorn
) -> tuple[Rows, list[Reject], list[Counter[Torn]]]:
    """Out: the rows of all files, the rows that are broken, and what each file's may say."""
    rows = Rows([shown_path(path) for path in paths])
    torn: list[Counter[Torn]] = []

    def broken() -> Iterator[Reject]:
        for number, path in enumerate(paths):
            torn.append(Counter())
            for line, cells in files.records(path, replace(wanted, torn=torn[-1])):
                if cells is None:
                    yield Reject(rows.sources[number], line, "broken row")
                    continue
                referred_on, recorded_on, *others = cells
                days = (referred_on.strip()[:10], recorded_on.strip()[:10])
                rows.add(number, line, (*days, *others))

    return rows, bounded(broken()), torn
