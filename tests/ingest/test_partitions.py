"""Counts in a folder of Parquet files: what is read, what is left out, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from quietdrop.domain.days import EPOCH
from quietdrop.domain.errors import SourceError
from quietdrop.ingest import partitions
from quietdrop.ingest.partitions import partition_files, read_partition

AS_OF = date(2026, 7, 6)
DAY = date(2026, 6, 1)


def file_of(folder: Path, **columns: object) -> Path:
    whole = {"practice_id": ["P"], "day": [DAY], "referrals": [1]} | columns
    path = folder / "part.parquet"
    pq.write_table(pa.table(whole), path)
    return path


def days(*values: date) -> list[int]:
    return [(value - EPOCH).days for value in values]


def test_good_rows_are_read_in_their_order_and_practices_sorted(tmp_path: Path) -> None:
    path = file_of(
        tmp_path,
        practice_id=[" b ", "a", "b"],
        day=[DAY, DAY, date(2026, 7, 5)],
        referrals=[1, 2, 3],
        patient_name=["never", "read", "here"],
    )
    rows = read_partition(path, AS_OF)
    assert rows.ids == ("a", "b")
    assert rows.practice.tolist() == [1, 0, 1]
    assert rows.day.tolist() == days(DAY, DAY, date(2026, 7, 5))
    assert rows.recorded.tolist() == [-1] * 3
    assert rows.referrals.tolist() == [1, 2, 3]
    assert (rows.rows, rows.later, rows.left_out.num_rows) == (3, 0, 0)


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"practice_id": pa.array([None], pa.string())}, "no practice"),
        ({"practice_id": ["  "]}, "no practice"),
        ({"practice_id": [float("nan")]}, "no practice"),
        ({"day": pa.array([None], pa.date32())}, "no date"),
        ({"day": [""]}, "no date"),
        ({"day": ["Monday"]}, "not a date"),
        ({"day": [date(1989, 12, 31)]}, "date before 1990"),
        ({"referrals": [-1]}, "count below 0"),
        ({"referrals": [1.5]}, "count not whole"),
        ({"referrals": [float("nan")]}, "count not whole"),
        ({"referrals": [float("inf")]}, "count too large"),
        ({"referrals": [1_000_001]}, "count too large"),
        ({"referrals": pa.array([2**64 - 1], pa.uint64())}, "count too large"),
    ],
)
def test_a_bad_row_is_kept_with_its_place_and_reason(
    tmp_path: Path, columns: dict[str, object], reason: str
) -> None:
    rows = read_partition(file_of(tmp_path, **columns), AS_OF)
    assert rows.ids == ()
    assert rows.left_out["reason"].to_pylist() == [reason]
    assert rows.left_out["row"].to_pylist() == [1]
    assert rows.left_out.column_names == ["row", "reason", "practice_id", "day", "referrals"]


@pytest.mark.parametrize(
    "columns",
    [
        {"day": [date(1990, 1, 1)]},
        {"referrals": [1_000_000]},
        {"referrals": [2.0]},
        {"practice_id": [17]},
        {"practice_id": [17.0]},
        {"practice_id": pa.array(["P"], pa.large_string())},
        {"practice_id": pa.array(["P"], pa.string_view())},
        {"day": pa.array(["2026-06-01"], pa.string_view())},
        {"day": pa.array([DAY], pa.date64())},
        {"practice_id": pa.array(["P"]).dictionary_encode()},
        {"day": ["2026-06-01"]},
        {"day": ["2026-06-01T08:30:00"]},
        {"day": [datetime(2026, 6, 1, 23, 59)]},
    ],
)
def test_a_good_row_of_any_type_counts(tmp_path: Path, columns: dict[str, object]) -> None:
    rows = read_partition(file_of(tmp_path, **columns), AS_OF)
    assert len(rows.ids) == 1
    assert rows.left_out.num_rows == 0


@pytest.mark.parametrize(("day", "later"), [(date(2026, 7, 5), 0), (AS_OF, 1)])
def test_a_day_that_is_yet_to_come_is_counted_aside(tmp_path: Path, day: date, later: int) -> None:
    rows = read_partition(file_of(tmp_path, day=[day]), AS_OF)
    assert (rows.later, len(rows.ids)) == (later, 1 - later)


@pytest.mark.parametrize("number", [0, None])
def test_a_practice_of_nothing_is_not_there(tmp_path: Path, number: int | None) -> None:
    path = file_of(tmp_path, referrals=pa.array([number], pa.int64()))
    rows = read_partition(path, AS_OF)
    assert (rows.ids, rows.rows, rows.left_out.num_rows) == ((), 1, 0)


def test_a_row_is_recorded_on_its_day_at_the_earliest(tmp_path: Path) -> None:
    path = file_of(
        tmp_path,
        practice_id=["P"] * 3,
        day=[DAY] * 3,
        referrals=[1] * 3,
        recorded=[date(2026, 6, 9), date(2026, 5, 1), None],
    )
    recorded = read_partition(path, AS_OF).recorded
    assert recorded.tolist() == [*days(date(2026, 6, 9), DAY), -1]


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"practice_id": [b"\xff"]}, '"practice_id" holds binary'),
        ({"practice_id": [True]}, '"practice_id" holds bool'),
        ({"practice_id": [{"id": "P"}]}, '"practice_id" holds struct'),
        ({"practice_id": [["P"]]}, '"practice_id" holds list'),
        ({"day": [1.5]}, '"day" holds double'),
        ({"day": [[DAY]]}, '"day" holds list'),
        ({"day": [datetime(2026, 6, 1, tzinfo=UTC)]}, '"day" holds timestamp'),
        ({"referrals": ["one"]}, '"referrals" holds string'),
        ({"recorded": [True]}, '"recorded" holds bool'),
    ],
)
def test_a_column_of_another_type_is_refused(
    tmp_path: Path, columns: dict[str, object], why: str
) -> None:
    with pytest.raises(SourceError, match=why) as refused:
        read_partition(file_of(tmp_path, **columns), AS_OF)
    assert "part.parquet" in str(refused.value)


@pytest.mark.parametrize("name", ["practice_id", "day", "referrals"])
def test_a_file_without_a_column_is_refused(tmp_path: Path, name: str) -> None:
    path = file_of(tmp_path)
    pq.write_table(pq.read_table(path).drop_columns([name]), path)
    with pytest.raises(SourceError, match=rf'part\.parquet: has no column "{name}"'):
        read_partition(path, AS_OF)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = file_of(tmp_path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(SourceError, match=r"part\.parquet: cannot be read, or is damaged"):
        read_partition(path, AS_OF)


def test_a_file_is_of_a_size_that_fits_one_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file_of(tmp_path, practice_id=["a", "b"], day=[DAY] * 2, referrals=[1] * 2)
    monkeypatch.setattr(partitions, "MOST_PRACTICES", 2)
    monkeypatch.setattr(partitions, "MOST_ROWS", 2)
    assert len(read_partition(path, AS_OF).ids) == 2
    monkeypatch.setattr(partitions, "MOST_PRACTICES", 1)
    with pytest.raises(SourceError, match="has 2 practices"):
        read_partition(path, AS_OF)
    monkeypatch.setattr(partitions, "MOST_ROWS", 1)
    with pytest.raises(SourceError, match="has 2 rows"):
        read_partition(path, AS_OF)


class TestFiles:
    def test_are_sorted_and_those_of_spark_passed_over(self, tmp_path: Path) -> None:
        for name in ("b/2.parquet", "a/1.parquet", "_SUCCESS", ".x.crc", "_tmp/3.parquet"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_bytes(b"")
        names = [str(path.relative_to(tmp_path)) for path in partition_files(tmp_path)]
        assert names == ["a/1.parquet", "b/2.parquet"]

    def test_of_another_kind_are_refused(self, tmp_path: Path) -> None:
        (tmp_path / "more.csv").write_text("")
        with pytest.raises(SourceError, match=r"more\.csv: is not called \.parquet"):
            partition_files(tmp_path)

    def test_have_to_be_there(self, tmp_path: Path) -> None:
        with pytest.raises(SourceError, match=r"holds no \.parquet file"):
            partition_files(tmp_path)
        with pytest.raises(SourceError, match="is not a folder"):
            partition_files(tmp_path / "elsewhere")
