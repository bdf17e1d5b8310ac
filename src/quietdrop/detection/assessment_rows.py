"""The rows of an assessment's frame as values."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd

from quietdrop.domain.assessment import Assessment, Status


def assessments(frame: pd.DataFrame) -> dict[str, Assessment]:
    """The rows of an assessment's frame, by practice."""
    rows = zip(map(str, frame.index), *columns_of(frame), strict=True)
    return {row[0]: Assessment(*row) for row in rows}


def columns_of(frame: pd.DataFrame) -> list[list[Any]]:
    """The values of each field of an assessment but the first, None where there are none."""
    names = [field.name for field in fields(Assessment)[1:]]
    columns = [_values_of(frame[name].to_numpy()) for name in names]
    columns[names.index("status")] = [Status(word) for word in frame["status"]]
    return columns


def _values_of(column: np.ndarray) -> list[Any]:
    if column.dtype.kind in "biu":  # nothing is missing of them
        return list(column.tolist())
    values = column.astype(object)
    values[pd.isna(column)] = None
    return list(values.tolist())
