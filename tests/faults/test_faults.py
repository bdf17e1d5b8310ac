"""Faults injected for real, a few times each; `make faults` does it hundreds of times."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.faults import injected
from benchmarks.faults.cluster import Cluster, programs
from benchmarks.faults.office import write_office
from benchmarks.faults.post import Post
from benchmarks.faults.trial import Count, Office


@pytest.fixture
def post() -> Iterator[Post]:
    with Post() as listening:
        yield listening


@pytest.fixture
def office(store_url: str, post: Post, tmp_path: Path) -> Office:
    return Office(write_office(tmp_path / "office", post.port), store_url, post)


@pytest.fixture
def on_sqlite(post: Post, tmp_path: Path) -> Office:
    config = write_office(tmp_path / "office", post.port)
    return Office(config, f"sqlite:///{tmp_path}/store.db", post)


@pytest.mark.long
def test_a_process_killed_at_any_moment_loses_nothing_and_sends_nothing_twice(
    office: Office,
) -> None:
    count = injected.killed(office, 1)
    assert count.clean, count


def test_of_schedulers_at_once_one_runs_and_each_message_is_sent_by_one(office: Office) -> None:
    count = injected.at_once(office, 4, 1)
    assert count.clean, count
    assert count.in_doubt == 0


def test_whatever_the_mail_server_does_to_some_the_others_have_their_mail(
    on_sqlite: Office,
) -> None:
    def rule(recipient: str, before: int) -> str:
        name = recipient.partition("@")[0]
        if name == "liaison7":
            return "never"
        fates = {"liaison8": "later", "liaison9": "drop before", "liaison6": "drop after"}
        return fates.get(name, "take") if before < 2 else "take"

    counted = injected.misled(on_sqlite, rule)
    assert counted == Count(trials=1, failed=1, in_doubt=1)
    assert max(on_sqlite.post.copies.values()) == 2  # the doubtful one: once more and no more


def test_a_full_disk_stops_the_run_with_a_clear_error(on_sqlite: Office, tmp_path: Path) -> None:
    count = injected.disk_full(on_sqlite, tmp_path / "store.db", 1)
    assert count.clean, count


@pytest.mark.skipif(programs() is None, reason="PostgreSQL's server programs are not installed")
def test_a_database_that_restarts_midway_loses_nothing(post: Post, tmp_path: Path) -> None:
    config = write_office(tmp_path / "office", post.port)
    with Cluster() as cluster:
        count = injected.database_restarted(Office(config, cluster.url, post), cluster, 1)
    assert count.clean, count
