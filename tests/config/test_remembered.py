"""The settings as a run remembers them."""

from __future__ import annotations

from pathlib import Path

from quietdrop.config import Settings, load
from quietdrop.config.remembered import SettingChange, changes_since, remembered

SOURCE = '[source]\nreferrals = "referrals.csv"\n'
URL = '[source]\nreferrals = "postgresql://u:${PW}@db.example/emr"\n'


def _settings(folder: Path, text: str, **env: str) -> Settings:
    path = folder / "quietdrop.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, env)


def test_nothing_has_changed_where_the_settings_are_the_same(tmp_path: Path) -> None:
    settings = _settings(tmp_path, SOURCE)
    assert changes_since(remembered(settings), settings) == ()


def test_a_changed_value_is_told_from_what_to_what(tmp_path: Path) -> None:
    before = remembered(_settings(tmp_path, SOURCE))
    now = _settings(tmp_path, SOURCE + "[drift]\nalert_probability = 0.4\n[digest]\nbudget = 4\n")
    assert changes_since(before, now) == (
        SettingChange("digest.budget", "6", "4"),
        SettingChange("drift.alert_probability", "0.5", "0.4"),
    )


def test_addresses_urls_and_queries_only_show_that_they_changed(tmp_path: Path) -> None:
    before = remembered(_settings(tmp_path, URL + 'query = "select 1"\n', PW="geheim"))
    text = URL.replace("db.example", "new.example") + 'query = "select 2"\n'
    now = _settings(tmp_path, text + '[digest]\nmanagers = ["boss@clinic.example"]\n', PW="x")
    assert changes_since(before, now) == (
        SettingChange("digest.managers", "[]", None),
        SettingChange("source.query", None, None),
        SettingChange("source.referrals", None, None),
    )
    every = str(before) + str(remembered(now))
    for secret in ("geheim", "boss@", "db.example", "select"):
        assert secret not in every


def test_another_password_is_no_other_setting(tmp_path: Path) -> None:
    before = remembered(_settings(tmp_path, URL, PW="one"))
    assert changes_since(before, _settings(tmp_path, URL, PW="two")) == ()


def test_a_key_of_another_release_is_no_change(tmp_path: Path) -> None:
    settings = _settings(tmp_path, SOURCE)
    before = remembered(settings) | {"drift.gone": "1"}
    del before["drift.discount"]
    assert changes_since(before, settings) == ()
