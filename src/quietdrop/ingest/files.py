"""Files: which ones a setting names, and the rows of each kind."""

from __future__ import annotations

import warnings
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from glob import glob
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq

from quietdrop.errors import SourceError
from quietdrop.ingest.columns import Record, Wanted
from quietdrop.ingest.delimited import delimited, header_line
from quietdrop.ingest.file_names import shown_path
from quietdrop.ingest.rejects import HEADER
from quietdrop.ingest.text import as_text
from quietdrop.lib.foreign import in_our_words

_KINDS = (".csv", ".tsv", ".csv.gz", ".tsv.gz", ".xlsx", ".xlsm", ".parquet")


def find(setting: str, others: Collection[str] = ()) -> list[Path]:
    """In: a file, folder or glob; files that a folder or glob does not mean. Out: the files.

    Errors: SourceError where there is none.
    """
    try:
        found = _meant(Path(setting), {Path(o).resolve() for o in others if "://" not in o})
    except OSError as error:
        raise SourceError(f"{setting}: cannot be read: {in_our_words(error)}") from None
    if not found:
        raise SourceError(f"{setting}: no such file, or a folder or glob with no data file in it")
    return found


def _meant(path: Path, skipped: Collection[Path]) -> list[Path]:
    """In: a file, folder or glob, the files to skip. Out: the data files that it means."""
    if path.is_file():
        return [path]
    inside = path.iterdir() if path.is_dir() else map(Path, glob(str(path), recursive=True))  # noqa: PTH207
    return sorted(
        one
        for one in inside
        if one.is_file()
        and one.resolve() not in skipped
        and not one.name.startswith((".", "~$"))
        and (not path.is_dir() or one.name.lower().endswith(_KINDS))
        and not (one.suffix == ".csv" and header_line(one) == ",".join(HEADER))
    )


def records(path: Path, wanted: Wanted) -> Iterator[Record]:
    """In: a file, the columns wanted of it. Out: its rows. Errors: SourceError, also where the
    file changes meanwhile: what was read would be neither the old nor the new."""
    try:
        before = _stamp(path)
        yield from _records(path, wanted)
        changed = _stamp(path) != before
    except OSError as error:
        raise SourceError(f"{shown_path(path)}: cannot be read: {in_our_words(error)}") from None
    except SourceError as error:
        raise SourceError(str(error).replace(str(path), shown_path(path))) from None
    if changed:
        raise SourceError(
            f"{shown_path(path)}: changed while it was read; run again when it is whole"
        )


def _stamp(path: Path) -> tuple[int, int, int]:
    """What tells a file from itself later: size, time of the last change, and which file it is."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ino


def _records(path: Path, wanted: Wanted) -> Iterator[Record]:
    name = path.name.lower()
    try:
        if name.endswith((".xlsx", ".xlsm")):
            yield from _guarded(path, _excel(path, wanted))
        elif name.endswith(".parquet"):
            yield from _guarded(path, _parquet(path, wanted))
        elif name.endswith(".xls"):
            raise SourceError(f"{path}: is an old Excel file; save it as .xlsx or .csv")
        else:
            yield from delimited(path, wanted)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"{path}: cannot be read: {in_our_words(error)}") from None


def header(path: Path) -> list[str]:
    """In: a file. Out: its columns' names, stripped. Errors: SourceError."""
    asked = _Header()
    for _ in records(path, asked):
        break
    return asked.names


@dataclass(frozen=True)
class _Header(Wanted):
    """Wants no column; remembers what the header said."""

    table: str = "referrals"
    columns: tuple[str, ...] = ()
    needed: tuple[tuple[str, ...], ...] = ()
    names: list[str] = field(default_factory=list)

    def locate(self, header: Sequence[str], where: str) -> dict[str, int]:
        del where
        self.names.extend(name.strip() for name in header)
        return {}


def _guarded(path: Path, rows: Iterator[Record]) -> Iterator[Record]:
    """The rows of a workbook or Parquet file. SourceError where it is damaged: the parsers beneath
    raise whatever comes to hand, from KeyError to NotImplementedError."""
    try:
        yield from rows
    except (SourceError, OSError):
        raise
    except Exception as error:
        kind = type(error).__name__
        raise SourceError(f"{path}: is damaged or not of its kind ({kind})") from None


def _excel(path: Path, wanted: Wanted) -> Iterator[Record]:
    """In: a workbook. Out: the rows of its first sheet; wholly empty ones are none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            getattr(sheet, "reset_dimensions", lambda: None)()  # some writers state them wrong
            places: dict[str, int] | None = None
            for line, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                if all(cell is None for cell in cells):
                    continue
                if places is None:
                    places = wanted.locate([as_text(cell) for cell in cells], str(path))
                    continue
                picked = {
                    our: as_text(cells[place]) if place < len(cells) else ""
                    for our, place in places.items()
                }
                yield line, tuple(picked.get(our, "") for our in wanted.columns)
            if places is None:
                raise SourceError(f"{path}: its first sheet is empty")
        finally:
            book.close()


def _parquet(path: Path, wanted: Wanted) -> Iterator[Record]:
    """In: a Parquet file. Out: its rows; only the mapped columns are read."""
    with pq.ParquetFile(path) as file:
        names = list(file.schema_arrow.names)
        places = wanted.locate(names, str(path))
        line = 0
        for batch in file.iter_batches(columns=sorted({names[i] for i in places.values()})):
            columns = [
                map(as_text, batch.column(names[places[our]]).to_pylist())
                if our in places
                else [""] * batch.num_rows
                for our in wanted.columns
            ]
            for cells in zip(*columns, strict=True):
                line += 1
                yield line, cells
