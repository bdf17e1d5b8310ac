"""Sources to referral counts and directory; what cannot be used is listed with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from quietdrop.ingest import database, files
from quietdrop.ingest.access import read_access
from quietdrop.ingest.columns import Wanted
from quietdrop.ingest.contents import refuse_by_content
from quietdrop.ingest.directory import read_directory
from quietdrop.ingest.file_names import shown_path
from quietdrop.ingest.referrals import count
from quietdrop.ingest.rejects import bounded
from quietdrop.ingest.rows import KEY, Rows
from quietdrop.ingest.settings import SourceSettings
from quietdrop.model import Intake, Practice, Reject

__all__ = ["SourceSettings", "read"]


def read(source: SourceSettings, as_of: date, today: date) -> Intake:
    """In: where the data is, the as-of date, the day after which a date lies in the future.
    Out: all that was read for that date; the same for any order of the rows.

    Errors: SourceError where a file, table or column is missing or dates are ambiguous.
    """
    needed = (("referred_on",), ("practice_id", "practice_name"))
    wanted = Wanted("referrals", KEY, needed, source.columns, source.allow)
    directory = read_directory(source)
    if "://" in source.referrals:
        rows = database.referrals(
            source.referrals, source.table, source.query, wanted, source.not_referrals
        )
        broken: list[Reject] = []
    else:
        rows, broken = _from_files(source, wanted)
    refuse_by_content(rows, source)
    counted = count(rows, directory, source, as_of, today)
    practices = {
        practice_id: Practice(practice_id, name) for practice_id, name in counted.names.items()
    }
    named = {person.npi: person.name for person in directory.people if person.npi and person.name}
    newest = counted.counts["day"].max() if len(counted.counts) else None
    rejects = sorted(
        broken + counted.rejects, key=lambda r: (r.source, r.line or 0, r.reason, r.fields)
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
    )


_EPOCH = date(1970, 1, 1).toordinal()


def _from_files(source: SourceSettings, wanted: Wanted) -> tuple[Rows, list[Reject]]:
    """Out: the rows of all files that the settings name, and the rows that are broken."""
    tables = (
        *(source.practices, source.people, source.liaisons),
        *(source.touches, source.closures, source.news),
    )
    paths = files.find(source.referrals, [table for table in tables if table])
    rows = Rows([shown_path(path) for path in paths])

    def broken() -> Iterator[Reject]:
        for number, path in enumerate(paths):
            for line, cells in files.records(path, wanted):
                if cells is None:
                    yield Reject(rows.sources[number], line, "broken row")
                    continue
                referred_on, recorded_on, *others = cells
                days = (referred_on.strip()[:10], recorded_on.strip()[:10])
                rows.add(number, line, (*days, *others))

    return rows, bounded(broken())
