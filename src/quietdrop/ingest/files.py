"""Files: their tables that have the wanted columns, and those tables' rows."""

from __future__ import annotations

import zlib
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from typing import cast

from quietdrop.domain.errors import SourceError
from quietdrop.ingest.blocks import Block
from quietdrop.ingest.columns import Record, Wanted
from quietdrop.ingest.file_names import shown_part, shown_path
from quietdrop.ingest.formats import grids
from quietdrop.ingest.grids import LOOKED_AT, Grid, Ragged, texts
from quietdrop.ingest.heading import Scorer, headed
from quietdrop.ingest.layout import laid_out
from quietdrop.ingest.report_periods import Stated, report_period
from quietdrop.lib.foreign import in_our_words


def records(path: Path, wanted: Wanted) -> Iterator[Record]:
    """Yield a file's rows, those of all its sheets that have the columns.

    Raises:
        SourceError: As `tables`.
    """
    for table in tables(path, wanted):
        yield from table.records


@dataclass(frozen=True)
class Read:
    """One table of a file as it is read: its name for messages, rows, and what to say of it.

    `is_counted` says that a column of counts is there; `columns` are those of ours that it has;
    `remarks` is complete only when the rows
    were read.
    """

    where: str
    pieces: Iterator[Record | Block]
    is_counted: bool
    remarks: list[str]
    columns: frozenset[str] = frozenset()

    @property
    def records(self) -> Iterator[Record]:
        """The rows one by one."""
        for piece in self.pieces:
            if isinstance(piece, Block):
                yield from cast(Iterator[Record], piece.rows())  # picked: all texts
            else:
                yield piece


def tables(path: Path, wanted: Wanted) -> Generator[Read, None, None]:
    """Yield a file's tables that have the wanted columns; each must be read before the next.

    The last one's remarks name what was left out, once all are read.
    Raises:
        SourceError: There is none; or the file changes meanwhile: what was read would be neither
            the old nor the new.
    """
    try:
        before = _stamp(path)
        yield from _fitting(path, wanted)
        changed = _stamp(path) != before
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"{shown_path(path)}: cannot be read: {in_our_words(error)}") from None
    except SourceError as error:
        raise SourceError(str(error).replace(str(path), shown_path(path))) from None
    if changed:
        raise SourceError(
            f"{shown_path(path)}: changed while it was read; run again when it is whole"
        )


def _stamp(path: Path) -> tuple[int, int, int]:
    """What shows that a file has changed: its size, time of last change, and inode."""
    status = path.stat()
    return status.st_size, status.st_mtime_ns, status.st_ino


def _fitting(path: Path, wanted: Wanted) -> Iterator[Read]:
    """Yield the tables with the columns; what is left out is named by the last one's remarks."""
    left_out: list[str] = []
    wrong: SourceError | None = None
    last: Read | None = None
    number = 0
    given = wanted.shape.header if wanted.table == "referrals" else ()
    score = (lambda _: 0) if given else wanted.score
    for place, grid in enumerate(grids(path, score), 1):
        part = shown_part(grid.name, place)
        name = part or Path(shown_path(path)).name
        if not _is_asked_for(grid, wanted):
            left_out.append(name)
            continue
        where = f"{shown_path(path)}, {part}" if part else shown_path(path)
        try:
            table = headed(grid, where, given, score)
            if table is None:
                left_out.append(f"{name} (empty)")
                continue
            table.stated = report_period(grid.name, path, table.above)
            rows = laid_out(table, wanted)
        except SourceError as error:
            wrong = wrong or error
            left_out.append(name)
            continue
        number += 1
        grid.in_blocks = not (given or table.is_reshaped or table.is_counted)
        last = Read(where, rows, table.is_counted, table.remarks, table.columns)
        yield last
    if last is None:
        raise wrong or _nothing(path, wanted, left_out)
    if number > 1:
        last.remarks.append(f"{number} {_parts(path)} read as one table")
    if left_out:
        last.remarks.append(f"left out: {', '.join(left_out)}")


def _parts(path: Path) -> str:
    return "files in it are" if path.suffix.lower() == ".zip" else "sheets are"


def _nothing(path: Path, wanted: Wanted, left_out: list[str]) -> SourceError:
    sheet = wanted.shape.sheet
    if sheet and wanted.table == "referrals":
        return SourceError(
            f'{path}: [source] sheet = "{sheet}" names none of its sheets; '
            f"it has {', '.join(left_out)}"
        )
    return SourceError(f"{path}: is empty")


def _is_asked_for(grid: Grid, wanted: Wanted) -> bool:
    """Whether [source] sheet means a sheet; where it says nothing, all that are to be seen."""
    pattern = wanted.shape.sheet
    if not grid.name or pattern is None or wanted.table != "referrals":
        return not grid.is_hidden
    return fnmatchcase(grid.name.casefold(), pattern.casefold())


def _shown(cells: Sequence[object] | Ragged) -> list[str]:
    return texts(cells.cells if isinstance(cells, Ragged) else cells)


@dataclass(frozen=True)
class Surveyed:
    """A sheet of a file by its header, the first rows below it, what to say of it, and the period
    that it states where it is a report by period. `is_named`: its format names the fields of each
    row, as JSON does, so that a blank one means nothing."""

    header: list[str]
    below: list[list[str]]
    remarks: list[str]
    stated: Stated | None = None
    is_named: bool = False


def survey(path: Path, score: Scorer, below: int = LOOKED_AT) -> list[Surveyed]:
    """Return the sheets of a file that have a header, without reading them to the end.

    Args:
        path: The file.
        score: How well a row does as the header.
        below: How many rows below the header are looked at.

    Raises:
        SourceError: There is none.
    """
    surveyed: list[Surveyed] = []
    wrong: SourceError | None = None
    try:
        for place, grid in enumerate(grids(path, score), 1):
            if grid.is_hidden:
                continue
            part = shown_part(grid.name, place)
            where = f"{shown_path(path)}, {part}" if part else shown_path(path)
            try:
                table = headed(grid, where, (), score)
            except SourceError as error:
                wrong = wrong or error
                continue
            if table is not None:
                rows = [
                    _shown(piece[1])
                    for piece in islice(table.rows, below)
                    if not isinstance(piece, Block) and piece[1] is not None
                ]
                stated = report_period(grid.name, path, table.above)
                surveyed.append(Surveyed(table.header, rows, table.remarks, stated, grid.is_named))
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"{shown_path(path)}: cannot be read: {in_our_words(error)}") from None
    except SourceError as error:
        raise SourceError(str(error).replace(str(path), shown_path(path))) from None
    if not surveyed:
        raise wrong or SourceError(f"{path}: is empty")
    return surveyed
