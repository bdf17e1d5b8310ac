"""Who may be asked about: the drifts by what is at stake, and the falls too old for that. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from quietdrop.checkins.lifecycle import STOPPED_SHARE, is_worse, told_share
from quietdrop.checkins.priority import Ranking, priority
from quietdrop.domain.checkin import CheckIn, Kind, State

if TYPE_CHECKING:
    from quietdrop.detection.assess import Assessed

OLD_NEWS = timedelta(weeks=13)


def drifting(
    assessed: Assessed,
    last: Mapping[str, CheckIn],
    taken: Collection[str],
    *,
    first_run: bool,
    ranking: Ranking,
) -> tuple[list[CheckIn], list[CheckIn]]:
    """In: the latest check-in of each practice, who is not to be asked about. Out: the drifts that
    may be listed, the most at stake first; and those that the first run finds too old for that."""
    frame, as_of = assessed.frame, assessed.as_of
    alert = assessed.thresholds.alert.each(frame.index)
    alarm = frame[frame["drift_probability"].astype(float) >= alert]
    order = pd.Series(priority(alarm, ranking), index=alarm.index)
    ranked = order.sort_index().sort_values(ascending=False, kind="stable")
    chosen, review = [], []
    for practice_id in map(str, ranked.index):
        if practice_id in taken:
            continue
        of = assessed.of(practice_id)
        onset = of.onset or as_of
        if first_run and (of.edge or as_of - onset > OLD_NEWS):
            review.append(_reviewed(frozen(assessed, practice_id)))
        elif not of.edge and not _is_old_story(assessed, last.get(practice_id), onset):
            chosen.append(frozen(assessed, practice_id))
    return chosen, review


def left_long_ago(assessed: Assessed, taken: Collection[str]) -> list[CheckIn]:
    """Those who fell before the weeks that are looked at, and stayed there: on the first run the
    departures of old, later the falls so slow or small that nobody could be sure of them in time.
    At the window's edge a fall may be of either side: what counts is that it is likely, and old.
    """
    frame, as_of = assessed.frame, assessed.as_of
    recent = frame["drift_probability"].astype(float)
    settled = frame["settled_probability"].astype(float)
    alert = assessed.thresholds.alert.each(frame.index)
    likely = (recent < alert) & (recent + settled >= alert)
    old = frame[likely & (settled >= recent) & frame["settled_onset"].notna()]
    return [
        _reviewed(
            CheckIn(
                practice_id=str(practice_id),
                practice_name=str(practice_id),
                liaison="",
                kind=Kind.DRIFT,
                opened_on=as_of,
                onset=row["settled_onset"],
                probability=row["settled_probability"] + row["drift_probability"],
                baseline_per_week=row["settled_baseline"],
                notified_on=as_of,
            )
        )
        for practice_id, row in old.iterrows()
        if practice_id not in taken
    ]


def _is_old_story(assessed: Assessed, before: CheckIn | None, onset: date) -> bool:
    """The same drift as one that was already reviewed, answered or regained; and silence, whatever
    its likeliest onset, of who was told as stopped and has sent nothing since."""
    if before is None:
        return False
    ended = before.resolved_on or before.opened_on
    if before.state != State.RECOVERED and told_share(assessed, before) <= STOPPED_SHARE:
        came, _ = assessed.newest(before.practice_id, (assessed.as_of - ended).days // 7)
        if came == 0:
            return True
    return onset < ended and not is_worse(assessed, before, ended)


def old_stories(assessed: Assessed, last: Mapping[str, CheckIn]) -> set[str]:
    """The watched practices whose drift was dealt with before, and is no worse since."""
    watched = assessed.frame.loc[assessed.frame["status"] == "watching", "onset"]
    return {
        str(name)
        for name, onset in watched.items()
        if _is_old_story(assessed, last.get(str(name)), onset)
    }


def frozen(assessed: Assessed, practice_id: str) -> CheckIn:
    """A check-in of this date, open and told, with the figures as they are now."""
    of = assessed.of(practice_id)
    as_of = assessed.as_of
    return CheckIn(
        practice_id=practice_id,
        practice_name=practice_id,
        liaison="",
        kind=Kind.DRIFT,
        opened_on=as_of,
        onset=of.onset,
        onset_low=of.onset_low,
        onset_high=of.onset_high,
        probability=of.drift_probability,
        baseline_per_week=of.baseline_per_week,
        remaining_share=of.remaining_share,
        lost_per_week=of.lost_per_week,
        expected=of.expected,
        observed=of.observed,
        notified_on=as_of,
    )


def _reviewed(checkin: CheckIn) -> CheckIn:
    return replace(checkin, state=State.REVIEW, resolved_on=checkin.opened_on)
