"""Sources to referral counts and directory; what cannot be used is listed with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from quietdrop.errors import SourceError
from quietdrop.ingest import database, files
from quietdrop.ingest.access import read_access
from quietdrop.ingest.columns import Wanted, wanted_referrals
from quietdrop.ingest.dates import day_part
from quietdrop.ingest.directory import read_directory
from quietdrop.ingest.periods import count_of
from quietdrop.ingest.referrals import count
from quietdrop.ingest.rejects import bounded
from quietdrop.ingest.rows import KEY, Rows, fields_of
from quietdrop.ingest.settings import SourceSettings
from quietdrop.ingest.totals import is_total
from quietdrop.model import Intake, Practice, Reject

__all__ = ["SourceSettings", "read"]


def read(source: SourceSettings, as_of: date, today: date) -> Intake:
    """Return all that was read for an as-of date; the same for any order of the rows.

    Args:
        source: Where the data is.
        as_of: The as-of date.
        today: The day after which a date lies in the future.

    Raises:
        SourceError: A file, table or column is missing, or dates are ambiguous.
    """
    wanted = wanted_referrals(source)
    directory = read_directory(source)
    if "://" in source.referrals:
        rows, broken = database.referrals(source, wanted)
        remarks: list[str] = []
    else:
        rows, broken, remarks = _from_files(source, wanted)
    counted = count(rows, directory, source, as_of, today)
    practices = {
        practice_id: Practice(practice_id, name) for practice_id, name in counted.names.items()
    }
    named = {person.npi: person.name for person in directory.people if person.npi and person.name}
    rejects = sorted(
        broken + counted.rejects, key=lambda r: (r.source, r.line or 0, r.reason, r.fields)
    )
    return Intake(
        counts=counted.counts,
        practices=dict(sorted((practices | directory.practices).items())),
        liaisons=directory.liaisons,
        touches=directory.touches,
        rows_read=int(rows.rows.sum()) + sum(reject.rows for reject in broken),
        newest=counted.newest,
        rejects=tuple(rejects),
        notes=counted.notes + directory.notes,
        people=directory.people,
        closures=directory.closures,
        news=directory.news,
        access=read_access(source, directory, as_of),
        provider_names=counted.provider_names | named,
        by_source=counted.by_source,
        period=source.period,
        remarks=(*remarks, *counted.remarks),
    )


def _from_files(source: SourceSettings, wanted: Wanted) -> tuple[Rows, list[Reject], list[str]]:
    """Return the rows of all files that the settings name, the broken ones, and the remarks."""
    tables = (
        *(source.practices, source.people, source.liaisons),
        *(source.touches, source.closures, source.news),
    )
    apart = [table for table in tables if table]
    paths = files.find(source.referrals, apart)
    rows, remarks = Rows(), list[str]()
    rejects = bounded(_broken(source, wanted, paths, rows, remarks))
    unread = [path.name for path in files.beside(source.referrals, paths, apart)]
    if unread:
        remarks.append(f"not read: {', '.join(unread)}")
    return rows, rejects, remarks


def _broken(
    source: SourceSettings, wanted: Wanted, paths: list[Path], rows: Rows, remarks: list[str]
) -> Iterator[Reject]:
    """Add the rows of files, and what is to be said of the files; yield what cannot be used."""
    zone = ZoneInfo(source.timezone) if source.timezone else None
    faults: list[SourceError] = []
    for path in paths:
        read: list[files.Read] = []
        try:
            for table in files.tables(path, wanted):
                read.append(table)
                rows.begin(table.where)
                for line, cells in table.records:
                    if cells is None:
                        yield Reject(table.where, line, "broken row")
                    elif reject := _add(rows, table, line, cells, zone):
                        yield reject
            said = dict.fromkeys(remark for table in read for remark in table.remarks)
            remarks.extend(f"{path.name}: {remark}" for remark in said)
        except SourceError as fault:
            if not files.may_be_left_out(source.referrals, path):
                raise
            faults.append(fault)
            remarks.append(f"not read: {fault}")
    if not rows.sources and faults:
        raise faults[0]


def _add(
    rows: Rows, table: files.Read, line: int | None, cells: tuple[str, ...], zone: ZoneInfo | None
) -> Reject | None:
    """Add a row of the source begun last; return it as a reject where its count is of no use."""
    referred_on, recorded_on, *others = cells[: len(KEY)]
    key = (day_part(referred_on, zone), day_part(recorded_on, zone), *others)
    referrals = count_of(cells[-1]) if table.is_counted else 1
    if isinstance(referrals, int):
        if table.is_counted and any(is_total(cell) for cell in key[:4]):
            referrals = 1  # a row of totals is one row, whatever it sums up
        rows.add(len(rows.sources) - 1, line, key, referrals, referrals)
        return None
    return Reject(table.where, line, referrals, fields_of(key))
