"""The lines of a text, one by one or by the megabyte, whatever its encoding and line ends."""

from __future__ import annotations

import codecs
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

LONGEST_LINE = (
    16 * 1024 * 1024
)  # bytes; the rest of a longer line is skipped, and its row is broken
CP1252 = "quietdrop.cp1252"  # the error handler's name
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_CHUNK = 1024 * 1024  # bytes read at a time


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """Reads one byte that is not UTF-8 as Windows-1252, or as Latin-1 where that has none."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.start + 1]
    try:
        text = wrong.decode("cp1252")
    except UnicodeDecodeError:
        text = wrong.decode("latin-1")
    return text, error.start + 1


codecs.register_error(CP1252, _as_cp1252)


class Lines(Iterator[str]):
    """Lines as UTF-16 where a mark or the first letter says so, else as UTF-8; bytes in them that
    are not UTF-8 are Windows-1252, which is what spreadsheets write.

    A line ends with LF, CR LF or CR alone. None is longer than LONGEST_LINE.
    """

    def __init__(self, stream: BinaryIO) -> None:
        """Args: the text, from its beginning."""
        first = stream.read(2)
        form = _UTF16.get(first) or ""
        if len(first) == 2 and first.count(0) == 1:  # a Latin letter and the other half, unmarked
            form = "utf-16-be" if first[0] == 0 else "utf-16-le"
            stream.seek(0)
        self._text = codecs.getreader(form)(stream, "replace") if form else None
        self._stream, self._rest = stream, first
        self._queue: deque[bytes] = deque()
        self._is_first, self._is_over = True, False
        self._is_cut = False  # the beginning of this line was returned before
        self._is_back = False  # the lines in the queue are those of a chunk that was put back

    def __next__(self) -> str:
        if self._text is not None:
            if line := self._text.readline(LONGEST_LINE):
                return line
            raise StopIteration
        while not self._queue:
            if self._is_over:
                raise StopIteration
            self._load()
        line = self._queue.popleft().decode("utf-8", CP1252)
        if self._is_first:
            self._is_first = False
            return line.removeprefix("\ufeff")
        return line

    def at_once(self, most: int) -> list[str]:
        """The next lines, of those that are read already if there are any."""
        size = min(most, len(self._queue)) or most
        lines: list[str] = []
        for line in self:
            lines.append(line)
            if len(lines) >= size:
                break
        return lines

    def chunk(self) -> bytes:
        """The next whole lines as they stand in the file, about a megabyte; none where they were
        put back, a line was too long, or the text is not UTF-8."""
        self._is_back = self._is_back and bool(self._queue)
        if self._queue and not self._is_back:
            # A line that is too long has lost its end, and the file's last line may have none.
            self._is_back = not all(line.endswith((b"\n", b"\r")) for line in self._queue)
        if self._text is not None or self._is_back or self._is_cut or self._is_first:
            return b""
        if self._queue:
            lines = b"".join(self._queue)
            self._queue.clear()
            return lines
        whole = self._rest + self._stream.read(_CHUNK)
        end = whole.rfind(b"\n") + 1
        self._rest = whole[end:]
        return whole[:end]

    def give_back(self, chunk: bytes) -> None:
        """Puts back what `chunk` returned last, to be read line by line."""
        self._queue.extend(chunk.splitlines(keepends=True))
        self._is_back = True

    def _load(self) -> None:
        chunk = self._stream.read(_CHUNK)
        lines = (self._rest + chunk).splitlines(keepends=True)
        self._rest = b""
        # A CR at the end of a chunk may be half of a CR LF.
        if chunk and lines and not lines[-1].endswith(b"\n"):
            self._rest = lines.pop()
        for line in lines:
            if not self._is_cut:
                self._queue.append(line[:LONGEST_LINE])
            self._is_cut = False
        if len(self._rest) >= LONGEST_LINE:
            if not self._is_cut:
                self._queue.append(self._rest[:LONGEST_LINE])
            self._rest, self._is_cut = b"", True
        self._is_over = not chunk


def as_utf8(chunk: bytes) -> bytes:
    """Return lines in UTF-8, whatever of them is Windows-1252."""
    try:
        chunk.decode("utf-8")
    except UnicodeDecodeError:
        return chunk.decode("utf-8", CP1252).encode()
    return chunk
