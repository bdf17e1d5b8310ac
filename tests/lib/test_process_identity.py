"""Who is known to be dead, and who is not: real processes."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from quietdrop.lib import process_identity
from quietdrop.lib.process_identity import ProcessIdentity, own_identity, parse_identity

CHILD = """
import sys
from quietdrop.lib.process_identity import own_identity
print(own_identity(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def child() -> tuple[subprocess.Popen[str], ProcessIdentity]:
    started = subprocess.Popen(
        [sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert started.stdout is not None
    identity = parse_identity(started.stdout.readline().strip())
    assert identity is not None
    return started, identity


def ended(started: subprocess.Popen[str]) -> None:
    started.communicate()


Child = tuple[subprocess.Popen[str], ProcessIdentity]


def test_this_process_is_alive_and_names_itself() -> None:
    here = own_identity()
    assert here.pid == os.getpid()
    assert all((here.host, here.boot, here.namespace, here.started))
    assert not here.is_dead
    assert parse_identity(f"{here}|something more") == here
    assert len(str(here)) < 200


def test_a_killed_process_is_dead_before_and_after_its_parent_looked(child: Child) -> None:
    started, identity = child
    assert not identity.is_dead
    started.kill()
    while not identity.is_dead:  # a zombie now: bounded by the test's own time limit
        pass
    ended(started)
    assert identity.is_dead


def test_another_process_with_the_same_pid_is_not_the_holder(child: Child) -> None:
    started, identity = child
    assert replace(identity, started=str(int(identity.started) - 1)).is_dead
    ended(started)


@pytest.mark.parametrize("part", ["host", "boot", "namespace"])
def test_of_a_process_elsewhere_nothing_is_known(child: Child, part: str) -> None:
    started, identity = child
    ended(started)
    assert identity.is_dead
    elsewhere = {"host": identity.host, "boot": identity.boot, "namespace": identity.namespace}
    elsewhere[part] = "another"
    assert not ProcessIdentity(**elsewhere, pid=identity.pid, started=identity.started).is_dead


@pytest.mark.parametrize("text", ["", "0123456789abcdef", "a|b|c|d|e", "a|b|c|0|e", "a|b|c|-1|e"])
def test_an_owner_of_an_earlier_release_names_nobody(text: str) -> None:
    assert parse_identity(text) is None


def test_without_proc_nothing_is_known(
    child: Child, monkeypatch: pytest.MonkeyPatch, tmp_path: os.PathLike[str]
) -> None:
    started, identity = child
    ended(started)
    monkeypatch.setattr(process_identity, "PROC", tmp_path)
    assert not identity.is_dead
    assert not own_identity().is_dead
