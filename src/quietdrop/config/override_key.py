"""One value of an `[[override]]` table by name: `override[territory=North].min_referrals`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quietdrop.lib.folding import folded

EXAMPLE = "override[territory=North].alert_probability=0.6"
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_WHOM = rf"(territory|tier)\s*=\s*({_QUOTED}|[^\",\[\]]+)"
_KEY = re.compile(rf"override\[\s*{_WHOM}\s*(?:,\s*{_WHOM}\s*)?\]\.(\w+)")
_BRACKETS = re.compile(rf'override\[(?:[^\]"]|{_QUOTED})*\]')


@dataclass(frozen=True)
class OverrideKey:
    """Whom a table holds for, and one key of it."""

    territory: str | None
    tier: str | None
    key: str

    def __str__(self) -> str:
        return f"override[{self.whom}].{self.key}"

    @property
    def whom(self) -> str:
        """ "territory=North,tier=A": what stands in the brackets."""
        return ",".join(f"{name}={_written(value)}" for name, value in self.names.items())

    @property
    def names(self) -> dict[str, str]:
        """What the table says of whom it holds for."""
        named = {"territory": self.territory, "tier": self.tier}
        return {name: value for name, value in named.items() if value is not None}

    def is_of(self, table: Mapping[str, Any]) -> bool:
        """Whether a table of the file holds for the same practices, however they are spelled."""
        return all(
            folded(str(table.get(name, ""))) == folded(value or "")
            for name, value in (("territory", self.territory), ("tier", self.tier))
        )


def override_key(name: str) -> OverrideKey | None:
    """What a name says; None where it is not written like one."""
    match = _KEY.fullmatch(name.strip())
    if match is None:
        return None
    first, one, second, other, key = match.groups()
    whom = {first: _read(one)} | ({second: _read(other)} if second else {})
    if second == first or not all(whom.values()):
        return None
    return OverrideKey(whom.get("territory"), whom.get("tier"), key)


def brackets_of(text: str) -> str:
    """The part of "override[territory=North].key=value" before which no "=" divides key and
    value; "" where there is none."""
    match = _BRACKETS.match(text)
    return match[0] if match else ""


def _written(value: str) -> str:
    is_plain = re.fullmatch(r"[^\s\",\[\]\\](?:[^\",\[\]\\]*[^\s\",\[\]\\])?", value)
    return value if is_plain else json.dumps(value, ensure_ascii=False)


def _read(text: str) -> str:
    text = text.strip()
    if not text.startswith('"'):
        return text
    try:
        return str(json.loads(text))
    except json.JSONDecodeError:
        return ""
