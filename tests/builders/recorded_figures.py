"""Figures that a test compares with those that were recorded: names exactly, numbers closely."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

import numpy as np
import pytest

TOLERANCE = 1e-9  # relative: another processor's sums differ in the last digits
Figures = Mapping[str, Callable[[], object]]


def record(golden: Path, figures: Figures) -> None:
    """Write the figures as they are now."""
    every = {name: plain(make()) for name, make in figures.items()}
    golden.parent.mkdir(exist_ok=True)
    golden.write_text(json.dumps(every, ensure_ascii=False) + "\n", encoding="utf-8")


def recorded(golden: Path) -> dict[str, object]:
    """The figures as they were recorded."""
    every: dict[str, object] = json.loads(golden.read_text(encoding="utf-8"))
    return every


def compare(now: object, before: object) -> None:
    """Fails where a name differs, or a number by more than another processor would make it."""
    value = plain(now)
    assert _texts(value) == _texts(before)
    assert _numbers(value) == pytest.approx(_numbers(before), rel=TOLERANCE, abs=1e-12)


def plain(value: object) -> object:
    """As JSON has it: lists, texts, and numbers of twelve digits."""
    if is_dataclass(value) and not isinstance(value, type):
        return [plain(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, float | int):
        return None if value != value else float(f"{value:.12g}")
    return str(value)


def _numbers(value: object) -> list[float]:
    """All numbers of a recorded value, in order."""
    if isinstance(value, dict):
        return [number for each in value.values() for number in _numbers(each)]
    if isinstance(value, list):
        return [number for each in value for number in _numbers(each)]
    return [value] if type(value) is float else []


def _texts(value: object) -> object:
    """The rest: names, dates and statuses, with 0 where a number stands."""
    if isinstance(value, dict):
        return {key: _texts(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_texts(each) for each in value]
    return 0 if type(value) is float else value
