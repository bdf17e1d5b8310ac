"""`[[override]]`: what is taken, and what is refused with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from quietdrop.config import Settings, fingerprint, load
from quietdrop.domain.errors import ConfigError

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
    own = loaded(tmp_path, '[[override]]\ntier = "A"\nalert_probability = 0.4\n')
    assert fingerprint(plain) == fingerprint(plain.model_copy(update={"override": ()}))
    assert fingerprint(plain) != fingerprint(own)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[override]]\nalert_probability = 0.6\n", "4: [[override]] names no territory"),
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
            '5: [[override]] teritory = "A": is not known here; did you mean "territory"?',
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
