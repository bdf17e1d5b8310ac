"""The reference of the settings: every key with its type, its default and what it does.

Types, limits and defaults are those of the settings; what a key does stands in
`src/quietdrop/config/descriptions.toml`.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from quietdrop.config import Settings

DESCRIPTIONS = Path(__file__).parents[2] / "src/quietdrop/config/descriptions.toml"
INTRODUCTION = """\
# Configuration reference

*Written from the code by `make reference`; a test keeps it in step. How the file is read, and how
its parts work together, stands in [configuration](../configuration.md).*
"""
OURS = ("path", "directory_columns")  # no key of the file
LIMITS = {
    "minimum": "from {}",
    "exclusiveMinimum": "above {}",
    "maximum": "to {}",
    "exclusiveMaximum": "below {}",
}
NAMES = {"string": "text", "integer": "whole number", "boolean": "true or false", "object": "table"}


def descriptions() -> dict[str, dict[str, str]]:
    """Return what each key does, by section, as Markdown."""
    return tomllib.loads(DESCRIPTIONS.read_text(encoding="utf-8"))


def page() -> str:
    """Return the page as Markdown."""
    whole = Settings.model_json_schema(by_alias=True)
    lines = [INTRODUCTION]
    for name, texts in descriptions().items():
        lines += _section(name, whole, texts)
    return "\n".join([*lines, ""])


def _section(name: str, whole: dict[str, Any], texts: dict[str, str]) -> Iterator[str]:
    """Yield the heading and the table of one section."""
    field = whole["properties"][name]
    many = field.get("type") == "array"
    definition = whole["$defs"][_reference(field)]
    yield from (f"## [[{name}]]" if many else f"## [{name}]", "")
    yield from (" ".join(definition["description"].split()), "")
    yield from ("| key | type | default | what it does |", "|---|---|---|---|")
    required = definition.get("required", ())
    for key, value in definition["properties"].items():
        if key not in OURS:
            default = "needed" if key in required else _default(value)
            cells = (f"`{key}`", _type(value, whole), default, texts[key].replace("|", "\\|"))
            yield f"| {' | '.join(cells)} |"
    yield ""


def _reference(field: dict[str, Any]) -> str:
    """Return the name of the definition that a section refers to."""
    inner = [field, *field.get("anyOf", ()), field.get("items", {})]
    return next(str(each["$ref"]) for each in inner if "$ref" in each).rpartition("/")[2]


def _default(value: dict[str, Any]) -> str:
    """Return the default as TOML writes it."""
    default = value.get("default")
    if default is None:
        return "none"
    if isinstance(default, dict):
        inner = ", ".join(f"{key} = {json.dumps(each)}" for key, each in default.items())
        return f"`{{ {inner} }}`" if inner else "`{}`"
    return f"`{json.dumps(default, ensure_ascii=False)}`"


def _type(value: dict[str, Any], whole: dict[str, Any]) -> str:
    """Return a key's type in words, with its limits."""
    if "$ref" in value:
        return _type(whole["$defs"][value["$ref"].rpartition("/")[2]], whole)
    if "anyOf" in value:
        return " or ".join(_type(one, whole) for one in value["anyOf"] if one.get("type") != "null")
    if "enum" in value:
        return " or ".join(f'`"{one}"`' for one in value["enum"])
    if value.get("type") == "array":
        return f"list of {_type(value['items'], whole)}"
    limits = " ".join(text.format(value[key]) for key, text in LIMITS.items() if key in value)
    return f"{NAMES.get(value['type'], value['type'])} {limits}".rstrip()
