"""The weekly job over the past, with only what was known then, and what it was worth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from quietdrop.checkins.history import History
from quietdrop.config import Settings
from quietdrop.detection.assess import assess
from quietdrop.detection.weekly_counts import weekly
from quietdrop.domain.checkin import CheckIn
from quietdrop.domain.days import EPOCH
from quietdrop.domain.decisions import Register
from quietdrop.domain.intake import Intake
from quietdrop.evaluation.evaluate import evaluate
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.evaluation.weigh import Prepared, prepare
from quietdrop.ingest import identified
from quietdrop.jobs.pipeline import Progress
from quietdrop.messages.compose import table_of
from quietdrop.reporting.hindsight import losses, reported

SLACK_WEEKS = 8  # a listing so much before the onset that hindsight finds still points at the loss


@dataclass(frozen=True)
class Rehearsal:
    """`table` holds every week's assessments in the contract's columns; `weeks` one row a date
    (as_of, listed, held, streams known); `losses` one row a lasting loss (practice_id, onset,
    listed_on, lost, caught, lead_weeks)."""

    table: pd.DataFrame
    weeks: pd.DataFrame
    losses: pd.DataFrame
    confirmed: int  # listings behind which hindsight sees a lasting loss

    def figures(self) -> dict[str, float | int | None]:
        """What the rehearsal comes to, for a reader or a program."""
        listed = int(self.weeks["listed"].sum())
        caught = self.losses.dropna(subset=["listed_on"])
        lost = float(self.losses["lost"].sum())
        return {
            "weeks": len(self.weeks),
            "weeks_held": int(self.weeks["held"].sum()),
            "listed": listed,
            "listed_a_week": _rounded(listed / max(len(self.weeks), 1)),
            "confirmed": self.confirmed,
            "losses": len(self.losses),
            "losses_listed": len(caught),
            "lost_referrals": _rounded(lost),
            "lost_referrals_after_listing": _rounded(float(self.losses["caught"].sum())),
            "median_weeks_to_listing": _median(caught["weeks"]),
            "median_weeks_of_lead": _median(caught["lead_weeks"]),
        }


def rehearse(
    settings: Settings,
    intake: Intake,
    first: date,
    last: date,
    tell: Progress,
    register: Register | None = None,
) -> Rehearsal:
    """Replays the weekly job on `first` and every 7th day after it, up to `last`.

    `intake` is what is known today: its later days only serve hindsight. Each week sees what was
    recorded by then, begins with the check-ins that the weeks before it opened, and lists within
    the budget; a week in which the feed would have looked broken lists nobody. With a `register`
    the practices of `intake` are as they are spelled, and each of its decisions counts from its
    own date on.
    """
    by_date = _ByDecisions(intake, register)
    history = History()
    tables, weeks = [], []
    for as_of in mondays(first, last):
        tell(f"Week of {as_of}")
        read, prepared = by_date.on(as_of)
        known_then = as_known(read, as_of)
        if known_then.counts.empty:
            weeks.append((as_of, 0, False, 0))
            continue
        evaluation = evaluate(settings, known_then, prepared, history, as_of)
        table = table_of(evaluation)
        if evaluation.faults:
            table["listed"] = False
        else:
            history = after(history, evaluation)
        tables.append(table)
        weeks.append((as_of, int(table["listed"].sum()), bool(evaluation.faults), len(table)))
    read, prepared = by_date.on(last)
    whole = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
    by_week = pd.DataFrame(weeks, columns=["as_of", "listed", "held", "streams"])
    losses, confirmed = _worth(settings, prepared, read, whole, first, last)
    return Rehearsal(whole, by_week, losses, confirmed)


class _ByDecisions:
    """What was read, as the decisions of each date have it; made anew only where they change."""

    def __init__(self, intake: Intake, register: Register | None) -> None:
        self._intake, self._register = intake, register
        self._last: tuple[Register | None, Intake, Prepared] | None = None

    def on(self, as_of: date) -> tuple[Intake, Prepared]:
        """The practices under their keys, and their counts as events."""
        holding = self._register.on(as_of) if self._register else None
        if self._last is None or self._last[0] != holding:
            read = identified(self._intake, holding) if holding else self._intake
            self._last = holding, read, prepare(read.counts)
        return self._last[1:]


def mondays(first: date, last: date) -> Iterator[date]:
    """`first` and every 7th day after it, up to `last`."""
    day = first
    while day <= last:
        yield day
        day += timedelta(days=7)


def as_known(intake: Intake, as_of: date) -> Intake:
    """What had been read on the morning of `as_of`. Rejects bear no date: none are kept, but by
    practice they still speak against a silence."""
    end = (as_of - EPOCH).days
    counts = intake.counts
    is_known = counts["day"].to_numpy() < end
    if "recorded" in counts:
        is_known &= counts["recorded"].to_numpy() < end
    counts = counts[is_known]
    by_source = intake.by_source
    if not by_source.empty:
        by_source = by_source[by_source["day"] < end]
    known_by = "day" if intake.period is None else "recorded"
    newest = EPOCH + timedelta(days=int(counts[known_by].max())) if len(counts) else None
    return replace(intake, counts=counts, by_source=by_source, newest=newest, rejects=())


def after(history: History, evaluation: Evaluation) -> History:
    """What the next week remembers: each practice's newest check-in, as the plan left it."""
    checkins: dict[tuple[str, date], CheckIn] = {
        (c.practice_id, c.opened_on): c for c in history.checkins
    }
    for checkin in evaluation.plan.changed():
        checkins[checkin.practice_id, checkin.opened_on] = checkin
    unlisted = (*history.unlisted, *evaluation.plan.unlisted)
    return replace(
        history,
        checkins=tuple(checkins.values()),
        unlisted=unlisted,
        first_run=False,
        newest=evaluation.intake.newest,
    )


