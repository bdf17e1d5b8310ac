"""Time and peak memory of `quietdrop network`: a folder of counts in, assessments out.

python -m benchmarks.network_blocks PRACTICES [WEEKS] [PRACTICES_A_FILE]

The network is that of `assess_speed`, made a file at a time. The work is done in a process of its
own, as from cron; making the files is not in it.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.assess_speed import AS_OF
from quietdrop.domain.days import EPOCH

A_FILE = 8192  # practices
CONFIG = '[source]\nreferrals = "counts"\nperiod = "day"\n'


def write_network(folder: Path, practices: int, weeks: int, a_file: int = A_FILE) -> int:
    """Writes the files of a network, and returns how many rows they have."""
    folder.mkdir(parents=True)
    rows = 0
    for number, first in enumerate(range(0, practices, a_file)):
        table = _file(first, min(a_file, practices - first), weeks, practices)
        pq.write_table(table, folder / f"part-{number:05d}.parquet")
        rows += table.num_rows
    return rows


def _file(first: int, practices: int, weeks: int, of_all: int) -> pa.Table:
    """Poisson referrers with log-normal rates (median 0.74 a week); one in twenty falls by 90 %."""
    rng = np.random.default_rng([first, of_all])
    rate = np.exp(rng.normal(-0.3, 0.9, practices))[:, None] * np.ones((practices, weeks))
    rate[: practices // 20, -12:] *= 0.1
    counts = rng.poisson(rate)
    stream, week = np.nonzero(counts)
    start = (AS_OF - EPOCH).days - 7 * weeks
    day = (start + 7 * week + rng.integers(0, 5, len(week))).astype(np.int32)
    ids = pa.array([f"P{first + number:08d}" for number in range(practices)])
    names = pa.DictionaryArray.from_arrays(pa.array(stream.astype(np.int32)), ids)
    days = pa.array(day, pa.date32())
    number = pa.array(counts[stream, week], pa.int64())
    return pa.table({"practice_id": names, "day": days, "referrals": number})


def main() -> None:
    practices = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    weeks = int(sys.argv[2]) if len(sys.argv) > 2 else 130
    a_file = int(sys.argv[3]) if len(sys.argv) > 3 else A_FILE
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = write_network(folder / "counts", practices, weeks, a_file)
        (folder / "quietdrop.toml").write_text(CONFIG)
        words = ["--config", str(folder / "quietdrop.toml"), "network", str(folder / "counts")]
        words += ["-o", str(folder / "assessed"), "--as-of", AS_OF.isoformat()]
        began, load = time.perf_counter(), os.getloadavg()[0]
        subprocess.run([sys.executable, "-m", "quietdrop", *words], check=True)
        seconds = time.perf_counter() - began
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        size = sum(path.stat().st_size for path in (folder / "assessed").rglob("*.parquet"))
    print(
        f"{practices} practices x {weeks} weeks, {rows} rows, {a_file} practices a file: "
        f"{seconds:.1f} s, {used.ru_utime + used.ru_stime:.1f} s of the processor, "
        f"peak {used.ru_maxrss / 1e6:.2f} GB, {size / 1e6:.0f} MB written, load {load:.1f}"
    )


if __name__ == "__main__":
    main()
