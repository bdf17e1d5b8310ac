"""A place of ours that took nobody for some weeks, and what that keeps from being said."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.builders.counted import counted

from quietdrop.checkins.history import History
from quietdrop.config import Settings, load
from quietdrop.domain.closures import as_value, closure_of
from quietdrop.domain.days import EPOCH
from quietdrop.domain.decisions import Decision, DecisionKind, Register
from quietdrop.domain.directory import Closure
from quietdrop.evaluation.own_closures import suspected
from quietdrop.jobs.pipeline import brief
from quietdrop.lib.progress import silent
from quietdrop.messages.compose import Briefing

AS_OF = date(2026, 7, 6)
SHUT = Closure(date(2026, 5, 25), date(2026, 6, 12), "Salem")
WEEKS = 104


def clinic(folder: Path, places: dict[str, int], shut: Closure | None = SHUT) -> Settings:
    """So many practices of each place, one referral on most working days; `shut` takes nobody."""
    rng = np.random.default_rng(11)
    rows = []
    for place, practices in places.items():
        for number in range(practices):
            for back in range(1, 7 * WEEKS):
                day = AS_OF - timedelta(days=back)
                closed = shut is not None and shut.location == place
                if closed and shut is not None and shut.closed_from <= day <= shut.closed_to:
                    continue
                if day.weekday() < 5 and rng.random() < 0.35:
                    rows.append((day, f"{place} {number:02d}", place))
    frame = pd.DataFrame(rows, columns=["referred_on", "practice_name", "location"])
    frame.to_csv(folder / "referrals.csv", index=False)
    (folder / "quietdrop.toml").write_text(
        '[source]\nreferrals = "referrals.csv"\n[store]\nurl = "sqlite:///store.db"\n'
        '[digest]\ndefault_liaison = "ann@example.com"\nmanagers = ["max@example.com"]\n'
    )
    return load(folder / "quietdrop.toml", {})


def briefed(of: Settings, *decisions: Decision) -> Briefing:
    history = History(first_run=False, register=Register(decisions=decisions))
    return brief(of, history, AS_OF, AS_OF, silent)


def decision(kind: DecisionKind, closure: Closure = SHUT) -> Decision:
    now = datetime(2026, 7, 6, tzinfo=UTC)
    return Decision(kind, closure.location, as_value(closure), AS_OF, "max", now)


@pytest.fixture(scope="module")
def two_places(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return clinic(tmp_path_factory.mktemp("two"), {"Salem": 25, "Dover": 25})


def test_a_closure_that_nobody_announced_is_asked_about(
    two_places: Settings,
) -> None:
    briefing = briefed(two_places)
    assert briefing.evaluation.asked_closures == (SHUT,)
    [question] = briefing.summaries[0].closures
    assert question == (
        "Were you closed in Salem from May 25 to June 12? Nobody sent there, and then they all "
        "did again. Until you say, nobody is listed for those days alone. If you were: "
        "`quietdrop closure add --from 2026-05-25 --to 2026-06-12 --location Salem`. If not: "
        "`quietdrop closure refuse --from 2026-05-25 --to 2026-06-12 --location Salem`."
    )


def test_a_confirmed_closure_counts_as_known_and_is_asked_no_more(two_places: Settings) -> None:
    asked = briefed(two_places)
    confirmed = briefed(two_places, decision(DecisionKind.CLOSURE))
    assert confirmed.evaluation.asked_closures == ()
    assert SHUT in confirmed.evaluation.intake.closures
    columns = ["expected", "observed", "drift_probability"]
    pd.testing.assert_frame_equal(confirmed.table[columns], asked.table[columns])


def test_until_it_is_answered_nobody_is_listed_for_those_days_alone(two_places: Settings) -> None:
    """One is by chance: it sent little before and after, too."""
    refused = briefed(two_places, decision(DecisionKind.REFUSED_CLOSURE))
    assert refused.evaluation.asked_closures == ()
    asked = briefed(two_places).table
    assert asked["listed"].sum() <= 1
    assert refused.table["listed"].sum() >= 3
    chance = refused.table["drift_probability"], asked["drift_probability"]
    assert chance[0].mean() > 1.3 * chance[1].mean()


def test_an_open_year_asks_nothing(tmp_path: Path) -> None:
    open_all_year = clinic(tmp_path, {"Salem": 25, "Dover": 25}, shut=None)
    assert briefed(open_all_year).evaluation.asked_closures == ()


def test_who_really_stops_in_those_weeks_is_still_found(tmp_path: Path) -> None:
    of = clinic(tmp_path, {"Salem": 25, "Dover": 25})
    rows = pd.read_csv(tmp_path / "referrals.csv")
    gone = (rows["practice_name"] == "Salem 03") & (rows["referred_on"] >= "2026-05-25")
    rows[~gone].to_csv(tmp_path / "referrals.csv", index=False)
    table = briefed(of).table.set_index("practice_id")
    assert table.loc["Salem 03", "status"] == "quiet"


def test_a_closure_is_written_and_read_alike() -> None:
    assert closure_of(SHUT.location, as_value(SHUT)) == SHUT


@pytest.mark.parametrize(("weeks", "is_asked"), [(52, True), (53, False)])
def test_a_closure_of_the_last_year_is_asked_about(weeks: int, is_asked: bool) -> None:
    """Six practices send daily, but for the week that began so many weeks ago."""
    end = (AS_OF - EPOCH).days
    begin = end - 7 * weeks
    days = [day for day in range(end - 420, end) if not begin <= day < begin + 7]
    rows = [(key, "Salem", day, 1) for key in "ABCDEF" for day in days]
    counts = pd.DataFrame(rows, columns=["practice_id", "location", "day", "referrals"])
    cadence = counted({key: [7.0] * 60 for key in "ABCDEF"}).cadence
    first = AS_OF - timedelta(weeks=weeks)
    shut = Closure(first, first + timedelta(days=6), "Salem")
    assert suspected(counts, cadence, np.ones(60), []) == ([shut] if is_asked else [])
