"""The crontab's lines and the Containerfile name what exists."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from quietdrop.cli.commands import COMMANDS
from quietdrop.lib.cron import check_cron

ROOT = Path(__file__).parents[2]
CRONTAB = (ROOT / "deploy" / "cron" / "quietdrop").read_text()
CONTAINER = ROOT / "deploy" / "container"
LINES = [line for line in CRONTAB.splitlines() if re.match(r"[\d*]", line)]


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_the_crontab_has_a_schedule_a_user_and_a_command(line: str) -> None:
    *schedule, user, words = line.split(maxsplit=6)
    check_cron(" ".join(schedule))
    assert user == "quietdrop"
    [command] = re.findall(r"quietdrop\.toml (\w+)", words)
    assert command in COMMANDS
    assert "%" not in words  # cron takes it for the end of the line


def test_the_crontab_runs_and_sends() -> None:
    assert [re.findall(r"toml (\w+)", line) for line in LINES] == [["run"], ["send"]]


def test_the_containerfile_copies_what_is_there_and_starts_what_is_installed() -> None:
    text = (CONTAINER / "Containerfile").read_text()
    copied = [
        name for line in re.findall(r"(?m)^COPY (?!--)(.+) \S+$", text) for name in line.split()
    ]
    assert copied
    for name in copied:
        assert (ROOT / name).exists()
        assert f"!{name}" in (CONTAINER / "Containerfile.dockerignore").read_text().splitlines()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    [extras] = re.findall(r"'\.\[([\w,]+)\]'", text)
    assert set(extras.split(",")) <= set(project["optional-dependencies"])
    [entry] = re.findall(r'ENTRYPOINT \["(\w+)"\]', text)
    assert entry in project["scripts"]
    [command] = re.findall(r'CMD \["(\w+)"\]', text)
    assert command in COMMANDS
    assert "\nUSER quietdrop\n" in text
