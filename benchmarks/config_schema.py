"""The JSON schema of the config, for editors: `make reference` writes it.

Types and limits are those of the settings; the descriptions are those of the reference.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from benchmarks.reference.configuration import OURS, descriptions
from quietdrop.config import Settings
from quietdrop.domain.columns import DIRECTORY, REFERRALS

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "config/quietdrop.schema.json"
TEXT = {"type": "string", "minLength": 1}


def schema() -> dict[str, Any]:
    """The schema as JSON has it."""
    whole = Settings.model_json_schema(by_alias=True)
    texts = descriptions()
    sections = {name: _section_of(field) for name, field in whole["properties"].items()}
    for name, section in sections.items():
        if section is None:
            continue
        properties = whole["$defs"][section]["properties"]
        for key in OURS:
            properties.pop(key, None)
        for key, value in properties.items():
            value.pop("title", None)
            value["description"] = _plain(texts[name][key])
    for key in OURS:
        whole["properties"].pop(key, None)
    source = whole["$defs"]["SourceSettings"]["properties"]
    source["columns"] |= _columns()
    for definition in whole["$defs"].values():
        definition.pop("title", None)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "quietdrop.toml",
        **{key: value for key, value in whole.items() if key != "title"},
    }


def _section_of(field: dict[str, Any]) -> str | None:
    """The definition that a key of the whole config refers to."""
    match = re.search(r"#/\$defs/(\w+)", json.dumps(field))
    return match[1] if match else None


def _columns() -> dict[str, Any]:
    """Our column names, each theirs; of the directory's tables in a table each."""
    tables = {
        table: {
            "type": "object",
            "additionalProperties": False,
            "properties": dict.fromkeys(columns, TEXT),
        }
        for table, columns in DIRECTORY.items()
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": dict.fromkeys(REFERRALS, TEXT) | tables,
    }


def _plain(markdown: str) -> str:
    """Return a description without links and marks, as an editor shows it."""
    return re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", markdown).replace("`", "")


def text() -> str:
    """The schema as its file has it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
