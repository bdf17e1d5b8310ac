"""`false_alarm_years` instead of `alert_probability`: what is taken, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from quietdrop.config import Settings, fingerprint, load
from quietdrop.domain.errors import ConfigError, UsageError

HEAD = '[source]\nreferrals = "r.csv"\n\n'
PROMISED = "[drift]\nfalse_alarm_years = 10\n"
NORTH = '[[override]]\nterritory = "North"\n'


def loaded(folder: Path, text: str, **typed: str) -> Settings:
    path = folder / "quietdrop.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return load(path, {}, {name.replace("__", "."): value for name, value in typed.items()})


def test_a_promise_is_read_and_nothing_else_changes(tmp_path: Path) -> None:
    of = loaded(tmp_path, PROMISED)
    assert of.drift.false_alarm_years == 10
    assert of.is_promised
    assert not loaded(tmp_path, "").is_promised


def test_without_one_the_fingerprint_is_what_it_was(tmp_path: Path) -> None:
    """The digest that the last release recorded of the same file."""
    plain = loaded(tmp_path, NORTH + "min_referrals = 4\n")
    kept = plain.model_dump(mode="json", include={"drift", "override"})
    assert "false_alarm_years" in kept["drift"]
    assert fingerprint(plain) != fingerprint(loaded(tmp_path, PROMISED))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (PROMISED + "alert_probability = 0.5\n", 5),
        (NORTH + "false_alarm_years = 5\nalert_probability = 0.4\n", 6),
    ],
)
def test_both_in_one_table_are_refused_with_the_line(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(ConfigError, match=rf"quietdrop\.toml:{line}: .*false_alarm_years.*goes"):
        loaded(tmp_path, text)


@pytest.mark.parametrize("years", ["0", "-1", "1001", '"ten"'])
def test_a_number_of_years_is_between_0_and_1000(tmp_path: Path, years: str) -> None:
    with pytest.raises(ConfigError, match="false_alarm_years"):
        loaded(tmp_path, f"[drift]\nfalse_alarm_years = {years}\n")


def test_a_watch_above_the_usual_alert_is_taken_where_the_threshold_is_learned(
    tmp_path: Path,
) -> None:
    assert loaded(tmp_path, PROMISED + "watch_probability = 0.6\n").drift.watch_probability == 0.6


def test_a_table_may_promise_where_the_rest_has_a_threshold_and_the_other_way(
    tmp_path: Path,
) -> None:
    of = loaded(tmp_path, "[drift]\nalert_probability = 0.5\n" + NORTH + "false_alarm_years = 5\n")
    assert of.is_promised
    other = loaded(tmp_path, PROMISED + NORTH + "alert_probability = 0.4\n")
    assert other.override[0].alert_probability == 0.4


def test_a_threshold_that_is_typed_takes_the_place_of_a_promise_and_the_other_way(
    tmp_path: Path,
) -> None:
    of = loaded(tmp_path, PROMISED, drift__alert_probability="0.7")
    assert (of.drift.alert_probability, of.drift.false_alarm_years) == (0.7, None)
    of = loaded(tmp_path, "[drift]\nalert_probability = 0.7\n", drift__false_alarm_years="5")
    assert (of.drift.alert_probability, of.drift.false_alarm_years) == (0.5, 5)


def test_both_typed_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="goes without alert_probability"):
        loaded(tmp_path, "", drift__alert_probability="0.7", drift__false_alarm_years="5")
