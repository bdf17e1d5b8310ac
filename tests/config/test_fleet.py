"""The fleet file: what stands in it, and what two clinics may not share."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietdrop.config.fleet import LONGEST_NAME, load_fleet, offset_of
from quietdrop.domain.errors import ConfigError

NAMES = st.from_regex(r"[A-Za-z0-9]{1,8}(-[a-z0-9]{1,8})?", fullmatch=True)


def clinic(folder: Path, name: str, store: str = "") -> str:
    """A clinic's config, and the lines of the fleet file that name it."""
    text = '[source]\nreferrals = "r.csv"\n' + (f'[store]\nurl = "{store}"\n' if store else "")
    (folder / name).mkdir()
    (folder / name / "q.toml").write_text(text)
    return f'[[clinic]]\nname = "{name}"\nconfig = "{name}/q.toml"\n'


def written(folder: Path, *parts: str) -> Path:
    path = folder / "fleet.toml"
    path.write_text("".join(parts), encoding="utf-8")
    return path


def refusal(path: Path, env: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigError) as refused:
        load_fleet(path, env or {})
    assert refused.value.exit_code == 2
    return str(refused.value).replace(str(path), "fleet.toml")


def test_clinics_in_their_order_with_paths_seen_from_the_fleet_file(tmp_path: Path) -> None:
    hill = clinic(tmp_path, "hill") + 'cron = "0 6 * * TUE"\n'
    path = written(
        tmp_path, "[fleet]\njobs = 3\nstagger_minutes = 0\n", clinic(tmp_path, "lake"), hill
    )
    of = load_fleet(path, {})
    assert of.settings.jobs == 3
    assert [(one.name, one.config, one.cron) for one in of.clinics] == [
        ("lake", tmp_path / "lake/q.toml", None),
        ("hill", tmp_path / "hill/q.toml", "0 6 * * TUE"),
    ]
    assert of.clinics[0].store == f"sqlite:///{tmp_path}/lake/quietdrop.db"
    assert {one.offset for one in of.clinics} == {timedelta()}


def test_two_clinics_with_one_name_are_refused_with_both_lines(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        clinic(tmp_path, "lake-side"),
        clinic(tmp_path, "hill"),
        clinic(tmp_path, "LAKE_side"),
    )
    assert refusal(path) == (
        'fleet.toml:8: [[clinic]] name = "LAKE_side": has the name of clinic lake-side (line 2); '
        "each needs its own"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sqlite:///../shared.db", "sqlite:///../hill/../shared.db"),
        ("postgresql://a:${A}@DB.example/q", "postgresql+psycopg://b@db.example:5432/q"),
        ("mariadb://a@127.0.0.1/q", "mysql+pymysql://localhost:3306/q"),
    ],
)
def test_two_clinics_with_one_store_are_refused_with_both_lines(
    tmp_path: Path, one: str, other: str
) -> None:
    path = written(tmp_path, clinic(tmp_path, "lake", one), clinic(tmp_path, "hill", other))
    assert refusal(path, {"A": "secret"}) == (
        'fleet.toml:6: [[clinic]] config = "hill/q.toml": has the store of clinic lake (line 3); '
        "each needs its own"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("postgresql://db.example/one", "postgresql://db.example/two"),
        ("postgresql://db.example/q", "postgresql://db.example:5433/q"),
        ("postgresql://db.example/${DB}", "postgresql://db.example/${DB}"),  # set on the worker
    ],
)
def test_different_stores_are_taken(tmp_path: Path, one: str, other: str) -> None:
    path = written(tmp_path, clinic(tmp_path, "lake", one), clinic(tmp_path, "hill", other))
    assert len(load_fleet(path, {}).clinics) == 2


def test_one_variable_means_what_it_means_for_each_clinic(tmp_path: Path) -> None:
    url = "postgresql://db.example/${DB}"
    path = written(tmp_path, clinic(tmp_path, "lake", url), clinic(tmp_path, "hill", url))
    env = {"QUIETDROP_CLINIC_LAKE__DB": "q", "QUIETDROP_CLINIC_HILL__DB": "q"}
    assert "has the store of clinic lake" in refusal(path, env)
    env["QUIETDROP_CLINIC_HILL__DB"] = "r"
    assert len(load_fleet(path, env).clinics) == 2


def test_a_store_section_without_a_url_has_the_default_store(tmp_path: Path) -> None:
    lake = clinic(tmp_path, "lake")
    (tmp_path / "lake/q.toml").write_text("[store]\nkeep_weeks = 52\n")
    hill = clinic(tmp_path, "hill", "sqlite:///../lake/quietdrop.db")
    assert "has the store of clinic lake" in refusal(written(tmp_path, lake, hill))


