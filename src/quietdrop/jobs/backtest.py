"""The weekly job over the past, with only what was known then, and what it was worth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from quietdrop.config import Settings
from quietdrop.detection.assess import assess
from quietdrop.detection.weekly_counts import weekly
from quietdrop.evaluation.evaluate import with_parts
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.jobs.replay import ByDecisions, Replay, listed_in, load_of, replayed
from quietdrop.lib.progress import Progress
from quietdrop.messages.compose import table_of
from quietdrop.reporting.lasting_losses import Truth, beside_listings, look_back, no_losses


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
    what: Replay,
    tell: Progress,
    *,
    with_table: bool = True,
) -> Rehearsal:
    """Replays the weekly job on the given dates.

    The intake is what is known today: its later days only serve hindsight. Each week sees what was
    recorded by then, begins with the check-ins that the weeks before it opened, and lists within
    the budget; a week in which the feed would have looked broken lists nobody. Every week's
    sentences cost a third of the time: without `with_table` the table stays empty.
    """
    tables, loads = [], []
    listed_on: dict[str, list[date]] = {}
    for week in replayed([settings], what, tell):
        evaluation = week.evaluations[0] if week.evaluations else None
        if with_table and evaluation is not None:
            tables.append(_table(settings, evaluation))
        loads.append(load_of(week.as_of, evaluation))
        for practice_id in listed_in(evaluation):
            listed_on.setdefault(practice_id, []).append(week.as_of)
    by_week = pd.DataFrame(
        [(load.as_of, load.listed, load.held, load.practices) for load in loads],
        columns=["as_of", "listed", "held", "streams"],
    )
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
    truth = truth_of(settings, what)
    losses, confirmed = beside_listings(truth, listed_on) if truth else (no_losses(), 0)
    return Rehearsal(table, by_week, losses, confirmed)


def _table(settings: Settings, evaluation: Evaluation) -> pd.DataFrame:
    """One week's assessments with their sentences; of a held week nobody is listed."""
    table = table_of(with_parts(settings, evaluation))
    if evaluation.faults:
        table["listed"] = False
    return table


def truth_of(settings: Settings, what: Replay) -> Truth | None:
    """What is known today of the replayed dates; None where there is nothing, or no date."""
    if not what.dates:
        return None
    first, last = what.dates[0], what.dates[-1]
    read, prepared = ByDecisions(what.intake, what.register).on(last)
    if read.counts.empty or read.newest is None:
        return None
    end = first + timedelta(days=7 * ((read.newest - first).days // 7 + 1))
    if end <= first:
        return None
    return look_back(assess(weekly(prepared.practices, end), settings.drift), first, last)


def _median(values: pd.Series) -> float | None:
    present = values.dropna()
    return _rounded(float(present.median())) if len(present) else None


def _rounded(value: float) -> float:
    return round(value, 2)
