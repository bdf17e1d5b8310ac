"""A database URL is shown without its secrets, and takes any password."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from quietdrop.config import fingerprint, load
from quietdrop.domain.errors import ConfigError
from quietdrop.lib.urls import filled, masked, secrets

HARD = "p@s/s:w?o#r%d &+é"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:hunter2@h/db", "postgresql://u:***@h/db"),
        ("postgresql://u:hun@ter2@h/db", "postgresql://u:***@h/db"),
        ("postgresql://h/db?password=hunter2", "postgresql://h/db?password=***"),
        (
            "postgresql://u@h:1/db?sslmode=require&sslpassword=hunt@er2&user=u",
            "postgresql://u@h:1/db?sslmode=require&sslpassword=***&user=u",
        ),
        ("mssql://h/?PWD=hunter2&x=1", "mssql://h/?PWD=***&x=1"),
        ("x://h/?access_token=hunter2", "x://h/?access_token=***"),
        ("x://h/?api_key=hunter2", "x://h/?api_key=***"),
        ("mssql+pyodbc:///?odbc_connect=PWD%3Dhunter2", "mssql+pyodbc:///?odbc_connect=***"),
        ("x://h/?sslkey=a.key&passfile=b", "x://h/?sslkey=a.key&passfile=b"),
        ("sqlite:////data/r.db", "sqlite:////data/r.db"),
        ("data/a?password=b.csv", "data/a?password=b.csv"),
    ],
)
def test_masked(url: str, shown: str) -> None:
    assert masked(url) == shown
    assert masked(shown) == shown


def test_secrets_as_they_stand_there_and_as_they_are_meant() -> None:
    assert secrets("x://u:a%40b@h/db?password=c%2Fd&x=1") == {"a%40b", "a@b", "c%2Fd", "c/d"}
    assert secrets("sqlite:///r.db") == set()


def test_any_password_comes_through() -> None:
    env = {"USER": "a@b", "PW": HARD}
    url = make_url(filled("postgresql://${USER}:${PW}@h:5432/db?sslpassword=${PW}&x=1", env))
    assert (url.username, url.password, url.host, url.port) == ("a@b", HARD, "h", 5432)
    assert (url.database, dict(url.query)) == ("db", {"sslpassword": HARD, "x": "1"})


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("${WHOLE}", "postgresql://u:p@h/db"),
        ("postgresql://u:p@${HOST}/db", "postgresql://u:p@h:5432/db"),
        ("postgresql://${HOST}/db", "postgresql://h:5432/db"),
        ("sqlite:///${FOLDER}/r.db", "sqlite:////my data/@x/r.db"),
        ("sqlite:///${FOLDER}/a@b.db", "sqlite:////my data/@x/a@b.db"),
        ("${FOLDER}/r?.csv", "/my data/@x/r?.csv"),
    ],
)
def test_hosts_paths_and_whole_urls_are_taken_as_they_are(text: str, meant: str) -> None:
    env = {"WHOLE": "postgresql://u:p@h/db", "HOST": "h:5432", "FOLDER": "/my data/@x"}
    assert filled(text, env) == meant


def test_the_config_fills_in_any_password(tmp_path: Path) -> None:
    path = tmp_path / "quietdrop.toml"
    path.write_text(
        '[source]\nreferrals = "postgresql://u:${PW}@h/db"\npractices = "x://h/?password=${PW}#t"\n'
        '[store]\nurl = "postgresql://u:${PW}@h/own"\n'
    )
    settings = load(path, {"PW": HARD})
    assert make_url(settings.source.referrals).password == HARD
    assert make_url(settings.store.url).password == HARD
    assert fingerprint(settings) == fingerprint(load(path, {"PW": "another"}))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:hunter2@h/db",
        "postgresql://u:${PW}hunter2@h/db",
        "postgresql://u@h/db?password=hunter2",
        "postgresql://u:${PW}@h/db?x=1&sslpassword=hunter2",
    ],
)
def test_a_secret_written_out_is_refused_and_not_repeated(tmp_path: Path, url: str) -> None:
    path = tmp_path / "quietdrop.toml"
    path.write_text(f'[source]\nreferrals = "{url}"\n')
    with pytest.raises(
        ConfigError, match=r":2: \[source\] referrals = .*write \$\{NAME\}"
    ) as error:
        load(path, {"PW": "x"})
    assert "hunter2" not in str(error.value)


def test_options_that_are_no_secret_are_not_refused(tmp_path: Path) -> None:
    path = tmp_path / "quietdrop.toml"
    url = "postgresql://u:${PW}@h/db?sslkey=a.key&passfile=/b&sslpassword=${PW}"
    path.write_text(f'[source]\nreferrals = "{url}"\n')
    assert load(path, {"PW": "x"}).source.referrals == url.replace("${PW}", "x")
