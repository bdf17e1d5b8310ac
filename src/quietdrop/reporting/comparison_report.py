"""A comparison with all that a reader needs beside it: for a page, a file or a program. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import TypeAdapter

from quietdrop.reporting.comparison import Comparison


@dataclass(frozen=True)
class Change:
    """One setting that is tried; `key` as "drift.alert_probability", the values as TOML."""

    key: str
    today: str
    proposed: str


@dataclass(frozen=True)
class ComparisonReport:
    """`first` and `last` are the first and the last replayed date; `names` are the practices' by
    id; `remarks` say what the reader should know of the settings that were tried."""

    first: date
    last: date
    changes: tuple[Change, ...]
    comparison: Comparison
    names: dict[str, str]
    remarks: tuple[str, ...] = ()

    def name(self, practice_id: str) -> str:
        """The practice's name, or its id."""
        return self.names.get(practice_id, practice_id)


_ADAPTER = TypeAdapter(ComparisonReport)


def to_json(report: ComparisonReport) -> str:
    """The report as JSON, by the names of its fields."""
    return _ADAPTER.dump_json(report, indent=2).decode()


def from_json(text: str) -> ComparisonReport:
    """The report that `to_json` wrote. ValueError where it is none."""
    return _ADAPTER.validate_json(text)
