"""Sources to referral counts and directory; what cannot be used is listed with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from quietdrop.domain.decisions import Register
from quietdrop.domain.identity import Identity
from quietdrop.ingest import database, files
from quietdrop.ingest.access import read_access
from quietdrop.ingest.columns import Wanted
from quietdrop.ingest.directory import read_directory
from quietdrop.ingest.identity import identified
from quietdrop.ingest.referrals import count
from quietdrop.ingest.rejects import bounded
from quietdrop.ingest.rows import KEY, Rows
from quietdrop.ingest.settings import SourceSettings
from quietdrop.model import Intake, Practice, Reject

__all__ = ["SourceSettings", "as_spelled", "identified", "read"]


def read(
    source: SourceSettings, as_of: date, today: date, register: Register | None = None
) -> Intake:
    """In: where the data is, the as-of date, the day after which a date lies in the future, what
    the store knows of who is who. Out: all that was read for that date, each practice under its
    key; the same for any order of the rows.

    Errors: SourceError where a file, table or column is missing or dates are ambiguous.
    """
    register = register or Register()
    return identified(as_spelled(source, as_of, today, register), register)


def as_spelled(source: SourceSettings, as_of: date, today: date, register: Register) -> Intake:
    """As `read`, with every practice as the rows spell it."""
    needed = (("referred_on",), ("practice_id", "practice_name"))
    wanted = Wanted("referrals", KEY, needed, source.columns)
    apart = {decision.subject for decision in register.decisions}
    directory = read_directory(source, apart)
    if "://" in source.referrals:
        rows = database.referrals(
            source.referrals, source.table, source.query, wanted, source.not_referrals
        )
        broken: list[Reject] = []
    else:
        rows, broken = _from_files(source, wanted)
    counted = count(rows, directory, source, as_of, today)
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
        access=read_access(source, directory, as_of),
        provider_names=counted.provider_names | named,
        by_source=counted.by_source,
        identity=identity,
    )


_EPOCH = date(1970, 1, 1).toordinal()


def _from_files(source: SourceSettings, wanted: Wanted) -> tuple[Rows, list[Reject]]:
    """Out: the rows of all files that the settings name, and the rows that are broken."""
    tables = (
        *(source.practices, source.people, source.liaisons),
        *(source.touches, source.closures, source.news),
    )
    paths = files.find(source.referrals, [table for table in tables if table])
    rows = Rows([str(path) for path in paths])

    def broken() -> Iterator[Reject]:
        for number, path in enumerate(paths):
            for line, cells in files.records(path, wanted):
                if cells is None:
                    yield Reject(str(path), line, "broken row")
                    continue
                referred_on, recorded_on, *others = cells
                days = (referred_on.strip()[:10], recorded_on.strip()[:10])
                rows.add(number, line, (*days, *others))

    return rows, bounded(broken())
