"""The weekly job over the past: nothing that was not known then, and what it was worth."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from quietdrop import ingest
from quietdrop.checkins.history import History
from quietdrop.config import Settings, load
from quietdrop.demo.files import write_network
from quietdrop.demo.network import Network
from quietdrop.domain.days import EPOCH
from quietdrop.domain.intake import Intake
from quietdrop.jobs.backtest import Rehearsal
from quietdrop.jobs.backtest import rehearse as replay_job
from quietdrop.jobs.pipeline import brief
from quietdrop.jobs.replay import Replay, as_known, mondays
from quietdrop.lib.progress import silent

LAST = date(2026, 7, 6)
FIRST = LAST - timedelta(weeks=20)


@pytest.fixture
def of(config: Path) -> Settings:
    return load(config, {})


@pytest.fixture
def intake(of: Settings) -> Intake:
    return ingest.read(of.source, LAST, LAST)


def rehearse(of: Settings, intake: Intake, first: date, last: date) -> Rehearsal:
    return replay_job(of, Replay(intake, tuple(mondays(first, last))), silent)


@pytest.fixture(scope="module")
def replayed(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    """The demo's last 21 weeks. It takes longer than most tests, so those that ask share it."""
    config = write_network(network, tmp_path_factory.mktemp("network"), smtp_port=9)
    of = load(config, {})
    return rehearse(of, ingest.read(of.source, LAST, LAST), FIRST, LAST)


def test_the_first_date_and_every_seventh_day_after_it() -> None:
    friday = date(2026, 1, 2)
    assert list(mondays(friday, friday + timedelta(days=20))) == [
        date(2026, 1, 2),
        date(2026, 1, 9),
        date(2026, 1, 16),
    ]


def test_a_week_knows_nothing_of_later_days_or_later_records(intake: Intake) -> None:
    known_then = as_known(intake, FIRST)
    day = (FIRST - EPOCH).days
    assert known_then.counts["day"].max() < day
    assert known_then.newest is not None
    assert known_then.newest < FIRST


def test_what_happened_later_changes_no_earlier_week(of: Settings, intake: Intake) -> None:
    """Cut the data anywhere: what was said before is the same, word for word."""
    until = FIRST + timedelta(weeks=3)
    whole = rehearse(of, intake, FIRST, until).table
    cut = rehearse(of, as_known(intake, until + timedelta(days=1)), FIRST, until).table
    pd.testing.assert_frame_equal(whole, cut)


def test_the_first_week_is_what_the_job_would_have_said(of: Settings, intake: Intake) -> None:
    replayed = rehearse(of, intake, FIRST, FIRST).table
    briefing = brief(of, History(), FIRST, LAST, silent).table
    pd.testing.assert_frame_equal(replayed, briefing)


def test_late_rows_have_not_arrived(of: Settings, intake: Intake) -> None:
    """Half of the newest fortnight comes later: it is not there yet, and nobody is blamed."""
    counts = intake.counts.assign(recorded=intake.counts["day"] + 1)
    rng = np.random.default_rng(2)
    slow = rng.random(len(counts)) < 0.5
    late = counts.assign(recorded=np.where(slow, counts["day"] + 15, counts["recorded"]))
    delayed = rehearse(of, replace(intake, counts=late), FIRST, FIRST).table
    on_time = rehearse(of, replace(intake, counts=counts), FIRST, FIRST).table
    assert delayed["drift_probability"].median() < on_time["drift_probability"].median() + 0.05
    alarms = [(t["drift_probability"] >= 0.5).sum() for t in (delayed, on_time)]
    assert alarms[0] <= alarms[1] + 2


def test_a_check_in_is_listed_once_and_stays_open(replayed: Rehearsal) -> None:
    listed = replayed.table[replayed.table["listed"]]
    drifts = listed[listed["status"] != "steady"]
    assert len(drifts) > 3
    weeks_between = drifts.sort_values("as_of").groupby("practice_id")["as_of"].diff().dropna()
    assert (weeks_between > timedelta(weeks=1)).all()


def test_planted_losses_are_found_and_counted(replayed: Rehearsal) -> None:
    figures = replayed.figures()
    assert figures["weeks"] == 21
    assert replayed.weeks["listed"].sum() == figures["listed"]
    assert figures["losses_listed"] <= figures["losses"]  # type: ignore[operator]
    caught = replayed.losses.dropna(subset=["listed_on"])
    assert len(caught) >= 2
    assert (caught["caught"] <= caught["lost"]).all()
    assert (caught["caught"] > 0).all()


def test_a_clinic_that_enters_once_a_month_is_never_held_and_still_served(
    of: Settings, intake: Intake
) -> None:
    """Every referral bears the first of the next month."""
    day = pd.to_datetime(intake.counts["day"], unit="D")
    entered = day + pd.offsets.MonthBegin(1)
    days = (entered - pd.Timestamp(EPOCH)).dt.days.astype("int64")
    monthly = replace(intake, counts=intake.counts.assign(day=days, recorded=-1))
    first = LAST - timedelta(weeks=9)
    replayed = rehearse(of, monthly, first, LAST)
    assert replayed.figures()["weeks_held"] == 0
    assert replayed.figures()["listed"] > 0  # type: ignore[operator]


def test_a_broken_feed_lists_nobody(of: Settings, intake: Intake) -> None:
    """The export ends three weeks before the replayed date: held, and nobody is blamed."""
    ends = (FIRST - EPOCH).days - 21
    broken = replace(intake, counts=intake.counts[intake.counts["day"] < ends])
    replayed = rehearse(of, broken, FIRST, FIRST)
    assert replayed.figures()["weeks_held"] == 1
    assert not replayed.table["listed"].any()
