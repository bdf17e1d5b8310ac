"""The systemd units in the repository are such that systemd takes, and do what they should."""

from __future__ import annotations

import re
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

from quietdrop.cli.commands import COMMANDS
from quietdrop.cli.fleet import Action

FOLDER = Path(__file__).parents[2] / "deploy" / "systemd"
SERVICE = FOLDER / "quietdrop.service"
SERVICES = sorted(FOLDER.glob("*.service"))


def unit(path: Path) -> RawConfigParser:
    parser = RawConfigParser(strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(path.read_text())
    return parser


def test_the_service_waits_for_readiness_reloads_by_sighup_and_allows_for_the_stop() -> None:
    service = unit(SERVICE)["Service"]
    assert service["Type"] == "notify"
    assert service["ExecReload"] == "/bin/kill -HUP $MAINPID"
    assert service["ExecStart"].endswith(" serve")
    assert int(service["TimeoutStopSec"]) > 10
    assert service["WatchdogSec"] == "5min"


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_every_service_runs_a_command_of_ours_with_few_rights(path: Path) -> None:
    service = unit(path)["Service"]
    words = service["ExecStart"].split()
    assert words[words.index("json") + 1] in COMMANDS
    assert service["User"] == "quietdrop"
    assert (service["NoNewPrivileges"], service["ProtectSystem"]) == ("yes", "strict")
    assert service["UMask"] == "0077"


def test_the_fleet_has_a_unit_for_its_rounds_and_one_for_its_page() -> None:
    for name, words in (
        ("quietdrop-fleet", "fleet run /etc/quietdrop/fleet.toml --due"),
        ("quietdrop-fleet-page", "fleet serve /etc/quietdrop/fleet.toml"),
    ):
        assert unit(FOLDER / f"{name}.service")["Service"]["ExecStart"].endswith(f" {words}")
        assert words.split()[1] in [action.value for action in Action]
    assert unit(FOLDER / "quietdrop-fleet.service")["Service"]["SuccessExitStatus"] == "3"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.timer")), ids=lambda path: path.name)
def test_every_timer_starts_a_service_that_is_there(path: Path) -> None:
    assert path.with_suffix(".service") in SERVICES
    assert unit(path)["Install"]["WantedBy"] == "timers.target"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_finds_nothing_wrong_with_them(tmp_path: Path) -> None:
    """With a program that exists here in the place of the installed one."""
    for path in FOLDER.iterdir():
        text = path.read_text().replace("/opt/quietdrop/bin/quietdrop", "/bin/true")
        (tmp_path / path.name).write_text(text)
    verify = ["systemd-analyze", "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))]
    result = subprocess.run(verify, capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    spoiled = tmp_path / SERVICE.name
    spoiled.write_text(spoiled.read_text().replace("Type=notify", "Type=notfy"))
    result = subprocess.run(verify, capture_output=True, text=True, timeout=60)
    assert "notfy" in result.stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_reads_every_timers_calendar() -> None:
    for path in FOLDER.glob("*.timer"):
        [calendar] = re.findall(r"(?m)^OnCalendar=(.+)$", path.read_text())
        words = ["systemd-analyze", "calendar", calendar]
        assert subprocess.run(words, capture_output=True, timeout=60).returncode == 0
