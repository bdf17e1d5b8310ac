"""Settings as lines of the config file: pasted, or written with its comments kept."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from quietdrop.config.toml_lines import lines_to_paste, literal, write_values
from quietdrop.domain.errors import ConfigError, UnsafePath

FILE = """# Our clinic.
[source]
referrals = "r.csv"   # from the EHR

# How sure we want to be.
[drift]
alert_probability = 0.5   # the default

[mail]
host = "mail.example"
from = "a@mail.example"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "quietdrop.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_the_lines_stand_by_section_with_todays_value_behind_them() -> None:
    lines = lines_to_paste(
        [
            ("drift.alert_probability", "0.5", "0.7"),
            ("digest.budget", "6", "4"),
            ("drift.watch_probability", "0.25", "0.3"),
            ("digest.phrases", "", '"p.toml"'),
        ]
    )
    assert lines == (
        "[drift]\nalert_probability = 0.7  # was 0.5\nwatch_probability = 0.3  # was 0.25\n\n"
        '[digest]\nbudget = 4          # was 6\nphrases = "p.toml"'
    )
    assert tomllib.loads(lines)["digest"] == {"budget": 4, "phrases": "p.toml"}


def test_a_key_that_goes_is_named_with_what_it_was() -> None:
    lines = lines_to_paste(
        [
            ("drift.alert_probability", "0.5", "0.7"),
            ("drift.false_alarm_years", "10.0", ""),
        ]
    )
    assert lines.splitlines() == [
        "[drift]",
        "alert_probability = 0.7       # was 0.5",
        "# take false_alarm_years out  # was 10.0",
    ]
    assert tomllib.loads(lines) == {"drift": {"alert_probability": 0.7}}


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.7, "0.7"), (1.0, "1.0"), (0.1 + 0.2, "0.3"), (4, "4"), ('a"b', '"a\\"b"')],
)
def test_a_value_is_valid_toml(value: object, text: str) -> None:
    assert literal(value) == text
    assert tomllib.loads(f"x = {text}")["x"] == pytest.approx(value)


def test_comments_order_and_all_else_stay(config: Path) -> None:
    write_values(config, {"drift.alert_probability": 0.7, "digest.budget": 4})
    text = config.read_text(encoding="utf-8")
    assert text.startswith(FILE.replace("= 0.5 ", "= 0.7 ").rstrip())
    assert text.endswith("[digest]\nbudget = 4\n")


def test_the_file_as_it_was_is_kept_beside_it(config: Path) -> None:
    config.chmod(0o640)
    backup = write_values(config, {"drift.alert_probability": 0.7})
    assert backup.read_text(encoding="utf-8") == FILE
    assert backup.stat().st_mode & 0o077 == 0
    assert config.stat().st_mode & 0o777 == 0o640  # the service still reads it


def test_each_change_keeps_the_file_as_it_was_before(config: Path) -> None:
    first = write_values(config, {"drift.alert_probability": 0.7})
    between = config.read_text(encoding="utf-8")
    second = write_values(config, {"drift.alert_probability": 0.6})
    third = write_values(config, {"drift.alert_probability": 0.5})
    assert [one.name for one in (first, second, third)] == [
        "quietdrop.toml.bak",
        "quietdrop.toml.bak2",
        "quietdrop.toml.bak3",
    ]
    assert first.read_text(encoding="utf-8") == FILE
    assert second.read_text(encoding="utf-8") == between
    assert second.stat().st_mode & 0o077 == 0


def test_a_byte_order_mark_and_crlf_stay(config: Path) -> None:
    config.write_bytes(b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode())
    write_values(config, {"drift.alert_probability": 0.7})
    content = config.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf# Our clinic.\r\n")
    assert content.count(b"\n") == content.count(b"\r\n")


def test_a_link_is_not_written_through(config: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.toml"
    link.symlink_to(config)
    with pytest.raises(UnsafePath):
        write_values(link, {"drift.alert_probability": 0.7})
    assert config.read_text(encoding="utf-8") == FILE


@pytest.mark.parametrize("text", ["[drift", "drift = 3\n"])
def test_what_cannot_be_changed_stays_as_it_is(config: Path, text: str) -> None:
    config.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError):
        write_values(config, {"drift.alert_probability": 0.7})
    assert config.read_text(encoding="utf-8") == text
    assert not config.with_name("quietdrop.toml.bak").exists()
