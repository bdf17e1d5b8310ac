"""Columns of few distinct texts, as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from quietdrop.domain.arrays import IntArray

if TYPE_CHECKING:
    import pandas as pd


def as_categories(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its columns of text as categories, which are quick to choose and to group."""
    texts = {name: "category" for name in frame if frame[name].dtype == "str"}
    return frame.astype(texts) if texts else frame


def coded(column: pd.Series) -> tuple[IntArray, list[str]]:
    """Each row's place among the texts of a column, and these texts in order. Of a column of
    categories there may be texts that no row has."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        if not column.dtype.categories.is_monotonic_increasing:
            return coded(column.astype("str"))
        return np.asarray(column.cat.codes, dtype=np.int64), list(column.cat.categories)
    codes, texts = pd.factorize(column, sort=True)
    return np.asarray(codes, dtype=np.int64), [str(text) for text in texts]
