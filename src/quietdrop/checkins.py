"""The life of a check-in: opens frozen, recovers, closes. Pure: state in, state out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
from scipy.stats import poisson

from quietdrop.assess import Assessed
from quietdrop.model import CheckIn, FloatArray, Practice, Snooze, Touch

RECOVERY_WEEKS = 8
RECOVERY_SHARE = 0.8
OLD_NEWS_WEEKS = 13
WORSE_BEYOND_CHANCE = 0.05
TERMINAL = {"retired": 1.0, "acquired": 0.2, "moved": 1.0}


@dataclass(frozen=True)
class Memory:
    """What was told and learned before this as-of date.

    `seen` is what earlier runs had of their last days (as-of date, day, referrals);
    `acknowledged_on` the last run that was forced although the feed looked broken.
    """

    checkins: tuple[CheckIn, ...] = ()
    snoozes: tuple[Snooze, ...] = ()
    touches: tuple[Touch, ...] = ()
    first_run: bool = True
    seen: tuple[tuple[date, date, int], ...] = ()
    acknowledged_on: date | None = None


@dataclass
class Plan:
    """What this date's run changes and tells, by practice."""

    opened: list[CheckIn] = field(default_factory=list)
    worse: list[CheckIn] = field(default_factory=list)
    still_open: list[CheckIn] = field(default_factory=list)
    recovered: list[CheckIn] = field(default_factory=list)
    explained: list[CheckIn] = field(default_factory=list)  # closed: the fall is no drift
    review: list[CheckIn] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)  # by liaison
    closed: set[str] = field(default_factory=set)

    def changed(self) -> list[CheckIn]:
        """Every check-in that is to be saved."""
        return [*self.opened, *self.worse, *self.recovered, *self.explained, *self.review]


def as_of_memory(memory: Memory, as_of: date) -> Memory:
    """What was known before `as_of`: check-ins of that day or later are not yet told."""
    known = []
    for checkin in memory.checkins:
        if checkin.opened_on >= as_of and checkin.kind != "complaint":
            continue
        if checkin.opened_on > as_of:
            continue
        if checkin.resolved_on and checkin.resolved_on >= as_of and checkin.state == "recovered":
            checkin = replace(checkin, state="open", resolved_on=None)
        elif checkin.resolved_on and checkin.resolved_on > as_of:
            checkin = replace(checkin, state="open", resolved_on=None, outcome="")
        known.append(checkin)
    snoozes = tuple(s for s in memory.snoozes if s.from_on <= as_of)
    touches = tuple(t for t in memory.touches if t.touched_on <= as_of)
    return replace(memory, checkins=tuple(known), snoozes=snoozes, touches=touches)


def plan(
    assessed: Assessed,
    practices: dict[str, Practice],
    memory: Memory,
    *,
    alert_probability: float,
    budgets: dict[str, int],
    default_budget: int,
    liaison_of: dict[str, str],
    explained: Mapping[str, str] | None = None,
) -> Plan:
    """Who is told of this date. `liaison_of` names each practice's liaison ("" for none);
    `explained` says of practices whose fall is no drift what it is instead: no check-in opens
    for it, and one that is open closes."""
    as_of = assessed.cadence.as_of
    memory = as_of_memory(memory, as_of)
    made = Plan()
    last = _latest(memory.checkins)
    made.closed = _closed(practices, memory.checkins, as_of)
    snoozed = {s.practice_id for s in memory.snoozes if s.from_on <= as_of < s.until}
    complaints = _complaints(memory.touches)
    explained = explained or {}
    _follow_open(made, assessed, memory.checkins, complaints, snoozed, explained)
    busy = {c.practice_id for c in memory.checkins if c.state == "open"} | made.closed
    for practice_id in sorted(complaints - busy):
        made.opened.append(_complaint(practice_id, assessed))
    busy |= complaints
    busy |= snoozed | set(explained)
    if memory.first_run:
        made.review += _left_long_ago(assessed, busy, alert_probability)
    candidates = _candidates(made, assessed, last, busy, memory, alert_probability)
    made.opened = [_addressed(c, practices, liaison_of) for c in made.opened]
    made.review = [_addressed(c, practices, liaison_of) for c in made.review]
    spent: dict[str, int] = {}
    for checkin in made.opened:
        spent[checkin.liaison] = spent.get(checkin.liaison, 0) + 1
    for practice_id in candidates:
        liaison = liaison_of.get(practice_id, "")
        if spent.get(liaison, 0) < budgets.get(liaison, default_budget):
            spent[liaison] = spent.get(liaison, 0) + 1
            frozen = _freeze(assessed, practice_id, "open")
            made.opened.append(_addressed(frozen, practices, liaison_of))
        else:
            made.left_out[liaison] = made.left_out.get(liaison, 0) + 1
    return made


