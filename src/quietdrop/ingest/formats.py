"""The readers of all kinds of files: a file to its grids of cells."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as pq

from quietdrop.domain.errors import SourceError
from quietdrop.ingest import archives, delimited
from quietdrop.ingest.blocks import Block
from quietdrop.ingest.grids import LOOKED_AT, Grid, Piece
from quietdrop.ingest.heading import Scorer, heading
from quietdrop.ingest.kinds import Kind, kind_of
from quietdrop.lib.foreign import in_our_words


def grids(path: Path, score: Scorer) -> Iterator[Grid]:
    """Yield a file's grids of cells, whatever kind of file it is.

    Args:
        path: The file.
        score: How well a row does as the header; a CSV file needs it to find its width.

    Raises:
        SourceError: It is damaged, encrypted, or of a kind that cannot be read.
    """
    kind = kind_of(path)
    try:
        if kind is Kind.ARCHIVE:
            for name, copy in archives.entries(path):
                yield from _entry(path, name, copy, score)
        else:
            for grid in _readers(kind)(path, score):
                grid.rows = _guarded(grid.rows, path, str(path))
                yield grid
    except (SourceError, OSError, EOFError, zlib.error):
        raise
    except Exception as error:  # parsers raise all kinds of errors
        raise SourceError(f"{path}: {_damaged(error)}") from None


def _damaged(error: Exception) -> str:
    return f"is damaged or not of its kind ({type(error).__name__})"


def _guarded(rows: Iterator[Piece], path: Path, shown: str) -> Iterator[Piece]:
    """Yield rows; whatever a parser raises while they are read is a SourceError.

    Args:
        rows: The rows.
        path: The file that is read.
        shown: Its name for messages, where that is another: a file in an archive is read from a
            copy.
    """
    try:
        yield from rows
    except SourceError as error:
        raise SourceError(str(error).replace(str(path), shown)) from None
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"{shown}: cannot be read: {in_our_words(error)}") from None
    except Exception as error:  # parsers raise all kinds of errors
        raise SourceError(f"{shown}: {_damaged(error)}") from None


def _entry(path: Path, name: str, copy: Path, score: Scorer) -> Iterator[Grid]:
    """Yield the grids of an archive's file; a fault in it is one of the archive."""
    try:
        for grid in grids(copy, score):
            grid.name = f"{name}, {grid.name}" if grid.name else name
            grid.rows = _guarded(grid.rows, copy, f"{path}, {name}")
            yield grid
    except SourceError as error:
        raise SourceError(str(error).replace(str(copy), f"{path}, {name}")) from None


def _readers(kind: Kind) -> Callable[[Path, Scorer], Iterator[Grid]]:
    """Return the reader of a kind of file. The heavy ones are imported late."""

    if kind is Kind.WORKBOOK:
        from quietdrop.ingest import workbooks

        return lambda path, _: workbooks.sheets(path)
    if kind in (Kind.HTML, Kind.SPREADSHEET_XML):
        from quietdrop.ingest import markup

        read = markup.html_tables if kind is Kind.HTML else markup.xml_sheets
        return lambda path, _: read(path)
    if kind is Kind.JSON:
        from quietdrop.ingest import fhir, objects

        return lambda path, _: iter([fhir.grid(path) if fhir.is_fhir(path) else objects.grid(path)])
    if kind is Kind.HL7:
        from quietdrop.ingest import hl7v2

        return lambda path, _: iter([hl7v2.grid(path)])
    if kind is Kind.PARQUET:
        return lambda path, score: iter([_parquet(path, score)])
    return lambda path, score: iter([delimited.grid(path, lambda first: heading(first, score))])


def _parquet(path: Path, score: Scorer) -> Grid:
    """Return a Parquet file; of the columns only those that are meant are read."""
    file = pq.ParquetFile(path, pre_buffer=False)  # else what was read stays until the end
    names = list(file.schema_arrow.names)
    meant = [name for name in dict.fromkeys(names) if score([name])]
    grid = Grid("", iter(()), is_named=True)

    def rows() -> Iterator[Piece]:
        with file:
            yield 0, names
            line = 1
            for batch in file.iter_batches(columns=meant):
                read = {name: batch.column(name) for name in meant}
                columns = tuple(read.get(name) for name in names)
                whole = Block(line, columns, batch.num_rows)
                # Whoever looks at the first rows only does not wait for a whole batch.
                for block in whole.in_parts(LOOKED_AT) if line == 1 else [whole]:
                    if grid.in_blocks:
                        yield block
                    else:
                        yield from block.rows()
                line += batch.num_rows

    grid.rows = rows()
    return grid
