"""A network of steady practices and one that stops, and what is remembered of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from quietdrop.checkins.history import History, history_as_of
from quietdrop.checkins.plan import Plan
from quietdrop.checkins.planning import plan
from quietdrop.checkins.roster import Roster
from quietdrop.config.settings import DigestSettings, DriftSettings
from quietdrop.detection.assess import Assessed, assess
from quietdrop.detection.weekly_counts import events, weekly
from quietdrop.domain.checkin import CheckIn, Touch
from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Practice
from quietdrop.domain.findings import Cause, Findings, Lookalike

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
NOTHING_FOUND = Findings()


def judged(*drifters: pd.DataFrame) -> Assessed:
    return assess(weekly(events(pd.concat([NETWORK, *drifters])), AS_OF), DriftSettings())


def planned(
    assessed: Assessed,
    history: History,
    budget: int = 6,
    findings: Findings = NOTHING_FOUND,
    roster: Roster | None = None,
) -> Plan:
    ids = assessed.cadence.ids
    practices = {name: Practice(name, f"{name} Clinic") for name in ids}
    everybody = roster or Roster(practices, dict.fromkeys(ids, ANN))
    settings = DigestSettings().model_copy(update={"budget": budget})  # also none, to be sure
    return plan(assessed, history_as_of(history, AS_OF), findings, everybody, settings)


def explained(practice: str, kind: Cause) -> Findings:
    return Findings(lookalikes={practice: Lookalike(kind, practice)})


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
