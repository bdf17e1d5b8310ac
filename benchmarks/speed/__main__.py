"""What reading and assessing cost, beside other programs in the same run: docs/speed.md.

python -m benchmarks.speed [POSTGRESQL_URL]

Alternating runs, a process each, warm cache, the median of three. The seconds are those of the
work alone, without starting Python. On a busy machine seconds of the processor say more than
those of the clock; both are written down, with the load beside them.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pyarrow.csv
import pyarrow.parquet
import sqlalchemy as sa

from benchmarks.speed import network
from benchmarks.speed.page import Measured, write_page
from quietdrop.ingest.duckdb_files import in_full
from quietdrop.ingest.grouping import grouped
from quietdrop.lib.urls import with_driver

ROUNDS = 3
ROWS = (250_000, 1_000_000, 2_500_000, 5_000_000)
ONE_MILLION = ROWS.index(1_000_000)
PRACTICES, LIAISONS, WEEKS = 10_000, 100, 130
ASSESSED = (10_000, 30_000, 100_000)
RATE_OF_A_MILLION = 0.776
COLUMNS = ("referral_id", "referred_on", "practice_id", "provider_npi", "service_line", "payer")


def once(case: str, source: str) -> dict[str, float]:
    words = [sys.executable, "-m", "benchmarks.speed.cases", case, source]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measured(work: str, cases: Sequence[str], source: str, rounds: int = ROUNDS) -> list[Measured]:
    """Alternating runs of the cases, the median of each."""
    runs: dict[str, list[dict[str, float]]] = {case: [] for case in cases}
    for _ in range(rounds):
        for case in cases:
            runs[case].append(once(case, source))
    return [median(work, case, runs[case]) for case in cases]


def median(work: str, name: str, runs: Sequence[dict[str, float]]) -> Measured:
    wall, cpu, peak = (
        statistics.median(run[key] for run in runs) for key in ("wall", "cpu", "peak")
    )
    return Measured(work, name, wall, cpu, peak, os.getloadavg()[0])


def postgresql(url: str, csv: Path) -> list[Measured]:
    """The reading of a table beside psql, which writes the same groups to a file."""
    engine = sa.create_engine(with_driver(sa.make_url(url)))
    table = sa.Table(
        "referrals",
        sa.MetaData(),
        *(sa.Column(name, sa.Date if name == "referred_on" else sa.Text) for name in COLUMNS),
    )
    with engine.begin() as connection:
        table.drop(connection, checkfirst=True)
        table.create(connection)
    copy = f"\\copy referrals FROM '{csv}' CSV HEADER"
    subprocess.run(["psql", "-q", url, "-c", copy, "-c", "ANALYZE referrals"], check=True)
    feed = sa.table("referrals", *map(sa.column, COLUMNS))
    sql = " ".join(in_full(grouped(feed, {name: name for name in COLUMNS}, ())).split("\n"))
    runs: dict[str, list[dict[str, float]]] = {"quietdrop": [], "psql": []}
    with tempfile.NamedTemporaryFile() as file:
        for _ in range(ROUNDS):
            runs["quietdrop"].append(once("quietdrop", url))
            words = ["psql", "-q", url, "-c", f"\\copy ({sql}) TO '{file.name}' CSV"]
            began = time.perf_counter()
            subprocess.run(words, check=True)
            runs["psql"].append({"wall": time.perf_counter() - began, "cpu": 0.0, "peak": 0.0})
    with engine.begin() as connection:
        table.drop(connection)
    return [median("PostgreSQL, a million rows", name, each) for name, each in runs.items()]


def main() -> None:
    results: list[Measured] = []
    growth: list[tuple[int, Measured]] = []
    with tempfile.TemporaryDirectory() as name:
        for rows in ROWS:
            folder = Path(name) / str(rows)
            rate = RATE_OF_A_MILLION * rows / 1_000_000
            number = network.write(folder, PRACTICES, LIAISONS, WEEKS, rate)
            csv = folder / "referrals.csv"
            if rows == ROWS[ONE_MILLION]:
                cases = ("quietdrop", "DuckDB", "Polars")
                results += measured("CSV, a million rows", cases, str(csv))
                parquet = csv.with_suffix(".parquet")
                pyarrow.parquet.write_table(pyarrow.csv.read_csv(csv), parquet)
                results += measured("Parquet, a million rows", cases, str(parquet))
                if len(sys.argv) > 1:
                    results += postgresql(sys.argv[1], csv)
                growth.append((number, results[0]))
            else:
                growth += [(number, one) for one in measured("CSV", ["quietdrop"], str(csv), 1)]
            csv.unlink()
            print(f"{number:,} rows measured", flush=True)
    assessed = [(size, measured("assess", ["assess"], str(size), 1)[0]) for size in ASSESSED]
    write_page(
        Path(__file__).parents[2] / "docs", (date.today(), ROUNDS), results, growth, assessed
    )


if __name__ == "__main__":
    main()
