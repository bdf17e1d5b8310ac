"""A network on a real Dask cluster: a scheduler and workers, each a process of its own."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from benchmarks.fleet.processes import cluster
from tests.builders.network_blocks import (
    AS_OF,
    config,
    cut,
    dominated,
    referrals,
    write_parts,
    written,
)

from quietdrop.config import load
from quietdrop.domain.errors import ClusterError, SourceError
from quietdrop.jobs.network.assess_network import (
    NetworkOrder,
    assess_network,
    on_own_cores,
)
from quietdrop.jobs.network.on_dask import on_dask, refuse_unreachable, unreachable
from quietdrop.jobs.network.reading import BlockSource
from quietdrop.lib.progress import Progress, silent


def on_cluster(folder: Path, name: str, address: str, tell: Progress = silent) -> pd.DataFrame:
    """The assessments of the folder's counts as the cluster's workers write them."""
    order = NetworkOrder(folder / "counts", folder / name, AS_OF)
    with on_dask(address, tell) as engine:
        assess_network(order, load(config(folder), {}), engine)
    return written(folder / name)


def on_this_process(folder: Path) -> pd.DataFrame:
    """The same from this process."""
    order = NetworkOrder(folder / "counts", folder / "here", AS_OF)
    assess_network(order, load(config(folder), {}), on_own_cores(silent))
    return written(folder / "here")


@pytest.mark.timeout(300)  # a cluster's processes begin slowly on a machine with other work
def test_two_workers_give_the_bits_of_one_process_also_where_one_is_killed(tmp_path: Path) -> None:
    write_parts(tmp_path / "counts", cut(dominated(), 5))
    here = on_this_process(tmp_path)
    with cluster(workers=2) as (address, workers):
        there = on_cluster(tmp_path, "there", address)
        pd.testing.assert_frame_equal(there, here, check_exact=True)

        def kill(words: str, done: int = 0, _total: int = 0, /) -> None:
            if words == "Judge block" and done == 2 and workers[0].poll() is None:
                os.kill(workers[0].pid, signal.SIGKILL)
                workers[0].wait()

        after = on_cluster(tmp_path, "after", address, kill)
        assert workers[0].poll() == -signal.SIGKILL
        assert workers[1].poll() is None
    pd.testing.assert_frame_equal(after, here, check_exact=True)
    files = {path.name for path in (tmp_path / "after/assessments").iterdir()}
    assert files == {f"part-{number}.parquet" for number in range(5)}
    assert not list(tmp_path.glob(".*"))


@pytest.mark.timeout(300)
def test_a_bad_file_is_named_by_whichever_worker_reads_it(tmp_path: Path) -> None:
    files = write_parts(tmp_path / "counts", cut(referrals(10, 60, 1), 3))
    files[1].write_bytes(b"PAR1 and nothing else")
    with cluster(workers=1) as (address, _), pytest.raises(SourceError, match=r"part-1\.parquet"):
        on_cluster(tmp_path, "there", address)
    assert {path.name for path in tmp_path.iterdir()} == {"counts", "quietdrop.toml"}


class Workers:
    """A client of Dask's whose workers see the folders as they are here, or elsewhere."""

    def __init__(self, elsewhere: Path | None) -> None:
        self._elsewhere = elsewhere

    def run(
        self, ask: object, sizes: Sequence[tuple[Path, int]], folder: Path, token: str
    ) -> dict[int, str]:
        assert ask is unreachable
        place = self._elsewhere
        there = [(place / file.name, size) for file, size in sizes] if place else sizes
        return {0: unreachable(sizes, folder, token), 1: unreachable(there, folder, token)}


def sources(folder: Path) -> list[BlockSource]:
    files = write_parts(folder / "counts", cut(referrals(4, 30, 1), 2))
    return [BlockSource(file, folder / "left-out" / file.name, AS_OF) for file in files]


def test_workers_that_have_the_folders_may_work(tmp_path: Path) -> None:
    of = sources(tmp_path)
    refuse_unreachable(Workers(None), of, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["counts"]


def test_a_worker_without_the_counts_is_refused(tmp_path: Path) -> None:
    of = sources(tmp_path)
    with pytest.raises(ClusterError, match=r"does not have .*part-0\.parquet"):
        refuse_unreachable(Workers(tmp_path / "elsewhere"), of, tmp_path)
    (tmp_path / "elsewhere").mkdir()
    for source in of:
        (tmp_path / "elsewhere" / source.file.name).write_bytes(b"another size")
    with pytest.raises(ClusterError, match="mount them on every worker"):
        refuse_unreachable(Workers(tmp_path / "elsewhere"), of, tmp_path)


def test_a_worker_with_another_folder_of_that_name_is_refused(tmp_path: Path) -> None:
    assert unreachable([], tmp_path, "a token") == str(tmp_path)
    (tmp_path / "reachable").write_text("another token")
    assert unreachable([], tmp_path, "a token") == str(tmp_path)
    (tmp_path / "reachable").write_text("a token")
    assert unreachable([], tmp_path, "a token") == ""
