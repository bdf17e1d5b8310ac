"""The assessments of a block's practices, as one Parquet file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from quietdrop.config.settings import DriftSettings
from quietdrop.detection.assess import assessed_from
from quietdrop.detection.exposure import Exposure
from quietdrop.detection.judged import Judged
from quietdrop.detection.weekly_counts import WeeklyCounts
from quietdrop.domain.assessment import Assessment
from quietdrop.lib import safe_files

_TYPES = {
    "str": pa.string(),
    "Status": pa.string(),
    "float": pa.float64(),
    "int": pa.int64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
}
SCHEMA = pa.schema(
    [(each.name, _TYPES[str(each.type).removesuffix(" | None")]) for each in fields(Assessment)]
)


@dataclass(frozen=True)
class AssessmentFile:
    """Where a block's assessments go, and what decides their statuses."""

    path: Path
    drift: DriftSettings

    def __call__(self, cadence: WeeklyCounts, exposure: Exposure, judged: Judged) -> Counter[str]:
        """Writes the file, in one step, and returns how many practices have each status."""
        frame = assessed_from(cadence, exposure, judged, self.drift).frame
        with safe_files.replacing(self.path) as file:
            pq.write_table(as_table(frame), file)
        return Counter(map(str, frame["status"]))


def as_table(frame: pd.DataFrame) -> pa.Table:
    """An assessment's frame with the fields of `Assessment` as columns."""
    whole = frame.reset_index()
    whole["status"] = whole["status"].astype(str)
    return pa.Table.from_pandas(whole[SCHEMA.names], schema=SCHEMA, preserve_index=False)
