"""Sources to referral counts and directory; what cannot be used is listed with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from quietdrop.config.settings import SourceSettings
from quietdrop.domain.decisions import WHO_IS_WHO, Register
from quietdrop.domain.directory import Practice
from quietdrop.domain.errors import SourceError
from quietdrop.domain.identity import Identity
from quietdrop.domain.intake import Intake, Reject
from quietdrop.domain.reading import NotRead
from quietdrop.ingest import connections, database, files, folders
from quietdrop.ingest.access import access_of
from quietdrop.ingest.blocks import Block
from quietdrop.ingest.columns import Record, is_counted, wanted_referrals
from quietdrop.ingest.contents import refuse_by_content
from quietdrop.ingest.dates import day_part
from quietdrop.ingest.directory import read_directory
from quietdrop.ingest.file_names import shown_path
from quietdrop.ingest.identity import identified
from quietdrop.ingest.periods import count_of
from quietdrop.ingest.referrals import count
from quietdrop.ingest.rejects import bounded
from quietdrop.ingest.rows import COLUMNS, KEY, Rows, fields_of
from quietdrop.ingest.totals import is_total
from quietdrop.ingest.unread import Torn, WantedTorn
from quietdrop.lib.deadline import Overdue, within
from quietdrop.lib.memory import share_one_heap
from quietdrop.lib.progress import Progress, counted, silent
from quietdrop.lib.urls import masked

__all__ = ["as_spelled", "identified", "read"]


STRETCH = 2**20  # rows; with fewer groups than that nothing is gained
MOST_NAMED = 3  # files named in one remark; more are only counted


def read(
    source: SourceSettings,
    as_of: date,
    today: date,
    register: Register | None = None,
    tell: Progress = silent,
) -> Intake:
    """Reads the source for an as-of date. `register` is what the store knows about who is who; a
    day after `today` lies in the future. Returns all that was read, each practice under its key;
    the order of the rows does not matter.

    Errors: SourceError where a file, table or column is missing, dates are ambiguous, or reading
    takes longer than the source's `timeout_minutes`.
    """
    share_one_heap()
    whose = register or Register()
    seconds = source.timeout_minutes * 60

    def work() -> Intake:
        # The database cancels its statement a little later, so the error is always ours.
        with connections.statements_within(seconds + 1):
            return as_spelled(source, as_of, today, whose, tell)

    try:
        intake = within(seconds, work, "reading the source")
    except Overdue:
        raise SourceError(
            f"{masked(source.referrals)}: reading took longer than {source.timeout_minutes:g} "
            "minutes and was given up. Find out what it waits for, or raise [source] "
            "timeout_minutes."
        ) from None
    return identified(intake, whose)


def as_spelled(
    source: SourceSettings, as_of: date, today: date, register: Register, tell: Progress = silent
) -> Intake:
    """Like `read`, with every practice as the rows spell it."""
    apart = {one.subject for one in register.decisions if one.kind in WHO_IS_WHO}
    directory = read_directory(source, apart)
    torn: list[Counter[Torn]] = []
    not_read: list[NotRead] = []
    remarks: list[str] = []
    wanted = wanted_referrals(source, WantedTorn)
    if "://" in source.referrals:
        rows, broken = database.referrals(source, wanted)
    else:
        paths, not_read = folders.chosen(source.referrals, _tables(source), wanted)
        rows, broken, torn, remarks = _from_files(paths, wanted, source, tell)
    refuse_by_content(rows, source)
    counted = count(rows, directory, source, (as_of, today), torn)
    practices = {
        practice_id: Practice(practice_id, name) for practice_id, name in counted.names.items()
    }
    named = {person.npi: person.name for person in directory.people if person.npi and person.name}
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
        promises=directory.promises,
        rows_read=int(rows.rows.sum()) + sum(reject.rows for reject in broken),
        newest=counted.newest,
        rejects=tuple(rejects),
        notes=counted.notes + directory.notes,
        people=directory.people,
        closures=directory.closures,
        news=directory.news,
        access=access_of(rows, source, directory, as_of, counted.streams),
        provider_names=counted.provider_names | named,
        by_source=counted.by_source,
        reading=replace(counted.reading, not_read=tuple(not_read)),
        identity=identity,
        period=source.period,
        remarks=(*remarks, *counted.remarks),
    )


def _tables(source: SourceSettings) -> list[str]:
    """Returns the directory's tables; a folder of referrals may hold them."""
    tables = (
        *(source.practices, source.people, source.liaisons),
        *(source.touches, source.closures, source.news, source.nppes),
    )
    return [table for table in tables if table]


def _from_files(
    paths: list[Path], wanted: WantedTorn, source: SourceSettings, tell: Progress
) -> tuple[Rows, list[Reject], list[Counter[Torn]], list[str]]:
    """Returns the rows of all files, each of their tables a source of its own; the rows that cannot
    be used; what each table's broken rows may say; and the remarks about the files."""
    zone = ZoneInfo(source.timezone) if source.timezone else None
    stretch = None if is_counted(source) else STRETCH
    rows = Rows(part=lambda text: day_part(text, zone), stretch=stretch)
    torn: list[Counter[Torn]] = []
    remarks: dict[str, list[str]] = {}

    def rejects() -> Iterator[Reject]:
        for place, path in enumerate(paths, 1):
            name = Path(shown_path(path)).name
            tell(f"Reading {name}", place, len(paths))
            read: list[files.Read] = []
            for table in files.tables(path, wanted):
                read.append(table)
                rows.begin(table.where)
                for piece in counted(table.pieces, f"Reading {name}", tell, _rows_in):
                    if isinstance(piece, Block):
                        rows.add_block(len(rows.sources) - 1, piece)
                        continue
                    line, cells = piece
                    if cells is None:
                        yield Reject(table.where, line, "broken row")
                    elif reject := _add(rows, table, line, cells, zone):
                        yield reject
                torn.append(Counter(wanted.torn))
                wanted.torn.clear()
            for remark in dict.fromkeys(remark for table in read for remark in table.remarks):
                remarks.setdefault(remark, []).append(name)

    broken = bounded(rejects())
    return rows, broken, torn, [_remark_of(names, remark) for remark, names in remarks.items()]


def _rows_in(piece: Record | Block) -> int:
    return len(piece) if isinstance(piece, Block) else 1


def _remark_of(names: list[str], remark: str) -> str:
    """Returns a remark with the names of its files."""
    shown = ", ".join(names) if len(names) <= MOST_NAMED else f"{len(names)} files"
    return f"{shown}: {remark}"


def _add(
    rows: Rows, table: files.Read, line: int | None, cells: tuple[str, ...], zone: ZoneInfo | None
) -> Reject | None:
    """Add a row of the current source; return it as a reject if its count is unusable."""
    if not table.is_counted:
        rows.add(len(rows.sources) - 1, line, cells[: len(COLUMNS)])
        return None
    key = [day_part(cell, zone) for cell in cells[:2]] + list(cells[2 : len(KEY)])
    referrals = count_of(cells[-1])
    if isinstance(referrals, int):
        if any(is_total(cell) for cell in key[:4]):
            referrals = 1  # a row of totals is one row, whatever it sums up
        rows.add(len(rows.sources) - 1, line, cells[: len(COLUMNS)], referrals, referrals)
        return None
    return Reject(table.where, line, referrals, fields_of(key))
