"""The first config: what is recognized, what is asked on a terminal, and the next command."""

from __future__ import annotations

import csv
import os
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.builders.commands import call

from benchmarks import terminal
from quietdrop.cli.recognized import shown
from quietdrop.config import load

LAST = date(2026, 7, 3)
HEADER = ["Referral Date", "Referring Practice", "Patient Name", "DOB"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with nothing but an export of three practices, a year long."""
    with (tmp_path / "referrals.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEADER)
        for back in range(0, 364, 7):
            for name in ("Alder Clinic", "Birch Family Medicine", "Cedar Pediatrics"):
                rows.writerow([LAST - timedelta(days=back), name, "Somebody Marked", "1950-01-01"])
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_columns_are_a_table_and_what_is_never_read_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "init", "--from", "referrals.csv") == 0
    said = capsys.readouterr().out
    lines = said.splitlines()
    assert lines[0] == "we call it     your column           what it is"
    assert lines[2] == 'referred_on    "Referral Date"       the day of the referral'
    assert 'never read, since they speak of patients: "Patient Name", "DOB"' in lines
    assert any(line.startswith("Never read, whatever it is called: a patient's") for line in lines)
    assert lines[-1] == "Wrote quietdrop.toml. Next: quietdrop check"
    assert "Marked" not in said
    assert (folder / "quietdrop.toml").stat().st_mode & 0o777 == 0o600


def test_options_answer_for_scripts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["init", "clinic.toml", "--from", "referrals.csv", "--no-input"]
    words += ["--liaison", "ann@clinic.example", "--manager", "mo@clinic.example"]
    words += ["--mail", "now", "--mail-host", "smtp.clinic.example:465"]
    words += ["--mail-from", "quietdrop@clinic.example"]
    assert call(monkeypatch, *words) == 0
    settings = load(folder / "clinic.toml", {})
    assert settings.digest.default_liaison == "ann@clinic.example"
    assert settings.digest.managers == ("mo@clinic.example",)
    assert settings.mail is not None
    assert (settings.mail.host, settings.mail.port) == ("smtp.clinic.example", 465)
    assert (settings.mail.security, settings.mail.from_) == ("ssl", "quietdrop@clinic.example")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--liaison", "ann"), '"ann" is not an e-mail address'),
        (("--mail", "now"), "--mail now needs --mail-host and --mail-from"),
        (("--mail-host", "smtp.example"), "go with --mail now"),
        (("--column", "practice=Referring Practice"), "write it as practice_name=YOUR COLUMN"),
        (("--column", "practice_name=Patient Name"), "that column speaks of patients"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_written(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    said: str,
) -> None:
    assert call(monkeypatch, "init", "--from", "referrals.csv", *words) == 2
    assert said in capsys.readouterr().err
    assert not (folder / "quietdrop.toml").exists()


def test_a_column_that_is_not_recognized_is_named_by_an_option(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (folder / "referrals.csv").read_text()
    (folder / "odd.csv").write_text(text.replace("Referring Practice", "Zqx"))
    words = ("init", "--from", "odd.csv", "--column", "practice_name=Zqx")
    assert call(monkeypatch, *words) == 0
    columns = load(folder / "quietdrop.toml", {}).source.columns
    assert columns == {"referred_on": "Referral Date", "practice_name": "Zqx"}


def test_a_file_without_a_header_line_has_its_columns_named_by_position(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (folder / "referrals.csv").read_text().splitlines()[1:]
    (folder / "bare.csv").write_text("\n".join(lines))
    assert call(monkeypatch, "init", "--from", "bare.csv") == 2
    assert "`quietdrop init --header DAY,,PRACTICE`" in capsys.readouterr().err
    words = ("init", "--from", "bare.csv", "--header", "referred_on, practice_name,,")
    assert call(monkeypatch, *words) == 0
    source = load(folder / "quietdrop.toml", {}).source
    assert source.header == ("referred_on", "practice_name", "", "")
    assert call(monkeypatch, "check") in (0, 1)  # the feed may be stale by now
    said = capsys.readouterr().out
    assert "3 practices, 156 referrals of 156 rows" in said
    assert "Marked" not in said


def test_columns_that_are_called_as_ours_are_said_to_be_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (folder / "referrals.csv").read_text().replace("DOB", "seen_on", 1)
    (folder / "seen.csv").write_text(text.replace("1950-01-01", ""))
    assert call(monkeypatch, "init", "--from", "seen.csv") == 0
    lines = capsys.readouterr().out.splitlines()
    assert 'seen_on        "seen_on"             when they were seen' in lines
    assert not any(line.startswith("not used") for line in lines)


def in_terminal(folder: Path, *words: str, answers: tuple[tuple[str, str], ...]) -> terminal.Screen:
    source = str(Path(__file__).parents[2] / "src")
    env = os.environ | {"PYTHONPATH": source, "TERM": "dumb"}
    command = [sys.executable, "-m", "quietdrop", *words]
    return terminal.run(command, folder, env, answers)


def test_on_a_terminal_it_asks_for_what_is_not_in_the_data(folder: Path) -> None:
    screen = in_terminal(
        folder,
        "init",
        answers=(
            ("Where are the referrals?", "1"),
            ("Whose list is it?", "ann"),
            ("Whose list is it?", "ann@clinic.example"),
            ("Which manager", ""),
            ("now or later?", ""),
        ),
    )
    assert screen.code == 0, screen.text
    assert '"ann" is not an e-mail address' in screen.text
    settings = load(folder / "quietdrop.toml", {})
    assert settings.source.columns["practice_name"] == "Referring Practice"
    assert settings.digest.default_liaison == "ann@clinic.example"
    assert (settings.digest.managers, settings.mail) == ((), None)


def test_on_a_terminal_it_asks_for_columns_order_of_dates_and_mail(folder: Path) -> None:
    days = [f"0{1 + place % 9}/0{1 + place % 7}/2026" for place in range(60)]
    lines = [f"{day},Alder Clinic {place % 9},Spine" for place, day in enumerate(days)]
    (folder / "odd.csv").write_text("\n".join(["Referral Date,Zqx,Service", *lines]))
    screen = in_terminal(
        folder,
        "init",
        "--from",
        "odd.csv",
        answers=(
            ("Which column is the practice?", "1"),
            ("month/day", "day"),
            ("Whose list is it?", ""),
            ("Which manager", "mo@clinic.example"),
            ("now or later?", "now"),
            ("The mail server", "smtp.clinic.example"),
            ("digests come from", "quietdrop@clinic.example"),
            ("The login name", "quietdrop"),
        ),
    )
    assert screen.code == 0, screen.text
    settings = load(folder / "quietdrop.toml", {})
    assert settings.source.columns["practice_name"] == "Zqx"
    assert settings.source.dates == "day-first"
    assert settings.mail is not None
    assert (settings.mail.port, settings.mail.user) == (587, "quietdrop")
    assert "keyring set yagmail quietdrop" in screen.text


def test_on_a_terminal_columns_are_named_where_the_header_is_not_known(folder: Path) -> None:
    lines = (folder / "referrals.csv").read_text().splitlines()[1:]
    text = "\n".join(["Intake Log;Main St", "Ticket,Came In,Sent Over By,Zqx", *lines])
    moved = text.replace(",Somebody Marked,1950-01-01", ",Spine").replace("\n2", "\n7,2")
    (folder / "odd.csv").write_text(moved)
    screen = in_terminal(
        folder,
        *("init", "--from", "odd.csv"),
        answers=(
            ("Which column is the day of the referral?", "Came In"),
            ("Which column is the practice?", "Sent Over By"),
            ("Whose list is it?", ""),
            ("Which manager", ""),
            ("now or later?", ""),
        ),
    )
    assert screen.code == 0, screen.text
    assert "we call it" not in screen.text  # a table without rows says nothing
    columns = load(folder / "quietdrop.toml", {}).source.columns
    assert columns == {"referred_on": "Came In", "practice_name": "Sent Over By"}


def test_with_no_input_a_terminal_is_asked_nothing(folder: Path) -> None:
    screen = in_terminal(folder, "init", "--from", "referrals.csv", "--no-input", answers=())
    assert screen.code == 0
    assert "?" not in screen.text


@pytest.mark.parametrize(
    ("name", "on_screen"),
    [
        ("a" * 80, f'"{"a" * 80}"'),
        ("a" * 81, f'"{"a" * 79}…"'),
        ("Zq" * 5000, f'"{"Zq" * 39}Z…"'),
        ("two\nlines", '"two\\nlines"'),
        ("\x1b[31mred", '"\\u001b[31mred"'),
    ],
)
def test_a_columns_name_is_shown_short_and_harmless(name: str, on_screen: str) -> None:
    assert shown(name) == on_screen


def test_a_question_that_is_left_by_end_of_file_writes_nothing(folder: Path) -> None:
    screen = in_terminal(
        folder, "init", "--from", "referrals.csv", answers=(("Whose list is it?", "\x04"),)
    )
    assert screen.code != 0
    assert "Traceback" not in screen.text
    assert not (folder / "quietdrop.toml").exists()
