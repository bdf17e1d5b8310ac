"""CSV: whatever the separator and encoding, with exact line numbers and no row swallowed."""

from __future__ import annotations

import codecs
import csv
import gzip
from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, cast

from quietdrop.errors import SourceError
from quietdrop.ingest.grids import LOOKED_AT, Line

MAX_LINES = 50  # a record of more lines has an unclosed quote
LONGEST_LINE = 16 * 1024 * 1024  # bytes; of a longer one the rest is skipped, and the row is broken
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SEPARATORS = ",;\t|"


def delimited(path: Path, header_place: Callable[[list[list[str]]], int]) -> Iterator[Line]:
    """Yield a CSV file's rows from its header on; None for a row with too many or few fields.

    Args:
        path: The file, plain or gzip.
        header_place: Says which of its first rows is the header.

    Raises:
        SourceError: It is empty or not text, or its header is broken.
    """
    with _open(path) as stream:
        lines = _decoded(stream)
        first = list(islice(lines, LOOKED_AT))
        if not any(line.strip() for line in first):
            raise SourceError(f"{path}: is empty; its first line should name the columns")
        skipped, separator = _header(first, header_place)
        head = first[skipped]
        if "\0" in head:
            raise SourceError(f"{path}:{skipped + 1}: holds zero bytes; save it as CSV in UTF-8")
        rows = _Rows(chain(first[skipped + 1 :], lines), head, separator, first=skipped + 1)
        header = next(rows)[1]
        if header is None:
            raise SourceError(f"{path}:{skipped + 1}: the header has an unclosed quote")
        rows.width = len(header)
        yield skipped + 1, header
        yield from rows


def _header(first: list[str], header_place: Callable[[list[list[str]]], int]) -> tuple[int, str]:
    """Return how many of the first lines stand before the header, and the separator.

    The separator is the header's own: below it, decimal commas may outnumber it.
    """
    separator = _separator("".join(first))
    skipped = _skipped(first, separator, header_place)
    own = _separator(first[skipped])
    if own != separator and own in first[skipped]:
        separator, skipped = own, _skipped(first, own, header_place)
    return skipped, separator


def _skipped(
    first: list[str], separator: str, header_place: Callable[[list[list[str]]], int]
) -> int:
    starts: list[int] = []
    rows: list[list[str]] = []
    reader, line = csv.reader(first, delimiter=separator), 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                starts.append(line)
                rows.append(cells)
            line = reader.line_num
    except csv.Error:
        pass
    if not rows:
        return next(place for place, line in enumerate(first) if line.strip())
    return starts[header_place(rows)]


def header_line(path: Path) -> str:
    """In: a CSV file, plain or gzip. Out: its first line."""
    with _open(path) as stream:
        return next(_decoded(stream), "").strip()


def _open(path: Path) -> BinaryIO:
    if path.suffix.lower() == ".gz":
        return cast(BinaryIO, gzip.open(path))
    return path.open("rb")


def _decoded(stream: BinaryIO) -> Iterator[str]:
    """In: bytes. Out: lines, as UTF-16 where a mark says so, else as UTF-8 where they are that,
    else as Latin-1. No line is longer than LONGEST_LINE."""
    first = stream.read(2)
    if first in _UTF16:
        form = "utf-16-le" if first == codecs.BOM_UTF16_LE else "utf-16-be"
        text = codecs.getreader(form)(stream, "replace")
        while line := text.readline(LONGEST_LINE):
            yield line
        return
    for number, raw in enumerate(_lines(stream, first)):
        try:
            line = raw.decode("utf-8")
        except UnicodeDecodeError:
            line = raw.decode("latin-1")
        yield line.removeprefix("\ufeff") if number == 0 else line


def _lines(stream: BinaryIO, first: bytes) -> Iterator[bytes]:
    """In: bytes, and those that were read of them already. Out: lines, cut to LONGEST_LINE."""
    rest = b"" if first.endswith(b"\n") else stream.readline(LONGEST_LINE)
    line = first + rest
    while line:
        yield line
        while len(line) >= LONGEST_LINE and not line.endswith(b"\n"):
            line = stream.readline(LONGEST_LINE)
        line = stream.readline(LONGEST_LINE)


def _separator(head: str) -> str:
    """In: the header line. Out: the separator that it has most of outside quotes."""
    outside = "".join(head.split('"')[::2])
    return max(_SEPARATORS, key=outside.count)


class _Rows(Iterator[tuple[int, list[str] | None]]):
    """Rows with their first line; a row that breaks is given up after its first line."""

    def __init__(self, lines: Iterator[str], head: str, separator: str, first: int = 1) -> None:
        self.width: int | None = None
        self._lines, self._separator = lines, separator
        self._back = deque([head])
        self._taken: list[str] = []
        self._line = first - 1
        self._ended = False
        self._reader = csv.reader(self._feed(), delimiter=separator)

    def _feed(self) -> Iterator[str]:
        while len(self._taken) < MAX_LINES:
            line = self._back.popleft() if self._back else next(self._lines, None)
            if line is None:
                break
            self._taken.append(line)
            yield line
        self._ended = True

    def __next__(self) -> tuple[int, list[str] | None]:
        while True:
            start = self._line + 1
            self._taken.clear()
            try:
                cells: list[str] | None = next(self._reader)
            except csv.Error:
                cells = None
            whole = cells is not None and not self._ended
            if cells == [] and whole:
                self._line += 1
                continue
            if whole and cells is not None and self._fits(cells):
                self._line += len(self._taken)
                return start, cells
            self._back.extendleft(reversed(self._taken[1:]))
            self._line, self._ended = start, False
            self._reader = csv.reader(self._feed(), delimiter=self._separator)
            return start, None

    def _fits(self, cells: list[str]) -> bool:
        """In: a row. Out: whether it has as many fields as the header; over several lines its
        quotes must be right too, lest a stray one swallow the rows up to the next."""
        if self.width not in (None, len(cells)):
            return False
        if len(self._taken) == 1:
            return True
        try:
            list(csv.reader(self._taken, delimiter=self._separator, strict=True))
        except csv.Error:
            return False
        return True
