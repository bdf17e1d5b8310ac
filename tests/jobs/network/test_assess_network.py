"""A network from a folder of files: the same assessments as from one table, and all or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.builders.network_blocks import (
    AS_OF,
    config,
    cut,
    dominated,
    referrals,
    write_parts,
    written,
)

from quietdrop.config import Settings, load
from quietdrop.detection.assess import assess
from quietdrop.detection.blocks import Blocks
from quietdrop.detection.circumstances import share_arrived, share_open
from quietdrop.detection.exposure import Circumstances
from quietdrop.detection.weekly_counts import events, weekly
from quietdrop.domain.assessment import Assessment
from quietdrop.domain.directory import Closure
from quietdrop.domain.errors import SourceError, UsageError
from quietdrop.jobs.network.assess_network import (
    NetworkOrder,
    NetworkSummary,
    assess_network,
    on_own_cores,
)
from quietdrop.jobs.network.reading import BlockSource
from quietdrop.lib.file_lock import locked
from quietdrop.lib.holidays import public_holidays
from quietdrop.lib.progress import silent


def run(folder: Path, settings: Settings | None = None) -> NetworkSummary:
    """Assesses the folder's counts."""
    order = NetworkOrder(folder / "counts", folder / "out", AS_OF)
    return assess_network(order, settings or load(config(folder), {}), on_own_cores(silent))


def expected(counts: pd.DataFrame, settings: Settings, around: Circumstances) -> pd.DataFrame:
    """What the same rows come to as one table."""
    return assess(weekly(events(counts), AS_OF), settings.drift, around).frame


def assert_same(written_frame: pd.DataFrame, frame: pd.DataFrame, within: float = 0.0) -> None:
    assert list(written_frame.index) == list(frame.index)
    assert set(written_frame) == set(frame)
    for name in frame:
        one, other = written_frame[name], frame[name]
        if one.dtype.kind == "f":
            np.testing.assert_allclose(
                one, other.astype(float), rtol=within, atol=within, err_msg=str(name)
            )
        else:
            assert [str(v) for v in one] == [str(v) for v in other], name


def holidays() -> frozenset[date]:
    return public_holidays("US", "", date(2023, 1, 1), AS_OF)


def test_one_file_comes_to_the_same_bits_as_one_table(tmp_path: Path) -> None:
    counts = referrals(60, 95, 5)
    write_parts(tmp_path / "counts", [counts.sample(frac=1.0, random_state=1)])
    summary = run(tmp_path)
    frame = expected(counts, load(config(tmp_path), {}), Circumstances(holidays()))
    assert_same(written(tmp_path / "out"), frame)
    assert summary.statuses == Counter(map(str, frame["status"]))
    assert (summary.files, summary.weeks, summary.rows) == (1, 95, len(counts))
    assert (summary.left_out, summary.later) == (Counter(), 0)


@pytest.mark.parametrize("network", [referrals(60, 95, 6), dominated()])
def test_several_files_come_to_the_same_statuses(tmp_path: Path, network: pd.DataFrame) -> None:
    files = write_parts(tmp_path / "counts", cut(network, 4))
    nested = tmp_path / "counts/more/last.parquet"
    nested.parent.mkdir()
    files[-1].rename(nested)
    run(tmp_path)
    frame = expected(network, load(config(tmp_path), {}), Circumstances(holidays()))
    output = tmp_path / "out/assessments"
    assert_same(written(tmp_path / "out").sort_index(), frame.sort_index(), within=1e-12)
    names = sorted(str(path.relative_to(output)) for path in output.rglob("*.parquet"))
    assert names == ["more/last.parquet", "part-0.parquet", "part-1.parquet", "part-2.parquet"]


def test_late_rows_and_our_closures_bear_on_all(tmp_path: Path) -> None:
    counts = referrals(60, 95, 7)
    rng = np.random.default_rng(1)
    counts["recorded"] = counts["day"] + rng.integers(0, 20, len(counts))
    (tmp_path / "closures.csv").write_text(
        "closed_from,closed_to,location\n2026-03-02,2026-03-20,\n2026-05-04,2026-05-08,Salem\n"
    )
    of = load(config(tmp_path, 'closures = "closures.csv"\n'), {})
    days = pd.to_datetime(counts["recorded"], unit="D").dt.date
    write_parts(tmp_path / "counts", [counts.assign(recorded=days)])
    run(tmp_path, of)
    cadence = weekly(events(counts), AS_OF)
    closed = [Closure(date(2026, 3, 2), date(2026, 3, 20))]
    around = Circumstances(
        public_holidays("US", "", cadence.week_start(0), AS_OF),
        share_arrived(cadence, events(counts)),
        share_open(cadence, counts, closed),
    )
    assert around.arrived is not None
    assert around.arrived[-1] < 0.6
    assert_same(written(tmp_path / "out"), expected(counts, of, around))


