"""What was proposed from the own past, and what it did there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import TypeAdapter

from quietdrop.reporting.comparison_report import Change
from quietdrop.reporting.tuning import Gain


@dataclass(frozen=True)
class HalfFigures:
    """What one setting did in the half that is reported on."""

    caught: float  # lost referrals, after the listing of who lost them
    a_liaison_and_week: float
    opened: int
    back_by_themselves: int


@dataclass(frozen=True)
class Tuned:
    """What was chosen on the dates from `first` up to `middle`, and what it did from then to
    `last`. `changes` are empty where nothing is proposed; `best` are those of the best that was
    tried, `between` the alert probabilities that nine of ten draws of the practices choose."""

    budget: float
    first: date
    middle: date
    last: date
    tried: int
    best: tuple[Change, ...]
    between: tuple[float, float]
    gain: Gain
    today_fits: bool
    today: HalfFigures
    proposed: HalfFigures
    changes: tuple[Change, ...]


_ADAPTER = TypeAdapter(Tuned)


def from_json(text: str) -> Tuned:
    """The result that `to_json` wrote. ValueError where it is none."""
    return _ADAPTER.validate_json(text)


def to_json(tuned: Tuned) -> str:
    """The result as JSON, by the names of its fields."""
    return _ADAPTER.dump_json(tuned, indent=2).decode()
