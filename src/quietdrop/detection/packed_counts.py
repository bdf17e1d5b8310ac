"""A block of streams in little memory: what its weekly counts are made from, a pass at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from quietdrop.detection.weekly_counts import HISTORY_WEEKS, SeenStreams
from quietdrop.domain.arrays import IntArray
from quietdrop.domain.days import EPOCH

Small = npt.NDArray[np.unsignedinteger]
SIZES = (np.uint8, np.uint16, np.uint32)


@dataclass(frozen=True)
class PackedCounts:
    """`SeenStreams` in a few bytes a day on which something came.

    `events` is how many such days each stream has, in order; `days_ago` and `number` are those of
    all streams, one below the other. Days before the weeks that are ever looked at are left out.
    """

    ids: tuple[str, ...]
    as_of: date
    first_day: IntArray
    events: Small
    days_ago: Small
    number: Small
    oldest: int | None

    def unpacked(self) -> SeenStreams:
        """The streams as they were packed."""
        end = (self.as_of - EPOCH).days
        stream = np.repeat(np.arange(len(self.ids)), self.events)
        day = end - self.days_ago.astype(np.int64)
        number = self.number.astype(np.int64)
        return SeenStreams(self.ids, self.as_of, self.first_day, stream, day, number, self.oldest)


def packed(streams: SeenStreams) -> PackedCounts:
    """The same in little memory."""
    ago = (streams.as_of - EPOCH).days - streams.day
    keep = (ago <= 7 * HISTORY_WEEKS) & (streams.number > 0)
    events = np.bincount(streams.stream[keep], minlength=len(streams.ids))
    return PackedCounts(
        streams.ids,
        streams.as_of,
        streams.first_day,
        _small(events),
        _small(ago[keep]),
        _small(streams.number[keep]),
        streams.oldest,
    )


def _small(numbers: IntArray) -> Small:
    """The numbers, none of them negative, in as few bytes as the largest one takes."""
    largest = int(numbers.max(initial=0))
    size = next((each for each in SIZES if largest <= np.iinfo(each).max), np.uint64)
    return numbers.astype(size)