def priority(frame: pd.DataFrame, acquired: Iterable[str] = ()) -> FloatArray:
    """P × referrals lost a week × value (1) × recoverability (0.2 where acquired, else 1)."""
    chance = frame["drift_probability"].to_numpy(dtype=float)
    lost = frame["lost_per_week"].to_numpy(dtype=float)
    hope = np.where(frame.index.isin(list(acquired)), TERMINAL["acquired"], 1.0)
    return np.asarray(chance * lost * hope, dtype=float)


def _latest(checkins: Iterable[CheckIn]) -> dict[str, CheckIn]:
    latest: dict[str, CheckIn] = {}
    for checkin in sorted(checkins, key=lambda c: (c.opened_on, c.id or 0)):
        latest[checkin.practice_id] = checkin
    return latest


def _closed(practices: dict[str, Practice], checkins: Iterable[CheckIn], as_of: date) -> set[str]:
    by_directory = {
        p.practice_id for p in practices.values() if p.closed_on and p.closed_on <= as_of
    }
    return by_directory | {
        c.practice_id for c in checkins if c.state == "closed" and c.outcome in TERMINAL
    }


def _complaints(touches: Iterable[Touch]) -> set[str]:
    return {t.practice_id for t in touches if t.kind == "complaint" and t.resolved_on is None}


def _follow_open(
    made: Plan,
    assessed: Assessed,
    checkins: Iterable[CheckIn],
    complaints: set[str],
    snoozed: set[str],
    explained: Mapping[str, str],
) -> None:
    """Recovered, explained, worse or still open: each open check-in is one of them."""
    as_of = assessed.cadence.as_of
    for checkin in checkins:
        if checkin.state != "open" or checkin.practice_id in made.closed:
            continue
        if checkin.kind == "complaint" or checkin.practice_id in complaints:
            if checkin.told_on is None:
                made.opened.append(replace(checkin, told_on=as_of))
            elif checkin.practice_id in complaints:
                made.still_open.append(checkin)
            else:
                done = replace(checkin, state="closed", resolved_on=as_of, outcome="resolved")
                made.recovered.append(done)
        elif checkin.practice_id in explained:
            outcome = explained[checkin.practice_id]
            made.explained.append(
                replace(checkin, state="closed", resolved_on=as_of, outcome=outcome)
            )
        elif has_recovered(assessed, checkin):
            made.recovered.append(replace(checkin, state="recovered", resolved_on=as_of))
        elif is_worse(assessed, checkin, checkin.told_on or checkin.opened_on):
            row = assessed.figures(checkin.practice_id)
            made.worse.append(
                replace(
                    checkin,
                    told_on=as_of,
                    remaining_share=row["remaining_share"],
                    lost_per_week=row["lost_per_week"],
                )
            )
        elif checkin.practice_id not in snoozed:
            made.still_open.append(checkin)


def has_recovered(assessed: Assessed, checkin: CheckIn) -> bool:
    """The last 8 weeks reach 80 % of the frozen baseline × exposure."""
    if checkin.practice_id not in assessed.frame.index or not checkin.baseline_per_week:
        return False
    row = assessed.row(checkin.practice_id)
    weeks = min(RECOVERY_WEEKS, assessed.cadence.weeks)
    came = assessed.cadence.counts[row, -weeks:].sum()
    usual = checkin.baseline_per_week * assessed.exposure[row, -weeks:].sum()
    since = (assessed.cadence.as_of - (checkin.onset or checkin.opened_on)).days
    return bool(since >= 7 * RECOVERY_WEEKS and came >= RECOVERY_SHARE * usual)


