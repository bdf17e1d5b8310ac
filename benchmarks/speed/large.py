"""Reading of very many rows: seconds, and memory over time, beside DuckDB doing the same work.

python -m benchmarks.speed.large FOLDER ROWS [PICTURE]

Writes the rows into the folder as CSV and as Parquet, a million at a time, and reads each file once
with each program; prints a line for each, draws the memory over time, and deletes the files. DuckDB
takes one row of each repeated id, then groups by the other columns as strings, with a
`memory_limit` of 1.5 GB and its temporary files in the folder.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from benchmarks.speed.network import LINES, UNTIL

AT_ONCE = 1_000_000
PRACTICES, WEEKS = 2_000, 130
REPEATED = 0.005  # of the rows bear the id of a row before them
EVERY = 0.2  # seconds between two samples of memory
CASES = ("quietdrop", "DuckDB, same work", "DuckDB")
PAGE = os.sysconf("SC_PAGE_SIZE")


class Run(NamedTuple):
    """One program's reading of one file: seconds, gigabytes, and gigabytes over time."""

    source: str
    case: str
    wall: float
    cpu: float
    peak: float
    result: int
    over_time: list[tuple[float, float]]


def tables(rows: int) -> Iterator[pa.Table]:
    """Yield referrals in the order of their days, on working days, with ids as R00000001."""
    rng = np.random.default_rng(1)
    weight = np.exp(rng.normal(0, 0.9, PRACTICES))
    practices = pa.array([f"P{number:06}" for number in range(PRACTICES)])
    days = [UNTIL - timedelta(weeks=WEEKS - week) for week in range(WEEKS)]
    working = [monday + timedelta(days=day) for monday in days for day in range(5)]
    for begin in range(0, rows, AT_ONCE):
        size = min(AT_ONCE, rows - begin)
        number = np.arange(begin, begin + size)
        again = rng.random(size) < REPEATED
        id_ = np.where(again, (rng.random(size) * number).astype(np.int64), number)
        practice = rng.choice(PRACTICES, size, p=weight / weight.sum())
        yield pa.table(
            {
                "referral_id": pc.binary_join_element_wise(
                    "R", pc.utf8_lpad(pc.cast(pa.array(id_), pa.string()), 8, "0"), ""
                ),
                "referred_on": pa.array(working, pa.date32()).take(
                    pa.array(number * len(working) // rows)
                ),
                "practice_id": practices.take(pa.array(practice)),
                "provider_npi": pa.array(1_000_000_000 + 3 * practice),
                "service_line": pa.array(LINES.tolist()).take(
                    pa.array(rng.choice(len(LINES), size, p=[0.4, 0.3, 0.2, 0.1]))
                ),
            }
        )


def write(folder: Path, rows: int) -> list[Path]:
    csv, parquet = folder / "referrals.csv", folder / "referrals.parquet"
    first = next(tables(1)).schema
    with pyarrow.csv.CSVWriter(csv, first) as lines, pq.ParquetWriter(parquet, first) as groups:
        for table in tables(rows):
            lines.write_table(table)
            groups.write_table(table)
    return [csv, parquet]


def measured(source: Path, case: str) -> Run:
    """One run, in a process of its own."""
    words = [sys.executable, "-m", "benchmarks.speed.cases", case, str(source)]
    began, over_time = time.perf_counter(), list[tuple[float, float]]()
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            pages = Path(f"/proc/{process.pid}/statm").read_text(encoding="ascii").split()
            if len(pages) > 1:
                over_time.append((time.perf_counter() - began, int(pages[1]) * PAGE / 1e9))
            time.sleep(EVERY)
        said = json.loads((process.stdout.read() if process.stdout else "").splitlines()[-1])
    seconds = said["wall"], said["cpu"]
    return Run(source.suffix[1:], case, *seconds, said["peak"], said["result"], over_time)


def draw(path: Path, runs: list[Run], rows: int) -> None:
    """Draw memory over time, a panel a file."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    sources = list(dict.fromkeys(run.source for run in runs))
    figure, panels = pyplot.subplots(1, len(sources), figsize=(9, 3.2), layout="constrained")
    for panel, source in zip(np.atleast_1d(panels), sources, strict=True):
        for run in (run for run in runs if run.source == source):
            share = run.cpu / run.wall  # so that other work on the machine does not show
            at = [seconds * share for seconds, _ in run.over_time]
            panel.plot(at, [used for _, used in run.over_time], label=run.case)
        panel.axhline(2, color="#999999", linewidth=0.8, linestyle="--")
        title = f"{rows / 1e6:g} million rows, {source}"
        panel.set(xlabel="s of the processor", ylabel="GB", title=title, ylim=(0, None))
        panel.spines[["top", "right"]].set_visible(False)
        panel.legend(frameon=False)
    figure.savefig(path, dpi=100)


def main() -> None:
    folder, rows = Path(sys.argv[1]), int(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["TMPDIR"] = str(folder)
    paths = write(folder, rows)
    runs: list[Run] = []
    print(f"{date.today()}: {rows:,} rows", flush=True)
    for path in paths:
        for case in CASES:
            run = measured(path, case)
            runs.append(run)
            print(
                f"| {run.source} | {case} | {run.wall:.1f} | {run.cpu:.1f} | {run.peak:.2f} GB | "
                f"{run.result:,} |",
                flush=True,
            )
        path.unlink()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"all children: {children.ru_utime + children.ru_stime:.0f} s of the processor")
    if len(sys.argv) > 3:
        draw(Path(sys.argv[3]), runs, rows)


if __name__ == "__main__":
    main()
