"""The systemd unit in the repository is one that systemd takes."""

from __future__ import annotations

import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[2] / "config" / "quietdrop.service"


@pytest.fixture
def unit() -> RawConfigParser:
    parser = RawConfigParser(strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(UNIT.read_text())
    return parser


def test_it_waits_for_readiness_reloads_by_sighup_and_allows_for_the_stop(
    unit: RawConfigParser,
) -> None:
    service = unit["Service"]
    assert service["Type"] == "notify"
    assert service["ExecReload"] == "/bin/kill -HUP $MAINPID"
    assert service["ExecStart"].endswith(" serve")
    assert int(service["TimeoutStopSec"]) > 10
    assert service["WatchdogSec"] == "5min"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_finds_nothing_wrong_with_it(tmp_path: Path) -> None:
    """With a program that exists here in the place of the installed one."""
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text().replace("/opt/quietdrop/bin/quietdrop", "/bin/true"))
    verify = ["systemd-analyze", "verify", "--man=no", str(copy)]
    result = subprocess.run(verify, capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    copy.write_text(copy.read_text().replace("Type=notify", "Type=notfy"))
    spoiled = subprocess.run(verify, capture_output=True, text=True, timeout=60)
    assert "notfy" in spoiled.stderr
