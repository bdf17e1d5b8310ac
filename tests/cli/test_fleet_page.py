"""`quietdrop fleet serve`: who may sign in, and looking at the clinics again and again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.fleet.clinics import write_fleet
from tests.builders.commands import call

from quietdrop.cli.fleet_page import LatestFleet, keep_looking
from quietdrop.config.fleet import Fleet, load_fleet
from quietdrop.domain.errors import ClusterError
from quietdrop.jobs.fleet.looks import Looks
from quietdrop.jobs.fleet.order import Outcome, State

BASE = '[web]\nbase_url = "https://fleet.example"\n'
OPERATORS = BASE + 'operators = ["ops@vendor.example"]\n'
KEY = "a key of thirty-two letters or so"


@pytest.mark.parametrize(
    ("more", "key", "why"),
    [
        (BASE, "", "[web] base_url needs QUIETDROP_LINK_KEY"),
        (BASE, KEY, "[web] operators is empty"),
        (OPERATORS, KEY, "give [mail] or [oidc]"),
        ('[web]\nbind = "0.0.0.0:8470"\n', "", "the page is for this machine only"),
    ],
)
def test_a_page_that_nobody_could_sign_in_to_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    more: str,
    key: str,
    why: str,
) -> None:
    monkeypatch.setenv("QUIETDROP_LINK_KEY", key)
    fleet = write_fleet(tmp_path, "lake", more=f"\n{more}")
    assert call(monkeypatch, "fleet", "serve", fleet) == 2
    assert why in capsys.readouterr().err


def test_serve_takes_none_of_the_options_of_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet = write_fleet(tmp_path, "lake")
    for words in (("--due",), ("--dry-run",), ("--as-of", "2026-07-06"), ("--json",)):
        assert call(monkeypatch, "fleet", "serve", fleet, *words) == 2


class Clinics:
    """Clinics whose status is well, until so many were looked at."""

    def __init__(self, stopped: threading.Event, most: int) -> None:
        self.stopped, self.most, self.names = stopped, most, list[str]()

    def __call__(self, of: Fleet) -> Iterator[Outcome]:
        for clinic in of.clinics:
            self.names.append(clinic.name)
            if len(self.names) == self.most:
                self.stopped.set()
            yield Outcome(clinic.name, State.DONE)


def test_all_clinics_are_looked_at_until_it_is_stopped(tmp_path: Path) -> None:
    file = write_fleet(tmp_path, "lake", "hill", "moor")
    looks, stopped = Looks(), threading.Event()
    clinics = Clinics(stopped, most=2)
    keep_looking(LatestFleet(file, load_fleet(file, {})), looks, clinics, stopped)
    assert clinics.names == ["lake", "hill"]
    assert [(look.name, look.outcome is not None) for look in looks.all()] == [
        ("lake", True),
        ("hill", True),
        ("moor", False),
    ]


def test_a_broken_fleet_file_leaves_the_clinics_as_they_were(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = write_fleet(tmp_path, "lake")
    latest = LatestFleet(file, load_fleet(file, {}))
    file.write_text("[[clinic]\n")
    latest.reload()
    assert [clinic.name for clinic in latest.fleet.clinics] == ["lake"]
    assert "so the old one stays" in caplog.text


def test_a_cluster_that_is_away_is_logged_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = write_fleet(tmp_path, "lake")
    stopped = threading.Event()

    def away(_: Fleet) -> Iterator[Outcome]:
        stopped.set()
        raise ClusterError("no Dask scheduler answers")

    with caplog.at_level(logging.ERROR):
        keep_looking(LatestFleet(file, load_fleet(file, {})), Looks(), away, stopped)
    assert "the clinics cannot be looked at: no Dask scheduler answers" in caplog.text
