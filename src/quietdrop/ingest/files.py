"""Files: which ones a setting names, and the rows of each kind."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from fnmatch import fnmatchcase
from glob import glob
from itertools import islice
from pathlib import Path

import pyarrow.parquet as pq

from quietdrop.domain.errors import SourceError
from quietdrop.domain.reading import NotRead
from quietdrop.ingest import archives
from quietdrop.ingest.columns import Record, Wanted
from quietdrop.ingest.delimited import delimited, header_line
from quietdrop.ingest.file_names import shown_path
from quietdrop.ingest.grids import LOOKED_AT, Grid, Line, TextLine, is_whole, texts
from quietdrop.ingest.kinds import ENDINGS, MAY_FIT, Kind, kind_of
from quietdrop.ingest.layout import Scorer, headed, header_place, laid_out
from quietdrop.ingest.rejects import HEADER
from quietdrop.lib.foreign import in_our_words

_TEXTS = (".txt", ".txt.gz")  # data or somebody's notes: the header tells
_NO_KIND = f"no kind that is read from a folder: {', '.join((*ENDINGS, *_TEXTS))}"
_A_FOLDER = "a folder; a pattern such as exports/**/*.csv reads what is in it"
_VERBS = ("is ", "has ", "holds ", "cannot ", "would ")  # with which a fault of a file begins
# FHIR's files of who sent the requests; they are read beside those, never for themselves.
LOOKED_UP = ("practitioner.", "practitionerrole.", "organization.")


def find(setting: str, others: Collection[str] = ()) -> list[Path]:
    """In: a file, folder or glob; files that a folder or glob does not mean. Out: the files.

    Errors: SourceError where there is none.
    """
    try:
        paths = _meant(Path(setting), {Path(o).resolve() for o in others if "://" not in o})
    except OSError as error:
        raise SourceError(f"{setting}: cannot be read: {in_our_words(error)}") from None
    if not paths:
        raise SourceError(f"{setting}: no such file, or a folder or glob with no data file in it")
    return paths


def chosen(
    setting: str, others: Collection[str], wanted: Wanted
) -> tuple[list[Path], list[NotRead]]:
    """In: a file, folder or glob, files that are not meant, the columns wanted. Out: the files to
    read, and what else lies in the folder with the reason why it is left aside.

    A .txt in a folder is read where its header has the columns, and so is a file of the kinds that
    often are something else, such as JSON. Errors: SourceError.
    """
    paths = find(setting, others)
    folder = Path(setting)
    if not folder.is_dir():
        return paths, []
    aside = [NotRead(path.name, why) for path in paths if (why := _not_data(path, wanted))]
    names = {each.name for each in aside}
    skipped = {Path(other).resolve() for other in others if "://" not in other}
    aside += [
        NotRead(one.name, _NO_KIND if one.is_file() else _A_FOLDER)
        for one in folder.iterdir()
        if one not in paths
        and one.resolve() not in skipped
        and not one.name.startswith((".", "~$"))
        and not _is_looked_up(one)
        and not _is_rejects(one)
    ]
    kept = [path for path in paths if path.name not in names]
    if not kept:
        raise SourceError(f"{setting}: no file in it has the columns: {paths[0].name} has not")
    return kept, sorted(aside)


def _not_data(path: Path, wanted: Wanted) -> str:
    """Out: why a folder's file is not read that need not hold referrals; "" where it does."""
    name = path.name.lower()
    if not name.endswith((*_TEXTS, *MAY_FIT)):
        return ""
    try:
        with closing(tables(path, wanted)) as fitting:
            next(fitting)
    except SourceError as error:
        if name.endswith(_TEXTS):
            return "a text without the columns that are needed"
        if ": no column " in str(error):
            return "a file without the columns that are needed"
        why = str(error).removeprefix(shown_path(path)).lstrip(",: ")
        return f"it {why}" if why.startswith(_VERBS) else why
    return ""


def _is_rejects(path: Path) -> bool:
    """Whether a file is the list of rejects that a run wrote."""
    return path.suffix == ".csv" and path.is_file() and header_line(path) == ",".join(HEADER)


def _meant(path: Path, skipped: Collection[Path]) -> list[Path]:
    """In: a file, folder or glob, the files to skip. Out: the data files that it means,
    those first that are not .txt."""
    if path.is_file():
        return [path]
    inside = path.iterdir() if path.is_dir() else map(Path, glob(str(path), recursive=True))  # noqa: PTH207
    meant = (
        one
        for one in inside
        if one.is_file()
        and one.resolve() not in skipped
        and not one.name.startswith((".", "~$"))
        and (not path.is_dir() or _is_data(one))
        and not _is_rejects(one)
    )
    return sorted(meant, key=lambda one: (one.name.lower().endswith(_TEXTS), one))


