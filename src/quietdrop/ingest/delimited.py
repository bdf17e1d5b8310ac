"""CSV with any separator and encoding, exact line numbers, and no lost rows."""

from __future__ import annotations

import csv
import gzip
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

from quietdrop.domain.errors import SourceError
from quietdrop.ingest.blocks import LINES, Block, block_of, large_block_of
from quietdrop.ingest.columns import no_header
from quietdrop.ingest.grids import LOOKED_AT, Grid, Piece, Ragged, is_whole
from quietdrop.ingest.header import opens_json
from quietdrop.ingest.heading import Heading
from quietdrop.ingest.lines import Lines, as_utf8

MAX_LINES = 50  # a record of more lines has an unclosed quote
_SEPARATORS = ",;\t|"
_STATED = re.compile(r'"?sep=(.)"?', re.I)  # Excel's own line, which names the separator

Finder = Callable[[list[list[str]]], Heading]


def grid(path: Path, find: Finder) -> Grid:
    """Return a CSV file's rows from its header on.

    Empty fields behind the last column are ignored. A row with more fields than the header, or
    with fewer, is Ragged.

    Args:
        path: The file, plain or gzip.
        find: Finds the header among its first rows.

    Raises:
        SourceError: While it is read: it is empty or not text, its first line is JSON, or its
            header is broken.
    """
    whole = Grid("", iter(()), is_headed=True)
    whole.rows = _read(path, find, whole)
    return whole


def _read(path: Path, find: Finder, whole: Grid) -> Iterator[Piece]:
    with _open(path) as stream:
        lines = Lines(stream)
        first = list(islice(lines, LOOKED_AT))
        stated = _STATED.fullmatch(first[0].rstrip("\r\n")) if first else None
        if stated:
            del first[0]
        if not any(line.strip() for line in first):
            raise SourceError(f"{path}: is empty; its first line should name the columns")
        before = 1 if stated else 0
        if opens_json(next(line for line in first if line.strip())):
            raise no_header(str(path))
        if stated:
            separator = stated[1]
            start = _start(first, separator, find)
        else:
            start, separator = _header(first, find)
        skipped = start.lines
        number = skipped + 1 + before
        if "\0" in first[skipped]:
            raise SourceError(f"{path}:{number}: holds zero bytes; save it as CSV in UTF-8")
        rows = _Rows(lines, first[skipped:], separator, first=number)
        header = rows.header()
        if not is_whole(header):
            raise SourceError(f"{path}:{number}: the header has an unclosed quote")
        rows.width = len(header)
        rows.grid = whole
        whole.above = start.above
        whole.names = start.names if len(start.names) == len(header) else []
        yield number, header
        yield from rows


@dataclass(frozen=True)
class _Start:
    """How many lines stand before the header, the title rows among them, and the names it gives."""

    lines: int
    above: list[list[str]]
    names: list[str]


def _header(first: list[str], find: Finder) -> tuple[_Start, str]:
    """Return where the header stands, and the separator.

    The separator is that of the header: below it, decimal commas may outnumber it.
    """
    separator = _separator("".join(first))
    start = _start(first, separator, find)
    line = first[start.lines]
    separator_here = _separator(line)
    if separator_here != separator and separator_here in line:
        separator, start = separator_here, _start(first, separator_here, find)
    return start, separator


def _start(first: list[str], separator: str, find: Finder) -> _Start:
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
        return _Start(next(place for place, line in enumerate(first) if line.strip()), [], [])
    header = find(rows)
    return _Start(starts[header.place], rows[: header.place], header.names)


def header_line(path: Path) -> str:
    """Returns the first line of a CSV file, plain or gzip."""
    with _open(path) as stream:
        return next(Lines(stream), "").strip()


def _open(path: Path) -> BinaryIO:
    if path.suffix.lower() == ".gz":
        return cast(BinaryIO, gzip.open(path))
    return path.open("rb")