def is_worse(assessed: Assessed, checkin: CheckIn, since: date) -> bool:
    """Fewer came since `since` than chance allows at the level that was told then."""
    if checkin.practice_id not in assessed.frame.index or not checkin.baseline_per_week:
        return False
    row = assessed.row(checkin.practice_id)
    weeks = min((assessed.cadence.as_of - since).days // 7, assessed.cadence.weeks)
    if weeks < 1:
        return False
    came = float(assessed.cadence.counts[row, -weeks:].sum())
    told = checkin.baseline_per_week * (checkin.remaining_share or 0.0)
    spread = float(assessed.frame["dispersion"].iloc[row])
    expected = told * float(assessed.exposure[row, -weeks:].sum())
    wide = max(spread, 1.0)
    return bool(poisson.cdf(np.floor(came / wide), expected / wide) < WORSE_BEYOND_CHANCE)


def _left_long_ago(assessed: Assessed, taken: set[str], alert_probability: float) -> list[CheckIn]:
    """Those who fell before the weeks that are looked at, and stayed there."""
    frame, as_of = assessed.frame, assessed.cadence.as_of
    old = frame[frame["settled_probability"].astype(float) >= alert_probability]
    return [
        CheckIn(
            practice_id=str(practice_id),
            practice_name=str(practice_id),
            liaison="",
            kind="drift",
            opened_on=as_of,
            onset=row["settled_onset"],
            probability=row["settled_probability"],
            baseline_per_week=row["settled_baseline"],
            state="review",
            resolved_on=as_of,
            told_on=as_of,
        )
        for practice_id, row in old.iterrows()
        if practice_id not in taken
    ]


def _candidates(
    made: Plan,
    assessed: Assessed,
    last: dict[str, CheckIn],
    taken: set[str],
    memory: Memory,
    alert_probability: float,
) -> list[str]:
    """Drifting practices without an open check-in, the most at stake first."""
    frame = assessed.frame
    as_of = assessed.cadence.as_of
    alarm = frame[frame["drift_probability"].astype(float) >= alert_probability]
    order = pd.Series(priority(alarm), index=alarm.index)
    ranked = order.sort_index().sort_values(ascending=False, kind="stable")
    chosen = []
    for practice_id in map(str, ranked.index):
        if practice_id in taken:
            continue
        row = assessed.figures(practice_id)
        if memory.first_run and (row["edge"] or _weeks(row["onset"], as_of) > OLD_NEWS_WEEKS):
            made.review.append(_freeze(assessed, practice_id, "review"))
        elif not row["edge"] and not _is_old_story(assessed, last.get(practice_id), row["onset"]):
            chosen.append(practice_id)
    return chosen


def _is_old_story(assessed: Assessed, before: CheckIn | None, onset: date) -> bool:
    """The same drift as one that was already reviewed, answered or regained."""
    if before is None:
        return False
    ended = before.resolved_on or before.opened_on
    return onset < ended and not is_worse(assessed, before, ended)


def _weeks(onset: date, as_of: date) -> float:
    return (as_of - onset) / timedelta(weeks=1)


def _freeze(assessed: Assessed, practice_id: str, state: str) -> CheckIn:
    row = assessed.figures(practice_id)
    as_of = assessed.cadence.as_of
    return CheckIn(
        practice_id=practice_id,
        practice_name=practice_id,
        liaison="",
        kind="drift",
        opened_on=as_of,
        onset=row["onset"],
        onset_low=row["onset_low"],
        onset_high=row["onset_high"],
        probability=row["drift_probability"],
        baseline_per_week=row["baseline_per_week"],
        remaining_share=row["remaining_share"],
        lost_per_week=row["lost_per_week"],
        expected=row["expected"],
        observed=int(row["observed"]),
        state=state,
        resolved_on=as_of if state == "review" else None,
        told_on=as_of,
    )


def _complaint(practice_id: str, assessed: Assessed) -> CheckIn:
    as_of = assessed.cadence.as_of
    if practice_id in assessed.frame.index and assessed.figures(practice_id)["onset"]:
        return replace(_freeze(assessed, practice_id, "open"), kind="complaint")
    return CheckIn(practice_id, practice_id, "", "complaint", as_of, told_on=as_of)


def _addressed(
    checkin: CheckIn, practices: dict[str, Practice], liaison_of: dict[str, str]
) -> CheckIn:
    """The check-in with its practice's name and liaison as the directory has them now."""
    known = practices.get(checkin.practice_id)
    return replace(
        checkin,
        practice_name=known.name if known else checkin.practice_id,
        liaison=checkin.liaison or liaison_of.get(checkin.practice_id, ""),
    )