def _worth(
    settings: Settings,
    prepared: Prepared,
    intake: Intake,
    table: pd.DataFrame,
    first: date,
    last: date,
) -> tuple[pd.DataFrame, int]:
    """Each lasting loss of the rehearsed time with its first listing, and how many listings had
    one behind them."""
    columns = ["practice_id", "onset", "listed_on", "weeks", "lost", "caught", "lead_weeks"]
    if table.empty or intake.newest is None:
        return pd.DataFrame(columns=columns), 0
    end = first + timedelta(days=7 * ((intake.newest - first).days // 7 + 1))
    assessed = assess(weekly(prepared.practices, end), settings.drift)
    cadence = assessed.cadence
    week_of = cadence.weeks - (end - first).days // 7
    until = cadence.weeks - (end - last).days // 7
    phi = assessed.frame["dispersion"].to_numpy(dtype=float)
    truth = losses(cadence.counts, assessed.exposure, phi, week_of, until)
    listed = table[table["listed"]]
    quarters = [w for w in range(cadence.weeks) if _ends_quarter(cadence.week_start(w))]
    report = reported(cadence.counts, truth.onset, np.array(quarters, dtype=np.int64))
    rows, confirmed = [], 0
    for row in np.flatnonzero(truth.onset >= 0):
        practice_id, onset = cadence.ids[row], cadence.week_start(int(truth.onset[row]))
        days = listed.loc[listed["practice_id"] == practice_id, "as_of"]
        near = days[days >= onset - timedelta(weeks=SLACK_WEEKS)]
        confirmed += len(near)
        lost = truth.lost[row]
        if near.empty:
            rows.append((practice_id, onset, None, None, lost.sum(), 0.0, None))
            continue
        listed_on = min(near)
        later = cadence.weeks - (end - listed_on).days // 7
        shown = cadence.week_start(int(report[row]) + 1) if report[row] >= 0 else None
        lead = (shown - listed_on).days / 7 if shown else None
        waited = (listed_on - onset).days / 7
        rows.append((practice_id, onset, listed_on, waited, lost.sum(), lost[later:].sum(), lead))
    return pd.DataFrame(rows, columns=columns), confirmed


def _ends_quarter(week_start: date) -> bool:
    """Whether a calendar quarter ends in the week from that day."""
    return _quarter(week_start) != _quarter(week_start + timedelta(days=7))


def _quarter(day: date) -> int:
    return (day.month - 1) // 3


def _median(values: pd.Series) -> float | None:
    present = values.dropna()
    return _rounded(float(present.median())) if len(present) else None


def _rounded(value: float) -> float:
    return round(value, 2)
