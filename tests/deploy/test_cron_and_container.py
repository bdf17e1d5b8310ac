"""The crontab's lines and the Containerfile name what exists."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from quietdrop.cli.commands import COMMANDS
from quietdrop.lib.cron import check_cron

ROOT = Path(__file__).parents[2]
CRON = ROOT / "deploy" / "cron"
CONTAINER = ROOT / "deploy" / "container"


def lines(name: str) -> list[str]:
    """The lines of a crontab that call a command."""
    text = (CRON / name).read_text()
    return [line for line in text.splitlines() if re.match(r"[\d*]", line)]


LINES = lines("quietdrop")
FLEET = lines("quietdrop-fleet")


@pytest.mark.parametrize("line", [*LINES, *FLEET])
def test_a_line_of_a_crontab_has_a_schedule_a_user_and_a_command(line: str) -> None:
    *schedule, user, words = line.split(maxsplit=6)
    check_cron(" ".join(schedule))
    assert user == "quietdrop"
    [command] = re.findall(r"(?:; quietdrop|quietdrop\.toml) ([a-z]+)", words)
    assert command in COMMANDS
    assert "%" not in words  # cron takes it for the end of the line


def test_the_crontab_runs_and_sends() -> None:
    assert [re.findall(r"toml (\w+)", line) for line in LINES] == [["run"], ["send"]]


def test_the_fleets_crontab_makes_rounds_and_says_who_is_not_well() -> None:
    assert [re.findall(r"quietdrop fleet (\w+)", line) for line in FLEET] == [["run"], ["status"]]
    assert FLEET[0].split(">")[0].rstrip().endswith("fleet.toml --due")


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
