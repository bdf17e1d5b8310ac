"""A clinic's process, or the whole fleet, killed while mail is sent: real processes, real mail."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from benchmarks.faults.post import Post
from benchmarks.fleet.clinics import MESSAGES, MONDAY, write_fleet
from benchmarks.fleet.processes import clinics_of, start, wait_for_the_end
from tests.builders.fleet_scene import let_time_pass, store_of, unaccounted, undelivered

NAMES = ("lake", "hill")
RUN = ("--as-of", MONDAY.isoformat(), "--send", "--jobs", "2")
MIDWAY = 4  # messages of one clinic that were taken before


@pytest.fixture
def post() -> Iterator[Post]:
    with Post() as listening:
        yield listening


def killing(post: Post, kill: Callable[[], None]) -> list[str]:
    """Has `kill` called when a clinic is midway; the message of that moment is not taken."""
    seen: list[str] = []

    def rule(recipient: str, _before: int) -> str:
        if not recipient.endswith("@lake.example"):
            return "take"
        seen.append(recipient)
        if len(seen) <= MIDWAY:
            return "take"
        if len(seen) == MIDWAY + 1:
            kill()
        return "drop before"

    post.rule = rule
    return seen


@pytest.mark.long
def test_a_fleet_that_is_killed_midway_loses_nothing_and_sends_nothing_twice(
    tmp_path: Path, post: Post
) -> None:
    fleet = write_fleet(tmp_path, *NAMES, port=post.port)
    process = start("fleet", "run", fleet, *RUN)

    def kill() -> None:
        """Kills the fleet, and waits until its clinics have noticed: none may ask once more."""
        clinics = clinics_of(process.pid, NAMES)
        process.kill()
        wait_for_the_end(clinics)

    seen = killing(post, kill)
    assert process.wait(120) == -signal.SIGKILL
    process.communicate()
    assert len(seen) == MIDWAY + 1
    assert len(undelivered(tmp_path / "lake", post.copies)) == MESSAGES - MIDWAY
    assert len(store_of(tmp_path / "lake").outbox.messages(MONDAY)) == MESSAGES

    post.rule = lambda _recipient, _before: "take"
    rest_is_sent(fleet, post)


@pytest.mark.long
def test_a_clinic_that_is_killed_midway_stops_no_other_and_is_taken_up_again(
    tmp_path: Path, post: Post
) -> None:
    fleet = write_fleet(tmp_path, *NAMES, port=post.port)
    process = start("fleet", "run", fleet, *RUN)

    def kill() -> None:
        for child in clinics_of(process.pid, ["lake"]):
            os.kill(child, signal.SIGKILL)

    killing(post, kill)
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "lake  failed  -  It was ended from outside" in said
    assert "clinics 2: done 1, held 0, failed 1" in said
    assert not undelivered(tmp_path / "hill", post.copies)

    post.rule = lambda _recipient, _before: "take"
    rest_is_sent(fleet, post)


def rest_is_sent(fleet: Path, post: Post) -> None:
    """Run again at once, and again when nobody waits for the dead sender: every mail is there."""
    for _ in range(2):
        again = start("fleet", "run", fleet, *RUN)
        said, errors = again.communicate(timeout=120)
        assert again.returncode == 0, said + errors
        # Any clinic may have been in the middle of a message when the fleet was killed.
        for name in NAMES:
            let_time_pass(fleet.parent / name)
        if not any(undelivered(fleet.parent / name, post.copies) for name in NAMES):
            return
    assert undelivered(fleet.parent / "lake", post.copies) == []
    assert unaccounted(fleet.parent / "hill", post.copies) == []
