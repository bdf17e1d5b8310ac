"""Counts by practice and day in a folder of Parquet files, each practice in one of them.

Only the columns practice_id, day, referrals and recorded are read, by these names.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from quietdrop.domain.arrays import BoolArray, IntArray
from quietdrop.domain.days import EPOCH
from quietdrop.domain.errors import SourceError
from quietdrop.ingest.periods import MOST_REFERRALS
from quietdrop.lib.text import clean, path_line

COLUMNS = ("practice_id", "day", "referrals")
RECORDED = "recorded"
MOST_PRACTICES = 65_536  # of one file, which is judged as one block: 10 KB each, a thread
MOST_ROWS = 50_000_000  # of one file: 32 bytes each while it is read
SMALLER = "write more files, of 5,000 to 20,000 practices each"
EARLIEST = (date(1990, 1, 1) - EPOCH).days
REASONS = (
    "",
    "no practice",
    "no date",
    "not a date",
    "date before 1990",
    "count below 0",
    "count not whole",
    "count too large",
)


@dataclass(frozen=True)
class Partition:
    """The good rows of one file, in their order.

    `practice` is an index into `ids`, which are sorted; days are days since 1970-01-01, `recorded`
    −1 where it is not known and never before `day`. `left_out` are the rows that could not be used:
    row (from 1), reason, and the columns as text. `later` counts rows of days that are yet to come.
    """

    ids: tuple[str, ...]
    practice: IntArray
    day: IntArray
    recorded: IntArray
    referrals: IntArray
    rows: int
    later: int
    left_out: pa.Table


def partition_files(folder: Path) -> list[Path]:
    """The Parquet files of a folder and the folders in it, sorted by their paths.

    Names that begin with a dot or an underscore are passed over, as Spark and Dask do.

    Raises:
        SourceError: There is none, or a file that is not called Parquet.
    """
    if not folder.is_dir():
        raise SourceError(f"{path_line(folder)}: is not a folder of Parquet files")
    files = []
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if any(part.startswith((".", "_")) for part in parts) or path.is_dir():
            continue
        if path.suffix != ".parquet":
            raise SourceError(
                f"{path_line(path)}: is not called .parquet; move it elsewhere, or begin "
                "its name with _"
            )
        files.append(path)
    if not files:
        raise SourceError(f"{path_line(folder)}: holds no .parquet file")
    return files


def read_partition(path: Path, as_of: date) -> Partition:
    """Read one file, as it is known on the morning of `as_of`.

    Raises:
        SourceError: It is damaged, lacks a column, or has too many rows or practices for a block.
    """
    table = _read(path)
    ids, practice = _practices(table["practice_id"])
    day, no_day = _days(table["day"], path, "day")
    referrals, no_count = _numbers(table["referrals"], path)
    reason = np.select([practice < 0, no_day > 0], [1, no_day], default=no_count)
    reason = np.where((reason == 0) & (day < EARLIEST), 4, reason)
    later = (reason == 0) & (day >= (as_of - EPOCH).days)
    good = (reason == 0) & ~later & (referrals > 0)
    recorded = np.full(len(day), -1, dtype=np.int64)
    if RECORDED in table.column_names:
        at, no_time = _days(table[RECORDED], path, RECORDED)
        recorded = np.where(no_time > 0, -1, np.maximum(at, day))
    present, codes = np.unique(practice[good], return_inverse=True)
    if len(present) > MOST_PRACTICES:
        raise SourceError(
            f"{path_line(path)}: has {len(present)} practices, and one file is judged as "
            f"one block of at most {MOST_PRACTICES}; {SMALLER}"
        )
    return Partition(
        tuple(ids[code] for code in present),
        codes.astype(np.int64),
        day[good],
        recorded[good],
        referrals[good],
        len(day),
        int(later.sum()),
        _left_out(table, reason),
    )


def _read(path: Path) -> pa.Table:
    """The columns of ours that a file has."""
    shown = path_line(path)
    try:
        has = pq.read_schema(path)
        _refuse_schema(has, shown)
        # A name is kept once, where its column is one of texts.
        texts = ["practice_id"] if _is_text(has.field("practice_id").type) else []
        with pq.ParquetFile(path, read_dictionary=texts) as file:
            if file.metadata.num_rows > MOST_ROWS:
                raise SourceError(
                    f"{shown}: has {file.metadata.num_rows} rows, at most {MOST_ROWS} are read as "
                    f"one block; {SMALLER}"
                )
            wanted = [*COLUMNS, *([RECORDED] if RECORDED in has.names else [])]
            return _typed(file.read(columns=wanted, use_threads=False))
    except (pa.ArrowException, OSError):
        raise SourceError(f"{shown}: cannot be read, or is damaged or no Parquet file") from None


def _refuse_schema(has: pa.Schema, shown: str) -> None:
    """SourceError where a column is missing or there twice, or practices are not named by texts."""
    for name in COLUMNS:
        number = has.names.count(name)
        if number != 1:
            has_so_many = f"{number} columns" if number else "no column"
            raise SourceError(
                f'{shown}: has {has_so_many} "{name}"; a file of counts has '
                f" {', '.join(COLUMNS)}, and {RECORDED} where it is known"
            )
    kind = has.field("practice_id").type
    if not (_is_text(kind) or _is_number(kind) or pa.types.is_null(kind)):
        raise SourceError(f'{shown}: "practice_id" holds {kind}; it must hold texts or numbers')


def _is_text(kind: pa.DataType) -> bool:
    """Whether a column holds texts, each by itself or by its number in a list of them."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return any(
        is_one(kind)
        for is_one in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    )


