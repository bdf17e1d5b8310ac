"""Which settings changed, for a manager."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from quietdrop.config.remembered import SettingChange
from quietdrop.lib.text import single_line

LONGEST = 80  # characters of a value


def changed(change: SettingChange) -> tuple[str, str]:
    """Return a setting's name, as the config has it, and from what to what it changed."""
    section, _, key = change.name.rpartition(".")
    name = f"[{section}] {key}" if section else f"[{key}]"
    if change.before is None or change.now is None:
        return name, "changed"
    before, now = json.loads(change.before), json.loads(change.now)
    if isinstance(before, dict) and isinstance(now, dict):
        return name, "; ".join(_by_key(before, now))
    if isinstance(before, list) and isinstance(now, list):
        return name, "; ".join(_members(before, now)) or "in another order"
    return name, f"{_shown(before)} → {_shown(now)}"


def _by_key(before: Mapping[str, object], now: Mapping[str, object]) -> Iterator[str]:
    for key in sorted(before.keys() | now.keys()):
        if before.get(key) != now.get(key):
            then, here = _shown(before.get(key)), _shown(now.get(key))
            yield f"{single_line(key, LONGEST)}: {then} → {here}"


def _members(before: list[Any], now: list[Any]) -> Iterator[str]:
    for each in now:
        if each not in before:
            yield f"{_shown(each)} added"
    for each in before:
        if each not in now:
            yield f"{_shown(each)} removed"


def _shown(value: Any) -> str:
    if value is None:
        return "not set"
    return single_line(json.dumps(value, ensure_ascii=False), LONGEST)
