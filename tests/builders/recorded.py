"""Figures as they were recorded, so that a changed sign, guard or constant anywhere shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

import numpy as np
import pytest

CLOSE = 1e-9  # relative: another processor's sums differ in the last digits
SUMS = 1e-6  # relative: the same of long sums and of products of matrices
Figures = Mapping[str, Callable[[], object]]


def assert_as_recorded(golden: Path, name: str, value: object, within: float = CLOSE) -> None:
    """Fails where a name differs from what was recorded, or a number by more than `within`."""
    recorded = json.loads(golden.read_text(encoding="utf-8"))[name]
    now = _plain(value)
    assert _texts(now) == _texts(recorded)
    assert _numbers(now) == pytest.approx(_numbers(recorded), rel=within, abs=1e-12)


def names_in(golden: Path) -> set[str]:
    """The names of the figures that were recorded."""
    return set(json.loads(golden.read_text(encoding="utf-8")))


def record(golden: Path, figures: Figures) -> None:
    """Write the figures as they are now."""
    values = {name: _plain(make()) for name, make in figures.items()}
    golden.parent.mkdir(exist_ok=True)
    golden.write_text(json.dumps(values, ensure_ascii=False) + "\n", encoding="utf-8")


def _plain(value: object) -> object:
    """As JSON has it: lists, texts, and numbers of twelve digits."""
    if is_dataclass(value) and not isinstance(value, type):
        return [_plain(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist())
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
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
