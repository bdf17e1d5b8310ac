"""The referrals' own numbers: which of them stand on several rows, whatever the number of rows.

Of each row eight bytes are kept. Texts are looked at again only where those are equal, and for
rejected rows; of a large source they wait in a temporary file.
"""

from __future__ import annotations

import tempfile
import weakref
from bisect import bisect_right
from collections.abc import Sequence
from typing import BinaryIO, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quietdrop.domain.arrays import BoolArray, IntArray
from quietdrop.domain.errors import SourceError
from quietdrop.ingest.distinct import cleaned, texts_of
from quietdrop.lib.foreign import in_our_words

NONE, ALONE = 0, -1  # codes of a row that has no id, and of one whose id no other row has
_LONGEST = 64  # bytes of a text that are weighed eight at a time; of longer ones Python's hash does
_AT_ONCE = 2**22  # ids that are sorted together; of more a fourth at a time
_BITS = 2**22  # of a table that tells most numbers from a hundred thousand others
_WEIGHTS = np.random.default_rng(20).integers(0, 2**63, _LONGEST // 8, np.uint64) * 2 + 1


def _weighed(texts: pa.StringArray) -> IntArray:
    """Return a number for each text, the same for the same text, and 0 only for "". Different
    texts seldom have one number."""
    size = pc.binary_length(texts)
    is_long = pc.greater(size, _LONGEST)
    longer = np.flatnonzero(is_long.to_numpy(zero_copy_only=False))
    if len(longer):
        hashed = [hash(text) for text in texts.take(pa.array(longer)).to_pylist()]
        texts = pc.if_else(is_long, "x", texts)
    words = -(-min(pc.max(size).as_py() or 0, _LONGEST) // 8)
    if not words:
        return np.zeros(len(texts), np.int64)
    padded = pc.ascii_rpad(texts, words * 8, "\0")
    raw = np.frombuffer(padded.buffers()[2], np.uint64, len(texts) * words)
    number = raw.reshape(-1, words) @ _WEIGHTS[:words]
    number ^= number >> np.uint64(32)
    number = np.where(pc.equal(size, 0).to_numpy(False), 0, np.maximum(number, 1)).view(np.int64)
    if len(longer):
        number[longer] = [each or 1 for each in hashed]
    return cast(IntArray, number)


class Ids:
    """The ids of rows, chunk after chunk."""

    def __init__(self) -> None:
        self._numbers: list[IntArray] = []  # of each chunk; empty where it has no ids at all
        self._texts: list[pa.StringArray | tuple[int, int, int] | None] = []
        self._begins: list[int] = []
        self._size = 0
        self._file: BinaryIO | None = None
        self._read: tuple[int, pa.StringArray] | None = None  # the chunk that was read last

    def add(self, cells: pa.Array | None, size: int) -> BoolArray:
        """Take the ids of so many rows, None where the column is not there; return which rows have
        one."""
        number = np.zeros(0, np.int64)
        if cells is not None:
            cells = cells.dictionary_decode() if pa.types.is_dictionary(cells.type) else cells
            number = _weighed(cleaned(cells))
        is_there = number != 0
        has_any = bool(is_there.any())
        self._numbers.append(number if has_any else number[:0])
        self._texts.append(cells if has_any else None)
        self._begins.append(self._size)
        self._size += size
        return is_there if has_any else np.zeros(size, bool)

    def set_aside(self) -> None:
        """Move the texts to a temporary file.

        Raises:
            SourceError: There is no room for it.
        """
        try:
            for place, texts in enumerate(self._texts):
                if isinstance(texts, pa.Array):
                    self._texts[place] = self._written(texts)
            if self._file is not None:
                self._file.flush()
        except OSError as error:
            raise SourceError(
                f"{tempfile.gettempdir()}: no place for the referral_ids of a large source: "
                f"{in_our_words(error)}; free some space, or set TMPDIR to another folder"
            ) from None

    def _written(self, texts: pa.StringArray) -> tuple[int, int, int]:
        if self._file is None:
            self._file = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115, see below
            weakref.finalize(self, self._file.close)
        batch = pa.record_batch([texts], ["id"]).serialize()
        packed = pa.compress(batch, "lz4", asbytes=True)
        begin = self._file.seek(0, 2)
        self._file.write(packed)
        return begin, len(packed), batch.size

    def _chunk(self, place: int) -> pa.StringArray:
        """Return the texts of a chunk that has some."""
        texts = self._texts[place]
        if not isinstance(texts, tuple):
            return texts
        if self._read is None or self._read[0] != place:
            begin, size, whole = texts
            file = cast(BinaryIO, self._file)
            file.seek(begin)
            batch = pa.decompress(file.read(size), whole, "lz4")
            schema = pa.schema([("id", pa.string())])
            self._read = place, pa.ipc.read_record_batch(batch, schema).column(0)
        return self._read[1]

    def text(self, row: int) -> str:
        """Return a row's id as it is spelled."""
        place = bisect_right(self._begins, row) - 1
        if self._texts[place] is None:
            return ""
        return str(self._chunk(place)[row - self._begins[place]].as_py())

    def repeated(self) -> tuple[IntArray, IntArray]:
        """Return the rows whose id another row has too, in their order, and a number above 0 for
        each, the same for the same id. It can be asked for once."""
        rows, texts = [np.zeros(0, np.int64)], [texts_of([])]
        numbers, self._numbers = self._numbers, []
        again = _again(numbers)
        for place, number in enumerate(numbers if len(again) else ()):
            here = _among(again, number)
            if len(here):
                rows.append(here + self._begins[place])
                texts.append(cleaned(self._chunk(place).take(pa.array(here))))
        coded = pa.concat_arrays(texts).dictionary_encode()
        code = coded.indices.to_numpy(zero_copy_only=False)
        is_repeated = (np.bincount(code) > 1)[code] if len(code) else np.zeros(0, bool)
        return np.concatenate(rows)[is_repeated], code[is_repeated].astype(np.int64) + 1

    def codes(self) -> IntArray:
        """Return a number for each row: that of its id where other rows have it, else ALONE; NONE
        where it has no id. They can be asked for once."""
        has_id = [np.where(number == 0, NONE, ALONE) for number in self._numbers]
        code = np.full(self._size, NONE, np.int64)
        for begin, codes in zip(self._begins, has_id, strict=True):
            code[begin : begin + len(codes)] = codes
        rows, repeated = self.repeated()
        code[rows] = repeated
        return code


def _again(numbers: Sequence[IntArray]) -> IntArray:
    """Return the numbers but 0 that stand there several times, in order, each once."""
    parts = range(4 if sum(map(len, numbers)) > _AT_ONCE else 1)
    several = [np.zeros(0, np.int64)]
    for part in parts:
        chosen = [n if len(parts) == 1 else n[(n >> 62) + 2 == part] for n in numbers]
        ordered = np.concatenate([*several[:1], *chosen])
        ordered.sort()
        is_again = (ordered[1:] == ordered[:-1]) & (ordered[1:] != 0)
        several.append(np.unique(ordered[1:][is_again]))
    return np.sort(np.concatenate(several))


def _among(wanted: IntArray, numbers: IntArray) -> IntArray:
    """Return the places of those numbers that are among the wanted ones, which are in order."""
    may_be = np.zeros(_BITS, bool)  # by their last bits, which rules most of them out at once
    may_be[wanted & (_BITS - 1)] = True
    maybe = np.flatnonzero(may_be[numbers & (_BITS - 1)])
    at = np.minimum(np.searchsorted(wanted, numbers[maybe]), len(wanted) - 1)
    return np.asarray(maybe[wanted[at] == numbers[maybe]])
