"""One piece of work in a process of its own; it prints its seconds and its peak memory as JSON.

python -m benchmarks.speed.cases CASE SOURCE
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

AS_OF = date(2026, 7, 6)
KEY = ("referred_on", "practice_id", "provider_npi", "service_line", "payer")


def _quietdrop(source: str) -> Callable[[], int]:
    from quietdrop import ingest
    from quietdrop.config import SourceSettings

    settings = SourceSettings(referrals=source)
    return lambda: int(ingest.read(settings, AS_OF, AS_OF).counts["referrals"].sum())


def _duckdb(source: str) -> Callable[[], int]:
    """The bare GROUP BY, its result as an Arrow table."""
    import duckdb

    key = ", ".join(_columns(source))
    key = key.replace("referred_on", "CAST(referred_on AS VARCHAR) AS referred_on")
    sql = f"SELECT {key}, count(*) AS referrals FROM '{source}' GROUP BY ALL"

    def work() -> int:
        relation = duckdb.sql(sql)
        return 0 if relation is None else int(relation.to_arrow_table().num_rows)

    return work


def _duckdb_same_work(source: str) -> Callable[[], int]:
    """One row a repeated id, then groups by the other columns as strings, in 1.5 GB."""
    import duckdb

    texts = ", ".join(f"CAST({name} AS VARCHAR) AS {name}" for name in _columns(source))
    once = f"SELECT DISTINCT ON (referral_id) * FROM '{source}'"
    sql = f"SELECT {texts}, count(*) AS referrals FROM ({once}) GROUP BY ALL"

    def work() -> int:
        duckdb.execute("SET memory_limit = '1.5GB'")
        duckdb.execute(f"SET temp_directory = '{tempfile.gettempdir()}/duckdb'")
        duckdb.execute("SET preserve_insertion_order = false")
        relation = duckdb.sql(sql)
        return 0 if relation is None else int(relation.to_arrow_table().num_rows)

    return work


def _columns(source: str) -> list[str]:
    """Those of our columns that a file has."""
    import duckdb

    there = duckdb.execute(f"SELECT * FROM '{source}' LIMIT 0").description
    return [name for name in KEY if name in {column[0] for column in there}]


def _polars(source: str) -> Callable[[], int]:
    import polars

    scan = polars.scan_parquet if source.endswith(".parquet") else polars.scan_csv
    return lambda: int(scan(source).group_by(KEY).len().collect().height)


def _assess(practices: str) -> Callable[[], int]:
    from benchmarks.assess_speed import network
    from quietdrop.config.settings import DriftSettings
    from quietdrop.detection.assess import assess

    weekly = network(int(practices), 130)
    return lambda: len(assess(weekly, DriftSettings()).frame)


CASES = {
    "quietdrop": _quietdrop,
    "DuckDB": _duckdb,
    "DuckDB, same work": _duckdb_same_work,
    "Polars": _polars,
    "assess": _assess,
}


def main() -> None:
    name, source = sys.argv[1:]
    work = CASES[name](source)
    began, used = time.perf_counter(), time.process_time()
    result = work()
    taken = {"wall": time.perf_counter() - began, "cpu": time.process_time() - used}
    print(json.dumps({**taken, "peak": peak(), "result": result}))


def peak() -> float:
    """Gigabytes; getrusage would say the parent's where that is more."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line) / 1e6


if __name__ == "__main__":
    main()
