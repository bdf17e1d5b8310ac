"""Files without ids that deliver each other's rows count once; two offices count both."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from quietdrop import ingest
from quietdrop.config import SourceSettings
from quietdrop.domain.intake import Intake
from quietdrop.ingest.overlaps import Overlaps

AS_OF = date(2026, 7, 6)
Row = tuple[date, str]


def network(
    seed: int, practices: int = 20, weeks: int = 26, a_week: float = 1.5, end: date = AS_OF
) -> list[Row]:
    """Referrals on working days, by chance."""
    random = np.random.default_rng(seed)
    days = [end - timedelta(days=back) for back in range(1, 7 * weeks + 1)]
    days = [day for day in days if day.weekday() < 5]
    return [
        (day, f"p{practice:02d}")
        for day in days
        for practice in range(practices)
        for _ in range(int(random.poisson(a_week / 5)))
    ]


def read(folder: Path, files: Mapping[str, Iterable[Row]]) -> Intake:
    for name, rows in files.items():
        lines = [f"{day},{practice}" for day, practice in rows]
        (folder / f"{name}.csv").write_text("\n".join(["referred_on,practice_id", *lines, ""]))
    return ingest.read(SourceSettings(referrals=str(folder)), AS_OF, AS_OF)


def total(intake: Intake) -> int:
    return int(intake.counts["referrals"].sum())


def between(rows: list[Row], first: date, last: date) -> list[Row]:
    return [row for row in rows if first <= row[0] <= last]


def test_rolling_exports_count_once(tmp_path: Path) -> None:
    rows = network(1)
    files = {}
    for back in range(8):
        last = AS_OF - timedelta(days=7 * back + 1)
        files[f"export-{last}"] = between(rows, last - timedelta(days=83), last)
    intake = read(tmp_path, files)
    everything = between(rows, AS_OF - timedelta(days=133), AS_OF)
    assert total(intake) == len(everything)
    assert [len(group) for group in intake.reading.overlapping] == [8]
    repeated = sum(map(len, files.values())) - len(everything)
    assert intake.notes["in another file as well"] == repeated


def test_of_equal_rows_the_most_in_any_one_file_count(tmp_path: Path) -> None:
    rows = network(1)
    day = rows[0][0]
    again = [(day, "p99")] * 3  # three real referrals of one day, of which one file has two
    intake = read(tmp_path, {"old": [*rows, *again[:2]], "new": [*rows, *again]})
    assert total(intake) == len(rows) + 3


def test_equal_rows_of_one_file_are_several_referrals(tmp_path: Path) -> None:
    rows = network(1)
    assert total(read(tmp_path, {"only": rows + rows})) == 2 * len(rows)


def test_what_is_known_of_our_own_side_counts_once_too(tmp_path: Path) -> None:
    rows = [f"{day},{practice},{day + timedelta(days=9)}" for day, practice in network(1)]
    for name, part in (("old", rows[40:]), ("new", rows)):
        text = "\n".join(["referred_on,practice_id,seen_on", *part, ""])
        (tmp_path / f"{name}.csv").write_text(text)
    intake = ingest.read(SourceSettings(referrals=str(tmp_path)), AS_OF, AS_OF)
    assert int(intake.access["referrals"].sum()) == len(rows) == total(intake)


@pytest.mark.parametrize(("percent", "joined"), [(79, False), (80, True)])
def test_eighty_percent_of_the_shared_span_must_agree(
    tmp_path: Path, percent: int, joined: bool
) -> None:
    rows = sorted(set(network(1)))[:500]
    changed = 500 - 5 * percent
    other = [(day, f"q{i}") for i, (day, _) in enumerate(rows[1 : 1 + changed])]
    other = [rows[0], *other, *rows[1 + changed :]]
    assert len(set(rows) & set(other)) == 5 * percent
    intake = read(tmp_path, {"one": rows, "other": other})
    assert total(intake) == (500 + changed if joined else 1000)
    assert bool(intake.reading.overlapping) == joined


def test_a_part_of_a_larger_export_counts_once(tmp_path: Path) -> None:
    rows = network(1)
    part = [row for row in rows if row[1] < "p05"]
    assert total(read(tmp_path, {"all": rows, "part": part})) == len(rows)


@pytest.mark.parametrize("a_week", [0.5, 1.5, 5, 15, 60])
def test_two_offices_of_the_same_practices_count_both(tmp_path: Path, a_week: float) -> None:
    north, south = network(1, a_week=a_week), network(2, a_week=a_week)
    intake = read(tmp_path, {"north": north, "south": south})
    assert total(intake) == len(north) + len(south)


@pytest.mark.parametrize("a_week", [0.5, 1.5, 5, 15, 60])
def test_and_exports_of_any_volume_count_once(tmp_path: Path, a_week: float) -> None:
    rows = network(1, a_week=a_week)
    late = rows[: len(rows) // 20]  # the newest rows were not all in yet
    assert total(read(tmp_path, {"old": rows[len(late) // 2 :], "new": rows})) == len(rows)


def test_two_offices_with_few_rows_that_happen_to_agree_count_both(tmp_path: Path) -> None:
    days = [AS_OF - timedelta(days=back) for back in (7, 6, 5, 4)]
    same = [(day, "p1") for day in days]
    assert total(read(tmp_path, {"north": same, "south": same})) == 8


@pytest.mark.parametrize("every", [1, 7])
def test_two_offices_with_one_habit_count_both(tmp_path: Path, every: int) -> None:
    """A practice that sends both of them two on each working day, or on each Monday."""
    days = [AS_OF - timedelta(days=back) for back in range(7, 364, every)]
    rows = [(day, "p1") for day in days if day.weekday() < 5 for _ in range(2)]
    assert total(read(tmp_path, {"north": rows, "south": rows})) == 2 * len(rows)


def test_exports_of_a_small_clinic_count_once(tmp_path: Path) -> None:
    random = np.random.default_rng(4)
    days = sorted({AS_OF - timedelta(days=int(back)) for back in random.integers(7, 91, 14)})
    rows = [(day, "p1") for day in days]
    assert total(read(tmp_path, {"old": rows[:-1], "new": rows})) == len(rows)


def test_exports_that_share_one_day_count_it_once(tmp_path: Path) -> None:
    rows = network(1, practices=40)
    middle = AS_OF - timedelta(days=70)
    middle -= timedelta(days=max(middle.weekday() - 4, 0))
    files = {
        "spring": [row for row in rows if row[0] <= middle],
        "summer": [row for row in rows if row[0] >= middle],
    }
    assert total(read(tmp_path, files)) == len(rows)


def test_files_that_follow_each_other_do_not_overlap(tmp_path: Path) -> None:
    rows = network(1)
    months = {f"{month:02d}": [r for r in rows if r[0].month == month] for month in range(1, 8)}
    intake = read(tmp_path, {k: v for k, v in months.items() if v})
    assert (total(intake), intake.reading.overlapping) == (len(rows), ())


def test_the_order_of_rows_and_files_does_not_matter(tmp_path: Path) -> None:
    rows = network(1)
    counts = []
    for place, names in enumerate((("a", "b"), ("b", "a"))):
        folder = tmp_path / str(place)
        folder.mkdir()
        counts.append(read(folder, {names[0]: rows[:-30], names[1]: rows[::-1]}).counts)
    assert counts[0].equals(counts[1])


@pytest.mark.timeout(120)
def test_three_years_of_monthly_exports_are_compared_in_seconds() -> None:
    """36 rolling exports with 1,000,000 rows in all; the comparison alone is timed."""
    random = np.random.default_rng(0)
    a_month, months, window = 2_500, 36, 12
    whole = pd.DataFrame(
        {
            "day": 18_000 + random.integers(0, 30 * (months + window), a_month * (months + window)),
            "practice": random.integers(0, 2_000, a_month * (months + window)),
        }
    )
    parts = []
    for source in range(months):
        inside = whole["day"].between(18_000 + 30 * source, 18_000 + 30 * (source + window) - 1)
        parts.append(whole[inside].assign(source=source))
    good = pd.concat(parts, ignore_index=True)
    nothing = ("provider", "provider_name", "name", "service_line", "payer", "location", "id")
    good = good.assign(recorded=-1, rows=1, kept=1, **dict.fromkeys(nothing, 0))
    assert len(good) > 1_000_000
    began = time.process_time()
    overlaps = Overlaps(good, months)
    once = overlaps.once()
    took = time.process_time() - began
    assert [len(group) for group in overlaps.groups()] == [months]
    assert len(once) == whole["day"].lt(18_000 + 30 * (months + window - 1)).sum()
    assert took < 30, took
