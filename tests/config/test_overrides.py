"""`[[override]]`: what is taken, and what is refused with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietdrop.config import Settings, fingerprint, load
from quietdrop.config.override_key import OverrideKey, brackets_of, override_key
from quietdrop.domain.errors import ConfigError, UsageError

FIRST = '[[override]]\ntier = "A"\nevery_weeks = 2\n'
HEAD = '[source]\nreferrals = "r.csv"\n\n'


def loaded(folder: Path, text: str) -> Settings:
    path = folder / "quietdrop.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return load(path, {})


def refused(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as error:
        loaded(folder, text)
    return str(error.value).replace(f"{folder / 'quietdrop.toml'}:", "")


def test_tables_by_territory_and_by_tier_are_read_in_their_order(tmp_path: Path) -> None:
    of = loaded(
        tmp_path,
        '[[override]]\nterritory = "North"\nalert_probability = 0.6\nmin_referrals = 5\n'
        '[[override]]\ntier = "A"\nterritory = "South"\nwatch_probability = 0.1\nevery_weeks = 4\n',
    )
    north, south = of.override
    assert (north.territory, north.alert_probability, north.min_referrals) == ("North", 0.6, 5)
    assert (south.tier, south.watch_probability, south.every_weeks) == ("A", 0.1, 4)
    assert north.title == '[[override]] territory = "North"'
    assert south.title == '[[override]] territory = "South", tier = "A"'


def test_without_tables_the_fingerprint_is_what_it_was(tmp_path: Path) -> None:
    plain = loaded(tmp_path, "")
    overridden = loaded(tmp_path, '[[override]]\ntier = "A"\nalert_probability = 0.4\n')
    assert fingerprint(plain) == fingerprint(plain.model_copy(update={"override": ()}))
    assert fingerprint(plain) != fingerprint(overridden)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[override]]\nalert_probability = 0.6\n", "4: [[override]] names no territory"),
        (f'[[override]]\nterritory = "{"n" * 256}"\n', "at most 255 characters"),
        ('[[override]]\ntier = "A"\n', "4: [[override]] changes nothing; give one of"),
        (
            FIRST + '[[override]]\ntier = "a "\nevery_weeks = 3\n',
            "7: [[override]] holds for the same practices as table 1",
        ),
        (
            FIRST + '[[override]]\ntier = "B"\nevery_weeks = 0\n',
            "9: [[override]] every_weeks = 0: should be greater than or equal to 1",
        ),
        (
            '[[override]]\ntier = "A"\nwatch_probability = 0.6\n',
            "6: [[override]] watch_probability = 0.6: watches from 0.6 on and lists from 0.5 on",
        ),
        (
            '[[override]]\ntier = "A"\nalert_probability = 0.2\n',
            "6: [[override]] alert_probability = 0.2: watches from 0.25 on and lists from 0.2 on",
        ),
        (
            '[[override]]\nteritory = "A"\nevery_weeks = 2\n',
            '5: [[override]] teritory = "A": is not a known setting; did you mean "territory"?',
        ),
        ('[[override]]\ntier = ""\nevery_weeks = 2\n', '5: [[override]] tier = "":'),
        ('[override]\ntier = "A"\n', "should be tables, each headed [[override]]"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    assert said in refused(tmp_path, text)


@pytest.mark.parametrize("alert", ["0.25", "0.5", "1.0"])
def test_an_alert_at_the_watch_is_no_fault(tmp_path: Path, alert: str) -> None:
    assert loaded(tmp_path, f'[[override]]\ntier = "A"\nalert_probability = {alert}\n').override


@pytest.mark.parametrize(
    ("name", "whom"),
    [
        ("override[territory=North].min_referrals", ("North", None)),
        ("override[ tier = A ].min_referrals", (None, "A")),
        ("override[tier=A, territory=North Shore].min_referrals", ("North Shore", "A")),
        ('override[territory="A, B] \\"C\\""].min_referrals', ('A, B] "C"', None)),
    ],
)
def test_a_table_is_named_by_whom_it_holds_for(
    name: str, whom: tuple[str | None, str | None]
) -> None:
    of = override_key(name)
    assert of == OverrideKey(*whom, "min_referrals")
    assert override_key(str(of)) == of


@given(
    st.builds(
        OverrideKey,
        st.none() | st.text(min_size=1).filter(str.strip),
        st.text(min_size=1).filter(str.strip),
        st.just("every_weeks"),
    )
)
def test_every_name_can_be_written_and_read_again(of: OverrideKey) -> None:
    assert override_key(str(of)) == of
    assert str(of).startswith(brackets_of(str(of)) + ".")


def tried(folder: Path, text: str, **values: str) -> Settings:
    path = folder / "quietdrop.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return load(path, {}, {f"override[{name}": value for name, value in values.items()})


def test_a_value_that_is_tried_changes_its_table_or_adds_one(tmp_path: Path) -> None:
    of = tried(
        tmp_path,
        FIRST,
        **{"tier= a ].alert_probability": "0.6", "territory=North].min_referrals": "5"},
    )
    changed, added = of.override
    assert (changed.tier, changed.every_weeks, changed.alert_probability) == ("A", 2, 0.6)
    assert (added.territory, added.tier, added.min_referrals) == ("North", None, 5)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (".alert_probability", "0.6", "name a territory, a tier, or both, and one key, as"),
        ("[].alert_probability", "0.6", "name a territory, a tier, or both, and one key, as"),
        ("[region=x].alert_probability", "0.6", "name a territory, a tier, or both"),
        ("[tier=A]", "0.6", "name a territory, a tier, or both, and one key, as"),
        ("[tier=A].alert_probability", "7", "override[tier=A].alert_probability=7: should be less"),
        ("[tier=A].alert_probability", "x", "alert_probability=x: should be a valid number"),
        ("[tier=A].alert_probabilty", "0.6", 'did you mean "alert_probability"?'),
        ("[territory=N].watch_probability", "0.9", "watches from 0.9 on and lists from 0.5 on"),
    ],
)
def test_what_cannot_be_tried_is_refused_by_its_name(
    tmp_path: Path, name: str, value: str, said: str
) -> None:
    path = tmp_path / "quietdrop.toml"
    path.write_text(HEAD + FIRST, encoding="utf-8")
    with pytest.raises(UsageError) as error:
        load(path, {}, {f"override{name}": value})
    assert str(error.value).startswith(f"--set override{name}")
    assert said in str(error.value)


def test_a_table_of_the_file_that_does_not_go_with_what_is_tried_names_both(tmp_path: Path) -> None:
    path = tmp_path / "quietdrop.toml"
    path.write_text(HEAD + '[[override]]\ntier = "A"\nwatch_probability = 0.4\n', encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load(path, {}, {"drift.alert_probability": "0.3"})
    assert ":6: [[override]] watch_probability = 0.4: watches from 0.4 on" in str(error.value)
    assert str(error.value).endswith("(with --set drift.alert_probability=0.3)")
