"""The schema for editors: it describes every key and takes no other."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from benchmarks import config_schema
from quietdrop.config import Settings

ROOT = Path(__file__).parents[2]
SCHEMA: dict[str, Any] = json.loads(config_schema.SCHEMA.read_text(encoding="utf-8"))
EXAMPLE = ROOT / "config/quietdrop.toml"
DECIDES = ("drift", "digest", "feed", "visits")  # what is listed hangs on the numbers of these


def section(name: str) -> dict[str, Any]:
    definition: dict[str, Any] = SCHEMA["$defs"][
        config_schema._section_of(SCHEMA["properties"][name])
    ]
    return definition


@pytest.mark.parametrize("name", sorted(set(Settings.model_fields) - {"path"}))
def test_every_key_is_described_and_no_other_is_taken(name: str) -> None:
    definition = section(name)
    assert definition["additionalProperties"] is False
    for key, value in definition["properties"].items():
        assert value["description"], key


@pytest.mark.parametrize("name", DECIDES)
def test_every_number_says_what_raising_it_does_to_the_list(name: str) -> None:
    for key, value in section(name)["properties"].items():
        kinds = {value.get("type"), *(each.get("type") for each in value.get("anyOf", ()))}
        if kinds & {"number", "integer"}:
            assert "Higher: " in value["description"], key


def test_the_example_names_the_schema_and_all_its_keys_are_known() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert text.splitlines()[0] == "#:schema ./quietdrop.schema.json"
    for name, keys in tomllib.loads(text).items():
        assert set(keys) <= set(section(name)["properties"])


def test_limits_are_the_settings_own() -> None:
    drift = section("drift")["properties"]
    assert (drift["alert_probability"]["minimum"], drift["alert_probability"]["maximum"]) == (0, 1)
    assert section("mail")["required"] == ["host", "from"]
    assert "referred_on" in section("source")["properties"]["columns"]["properties"]
