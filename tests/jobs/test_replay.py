"""What is carried over from one replayed week to the next changes nothing."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta

import pandas as pd
import pytest
from benchmarks.detection.planted_network import Network, steady
from benchmarks.detection.simulate import LAST_DAY, WEEKS

from quietdrop.checkins.history import History
from quietdrop.config import Settings, SourceSettings
from quietdrop.domain.days import EPOCH
from quietdrop.domain.intake import Intake, known_on
from quietdrop.evaluation.evaluate import evaluate, with_parts
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.evaluation.weigh import prepare
from quietdrop.jobs.replay import Replay, after, mondays, replayed
from quietdrop.lib.progress import silent
from quietdrop.messages.compose import table_of

SETTINGS = Settings(source=SourceSettings(referrals="-"))
DATES = tuple(mondays(LAST_DAY - timedelta(weeks=5), LAST_DAY))
FALLS, RENAMED, MOVES = ("P0003", "P0010"), "P0020", "P0030"


def eventful() -> Intake:
    """Forty-eight practices of which some stop, one is renamed, and a provider and a service line
    leave; a place is closed for two weeks. Some rows are recorded days late."""
    network = steady(4, 48)
    for number, key in enumerate(FALLS):
        network.drop(network.of(key, WEEKS - 6 - 4 * number))
    _under_another_name(network)
    by_provider = network.rows["provider"] == network.top(MOVES, "provider")
    network.rows.loc[network.of(MOVES, WEEKS - 9) & by_provider, "practice_id"] = "P0031"
    busiest = max(network.rate, key=lambda key: network.rate[key])
    line = network.rows["service_line"] == network.top(busiest, "service_line")
    network.drop(network.of(busiest, WEEKS - 20) & line)
    week = network.rows["week"]
    closed = (network.rows["location"] == "North") & (week >= WEEKS - 12) & (week < WEEKS - 10)
    network.drop(closed)
    return network.intake()


def _under_another_name(network: Network) -> None:
    key = f"{RENAMED}x"
    network.rows.loc[network.of(RENAMED, WEEKS - 10), "practice_id"] = key
    network.practices[key] = replace(network.practices[RENAMED], practice_id=key)


def from_nothing(intake: Intake, history: History, as_of: date) -> Evaluation:
    """The date's evaluation by one who has read nothing that was recorded later."""
    counts = known_on(intake.counts, as_of).reset_index(drop=True)
    by_source = intake.by_source[intake.by_source["day"] < (as_of - EPOCH).days]
    newest = EPOCH + timedelta(days=int(counts["day"].max()))
    read = replace(intake, counts=counts, by_source=by_source, newest=newest)
    return evaluate(SETTINGS, read, prepare(counts), history, as_of)


@pytest.fixture(scope="module")
def weeks() -> list[tuple[Evaluation, Evaluation]]:
    """Each replayed week, and the same from nothing."""
    intake, history, pairs = eventful(), History(), []
    for week in replayed([SETTINGS], Replay(intake, DATES), silent):
        (evaluation,) = week.evaluations
        pairs.append((with_parts(SETTINGS, evaluation), from_nothing(intake, history, week.as_of)))
        if not evaluation.faults:
            history = after(history, evaluation)
    return pairs


def test_the_figures_are_the_same_to_the_last_bit(
    weeks: list[tuple[Evaluation, Evaluation]],
) -> None:
    assert len(weeks) == len(DATES)
    for replay, anew in weeks:
        pd.testing.assert_frame_equal(
            replay.assessed.frame, anew.assessed.frame, rtol=0, atol=0, check_exact=True
        )


@pytest.mark.parametrize("name", ["streams", "liaison_of", "faults", "asked_closures", "due_by"])
def test_what_accompanies_them_is_the_same(
    weeks: list[tuple[Evaluation, Evaluation]], name: str
) -> None:
    assert all(getattr(replay, name) == getattr(anew, name) for replay, anew in weeks)


def test_plans_and_findings_are_the_same(weeks: list[tuple[Evaluation, Evaluation]]) -> None:
    for replay, anew in weeks:
        for of in ("plan", "findings"):
            one, other = getattr(replay, of), getattr(anew, of)
            for field in fields(one):
                assert getattr(one, field.name) == getattr(other, field.name), field.name


def test_the_sentences_are_the_same(weeks: list[tuple[Evaluation, Evaluation]]) -> None:
    for replay, anew in weeks:
        assert table_of(replay).to_csv() == table_of(anew).to_csv()


def test_the_weeks_have_something_of_everything(
    weeks: list[tuple[Evaluation, Evaluation]],
) -> None:
    findings = [anew.findings for _, anew in weeks]
    kinds = {like.kind for of in findings for like in of.lookalikes.values()}
    assert kinds >= {"renamed", "moved"}
    assert any(of.parts for of in findings)
    assert any(anew.plan.opened for _, anew in weeks)
    assert any(anew.asked_closures for _, anew in weeks)
