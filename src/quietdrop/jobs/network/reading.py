"""A block of a network's practices, read from one file, and what the network must know of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from quietdrop.detection.block import Block
from quietdrop.detection.blocks import Blocks
from quietdrop.detection.exposure import Circumstances
from quietdrop.detection.packed_counts import packed
from quietdrop.detection.reporting_delay import numbers_by_lag
from quietdrop.detection.weekly_counts import HISTORY_WEEKS, Events, seen_streams, summed
from quietdrop.domain.arrays import FloatArray, IntArray
from quietdrop.domain.days import EPOCH
from quietdrop.domain.errors import SourceError
from quietdrop.ingest.partitions import read_partition
from quietdrop.lib import safe_files
from quietdrop.lib.text import path_line, single_line


@dataclass(frozen=True)
class BlockSource:
    """A file of counts, where its rows are listed that could not be used, and the as-of date."""

    file: Path
    left_out: Path
    as_of: date


@dataclass(frozen=True)
class Contents:
    """What the network must know of one file.

    Attributes:
        practices: A hash of each practice's id.
        oldest: The day of the first referral of all; None where there is none.
        by_age: Referrals by their age in days, without each practice's very first one.
        by_lag: Referrals by how many days after their day they were recorded.
        rows: How many rows there are.
        later: Those of days that are yet to come.
        left_out: Those that could not be used, by reason.
    """

    practices: IntArray
    oldest: int | None
    by_age: FloatArray
    by_lag: FloatArray
    rows: int
    later: int
    left_out: Counter[str]


def read_block(of: BlockSource) -> tuple[Block, Contents]:
    """Read a file. What it has of no use is listed in a file of its own.

    Raises:
        SourceError: It cannot be used.
    """
    rows = read_partition(of.file, of.as_of)
    if rows.left_out.num_rows:
        safe_files.make_folder(of.left_out.parent)
        with safe_files.replacing(of.left_out) as file:
            pq.write_table(rows.left_out, file)
    referrals = summed(Events(rows.ids, rows.practice, rows.day, rows.recorded, rows.referrals))
    streams = seen_streams(referrals, of.as_of)
    counts = packed(streams)
    longest = 7 * HISTORY_WEEKS + 1
    contents = Contents(
        practices=_hashes(streams.ids),
        oldest=streams.oldest,
        by_age=np.bincount(counts.days_ago, weights=counts.number, minlength=longest).astype(float),
        by_lag=numbers_by_lag(referrals, of.as_of),
        rows=rows.rows,
        later=rows.later,
        left_out=Counter(rows.left_out["reason"].to_pylist()),
    )
    return Block(counts, weeks=0), contents


def begin_judging(block: Block, weeks: int, circumstances: Circumstances) -> tuple[Block, None]:
    """The block with what holds for the whole network."""
    return replace(block, weeks=weeks, circumstances=circumstances), None


def refuse_shared(blocks: Blocks, contents: Sequence[Contents], files: Sequence[Path]) -> None:
    """Refuses practices that stand in several files.

    Raises:
        SourceError: Naming one of them, and its files.
    """
    hashes = np.concatenate([each.practices for each in contents])
    distinct, number = np.unique(hashes, return_counts=True)
    suspects = distinct[number > 1]
    if not len(suspects):
        return
    seen: dict[str, Path] = {}
    for ids, file in zip(blocks.each(practices_among, suspects), files, strict=True):
        for practice in ids:
            if practice in seen:
                raise SourceError(
                    f'{path_line(file)}: practice "{single_line(practice)}" also stands in '
                    f"{path_line(seen[practice])}; a practice's rows belong in one file"
                )
            seen[practice] = file


def practices_among(block: Block, hashes: IntArray) -> tuple[Block, list[str]]:
    """The block's practices that have one of these hashes."""
    alike = np.isin(_hashes(block.counts.ids), hashes)
    return block, [block.counts.ids[row] for row in np.flatnonzero(alike)]


def _hashes(ids: Sequence[str]) -> IntArray:
    hashes = pd.util.hash_array(np.array(ids, dtype=object), categorize=False)
    return np.asarray(hashes.view(np.int64), dtype=np.int64)


def first_day(contents: Sequence[Contents]) -> int | None:
    """The day of the first referral of all."""
    return min((each.oldest for each in contents if each.oldest is not None), default=None)


def days_of_ages(as_of: date) -> IntArray:
    """The days, since 1970-01-01, that `Contents.by_age` counts."""
    return np.asarray((as_of - EPOCH).days - np.arange(7 * HISTORY_WEEKS + 1), dtype=np.int64)
