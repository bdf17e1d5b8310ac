"""One piece of work in a process of its own; it prints its seconds and its peak memory as JSON.

python -m benchmarks.speed.cases CASE SOURCE
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

AS_OF = date(2026, 7, 6)
GROUPS = (
    "SELECT CAST(referred_on AS VARCHAR) AS referred_on, practice_id, provider_npi, service_line, "
    "payer, count(*) AS referrals FROM {source} GROUP BY ALL"
)


def _quietdrop(source: str) -> Callable[[], int]:
    from quietdrop import ingest
    from quietdrop.config import SourceSettings

    settings = SourceSettings(referrals=source)
    return lambda: int(ingest.read(settings, AS_OF, AS_OF).counts["referrals"].sum())


def _duckdb(source: str) -> Callable[[], int]:
    """The bare GROUP BY, its result as an Arrow table."""
    import duckdb

    sql = GROUPS.format(source=f"'{source}'")

    def work() -> int:
        relation = duckdb.sql(sql)
        return 0 if relation is None else int(relation.to_arrow_table().num_rows)

    return work


def _polars(source: str) -> Callable[[], int]:
    import polars

    scan = polars.scan_parquet if source.endswith(".parquet") else polars.scan_csv
    by = ["referred_on", "practice_id", "provider_npi", "service_line", "payer"]
    return lambda: int(scan(source).group_by(by).len().collect().height)


def _assess(practices: str) -> Callable[[], int]:
    from benchmarks.assess_speed import network
    from quietdrop.config.settings import DriftSettings
    from quietdrop.detection.assess import assess

    weekly = network(int(practices), 130)
    return lambda: len(assess(weekly, DriftSettings()).frame)


CASES = {"quietdrop": _quietdrop, "DuckDB": _duckdb, "Polars": _polars, "assess": _assess}


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