def _is_number(kind: pa.DataType) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    )


def _typed(table: pa.Table) -> pa.Table:
    """The table; columns in which nothing stands have the types that they should have, texts the
    type that all functions take, and what is not a number is no practice's number."""
    types = {"practice_id": pa.string(), "referrals": pa.int64()}
    for place, field in enumerate(table.schema):
        column = table[field.name]
        if pa.types.is_null(field.type):
            column = column.cast(types.get(field.name, pa.date32()))
        elif pa.types.is_string_view(field.type):
            column = column.cast(pa.string())
        elif field.name == "practice_id" and pa.types.is_floating(field.type):
            column = pc.if_else(pc.is_finite(column), column, None)
        table = table.set_column(place, field.name, column)
    return table


def _practices(column: pa.ChunkedArray) -> tuple[list[str], IntArray]:
    """The practices, sorted, and each row's; −1 where it names none."""
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    array = column.unify_dictionaries().combine_chunks()
    array = array.chunk(0) if isinstance(array, pa.ChunkedArray) else array
    texts = [clean(text or "") for text in array.dictionary.cast(pa.string()).to_pylist()]
    ids = sorted({text for text in texts if text})
    place = {text: number for number, text in enumerate(ids)}
    codes = np.array([place.get(text, -1) for text in texts] + [-1], dtype=np.int64)
    at = pc.fill_null(array.indices.cast(pa.int64()), len(texts)).to_numpy(zero_copy_only=False)
    return ids, codes[at]


def _days(column: pa.ChunkedArray, path: Path, name: str) -> tuple[IntArray, IntArray]:
    """Days since 1970-01-01, and the index in REASONS of what is wrong with each, or 0."""
    kind = column.type
    if _is_text(kind):
        return _written_days(column)
    if not (pa.types.is_date(kind) or (pa.types.is_timestamp(kind) and kind.tz is None)):
        raise SourceError(
            f'{path_line(path)}: "{name}" holds {kind}; it must hold days, as Parquet has '
            "them or as texts such as 2026-07-06"
        )
    number = column.cast(pa.date32(), safe=False).cast(pa.int32())
    is_missing = number.is_null().to_numpy()
    days = pc.fill_null(number, 0).to_numpy().astype(np.int64)
    return days, np.where(is_missing, 2, 0)


def _written_days(column: pa.ChunkedArray) -> tuple[IntArray, IntArray]:
    """The same of days that are texts."""
    array = column.cast(pa.string()).dictionary_encode().unify_dictionaries().combine_chunks()
    array = array.chunk(0) if isinstance(array, pa.ChunkedArray) else array
    each = [_day(text) for text in array.dictionary.to_pylist()] + [(0, 2)]
    at = pc.fill_null(array.indices.cast(pa.int64()), len(each) - 1).to_numpy(zero_copy_only=False)
    days, reasons = np.array(each, dtype=np.int64).T
    return days[at], reasons[at]


def _day(text: str) -> tuple[int, int]:
    """A text's day since 1970-01-01, and what is wrong with it."""
    if not text.strip():
        return 0, 2
    try:
        return (date.fromisoformat(text.strip()[:10]) - EPOCH).days, 0
    except ValueError:
        return 0, 3


def _numbers(column: pa.ChunkedArray, path: Path) -> tuple[IntArray, IntArray]:
    """Counts, a missing one being 0, and the index in REASONS of what is wrong with each, or 0."""
    kind = column.type
    if not _is_number(kind):
        raise SourceError(
            f'{path_line(path)}: "referrals" holds {kind}; it must hold whole numbers'
        )
    # Of counts above 2⁵³ only that they are too large is of interest.
    number = pc.fill_null(column.cast(pa.float64(), safe=False), 0.0).to_numpy()
    with np.errstate(invalid="ignore"):
        is_whole = np.floor(number) == number
        reasons = np.select([number < 0, ~is_whole, number > MOST_REFERRALS], [5, 6, 7], default=0)
    return np.where(reasons == 0, number, 0.0).astype(np.int64), reasons


def _left_out(table: pa.Table, reason: IntArray) -> pa.Table:
    """The rows that could not be used, with their places and reasons."""
    bad: BoolArray = reason > 0
    rows = np.flatnonzero(bad)
    cells = table.select(list(COLUMNS)).take(pa.array(rows))
    columns = [cells[name].cast(pa.string()) for name in COLUMNS]
    words = pa.array([REASONS[code] for code in reason[rows]], pa.string())
    return pa.table([pa.array(rows + 1), words, *columns], names=["row", "reason", *COLUMNS])