def _separator(head: str) -> str:
    """Returns the separator that occurs most often outside quotes in the header line."""
    outside = "".join(head.split('"')[::2])
    return max(_SEPARATORS, key=outside.count)


class _Rows(Iterator[tuple[int, list[str] | Ragged] | Block]):
    """Rows with their first line; a broken row is abandoned after its first line."""

    def __init__(self, lines: Lines, head: list[str], separator: str, first: int = 1) -> None:
        """Takes a text's lines, and those that were read of them already, the header's first."""
        self.width: int | None = None
        self.grid: Grid | None = None
        self._lines, self._separator = lines, separator
        self._back = deque(head)
        self._taken: list[str] = []
        self._line = first - 1
        self._ended = False
        self._reader = csv.reader(self._feed(), delimiter=separator)

    def header(self) -> list[str] | Ragged:
        """Read the first row."""
        return self._row()[1]

    def _feed(self) -> Iterator[str]:
        while len(self._taken) < MAX_LINES:
            line = self._back.popleft() if self._back else next(self._lines, None)
            if line is None:
                break
            self._taken.append(line)
            yield line
        self._ended = True

    def _large_block(self) -> Block | None:
        """The next megabyte as a block; if it does not form one it is read again in smaller
        blocks."""
        chunk = self._lines.chunk()
        width, line = self.width or 0, self._line + 1
        block = large_block_of(as_utf8(chunk), self._separator, width, line) if chunk else None
        if block is None:
            self._lines.give_back(chunk)
        return block

    def _block(self) -> Block | None:
        """The next lines as a block; if they do not form one they are read again, one by one."""
        lines = self._lines.at_once(LINES)
        block = block_of(lines, self._separator, self.width or 0, self._line + 1)
        if block is None:
            self._back.extend(lines)
        return block

    def __next__(self) -> tuple[int, list[str] | Ragged] | Block:
        if self.grid is not None and self.grid.in_blocks and not self._back:
            block = self._large_block() or self._block()
            if block is not None:
                self._line += len(block)
                return block
        return self._row()

    def _row(self) -> tuple[int, list[str] | Ragged]:
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
            fitted = self._fitted(cells) if whole and cells is not None else None
            if fitted is not None:
                self._line += len(self._taken)
                return start, fitted
            torn = self._cells(self._taken[0]) if self._taken else []
            is_short = whole and cells is not None and self._is_short(cells)
            self._back.extendleft(reversed(self._taken[1:]))
            self._line, self._ended = start, False
            self._reader = csv.reader(self._feed(), delimiter=self._separator)
            return start, Ragged(torn, self._separator, is_short)

    def _fitted(self, cells: list[str]) -> list[str] | None:
        """Returns a row with as many fields as the header; None if that is impossible.

        Over several lines it must have them all and its quotes must be right, so that a stray quote
        does not swallow the rows up to the next one.
        """
        if self.width is None:
            return cells if self._is_strict() else None
        if not any(cell.strip() for cell in cells[self.width :]):
            cells = cells[: self.width]
        return cells if len(cells) == self.width and self._is_strict() else None

    def _is_short(self, cells: list[str]) -> bool:
        """Whether a row of one line lacks only trailing fields, and the file goes on behind it."""
        is_cut = not self._taken[-1].endswith(("\n", "\r"))
        return len(self._taken) == 1 and len(cells) < (self.width or 0) and not is_cut

    def _is_strict(self) -> bool:
        """Whether a row is of one line, or the quotes of its lines are right."""
        if len(self._taken) == 1:
            return True
        try:
            list(csv.reader(self._taken, delimiter=self._separator, strict=True))
        except csv.Error:
            return False
        return True

    def _cells(self, line: str) -> list[str]:
        """The fields of a line by itself."""
        try:
            return next(csv.reader([line], delimiter=self._separator), [])
        except csv.Error:
            return []
