"""Networks of referrals by day, whole and in blocks of packed counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from quietdrop.config.settings import DriftSettings
from quietdrop.detection.assess import assessed_from
from quietdrop.detection.block import Block
from quietdrop.detection.blocks import LocalBlocks
from quietdrop.detection.exposure import Circumstances, Exposure
from quietdrop.detection.judge import Network, judge
from quietdrop.detection.judged import Judged
from quietdrop.detection.packed_counts import packed
from quietdrop.detection.weekly_counts import WeeklyCounts, events, seen_streams, weekly
from quietdrop.domain.days import EPOCH

AS_OF = date(2026, 7, 6)
SETTINGS = DriftSettings()


def referrals(practices: int, weeks: int, seed: int) -> pd.DataFrame:
    """Practices of log-normal rates on the days of a working week, one in ten of which falls; some
    have a season, some began late, and some have one very large week."""
    rng = np.random.default_rng(seed)
    week = np.arange(weeks)
    rate = np.exp(rng.normal(0.2, 1.0, practices))[:, None] * np.ones((practices, weeks))
    rate[::10, -10:] *= 0.1
    rate[3::7] *= 1.0 + 0.9 * np.sin(2 * np.pi * week / 52.2)
    rate[5::9, : weeks // 3] = 0.0
    counts = rng.poisson(rate)
    counts[4::30, weeks // 2] += 60
    stream, when = np.nonzero(counts)
    day = (AS_OF - EPOCH).days - 7 * weeks + 7 * when + rng.integers(0, 5, len(when))
    return pd.DataFrame(
        {
            "practice_id": [f"P{number:05d}" for number in stream],
            "day": day,
            "referrals": counts[stream, when],
        }
    )


def dominated(weeks: int = 95) -> pd.DataFrame:
    """A network whose largest practice, half of it, stops."""
    counts = referrals(30, weeks, 4)
    day = (AS_OF - EPOCH).days - 7 * np.arange(10, weeks) + 1
    large = pd.DataFrame({"practice_id": "L", "day": day, "referrals": 150})
    return pd.concat([large, counts])


def cut(counts: pd.DataFrame, number: int) -> list[pd.DataFrame]:
    """The rows in so many parts, no practice in two of them, in the order of the practices."""
    ids = np.unique(counts["practice_id"])
    parts = [set(some) for some in np.array_split(ids, number)]
    return [counts[counts["practice_id"].isin(part)] for part in parts]


def judged_in_blocks(
    parts: list[pd.DataFrame], of: WeeklyCounts, around: Circumstances
) -> pd.DataFrame:
    """What the parts' practices come to, judged as one network of packed blocks."""
    network = Network(of.span, around.holidays, SETTINGS.priors)
    return pd.concat(
        judge(LocalBlocks(in_blocks(parts, of, around)), network, [frame_of] * len(parts))
    )


def in_blocks(
    parts: list[pd.DataFrame], of: WeeklyCounts, around: Circumstances | None = None
) -> list[Block]:
    """A packed block a part; the weeks are those of all."""
    return [
        Block(packed(seen_streams(events(part), AS_OF)), of.weeks, around or Circumstances())
        for part in parts
    ]


def frame_of(cadence: WeeklyCounts, exposure: Exposure, judged: Judged) -> pd.DataFrame:
    """The figures and statuses of a block's practices."""
    return assessed_from(cadence, exposure, judged, SETTINGS).frame


def whole(counts: pd.DataFrame) -> WeeklyCounts:
    """The weeks of all practices."""
    return weekly(events(counts), AS_OF)


def write_parts(folder: Path, parts: Sequence[pd.DataFrame]) -> list[Path]:
    """The parts as Parquet files, days as days."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for number, part in enumerate(parts):
        day = pd.to_datetime(part["day"].to_numpy(), unit="D").date
        files.append(folder / f"part-{number}.parquet")
        part.assign(day=day).to_parquet(files[-1], index=False)
    return files


def config(folder: Path, more: str = "") -> Path:
    """A config file beside the counts."""
    path = folder / "quietdrop.toml"
    path.write_text(f'[source]\nreferrals = "counts"\nperiod = "day"\n{more}')
    return path


def written(output: Path) -> pd.DataFrame:
    """The assessments of a folder, in the order of its files."""
    files = sorted((output / "assessments").rglob("*.parquet"))
    return pd.concat([pd.read_parquet(file) for file in files]).set_index("practice_id")
