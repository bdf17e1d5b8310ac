"""A network of steady practices and one that stops, and what is remembered of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from quietdrop.checkins.history import History
from quietdrop.checkins.plan import Plan, plan
from quietdrop.config.settings import DriftSettings
from quietdrop.detection.assess import Assessed, assess
from quietdrop.detection.weekly_counts import events, weekly
from quietdrop.domain.checkin import CheckIn, Touch
from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Practice

AS_OF = date(2026, 7, 6)
END = (AS_OF - EPOCH).days
ANN = "ann@example.com"
STEADY = [f"S{i:02d}" for i in range(30)]


def rows(practice: str, weeks: list[int]) -> pd.DataFrame:
    """`weeks[-1]` referrals in the week before the as-of date, and so on back."""
    start = END - 7 * len(weeks)
    days = [start + 7 * i + n % 5 for i, count in enumerate(weeks) for n in range(count)]
    return pd.DataFrame({"practice_id": practice, "day": days, "referrals": 1})


def steady_network() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    return pd.concat([rows(name, [2, *rng.poisson(2.0, 103).tolist()]) for name in STEADY])


NETWORK = steady_network()


def judged(*drifters: pd.DataFrame) -> Assessed:
    return assess(weekly(events(pd.concat([NETWORK, *drifters])), AS_OF), DriftSettings())


def planned(assessed: Assessed, history: History, budget: int = 6) -> Plan:
    ids = assessed.cadence.ids
    return plan(
        assessed,
        {name: Practice(name, f"{name} Clinic") for name in ids},
        history,
        budgets={},
        default_budget=budget,
        liaison_of=dict.fromkeys(ids, ANN),
    )


LATER = History(first_run=False)
STOPPED = [3] * 96 + [0] * 8
LONG_GONE = [3] * 84 + [0] * 20


TODAY = timedelta(days=0)
WEEK = timedelta(days=7)
GONE_QUIET = judged(rows("Stop", STOPPED))


def told(ago: timedelta, **changes: object) -> CheckIn:
    """The check-in that a run of that long ago opened for a practice that stopped."""
    [opened] = planned(GONE_QUIET, LATER).opened
    return replace(opened, opened_on=AS_OF - ago, notified_on=AS_OF - ago, id=1, **changes)  # type: ignore[arg-type]


def said(outcome: str, ago: timedelta, kind: str = "call", until: date | None = None) -> Touch:
    return Touch(AS_OF - ago, "Stop", ANN, kind, "", outcome, snooze_until=until)
