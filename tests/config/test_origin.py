"""Where each setting comes from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from quietdrop.config.origin import Origin, Setting, settings_shown
from quietdrop.domain.errors import ConfigError, UsageError

CONFIG = """[source]
referrals = "postgresql://clinic:${DB_PASSWORD}@db.example/emr"
query = "select day, practice_id from sent"
[source.columns]
referred_on = "day"
[drift]
hazard = 0.01
[health]
ping_url = "https://ping.example/abcdef-secret"
[visits]
every_weeks = {A = 4}
[[override]]
territory = "North"
alert_probability = 0.4
"""
ENV = {"DB_PASSWORD": "geheim"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "quietdrop.toml"
    file.write_text(CONFIG, encoding="utf-8")
    return file


def _by_name(path: Path, **overrides: str) -> dict[str, Setting]:
    typed = {name.replace("__", "."): text for name, text in overrides.items()}
    return {each.name: each for each in settings_shown(path, ENV, typed)}


def test_a_value_comes_from_its_line_or_is_the_default(path: Path) -> None:
    shown = _by_name(path)
    assert shown["drift.hazard"] == Setting("drift.hazard", 0.01, Origin.file, 7)
    assert shown["drift.discount"] == Setting("drift.discount", 0.985, Origin.default)
    assert shown["source.columns.referred_on"].line == 5
    assert shown["override.0.alert_probability"].line == 14
    assert shown["visits.every_weeks.A"] == Setting("visits.every_weeks.A", 4, Origin.file, 11)


def test_an_override_wins_and_says_so(path: Path) -> None:
    shown = _by_name(path, drift__hazard="0.02", digest__budget="4")
    assert shown["drift.hazard"] == Setting("drift.hazard", 0.02, Origin.command_line)
    assert shown["digest.budget"] == Setting("digest.budget", 4, Origin.command_line)


def test_a_variable_is_named_and_its_value_never_shown(path: Path) -> None:
    shown = _by_name(path)
    assert shown["source.referrals"] == Setting(
        "source.referrals",
        "postgresql://clinic:***@db.example/emr",
        Origin.environment,
        2,
        ("DB_PASSWORD",),
    )
    assert shown["source.query"].value == "***"
    assert shown["health.ping_url"].value == "https://ping.example/***"
    every = json.dumps([each.value for each in shown.values()])
    assert "geheim" not in every
    assert "abcdef" not in every


def test_every_key_is_there_once_and_sections_stand_together(path: Path) -> None:
    names = [each.name for each in settings_shown(path, ENV, {})]
    assert len(names) == len(set(names))
    sections = [name.rpartition(".")[0] for name in names]
    starts = [
        section
        for place, section in enumerate(sections)
        if place == 0 or section != sections[place - 1]
    ]
    assert len(starts) == len(set(starts))
    assert "mail" in names  # not set, and said so


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        (
            {"drift__alert_probabilty": "0.4"},
            "--set drift.alert_probabilty=0.4: is not a known setting; did you mean "
            '"alert_probability"?',
        ),
        ({"drift__hazard": "lots"}, "--set drift.hazard=lots: should be a valid number"),
        ({"drfit__hazard": "0.1"}, "--set drfit.hazard=0.1: is not a known setting"),
        ({"drift": "1"}, "--set drift: name a section and a key"),
    ],
)
def test_a_mistyped_override_is_the_command_lines_fault(
    path: Path, overrides: dict[str, str], said: str
) -> None:
    with pytest.raises(UsageError) as refused:
        _by_name(path, **overrides)
    assert str(refused.value).startswith(said)


def test_a_secret_that_was_typed_is_not_repeated(path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        _by_name(path, mail__password="geheim")
    assert str(refused.value).startswith("--set mail.password=***: keep it out")
    assert "geheim" not in str(refused.value)


def test_a_value_of_the_file_that_an_override_does_not_go_with_names_both(path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        _by_name(path, drift__alert_probability="0.2")
    assert str(refused.value).endswith(
        "[drift] watch_probability: must not be above alert_probability "
        "(with --set drift.alert_probability=0.2)"
    )
