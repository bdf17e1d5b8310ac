"""One run at a time, and no wait for a holder that is dead: real processes, really killed."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest

from quietdrop.domain.errors import RunBusy
from quietdrop.jobs.health import Freshness, health
from quietdrop.store import Store, run_lock
from quietdrop.store.run_lock import LIVE_RUN

NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)
DAY = date(2026, 7, 6)
CHILD = """
import sys
from datetime import UTC, date, datetime
from quietdrop.store import run_lock as lease
from quietdrop.store import Store
now = datetime(2026, 7, 6, 7, tzinfo=UTC)
store = Store.open(sys.argv[1])
with lease.held(store, lease.LIVE_RUN, now):
    store.runs.begin(date(2026, 7, 6), True, now)
    print("held", flush=True)
    sys.stdin.read()
"""


def holding(url: str) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, url],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return child


def test_a_run_that_was_killed_is_taken_over_at_once(store_url: str) -> None:
    store = Store.open(store_url)
    child = holding(store_url)
    with (
        pytest.raises(RunBusy, match=f"process {child.pid} on "),
        run_lock.held(store, LIVE_RUN, NOW),
    ):
        pass
    assert health(store, Freshness(10), DAY, NOW, None).problems == ()
    child.kill()
    child.communicate()
    [problem] = health(store, Freshness(10), DAY, NOW, None).problems
    assert "died before its end" in problem.words
    with run_lock.held(store, LIVE_RUN, NOW) as ours:
        assert store.claims.holder(LIVE_RUN) == ours.owner
        with pytest.raises(RunBusy), run_lock.held(store, LIVE_RUN, NOW):
            pass
    assert store.claims.holder(LIVE_RUN) is None


def test_of_many_that_find_a_dead_holder_one_takes_over(store_url: str) -> None:
    store = Store.open(store_url)
    child = holding(store_url)
    child.kill()
    child.communicate()
    holder = store.claims.holder(LIVE_RUN)
    assert holder is not None
    assert [store.claims.hand_over(LIVE_RUN, holder, owner) for owner in "abc"] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    "owner", ["0123456789abcdef", "elsewhere|boot|pid:[1]|99999999|5|0123456789abcdef"]
)
def test_a_holder_of_whom_nothing_is_known_keeps_its_claim_until_it_expires(
    store_url: str, owner: str
) -> None:
    store = Store.open(store_url)
    assert store.claims.take(LIVE_RUN, owner, NOW, run_lock.LEASE)
    just_before = NOW + run_lock.LEASE - timedelta(seconds=1)
    with pytest.raises(RunBusy), run_lock.held(store, LIVE_RUN, just_before):
        pass
    with run_lock.held(store, LIVE_RUN, NOW + run_lock.LEASE) as ours:
        assert store.claims.holder(LIVE_RUN) == ours.owner
