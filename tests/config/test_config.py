"""The config: defaults, documentation in step, every fault told at once, no secret shown."""

import re
from pathlib import Path

import pytest

from quietdrop.config import Settings, find_config, fingerprint, load
from quietdrop.domain.errors import ConfigError

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / "config/quietdrop.toml").read_text()


def keys_of_settings() -> set[str]:
    keys = set()
    for section, field in Settings.model_fields.items():
        kinds = [field.annotation, *getattr(field.annotation, "__args__", ())]
        for kind in kinds:
            names = getattr(kind, "model_fields", {})
            keys |= {f"{section}.{info.alias or name}" for name, info in names.items()}
    return keys - {"source.directory_columns"}


def write(folder: Path, text: str) -> Path:
    path = folder / "quietdrop.toml"
    path.write_text(text)
    return path


def uncommented() -> str:
    text = re.sub(r"(?m)^# (?=\w+ = |\[)", "", EXAMPLE)
    return re.sub(r"(?m)^(query|false_alarm_years) = .*\n", "", text)  # each goes without another


def test_every_key_stands_in_the_example_and_nothing_else() -> None:
    section, keys = "", set()
    for line in EXAMPLE.splitlines():
        if head := re.fullmatch(r"(?:# )?\[\[?([\w.]+)\]?\]", line):
            section = head[1]
            keys |= {"source.columns"} if section == "source.columns" else set()
        elif (key := re.match(r"(?:# )?(\w+) = ", line)) and "." not in section:
            keys.add(f"{section}.{key[1]}")
    assert keys == keys_of_settings()


def test_every_key_stands_in_the_documentation_and_nothing_else() -> None:
    section, keys = "", set()
    for line in (ROOT / "docs/reference/configuration.md").read_text().splitlines():
        if head := re.fullmatch(r"## \[\[?(\w+)\]?\]", line):
            section = head[1]
        elif key := re.match(r"\| `(\w+)` \|", line):
            keys.add(f"{section}.{key[1]}")
    assert keys == keys_of_settings()


def test_the_example_uncommented_is_the_defaults(tmp_path: Path) -> None:
    plain = load(write(tmp_path, '[source]\nreferrals = "referrals.csv"\n'), {}).model_dump()
    full = load(write(tmp_path, uncommented()), {}).model_dump()
    assert full["mail"].items() >= {"port": 587, "security": "starttls"}.items()
    for section in ("source", "store", "drift", "digest", "schedule", "feed"):
        for key, value in plain[section].items():
            if value not in (None, {}):
                assert full[section][key] == value, key


def test_everything_wrong_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    text = """[source]
referrals = "postgresql://u:hunter2@h/db"
tabel = "x"
[source.columns]
refered_on = "d"
[drift]
watch_probability = 0.6
[schedule]
cron = "0 7 * * 9"
timezone = "Mars/X"
[mail]
host = "h"
from = "a@b.c"
password = "hunter2"
"""
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    lines = str(caught.value).splitlines()
    assert [line.split(":")[1] for line in lines] == ["2", "3", "5", "7", "9", "10", "14"]
    assert 'tabel = "x": is not a known setting; did you mean "table"?' in lines[1]
    assert 'did you mean "referred_on"?' in lines[2]
    assert "QUIETDROP_MAIL_PASSWORD" in lines[-1]
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("[source\n", ":1: is not valid TOML"),
        ("", "[source]: is needed"),
        ('[source]\nreferrals = "${DB}"', "variable DB is not set"),
        ('[source]\nreferrals = "a"\ntable = "t"\nquery = "q"', "not both"),
        ('[source]\nreferrals = "a"\n[digest]\nbudget = "6"', ':4: [digest] budget = "6"'),
        ('[source]\nreferrals = "a"\n[drift]\ndiscount = nan', "discount"),
    ],
)
def test_faults(tmp_path: Path, text: str, part: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write(tmp_path, text), {})
    assert part in str(caught.value)


def test_names_paths_and_columns(tmp_path: Path) -> None:
    text = """[source]
referrals = "postgresql://u:${PW}@h/db"
practices = "practices"
people = "people.csv"
[source.columns]
referred_on = "Day"
[source.columns.people]
npi = "NPI"
"""
    first = load(write(tmp_path, text), {"PW": "one"})
    assert first.source.referrals == "postgresql://u:one@h/db"
    assert (first.source.practices, first.source.people) == (
        "practices",
        str(tmp_path / "people.csv"),
    )
    assert first.source.columns == {"referred_on": "Day"}
    assert first.source.directory_columns == {"people": {"npi": "NPI"}}
    assert first.store.url == f"sqlite:///{tmp_path}/quietdrop.db"
    assert fingerprint(first) == fingerprint(load(tmp_path / "quietdrop.toml", {"PW": "two"}))


def test_find(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no config file"):
        find_config(None, {}, tmp_path)
    path = write(tmp_path, "")
    assert find_config(None, {}, tmp_path) == path
    assert find_config("quietdrop.toml", {"QUIETDROP_CONFIG": "no"}, tmp_path) == path
    with pytest.raises(ConfigError, match="no config file"):
        find_config(None, {"QUIETDROP_CONFIG": "other.toml"}, tmp_path)


def test_a_password_of_any_characters_can_come_from_the_environment(tmp_path: Path) -> None:
    referrals = '[source]\nreferrals = "postgresql://reader:${PW}@db/clinic?sslpassword=${PW}"\n'
    path = write(tmp_path, referrals)
    url = load(path, {"PW": "a@b/c:d%"}).source.referrals
    assert url == "postgresql://reader:a%40b%2Fc%3Ad%25@db/clinic?sslpassword=a%40b%2Fc%3Ad%25"


def test_a_whole_url_or_a_path_from_the_environment_is_taken_as_it_is(tmp_path: Path) -> None:
    url = "postgresql://reader:x%40y@db/clinic"
    path = write(tmp_path, '[source]\nreferrals = "${URL}"\npractices = "${HERE}/p.csv"\n')
    settings = load(path, {"URL": url, "HERE": "/data/a b"})
    assert settings.source.referrals == url
    assert settings.source.practices == "/data/a b/p.csv"


def test_a_secret_among_the_options_is_refused_and_not_shown(tmp_path: Path) -> None:
    path = write(tmp_path, '[source]\nreferrals = "postgresql://db/clinic?password=hunter2"\n')
    with pytest.raises(ConfigError) as error:
        load(path, {})
    assert "password=***" in str(error.value)
    assert "hunter2" not in str(error.value)


def test_the_fingerprint_holds_no_secret_and_does_not_change_with_it(tmp_path: Path) -> None:
    path = write(tmp_path, '[source]\nreferrals = "postgresql://r:${PW}@db/x?password=${PW}"\n')
    assert fingerprint(load(path, {"PW": "one"})) == fingerprint(load(path, {"PW": "two"}))
