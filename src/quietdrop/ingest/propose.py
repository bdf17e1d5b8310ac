"""Recognizing our columns in an unknown source: proposed by name, confirmed by rows.

Only headers are compared; of the rows no column is read but those that are proposed, and none
that speaks of a patient, by its name or by its content, is ever proposed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path

from quietdrop.domain.errors import SourceError
from quietdrop.domain.patient_guard import looks_like_date
from quietdrop.ingest import database, files, folders, profiles
from quietdrop.ingest.columns import Record, Wanted
from quietdrop.ingest.confirmation import SAMPLE_ROWS, confirmed
from quietdrop.ingest.files import Surveyed
from quietdrop.ingest.matching import by_names, fit, header_score, pivoted, reported
from quietdrop.ingest.pivots import period_columns
from quietdrop.ingest.proposal import Proposal
from quietdrop.ingest.shape import Shape
from quietdrop.lib.file_settings import OFFICE

SEVERAL = (*OFFICE, ".zip")  # files of several tables
MOST_FILES = 50  # of a folder, that are looked at for the columns
QUARTERS = (
    "its columns are quarters, which is too coarse to see a practice leave: export the referrals, "
    "or their number by month"
)
FIXED_WIDTH = (
    "its columns are kept apart by spaces only (fixed width): export it with a separator, as CSV"
)
ONE_CELL = (
    "whole lines are in one cell: each line is enclosed in quotes, or all columns were pasted "
    "into the first; split them into columns, or export the list again as CSV"
)
_QUARTER = re.compile(r"Q[1-4][-/\s']*\d{2,4}|\d{4}[-/\s]*Q[1-4]", re.IGNORECASE)
GROUPED = (
    "the report seems to be grouped (a line a referrer, their referrals below it): export the list "
    "with the referrer in a column of its own, as a detail report without groups"
)


def propose(source: str) -> Proposal:
    """Return what is recognized of a file, folder, glob or database URL, `#table` behind it or not.

    Of a database without a named table it is the table that fits best, of a workbook the sheet.
    Raises:
        SourceError: The source cannot be read, or no line of it names its columns.
    """
    if "://" not in source:
        return _of_files(source)
    url, _, named = source.partition("#")
    tables = [named] if named else database.tables(url)
    if not tables:
        raise SourceError("the database holds no table that this login can see")
    system = profiles.of_tables(tables)
    if system and system.query:
        return _of_query(url, system)
    headers = {table: database.header(url, table) for table in tables}
    best = max(tables, key=lambda table: fit(headers[table]))

    def read(wanted: Wanted) -> list[Record]:
        return list(database.records(f"{url}#{best}", wanted, limit=SAMPLE_ROWS))

    proposal = confirmed(by_names(headers[best], best), headers[best], read)
    return replace(proposal, fill_down=())  # a table's rows have no order


def _of_query(url: str, system: profiles.Profile) -> Proposal:
    """Return a system's ready query, tried on the database."""

    def read(wanted: Wanted) -> list[Record]:
        return list(database.records(url, wanted, limit=SAMPLE_ROWS, query=system.query))

    header = database.query_header(url, system.query)
    bare = replace(by_names(header, None), query=system.query)
    remark = f"looks like {system.name}: a query of its own reads only incoming referrals"
    return replace(confirmed(bare, header, read), remarks=(remark,), table=None)


def _of_files(source: str) -> Proposal:
    paths = folders.find(source)
    path, sheet = _best(source, paths)
    bare = by_names(sheet.header, None)
    columns = period_columns(sheet.header, sheet.below)
    if columns and "referred_on" not in bare.columns:
        bare = pivoted(bare, columns)
    elif sheet.stated and "referrals" in bare.columns and "referred_on" not in bare.columns:
        bare = reported(bare, sheet.stated)
    shape = Shape(period=bare.period)

    def read(wanted: Wanted) -> list[Record]:
        others = [one for one in paths if one != path] if Path(source).is_dir() else []
        records = _records([path, *others], replace(wanted, shape=shape))
        return list(islice(records, SAMPLE_ROWS))

    proposal = confirmed(bare, sheet.header, read)
    if sheet.is_named:
        proposal = replace(proposal, fill_down=())
    remarks = [*sheet.remarks, *proposal.remarks]
    if proposal.is_enough and path.name.lower().endswith(SEVERAL):
        remarks += _of_parts(path, proposal)
    if not proposal.is_enough:
        remarks += _why_not(path, sheet)
    return replace(proposal, remarks=tuple(remarks))


def _records(paths: list[Path], wanted: Wanted) -> Iterator[Record]:
    """Yield the rows of the first file, and of the others those that have its columns."""
    yield from files.records(paths[0], wanted)
    for path in paths[1:]:
        with suppress(SourceError):
            yield from files.records(path, wanted)


def _of_parts(path: Path, proposal: Proposal) -> list[str]:
    """Return what to say of a workbook's sheets or an archive's files: how many are read, which
    are not."""
    columns = tuple(proposal.columns)
    wanted = Wanted("referrals", columns, (), proposal.columns, shape=Shape(period=proposal.period))
    tables, rows = [], 0
    try:
        for table in files.tables(path, wanted):
            tables.append(table)
            rows += sum(1 for _ in table.records)
    except SourceError as error:
        return [str(error)]
    remarks = dict.fromkeys(remark for table in tables for remark in table.remarks)
    parts = [remark for remark in remarks if "one table" in remark or remark.startswith("left out")]
    return [f"{remark}, {rows:,} rows" if "one table" in remark else remark for remark in parts]


def _why_not(path: Path, sheet: Surveyed) -> list[str]:
    """Return what to say of a report in whose form the referrals cannot be read."""
    if sum(_QUARTER.fullmatch(name.strip()) is not None for name in sheet.header) >= 2:
        return [QUARTERS]
    filled = [name for name in sheet.header if name.strip()]
    if len(filled) == 1 and len(re.split(r"\s{2,}", filled[0].strip())) > 1:
        return [FIXED_WIDTH]
    if len(filled) == 1 and len(re.split(r"[,;\t|]", filled[0])) > 1:
        return [ONE_CELL]
    deeper = files.survey(path, header_score, below=SAMPLE_ROWS)
    return [GROUPED] if any(map(_is_grouped, deeper)) else []


def _is_grouped(sheet: Surveyed) -> bool:
    """Whether lines of one cell, which is no day, stand among the rows of several."""
    filled = [[cell for cell in row if cell.strip()] for row in sheet.below]
    alone = [len(cells) == 1 and not looks_like_date(cells[0]) for cells in filled]
    groups = sum(a and not b for a, b in pairwise(alone))
    return groups >= 2 and sum(alone) < len(alone)


def _best(source: str, paths: list[Path]) -> tuple[Path, Surveyed]:
    """Return the file and sheet whose header fits best; a folder's files that fit not at all do
    not matter."""
    surveyed: list[tuple[Path, Surveyed]] = []
    wrong: SourceError | None = None
    for path in paths[:MOST_FILES]:
        try:
            surveyed += [(path, sheet) for sheet in files.survey(path, header_score)]
        except SourceError as error:
            wrong = wrong or error
            if not folders.may_be_left_out(source, path):
                raise
        if surveyed and not Path(source).is_dir():
            break
    if not surveyed:
        raise wrong or SourceError(f"{source}: is empty")
    return max(
        surveyed, key=lambda one: (bool(one[1].below), fit(one[1].header), len(one[1].below))
    )