def test_one_config_for_two_clinics_is_refused_once(tmp_path: Path) -> None:
    again = '[[clinic]]\nname = "hill"\nconfig = "lake/../lake/q.toml"\n'
    path = written(tmp_path, clinic(tmp_path, "lake"), again)
    assert refusal(path) == (
        'fleet.toml:6: [[clinic]] config = "lake/../lake/q.toml": has the config of clinic lake '
        "(line 3); each needs its own"
    )


@pytest.mark.parametrize("config", ["", "not toml [", "[store]\nurl = 5\n", "store = 5\n"])
def test_a_clinics_own_bad_config_is_no_fault_of_the_fleet_file(
    tmp_path: Path, config: str
) -> None:
    path = written(tmp_path, clinic(tmp_path, "lake"), clinic(tmp_path, "hill"))
    (tmp_path / "lake/q.toml").write_text(config)
    assert [one.name for one in load_fleet(path, {}).clinics] == ["lake", "hill"]
    (tmp_path / "lake/q.toml").unlink()
    assert len(load_fleet(path, {}).clinics) == 2


@pytest.mark.parametrize("name", ["a", "A-1", "lake_side", "x" * LONGEST_NAME])
def test_plain_names_are_taken(tmp_path: Path, name: str) -> None:
    assert load_fleet(written(tmp_path, clinic(tmp_path, name)), {}).clinics[0].name == name


@pytest.mark.parametrize(
    "name",
    [
        "../up",
        "a b",
        "=1+1",
        "a__b",
        "-a",
        "a-",
        "ä",
        "x" * (LONGEST_NAME + 1),
        "a\\u202eb",
        "\\u001b[2J",
    ],
)
def test_any_other_name_is_refused_and_shown_harmless(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, f'[[clinic]]\nname = "{name}"\nconfig = "q.toml"\n')
    said = refusal(path)
    assert said.isprintable()
    assert said.startswith("fleet.toml:2: [[clinic]] name = ")
    assert "must be letters and digits" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "fleet.toml:1: [clinic]: a fleet needs [[clinic]] tables with name and config"),
        ("clinic = []\n", "fleet.toml:1: clinic = []: a fleet needs [[clinic]] tables"),
        ("[[clinic]]\nname = 'a'\n", "fleet.toml:1: [[clinic]] config: is needed and missing"),
        ("[fleet]\njob = 2\n[[clinic]]\nname = 'a'\nconfig = 'q'\n", 'did you mean "jobs"?'),
        ("[[clinic]]\nname = 'a'\nconfig = 'q'\ncron = '0 0 31 2 *'\n", "fleet.toml:4: "),
        ("[fleet]\nstagger_minutes = 1440\n", "fleet.toml:2: [fleet] stagger_minutes = 1440"),
        (
            "[[clinic]]\nname = 'a'\nconfig = 'q'\nMAIL_PASSWORD = 'x'\n",
            "MAIL_PASSWORD = ***: is not",
        ),
        ("[[clinic\n", "fleet.toml:1: is not valid TOML"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(written(tmp_path, text))


@given(NAMES, st.integers(1, 1439))
def test_an_offset_is_always_the_same_and_within_its_bound(name: str, minutes: int) -> None:
    assert offset_of(name, minutes) == offset_of(name, minutes)
    assert timedelta() <= offset_of(name, minutes) < timedelta(minutes=minutes)
    assert offset_of(name, 0) == timedelta()


def test_a_thousand_clinics_spread_over_the_hour() -> None:
    """Of a thousand, about 17 begin in each minute; twice as many in one would be crowded."""
    begun = [offset_of(f"clinic-{n}", 60) // timedelta(minutes=1) for n in range(1000)]
    assert set(begun) == set(range(60))
    assert max(begun.count(minute) for minute in range(60)) < 2 * 1000 / 60


def test_the_fleets_own_page_has_its_own_store_address_and_operators(tmp_path: Path) -> None:
    web = '[web]\nbase_url = "https://fleet.example"\noperators = ["ops@vendor.example"]\n'
    mail = '[mail]\nhost = "${HOST}"\nfrom = "q@vendor.example"\n'
    path = written(tmp_path, clinic(tmp_path, "lake"), web, mail)
    page = load_fleet(path, {"HOST": "mail.vendor.example"}).page
    assert page.store.url == f"sqlite:///{tmp_path}/fleet.db"
    assert (page.web.operators, page.digest.managers) == (("ops@vendor.example",), ())
    assert page.mail is not None
    assert page.mail.host == "mail.vendor.example"
    assert "environment variable HOST is not set" in refusal(path)


def test_no_clinic_has_the_store_of_the_fleets_page(tmp_path: Path) -> None:
    store = f'[store]\nurl = "sqlite:///{tmp_path}/lake/quietdrop.db"\n'
    said = refusal(written(tmp_path, clinic(tmp_path, "lake"), store))
    assert "has the store of the fleet's own page" in said
