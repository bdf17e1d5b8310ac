"""Many rows as the distinct ones among them, a stretch at a time.

Rows whose codes are the same in all columns are kept once, with their number. Of each row only the
number of its group is kept, four bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import numpy as np

from quietdrop.domain.arrays import IntArray

_WAITING = 2**21  # groups that are merged with those before them at least
_WIDEST = 2**62  # numbers of combinations that fit into one whole number


class Stretches:
    """Groups of equal rows, and which one each row is in."""

    def __init__(self) -> None:
        self._columns: list[dict[str, IntArray]] = []  # the first are merged, the others wait
        self._counts: list[IntArray] = []
        self._firsts: list[IntArray] = []
        self._group: list[IntArray] = []  # of each row, stretch by stretch
        self._begins: list[int] = []
        self._size = 0

    def add(self, columns: Mapping[str, IntArray]) -> None:
        """Take the next rows: their codes by column, always the same columns."""
        group, columns, count, first = _groups(columns, None, None)
        self._begins.append(self._size)
        self._group.append(group + np.int32(sum(map(len, self._counts))))
        self._columns.append(columns)
        self._counts.append(count)
        self._firsts.append(first + self._size)
        self._size += len(group)
        if sum(map(len, self._counts[1:])) > max(_WAITING, len(self._counts[0])):
            self._merge()

    def _merge(self) -> None:
        names = self._columns[0]
        whole = {
            name: joined([columns.pop(name) for columns in self._columns]) for name in list(names)
        }
        count, first = np.concatenate(self._counts), np.concatenate(self._firsts)
        to, columns, count, first = _groups(whole, count, first)
        for group in self._group:
            group[:] = to[group]
        self._columns, self._counts, self._firsts = [columns], [count], [first]

    def groups(self) -> tuple[dict[str, IntArray], IntArray, IntArray]:
        """Return the codes of each group by column, how many rows it has, and its first row."""
        if len(self._counts) > 1:
            self._merge()
        return self._columns[0], self._counts[0], self._firsts[0]

    def of(self, rows: IntArray) -> IntArray:
        """Return the groups of some rows, which are in order."""
        bounds = np.searchsorted(rows, [*self._begins, self._size])
        parts = [
            group[rows[low:high] - begin]
            for group, begin, low, high in zip(
                self._group, self._begins, bounds[:-1], bounds[1:], strict=True
            )
        ]
        return np.concatenate([np.zeros(0, np.int32), *parts])

    def rows(self, groups: IntArray) -> Iterator[tuple[int, int]]:
        """Yield the rows of some groups in order, each with its place in `groups`."""
        place = np.full(len(self.groups()[1]), -1, np.int64)
        place[groups] = np.arange(len(groups))
        for begin, group in zip(self._begins, self._group, strict=True):
            at = place[group]
            here = np.flatnonzero(at >= 0)
            yield from zip((here + begin).tolist(), at[here].tolist(), strict=True)


def chosen_of(codes: IntArray, places: IntArray) -> IntArray:
    """Return the codes at some places; where all are the same they take no space."""
    if codes.strides == (0,):
        return np.broadcast_to(codes[:1], len(places))
    return codes[places]


def joined(parts: Sequence[IntArray]) -> IntArray:
    """Return codes one behind the other; where all are the same they take no space."""
    firsts = {int(codes[0]) for codes in parts if codes.strides == (0,)}
    if len(firsts) == 1 and all(codes.strides == (0,) for codes in parts):
        return np.broadcast_to(parts[0][:1], sum(map(len, parts)))
    return np.concatenate(parts)


def _groups(
    columns: Mapping[str, IntArray], count: IntArray | None, first: IntArray | None
) -> tuple[IntArray, dict[str, IntArray], IntArray, IntArray]:
    """Return each row's group, and of each group its codes, how many rows it has, and its first;
    `count` and `first` are given where a row stands for several."""
    key = _key(list(columns.values()))
    order = np.argsort(key)
    key = key[order]
    is_first = np.ones(len(key), bool)
    np.not_equal(key[1:], key[:-1], out=is_first[1:])
    begins = np.flatnonzero(is_first)
    group = np.empty(len(key), np.int32)
    group[order] = np.cumsum(is_first, dtype=np.int32) - 1
    if count is None or first is None:
        numbers = np.diff(begins, append=len(key)).astype(np.int32)
        first = np.minimum.reduceat(order, begins)
    else:
        numbers = np.add.reduceat(count[order], begins)
        first = np.minimum.reduceat(first[order], begins)
    chosen = order[begins]
    kept = {name: chosen_of(codes, chosen) for name, codes in columns.items()}
    return cast(IntArray, group), kept, cast(IntArray, numbers), first


def _key(columns: Sequence[IntArray]) -> IntArray:
    """Return one number for each combination of codes."""
    key, span = np.zeros(len(columns[0]), np.int64), 1
    for codes in columns:
        low = int(codes.min())
        width = int(codes.max()) - low + 1
        if width == 1:
            continue
        if span > _WIDEST // width:
            key = np.unique(key, return_inverse=True)[1]
            span = int(key.max()) + 1
        key *= width
        key += codes
        key -= low
        span *= width
    return key