def _is_data(path: Path) -> bool:
    """Whether a folder's file may hold referrals; FHIR's practitioners are only looked up."""
    return path.name.lower().endswith((*ENDINGS, *_TEXTS)) and not _is_looked_up(path)


def _is_looked_up(path: Path) -> bool:
    name = path.name.lower()
    return name.startswith(LOOKED_UP) and "json" in name


def may_be_left_out(setting: str, path: Path) -> bool:
    """Whether a folder's file without referrals is left out and named, and is no error."""
    return Path(setting).is_dir() and path.name.lower().endswith((*MAY_FIT, *_TEXTS))


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

    `is_counted` says that a column of counts is there; `remarks` is complete only when the rows
    were read.
    """

    where: str
    records: Iterator[Record]
    is_counted: bool
    remarks: list[str]


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
    """What tells a file from itself later: size, time of the last change, and which file it is."""
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
    for grid in grids(path, score):
        name = grid.name or Path(shown_path(path)).name
        if not _is_asked_for(grid, wanted):
            left_out.append(name)
            continue
        where = f"{shown_path(path)}, {grid.name}" if grid.name else shown_path(path)
        try:
            table = headed(grid, where, given, score)
            if table is None:
                left_out.append(f"{name} (empty)")
                continue
            rows = laid_out(table, wanted)
        except SourceError as error:
            wrong = wrong or error
            left_out.append(name)
            continue
        number += 1
        last = Read(where, rows, table.is_counted, table.remarks)
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


@dataclass(frozen=True)
class Surveyed:
    """A sheet of a file by its header, the first rows below it, and what to say of it."""

    header: list[str]
    below: list[list[str]]
    remarks: list[str]


def survey(path: Path, score: Scorer) -> list[Surveyed]:
    """Return the sheets of a file that have a header, without reading them to the end.

    Raises:
        SourceError: There is none.
    """
    surveyed: list[Surveyed] = []
    wrong: SourceError | None = None
    try:
        for grid in grids(path, score):
            if grid.is_hidden:
                continue
            where = f"{shown_path(path)}, {grid.name}" if grid.name else shown_path(path)
            try:
                table = headed(grid, where, (), score)
            except SourceError as error:
                wrong = wrong or error
                continue
            if table is not None:
                below = [texts(c) for _, c in islice(table.rows, LOOKED_AT) if is_whole(c)]
                surveyed.append(Surveyed(table.header, below, table.remarks))
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"{shown_path(path)}: cannot be read: {in_our_words(error)}") from None
    except SourceError as error:
        raise SourceError(str(error).replace(str(path), shown_path(path))) from None
    if not surveyed:
        raise wrong or SourceError(f"{path}: is empty")
    return surveyed


def grids(path: Path, score: Scorer) -> Iterator[Grid]:
    """Yield a file's grids of cells, whatever kind of file it is.

    Args:
        path: The file.
        score: How well a row does as the header; a CSV file needs it to know its own width.

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
    except Exception as error:  # parsers raise whatever comes to hand
        raise SourceError(f"{path}: {_damaged(error)}") from None


def _damaged(error: Exception) -> str:
    return f"is damaged or not of its kind ({type(error).__name__})"


def _guarded(rows: Iterator[TextLine], path: Path, shown: str) -> Iterator[TextLine]:
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
    except Exception as error:  # parsers raise whatever comes to hand
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
    return lambda path, score: iter([Grid("", delimited(path, _placer(score)), is_headed=True)])


def _placer(score: Scorer) -> Callable[[list[list[str]]], int]:
    return lambda first: header_place(first, score)


def _parquet(path: Path, score: Scorer) -> Grid:
    """Return a Parquet file; of the columns only those that are meant are read."""
    file = pq.ParquetFile(path)
    names = list(file.schema_arrow.names)
    meant = [name for name in dict.fromkeys(names) if score([name])]

    def rows() -> Iterator[Line]:
        with file:
            yield 0, names
            line = 0
            for batch in file.iter_batches(columns=meant):
                read = {name: batch.column(name).to_pylist() for name in meant}
                blank = [""] * batch.num_rows
                for cells in zip(*(read.get(name, blank) for name in names), strict=True):
                    line += 1
                    yield line, cells

    return Grid("", rows(), is_named=True)
