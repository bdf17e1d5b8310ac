"""The JSON schema of the config, for editors: `python -m benchmarks.config_schema` writes it.

Types and limits are those of the settings, the descriptions those of docs/configuration.md.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from quietdrop.config import Settings
from quietdrop.domain.columns import DIRECTORY, REFERRALS

ROOT = Path(__file__).parents[1]
PAGE, SCHEMA = ROOT / "docs/configuration.md", ROOT / "config/quietdrop.schema.json"
OURS = ("path", "directory_columns")  # no key of the file
TEXT = {"type": "string", "minLength": 1}


def schema() -> dict[str, Any]:
    """The schema as JSON has it."""
    whole = Settings.model_json_schema(by_alias=True)
    page = PAGE.read_text(encoding="utf-8")
    told = descriptions(page)
    sections = {name: _section_of(field) for name, field in whole["properties"].items()}
    for name, section in sections.items():
        if section is None:
            continue
        properties = whole["$defs"][section]["properties"]
        for key in OURS:
            properties.pop(key, None)
        for key, value in properties.items():
            value.pop("title", None)
            value["description"] = told[f"{name}.{key}"]
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
    found = re.search(r"#/\$defs/(\w+)", json.dumps(field))
    return found[1] if found else None


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


def descriptions(page: str) -> dict[str, str]:
    """What the page says of each "section.key", without links and marks."""
    section, told = "", {}
    for line in page.splitlines():
        if head := re.fullmatch(r"## \[\[?(\w+)\]?\]", line):
            section = head[1]
        elif row := re.match(r"\| `(\w+)` \| .*? \| (.*) \|$", line):
            text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", row[2]).replace("`", "")
            told[f"{section}.{row[1]}"] = text[:1].upper() + text[1:]
    return told


def text() -> str:
    """The schema as its file has it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(text(), encoding="utf-8")
    print(SCHEMA.relative_to(ROOT))
