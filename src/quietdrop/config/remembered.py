"""The settings as a run remembers them, so that a later one can say what changed since."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from quietdrop.config.settings import Settings
from quietdrop.config.values import SECRET
from quietdrop.lib.urls import masked

_MARK = "#"  # begins what is remembered of a value that is not to be shown; no JSON begins so
_MARK_DIGITS = 16


@dataclass(frozen=True)
class SettingChange:
    """A setting with what it was and is, as JSON text; None where that is not to be shown."""

    name: str
    before: str | None
    now: str | None


def remembered(settings: Settings) -> dict[str, str]:
    """Return each setting's value as JSON text, by "section.key".

    Of what holds an address, a URL or a query only a mark is kept, which shows that it changed.
    """
    values = settings.model_dump(mode="json", by_alias=True, exclude={"path"})
    return {name: _kept(name, value) for name, value in _leaves("", values)}


def changes_since(before: Mapping[str, str], settings: Settings) -> tuple[SettingChange, ...]:
    """Return what changed, by name. A key that only one of the two releases has is no change."""
    now = remembered(settings)
    return tuple(
        SettingChange(name, _shown(before[name]), _shown(now[name]))
        for name in sorted(before.keys() & now.keys())
        if before[name] != now[name]
    )


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value and name.count(".") < 1:
        for key, each in value.items():
            yield from _leaves(f"{name}.{key}" if name else key, each)
    else:
        yield name, value


def _kept(name: str, value: Any) -> str:
    key = name.rpartition(".")[2]
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    is_hidden = "@" in text or "://" in text or key == "query" or SECRET.search(key)
    if not is_hidden:
        return text
    safe = masked(value) if isinstance(value, str) else text
    return _MARK + hashlib.sha256(f"{name} {safe}".encode()).hexdigest()[:_MARK_DIGITS]


def _shown(kept: str) -> str | None:
    return None if kept.startswith(_MARK) else kept
