"""Rows that the source had and has no longer, within the span that it still covers. Pure."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.days import EPOCH
from quietdrop.domain.intake import Intake
from quietdrop.domain.weekly import COLUMNS, MONDAY, Loss, Losses, WeeklyCounts, week_of
from quietdrop.domain.words import as_categories

KEPT_WEEKS = 104  # of the counts; a drift's window and its baseline lie within two years
STRAY = 0.005  # of all referrals: so few old ones do not say that a source reaches back to them
MOVED = 0.8  # of the missing referrals that another practice gained in the same weeks
MOST_COMPARED = 200  # practices that are compared with the gainers one by one
LEAST = 3  # missing referrals of a practice; one or two are corrections
TOLD_FOR = timedelta(weeks=13)  # then a loss is accepted as it is


def losses(before: WeeklyCounts | None, counts: pd.DataFrame, as_of: date) -> Losses:
    """Find the referrals that earlier runs saw and the source lacks now.

    Only weeks that were over when they were seen, and that the source still covers, count: from
    the week after its oldest, a few stray ones aside, to the week before its newest; of those only
    the weeks that are remembered. A practice whose referrals another one has now has moved; it lost
    nothing.

    Args:
        before: What earlier runs saw; None where nothing comparable is known.
        counts: The counts known on `as_of`, as in `Intake.counts`.
        as_of: The morning of the run.
    """
    if before is None or counts.empty:
        return Losses()
    seen = before.frame[before.frame["seen_on"] <= as_of]
    if seen.empty:
        return Losses()
    now = _by_week(counts)
    first, last = _covered(now)
    first = max(first, int(seen["week"].min()) - 1)  # of the weeks before nothing is remembered
    over = seen["week"] < seen["seen_on"].map({day: week_of(day) for day in set(seen["seen_on"])})
    inside = (now["week"] > first) & (now["week"] < last)
    had = seen[over & (seen["week"] > first) & (seen["week"] < last)]
    ids = sorted({*had["practice_id"].unique(), *now.loc[inside, "practice_id"].unique()})
    if had.empty:
        return Losses()
    place = {practice_id: row for row, practice_id in enumerate(ids)}
    shape = (len(ids), last - first - 1)
    # had_in, has_in: practices × covered weeks
    had_in, has_in = (_matrix(frame, place, first + 1, shape) for frame in (had, now[inside]))
    last_seen = had.drop_duplicates("practice_id", keep="last").set_index("practice_id")
    seen_until = last_seen["seen_on"].to_dict()
    until = np.array([week_of(seen_until.get(key, as_of)) - first - 1 for key in ids])
    has_in = np.where(np.arange(shape[1])[None, :] < until[:, None], has_in, 0.0)
    net = (had_in - has_in).sum(axis=1)
    gained = np.maximum(has_in - had_in, 0.0)
    missing = np.maximum(had_in - has_in, 0.0)
    lost = np.flatnonzero(net >= LEAST)
    if gained.sum() >= MOVED * missing[lost].sum():
        return Losses(had=int(had_in.sum()))
    if len(lost) <= MOST_COMPARED:
        lost = np.array([row for row in lost if not _moved(missing[row], gained)], np.int64)
    total = now.groupby("practice_id")["referrals"].sum()
    names = last_seen["name"].to_dict()
    by_practice = {}
    for row in lost.tolist():
        weeks = np.flatnonzero(missing[row])
        by_practice[ids[row]] = Loss(
            ids[row],
            str(names[ids[row]]),
            seen_until[ids[row]],
            {first + 1 + int(week): int(missing[row, week]) for week in weeks},
            int(had_in[row].sum()),
            int(total.get(ids[row], 0)),
        )
    return Losses(by_practice, int(had_in.sum()))


def kept(
    before: WeeklyCounts | None, intake: Intake, missing: Losses, as_of: date, source: str
) -> WeeklyCounts:
    """Put together what the next run is to compare with: what the source has now, and for
    practices with losses still what it had, until that has been told for long enough.

    Args:
        before: What earlier runs left.
        intake: What was read.
        missing: The losses that still stand; none where somebody accepted them.
        as_of: The morning of the run.
        source: The mark of the source's settings.

    Returns:
        What is to be kept; `before` as it is where it is of a later date.
    """
    if before is not None and (before.frame["seen_on"] > as_of).any():
        return before
    oldest = week_of(as_of) - KEPT_WEEKS
    standing = {key for key, loss in missing.by_practice.items() if as_of - loss.seen_on < TOLD_FOR}
    now = _by_week(intake.counts)
    now = now[(now["week"] >= oldest) & ~now["practice_id"].isin(standing)]
    now = now.assign(
        name=now["practice_id"].map(
            {key: intake.practice(key).name for key in now["practice_id"].unique()}
        ),
        seen_on=pd.Series([as_of] * len(now), index=now.index, dtype=object),
    )
    frame = as_categories(now[list(COLUMNS)])
    if before is not None and standing:
        old = before.frame[before.frame["practice_id"].isin(standing)]
        frame = pd.concat([frame, old[old["week"] >= oldest]])
    return WeeklyCounts(source, frame.reset_index(drop=True))


def _by_week(counts: pd.DataFrame) -> pd.DataFrame:
    """practice_id, week and referrals of counts."""
    week = (counts["day"].to_numpy() + (EPOCH - MONDAY).days) // 7
    frame = counts[["practice_id", "referrals"]].assign(week=week)
    return frame.groupby(["practice_id", "week"])["referrals"].sum().reset_index()


def _covered(now: pd.DataFrame) -> tuple[int, int]:
    """The oldest and newest week of the source; both may be covered in part only."""
    total = now.groupby("week")["referrals"].sum().sort_index()
    weeks = total.index.to_numpy(dtype=np.int64)
    reached = total.cumsum().to_numpy() > STRAY * total.sum()
    return int(weeks[reached.argmax()]), int(weeks[-1])


def _matrix(
    frame: pd.DataFrame, place: dict[str, int], first: int, shape: tuple[int, int]
) -> FloatArray:
    matrix = np.zeros(shape)
    rows = frame["practice_id"].map(place).to_numpy(dtype=np.int64)
    columns = frame["week"].to_numpy(dtype=np.int64) - first
    np.add.at(matrix, (rows, columns), frame["referrals"].to_numpy(dtype=float))
    return matrix


def _moved(missing: FloatArray, gained: FloatArray) -> bool:
    """Whether some practice gained in the same weeks what this one lost."""
    shared = np.minimum(missing[None, :], gained).sum(axis=1)
    return bool(shared.max() >= MOVED * missing.sum())