def test_thresholds_are_those_of_the_config(tmp_path: Path) -> None:
    write_parts(tmp_path / "counts", [referrals(60, 95, 6)])
    of = load(config(tmp_path, "[drift]\nwatch_probability = 0.01\nalert_probability = 0.02\n"), {})
    many = run(tmp_path, of).statuses
    (tmp_path / "out").rename(tmp_path / "first")
    assert many["drifting"] + many["quiet"] > run(tmp_path).statuses["drifting"] + 5


def test_bad_rows_are_listed_with_their_places(tmp_path: Path) -> None:
    counts = referrals(20, 60, 2)
    bad = pd.DataFrame({"practice_id": ["", "Q"], "day": [20_000, 20_000], "referrals": [1, -4]})
    write_parts(tmp_path / "counts", [pd.concat([bad, counts])])
    summary = run(tmp_path)
    assert summary.left_out == {"no practice": 1, "count below 0": 1}
    listed = pd.read_parquet(tmp_path / "out/left-out/part-0.parquet")
    assert listed["row"].tolist() == [1, 2]
    assert listed["reason"].tolist() == ["no practice", "count below 0"]
    assert listed["referrals"].tolist() == ["1", "-4"]


def test_a_practice_in_two_files_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    parts = cut(referrals(20, 60, 2), 3)
    parts[2] = pd.concat([parts[2], parts[0].head(1)])
    write_parts(tmp_path / "counts", parts)
    with pytest.raises(SourceError) as refused:
        run(tmp_path)
    assert "part-2.parquet" in str(refused.value)
    assert "part-0.parquet" in str(refused.value)
    assert parts[0]["practice_id"].iloc[0] in str(refused.value)
    assert {path.name for path in tmp_path.iterdir()} == {"counts", "quietdrop.toml"}


def test_equal_hashes_of_two_practices_are_no_reason_to_refuse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "quietdrop.jobs.network.reading._hashes", lambda ids: np.zeros(len(ids), dtype=np.int64)
    )
    write_parts(tmp_path / "counts", cut(referrals(8, 60, 2), 2))
    assert run(tmp_path).statuses.total() == 8


def test_a_file_of_nothing_is_a_block_of_nothing(tmp_path: Path) -> None:
    parts = cut(referrals(30, 95, 2), 2)
    write_parts(tmp_path / "counts", [parts[0], parts[0].head(0), parts[1]])
    assert run(tmp_path).statuses.total() == 30


def test_without_any_referral_there_is_nothing_to_assess(tmp_path: Path) -> None:
    write_parts(tmp_path / "counts", [referrals(3, 60, 2).assign(referrals=0)])
    with pytest.raises(SourceError, match="holds no referral before 2026-07-06"):
        run(tmp_path)


def test_an_output_that_exists_is_never_touched(tmp_path: Path) -> None:
    write_parts(tmp_path / "counts", [referrals(3, 60, 2)])
    (tmp_path / "out").mkdir()
    with pytest.raises(UsageError, match="exists already"):
        run(tmp_path)


def test_what_a_killed_worker_had_begun_to_write_does_not_stay(tmp_path: Path) -> None:
    write_parts(tmp_path / "counts", [referrals(3, 60, 2)])

    def beside_a_killed_one(sources: Sequence[BlockSource], folder: Path) -> Blocks:
        (folder / "assessments/.quietdrop-0123456789abcdef").write_bytes(b"PAR1")
        return on_own_cores(silent)(sources, folder)

    order = NetworkOrder(tmp_path / "counts", tmp_path / "out", AS_OF)
    assess_network(order, load(config(tmp_path), {}), beside_a_killed_one)
    assert [path.name for path in (tmp_path / "out/assessments").iterdir()] == ["part-0.parquet"]


def test_what_a_killed_run_has_left_is_removed_by_the_next(tmp_path: Path) -> None:
    write_parts(tmp_path / "counts", [referrals(3, 60, 2)])
    killed, at_work = tmp_path / ".out-unfinished-0", tmp_path / ".out-unfinished-1"
    of_another = tmp_path / ".out-2-unfinished-0"
    for folder in (killed, at_work, of_another):
        folder.mkdir()
        (folder / "part-0.parquet").write_bytes(b"PAR1")
    with locked(at_work):
        run(tmp_path)
    assert not killed.exists()
    assert at_work.exists()
    assert of_another.exists()
    assert (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_listed_is_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_parts(tmp_path / "counts", [referrals(3, 60, 2)])

    def refuse(_self: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert run(tmp_path).files == 1


def test_the_columns_are_the_fields_of_an_assessment(tmp_path: Path) -> None:
    write_parts(tmp_path / "counts", [referrals(3, 60, 2)])
    run(tmp_path)
    frame = pd.read_parquet(tmp_path / "out/assessments/part-0.parquet")
    assert list(frame) == [field.name for field in fields(Assessment)]
