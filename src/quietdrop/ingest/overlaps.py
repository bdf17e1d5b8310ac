"""Files that repeat each other's rows: overlapping exports, growing snapshots.

Rows with a referral_id count once whatever the files. Rows without one are only known by what is
read of them, so that an export which repeats the weeks of the last one would count them again.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from quietdrop.domain.arrays import BoolArray, IntArray
from quietdrop.ingest.ids import ALONE

AGREES = 0.8  # of the rows that the smaller of two files has in their shared span
EVIDENCE = 6.9  # ln 1000: how much likelier such an agreement must be than chance, at least
SAME_ID = 0.01  # chance that two offices gave one referral_id to two referrals, at most
SAME_COUNT = 0.4  # chance that two offices have equal counts on a day, at most: that of Poisson(1)
WORKING = 5 / 7  # working days per day
RHYTHM = 7  # days; offices with a weekly rhythm agree with each other's next week as well
_KIND = ["practice", "provider", "service_line", "payer", "location"]


class Overlaps:
    """Which files deliver each other's rows, and which rows are so repeated.

    Two files do where at least 80 % of the rows in their shared span agree, and that is beyond
    what two offices with such practices would agree by chance or by habit.
    """

    def __init__(self, good: pd.DataFrame, sources: int, *, are_counts: bool = False) -> None:
        """`good` has a row an entry of Rows: day, recorded, practice, provider and so on as codes,
        id as in Rows, source, rows and kept; `sources` is the number of files. `are_counts`: a row
        is the count of a period, and two agree where their counts do."""
        self._good, self._are_counts = good, are_counts
        self._root = np.arange(sources)
        spans = good.groupby("source")["day"].agg(["min", "max"]).reindex(range(sources))
        self._first, self._last = (spans[c].to_numpy(dtype=float) for c in ("min", "max"))
        if _any_shared(self._first, self._last):
            self._good = _singly(good, are_counts=are_counts)
            self._prepare()
            self._join()

    @property
    def stream(self) -> IntArray:
        """For each file, the newest file of those that deliver each other's rows."""
        newest: dict[int, int] = {}
        for source in np.argsort(self._last, kind="stable").tolist():
            newest[self._find(source)] = source
        return np.array([newest[self._find(s)] for s in range(len(self._last))], np.int64)

    def groups(self) -> list[list[int]]:
        """The files that deliver each other's rows, a list a group."""
        stream = self.stream
        members = [np.flatnonzero(stream == root).tolist() for root in np.unique(stream)]
        return [group for group in members if len(group) > 1]

    def once(self) -> pd.DataFrame:
        """The rows without those that another file repeats: of rows that are alike in all that
        is read, those of the file that has most of them; of counts, that counts most. Rows with
        an id all stay."""
        if not self.groups():
            return self._good
        rows = self._good.assign(cell=self._all_cells, stream=self.stream[self._good["source"]])
        named, plain = rows[rows["id"] > 0], rows[rows["id"] == 0]
        each = plain.groupby(["stream", "cell", "source"], sort=False)["kept"]
        plain = plain.assign(most=each.transform("sum"))
        plain = plain.sort_values(["most", "name", "provider_name", "source"])
        best = plain.groupby(["stream", "cell"], sort=False)["source"].transform("last")
        plain = plain[plain["source"] == best]
        return pd.concat([named, plain])[list(self._good.columns)].sort_index()

    def _prepare(self) -> None:
        """Number the rows so that rows which are alike in two files have one number."""
        good = self._good
        self._start = int(good["day"].min())
        self._span = int(np.ptp(good["day"].to_numpy())) + 1
        kind, cell = self._numbered(good, _KIND)
        self._all_cells = cell
        if self._are_counts:  # that two say 0 is no evidence
            good = good[good["kept"] > 0]
            kind, cell = self._numbered(good, [*_KIND, "kept"])
        self._day = good["day"].to_numpy()
        self._source = good["source"].to_numpy()
        repeats = pd.DataFrame({"s": self._source, "c": cell}).groupby(["s", "c"]).cumcount()
        copy = repeats.to_numpy()
        self._cell, self._kind = cell, kind
        self._unit = cell * (int(copy.max(initial=0)) + 1) + copy

    def _numbered(self, rows: pd.DataFrame, alike: list[str]) -> tuple[IntArray, IntArray]:
        """Each row's kind (−1: it has an id), and its cell: what is read of it, or its id."""
        lag = np.where(rows["recorded"] < 0, -1, rows["recorded"] - rows["day"])
        kind = rows.assign(lag=lag).groupby([*alike, "lag"], sort=False).ngroup().to_numpy()
        named = rows["id"].to_numpy() > 0
        cell = np.where(named, -rows["id"], kind * self._span + rows["day"] - self._start)
        return np.where(named, -1, kind), cell

    def _join(self) -> None:
        """Join the files that agree."""
        units = pd.factorize(self._unit)[0]
        if not len(units):
            return
        from scipy.sparse import csr_array  # only where several files may overlap

        delivered = csr_array((np.ones(len(units)), (self._source, units)))
        delivered.sum_duplicates()
        delivered.data[:] = 1.0
        common = (delivered @ delivered.T).tocoo()
        one, other = (axis.astype(np.int64) for axis in common.coords)
        pair = one < other
        one, other, same = one[pair], other[pair], common.data[pair]
        low = np.maximum(self._first[one], self._first[other])
        high = np.minimum(self._last[one], self._last[other])
        order = np.lexsort((self._day, self._source))
        place = self._source[order] * self._span + self._day[order] - self._start

        def inside(source: IntArray) -> IntArray:
            begin = source * self._span + (low - self._start).astype(np.int64)
            end = source * self._span + (high - self._start).astype(np.int64)
            count = np.searchsorted(place, end, "right") - np.searchsorted(place, begin, "left")
            return np.asarray(count, np.int64)

        size, size_other = inside(one), inside(other)
        agrees = same >= AGREES * np.minimum(size, size_other)
        smaller = np.where(size <= size_other, one, other)
        larger = np.where(size <= size_other, other, one)
        self._cells_of: dict[int, tuple[IntArray, IntArray, IntArray]] = {}
        for p in np.flatnonzero(agrees).tolist():
            few, many = int(smaller[p]), int(larger[p])
            if self._find(few) != self._find(many) and self._is_beyond_chance(
                few, many, (int(low[p]), int(high[p]))
            ):
                self._root[self._find(few)] = self._find(many)

    def _is_beyond_chance(self, few: int, many: int, span: tuple[int, int]) -> bool:
        """Whether two files agree so much more than two offices would.

        The evidence is that of a binomial share against a chance (the Chernoff bound): n · KL.
        """
        cells, counts, kinds = self._cells(few)
        plain = cells >= 0
        day = self._start + cells % self._span
        inside = ~plain | ((day >= span[0]) & (day <= span[1]))
        cells, counts, kinds, plain = cells[inside], counts[inside], kinds[inside], plain[inside]
        theirs, their_counts, their_kinds = self._cells(many)
        equal = _has(theirs, their_counts, cells, counts)
        days = WORKING * (self._last[many] - self._first[many] + 1)
        if self._are_counts:  # each period has its one day
            days = float(len(np.unique(theirs[theirs >= 0] % self._span)) or 1)
        # kinds are numbered from −1 (has an id) on
        sent = np.bincount(their_kinds + 1, their_counts, minlength=int(kinds.max()) + 2)
        by_kind = np.minimum(sent[kinds + 1] / days, SAME_COUNT)
        chance = float(np.where(plain, by_kind, SAME_ID).mean())
        later = _has(theirs, their_counts, cells[plain] + RHYTHM, counts[plain])
        within = day[inside][plain] + RHYTHM <= self._last[many]
        if within.any():
            chance = max(chance, float(later[within].mean()) * float(plain.mean()))
        share = float(equal.mean())
        from scipy.special import rel_entr  # slow to import, and seldom needed

        gain = rel_entr(share, chance) + rel_entr(1 - share, 1 - chance)
        return bool(share > chance and len(cells) * gain >= EVIDENCE)

    def _cells(self, source: int) -> tuple[IntArray, IntArray, IntArray]:
        """A file's cells in order, the number of rows in each, and the kind of each."""
        if source not in self._cells_of:
            mine = self._source == source
            cells, first, counts = np.unique(
                self._cell[mine], return_index=True, return_counts=True
            )
            self._cells_of[source] = (cells, counts, self._kind[mine][first])
        return self._cells_of[source]

    def _find(self, source: int) -> int:
        while self._root[source] != source:
            source = int(self._root[source])
        return source


def _singly(good: pd.DataFrame, *, are_counts: bool) -> pd.DataFrame:
    """Entries as single rows, each with its own number as its id where no other has that id."""
    if not are_counts and (good["kept"] > 1).any():
        good = good.loc[good.index.repeat(good["kept"])].assign(rows=1, kept=1)
    number = np.arange(len(good)) + max(int(good["id"].max()), 0) + 1
    return good.assign(id=np.where(good["id"] == ALONE, number, good["id"]))


def _any_shared(first: np.ndarray, last: np.ndarray) -> bool:
    """Whether any two spans share a day."""
    there = ~np.isnan(first)
    first, last = first[there], last[there]
    order = np.argsort(first, kind="stable")
    ends = np.maximum.accumulate(last[order])
    return bool((first[order][1:] <= ends[:-1]).any())


def _has(cells: IntArray, counts: IntArray, wanted: IntArray, number: IntArray) -> BoolArray:
    """For each wanted cell, whether it is among the sorted cells with just that number."""
    place = np.minimum(np.searchsorted(cells, wanted), len(cells) - 1)
    return np.asarray((cells[place] == wanted) & (counts[place] == number), bool)
