"""One huge network: its files in, a file of assessments for each of them out."""

from __future__ import annotations

import secrets
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from quietdrop.config import Settings
from quietdrop.detection.blocks import Blocks, LocalBlocks
from quietdrop.detection.exposure import Circumstances, in_order, open_share
from quietdrop.detection.judge import Network, judge
from quietdrop.detection.reporting_delay import DayTotals, arrived_by_week, share_by_age
from quietdrop.detection.weekly_counts import weeks_since
from quietdrop.detection.weeks import Weeks
from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.errors import SourceError, UsageError
from quietdrop.ingest.directory import closures_of
from quietdrop.ingest.partitions import partition_files
from quietdrop.jobs.network.reading import (
    BlockSource,
    Contents,
    begin_judging,
    days_of_ages,
    first_day,
    read_block,
    refuse_shared,
)
from quietdrop.jobs.network.writing import AssessmentFile
from quietdrop.lib import safe_files
from quietdrop.lib.file_lock import locked
from quietdrop.lib.foreign import in_our_words
from quietdrop.lib.holidays import public_holidays
from quietdrop.lib.progress import Progress
from quietdrop.lib.text import path_line

ASSESSMENTS, LEFT_OUT = "assessments", "left-out"


@dataclass(frozen=True)
class NetworkOrder:
    """The folder of counts, the new folder of what they come to, and the as-of date."""

    counts: Path
    output: Path
    as_of: date


@dataclass(frozen=True)
class NetworkSummary:
    """How many practices have each status, and what became of the rows."""

    files: int
    weeks: int
    rows: int
    later: int
    left_out: Counter[str]
    statuses: Counter[str]


# Where the blocks lie: what each begins as and the output's folder in, all of them out.
Engine = Callable[[Sequence[BlockSource], Path], Blocks]


def on_own_cores(tell: Progress) -> Engine:
    """The blocks in this process, by one thread a core."""
    return lambda sources, _: LocalBlocks(sources, tell)


def assess_network(order: NetworkOrder, settings: Settings, engine: Engine) -> NetworkSummary:
    """Judges all practices of a folder. The output appears as a whole, once all is written.

    Raises:
        SourceError: A file cannot be used, or a practice stands in two.
        UsageError: The output exists, or cannot be written.
    """
    counts = order.counts.absolute()
    files = partition_files(counts)
    with _appearing(order.output.absolute()) as folder:
        names = [file.relative_to(counts) for file in files]
        for place in sorted({(folder / ASSESSMENTS / name).parent for name in names}):
            safe_files.make_folder(place)
        sources = [
            BlockSource(file, folder / LEFT_OUT / name, order.as_of)
            for file, name in zip(files, names, strict=True)
        ]
        blocks = engine(sources, folder)
        contents = blocks.each(read_block)
        blocks.sizes = [len(each.practices) for each in contents]
        if not sum(blocks.sizes):
            raise SourceError(f"{path_line(counts)}: holds no referral before {order.as_of}")
        refuse_shared(blocks, contents, files)
        network, around = _surroundings(contents, settings, order.as_of)
        blocks.each(begin_judging, network.weeks.number, around)
        finish = [AssessmentFile(folder / ASSESSMENTS / name, settings.drift) for name in names]
        statuses = judge(blocks, network, finish)
    return NetworkSummary(
        files=len(files),
        weeks=network.weeks.number,
        rows=sum(each.rows for each in contents),
        later=sum(each.later for each in contents),
        left_out=sum((each.left_out for each in contents), Counter()),
        statuses=sum(statuses, Counter()),
    )


@contextmanager
def _appearing(output: Path) -> Iterator[Path]:
    """A folder beside `output` that takes its name where the body ends well, else is removed."""
    shown = path_line(output)
    if output.exists() or output.is_symlink():
        raise UsageError(f"-o {shown}: exists already; name a new folder.")
    begins = f".{output.name}-unfinished-"
    _sweep(output.parent, begins)
    folder = output.parent / f"{begins}{secrets.token_hex(4)}"
    try:
        safe_files.make_folder(folder)
        with locked(folder):
            yield folder
            for draft in folder.rglob(f"{safe_files.DRAFT}*"):  # of workers that were killed
                draft.unlink(missing_ok=True)
            folder.rename(output)
    except OSError as error:
        raise UsageError(f"-o {shown}: cannot be written: {in_our_words(error)}.") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(parent: Path, begins: str) -> None:
    """Removes what processes on this machine that were killed have left of the same output, as far
    as it may: a folder that can be written may not be one that can be listed."""
    left: list[Path] = []
    with suppress(OSError):
        left = [path for path in parent.iterdir() if path.name.startswith(begins)]
    for folder in left:
        if folder.is_dir() and not folder.is_symlink():
            with suppress(OSError), locked(folder) as is_abandoned:
                if is_abandoned:
                    shutil.rmtree(folder, ignore_errors=True)


def _surroundings(
    contents: Sequence[Contents], settings: Settings, as_of: date
) -> tuple[Network, Circumstances]:
    """What all blocks share, and what bears on everybody's chances."""
    number = weeks_since(first_day(contents), as_of)
    start = as_of - timedelta(weeks=number)
    by_age = in_order(each.by_age for each in contents)
    ages = np.arange(len(by_age))
    came = (by_age > 0) & (ages <= 7 * number)
    totals = DayTotals(days_of_ages(as_of)[came], by_age[came].astype(np.int64))
    weeks = Weeks(start, number, _profile(by_age[: 7 * number + 1]))
    place = settings.calendar
    holidays = public_holidays(place.country, place.subdivision, start, as_of)
    closures = closures_of(settings.source, Counter())
    by_lag = in_order(each.by_lag for each in contents)
    around = Circumstances(
        holidays,
        arrived_by_week(weeks, totals, share_by_age(by_lag)) if by_lag.any() else None,
        open_share(closures, {}, 1, weeks),
    )
    return Network(weeks, holidays, settings.drift.priors), around


def _profile(by_age: FloatArray) -> FloatArray:
    """The share of all referrals on each of a week's days; a week begins a whole number of weeks
    before the as-of date. In: referrals by age in days."""
    number = np.bincount(-np.arange(len(by_age)) % 7, weights=by_age, minlength=7)
    total = number.sum()
    return np.asarray(number / total if total > 0 else np.full(7, 1 / 7), dtype=float)
