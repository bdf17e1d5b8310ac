"""What an evaluation works out besides the drifts themselves, on a small network, as recorded.

A changed sign, guard or constant moves some of it. A change of the method that is meant records it
again, in a commit of its own: `python -m tests.evaluation.test_recorded_figures`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.builders.recorded import Figures, assert_as_recorded, names_in, record

from quietdrop.checkins.history import History
from quietdrop.checkins.plan import Plan
from quietdrop.checkins.unlisted import Unlisted, WhyNot
from quietdrop.config import Settings, SourceSettings
from quietdrop.detection.assess import assess
from quietdrop.detection.exposure import Circumstances
from quietdrop.detection.weekly_counts import events, weekly
from quietdrop.domain.checkin import NO_CONTACT, CheckIn, Kind, State, Touch
from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Closure, Person, Practice
from quietdrop.domain.hazard import Covariate, HazardCard, Verdict
from quietdrop.domain.intake import Intake
from quietdrop.domain.weekly import Loss, Losses, WeeklyCounts, table_of, week_of
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.evaluation.learned_hazard import card_of, known_before, likelier, ratio_of
from quietdrop.evaluation.own_closures import suspected
from quietdrop.evaluation.unread_rows import doubts, known_by, uncounted, watched
from quietdrop.evaluation.vanished_rows import kept, losses
from quietdrop.evaluation.what_if import open_checkin, what_would_change

AS_OF = date(2026, 7, 8)  # a Wednesday: a week of ours is no week of the calendar
END = (AS_OF - EPOCH).days
WEEKS = 110
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
GOLDEN = Path(__file__).parent / "golden" / "figures.json"
SETTINGS = Settings(source=SourceSettings(referrals="-"))


def _network() -> pd.DataFrame:
    """Forty practices of two places, a third of which stop or slide in the end; both places were
    closed for some weeks, one of them a year ago."""
    rng = np.random.default_rng(1)
    shut = {0: (60, 45), 1: (363, 349)}  # days ago
    rows = []
    for number in range(40):
        stops = 7 * (3 + number % 9) if number % 3 == 0 else 0
        begins = 7 * (WEEKS if number < 34 else 3 * (number - 32))
        for ago in range(begins, stops, -1):
            first, last = shut[number % 2]
            if ago % 7 in (3, 4) or first >= ago >= last:
                continue
            if rng.random() < 0.15 + 0.02 * (number % 20):
                rows.append((f"P{number:02d}", f"Place {number % 2}", END - ago, 1))
    return pd.DataFrame(rows, columns=["practice_id", "location", "day", "referrals"])


SENT = _network()
CADENCE = weekly(events(SENT), AS_OF)
ASSESSED = assess(CADENCE, SETTINGS.drift)
PRACTICES = {
    key: Practice(
        key,
        f"Practice {key}",
        "ann",
        territory="North" if row < 25 else "",
        health_system="H"[: row % 2],
    )
    for row, key in enumerate(CADENCE.ids)
}
INTAKE = Intake(SENT, PRACTICES, {}, (), len(SENT), None)


def _closures() -> object:
    index = np.ones(CADENCE.weeks)
    here = Closure(AS_OF - 60 * DAY, AS_OF - 46 * DAY, "Place 0")
    every = suspected(SENT, CADENCE, index, [])
    asked = [every, suspected(SENT.drop(columns="location"), CADENCE, index, [])]
    for closed in (*every, here):
        for place in ("", closed.location, "Elsewhere"):
            for first, last in (
                (closed.closed_to, closed.closed_to + WEEK),
                (closed.closed_to + DAY, closed.closed_to + WEEK),
                (closed.closed_from - WEEK, closed.closed_from),
                (closed.closed_from - WEEK, closed.closed_from - DAY),
            ):
                asked.append(suspected(SENT, CADENCE, index, [Closure(first, last, place)]))
    slow = np.where(np.arange(CADENCE.weeks) % 2 > 0, 1.5, 1.0)
    blank = SENT.assign(location=SENT["location"].where(SENT["day"] % 5 > 0, ""))
    few = SENT[SENT["day"] >= END - 7 * 30]
    cadence = weekly(events(few), AS_OF)
    return [
        asked,
        suspected(SENT, CADENCE, slow, []),
        suspected(blank, CADENCE, index, []),
        suspected(few, cadence, np.ones(cadence.weeks), []),
    ]


def _seen(rng: np.random.Generator) -> WeeklyCounts:
    """What earlier runs saw of ten practices, a few a week, on one of two days."""
    now = week_of(AS_OF)
    rows = [
        (f"P{p}", f"Practice {p}", AS_OF - (7 if p % 3 else 1 + 7 * (p % 2)) * DAY, week, int(n))
        for p in range(10)
        for week in range(now - 14, now + 1)
        if (n := rng.choice([0, 1, 1, 2, 5]))
    ]
    return WeeklyCounts("mark", table_of(rows))


def _vanished() -> object:
    """Feeds that lost some rows, moved some and brought more, twenty times."""
    rng = np.random.default_rng(2)
    said: list[object] = []
    for trial in range(20):
        before = _seen(rng)
        frame = before.frame.copy()
        day = (frame["week"] * 7 - 3 + rng.integers(0, 7, len(frame))).to_numpy()
        lost = frame["practice_id"].isin([f"P{trial % 10}", f"P{trial % 7}"])
        lost &= frame["week"] > week_of(AS_OF) - int(rng.choice([2, 4, 6, 15]))
        number = frame["referrals"].to_numpy() - np.where(lost, rng.integers(1, 6, len(frame)), 0)
        counts = pd.DataFrame({"practice_id": frame["practice_id"], "day": day})
        counts["referrals"] = np.maximum(number, 0)
        counts = counts[(counts["referrals"] > 0) & (counts["day"] < END)]
        if trial % 4 == 1:  # what it lost another one has, in part
            moved = int(rng.choice([3, 4, 5, 6, 8]))
            gain = pd.DataFrame(
                {"practice_id": "P9", "day": [END - 30, END - 12], "referrals": moved}
            )
            counts = pd.concat([counts, gain])
        if trial % 5 == 2:  # a stray row from long ago
            stray = pd.DataFrame({"practice_id": ["P3"], "day": [END - 900], "referrals": [1]})
            counts = pd.concat([counts, stray])
        missing = losses(before, counts, AS_OF)
        intake = replace(INTAKE, counts=counts, practices={})
        keeps = kept(before, intake, missing, AS_OF + int(rng.choice([0, 83, 84, 90])) * DAY, "new")
        said.append([missing, len(keeps.frame), keeps.frame["week"].sum(), keeps.source])
    return said


def _one_for_another() -> object:
    """One practice's loss beside another's gain, both sides of what counts as moved."""
    week, seen = week_of(AS_OF) - 4, AS_OF - WEEK
    said = []
    for had, has, gain in ((10, 0, 8), (10, 0, 7), (5, 2, 0), (5, 3, 0), (10, 5, 4), (10, 5, 3)):
        for practices in (1, 2):
            frame = [("S", "S", seen, week + n, 9) for n in range(-6, 3)]
            rows = [("S", 7 * (week + n) - 3, 9) for n in range(-6, 3)]
            for p in range(practices):
                frame.append((f"P{p}", f"P{p}", seen, week, had))
                rows.append((f"P{p}", 7 * week - 3, has))
            rows.append(("G", 7 * week - 3, gain))
            counts = pd.DataFrame(rows, columns=["practice_id", "day", "referrals"])
            said.append(losses(WeeklyCounts("", table_of(frame)), counts, AS_OF))
    return said


def _unread() -> object:
    """Rejected rows of known and unknown days, and vanished ones, of who is over the alert."""
    frame = ASSESSED.frame
    alarm = [str(key) for key in frame.index[frame["drift_probability"].astype(float) >= 0.5]]
    rng = np.random.default_rng(3)
    surroundings, said = Circumstances(), []
    for each in range(4):
        days = [-1, END - 1, END - 6, END - 20, END - 40, END, END - 7 * WEEKS - 9]
        keys = rng.choice([*alarm, "P01", "unknown"], 60)
        unread = pd.DataFrame({"practice_id": keys, "day": rng.choice(days, 60)})
        unread["rows"] = rng.integers(1, 3, 60)
        weeks = {week_of(AS_OF) - n: 1 + each for n in (0, 1, 2, 3, 5, 30)}
        gone = {key: Loss(key, key, AS_OF, weeks, 9, 0) for key in alarm[each::3]}
        given = unread if each else unread[:0]
        doubted = doubts(ASSESSED, SETTINGS.drift, surroundings, given, Losses(gone))
        status = watched(ASSESSED, doubted).frame["status"].tolist()
        said.append([uncounted(given, Losses(gone)), doubted, status, len(known_by(given, AS_OF))])
    return said


def _access(rng: np.random.Generator) -> pd.DataFrame:
    number = 700
    day = END - rng.integers(1, 7 * WEEKS, number)
    place = rng.integers(0, 44, number)
    wait = np.maximum(rng.integers(-2, 20, number) + place // 4, -1)
    access = pd.DataFrame({"practice_id": [f"P{n:02d}" for n in place], "day": day, "wait": wait})
    access["seen_on"] = np.where((wait >= 0) & (place % 5 > 0), day + wait, -1)
    access["noted"] = rng.random(number) < 0.8
    access["declined"] = rng.random(number) < 0.1
    return access.assign(referrals=rng.integers(1, 3, number))


def _hazard() -> object:
    rng = np.random.default_rng(4)
    kinds, outcomes = ("complaint", "visit", "call", NO_CONTACT), ("", "", "acquired", "retired")
    touches = [
        Touch(
            AS_OF - int(ago) * DAY,
            f"P{ago % 44:02d}",
            kind=kinds[ago % 4],
            outcome=outcomes[ago % 3],
        )
        for ago in rng.integers(0, 7 * WEEKS, 120)
    ]
    people = tuple(
        Person(f"P{n:02d}", "", left_on=AS_OF - 12 * n * DAY if n % 4 else None) for n in range(44)
    )
    full = replace(INTAKE, access=_access(rng), people=people)
    unnoted = replace(full, access=full.access.assign(noted=False))
    said: list[object] = []
    for intake, some in ((full, touches), (unnoted, touches[:9]), (INTAKE, [])):
        before = known_before(intake, some, CADENCE)
        weights = {name: 0.3 * (-1) ** n * (n + 1) for n, name in enumerate(Covariate)}
        card = HazardCard(AS_OF, Verdict.USED, weights, 0.2)
        said += [before.names, before.values[::3, -30::7], before.values.sum(axis=(0, 1))]
        said += [likelier(card, before, row, week) for row in (0, 5, 39) for week in (40, 105)]
        ratio = ratio_of(card, before, SETTINGS.drift.priors)
        assert ratio is not None
        said += [ratio.shape, ratio[::4, ::9]]
        said.append(
            ratio_of(replace(card, verdict=Verdict.NO_BETTER), before, SETTINGS.drift.priors)
        )
        fresh = card_of(CADENCE, SETTINGS.drift.priors, Circumstances(), before, None)
        said.append([fresh.learned_on, fresh.verdict, fresh.weights, fresh.practices, fresh.weeks])
        for age, verdict in ((181, Verdict.USED), (182, Verdict.USED), (0, Verdict.FEW_DROPS)):
            earlier = replace(card, learned_on=AS_OF - age * DAY, verdict=verdict)
            same = card_of(CADENCE, SETTINGS.drift.priors, Circumstances(), before, earlier)
            said.append(same == earlier)
    return said


def _what_if() -> object:
    """Each practice, steady, listed today or before, over the budget, and too new."""
    opened = [
        CheckIn(
            practice_id=key,
            practice_name=key,
            liaison="ann",
            kind=Kind.COMPLAINT if row % 7 == 6 else Kind.DRIFT,
            opened_on=AS_OF - (row % 3) * WEEK,
            onset=AS_OF - 7 * WEEK if row % 2 else None,
            baseline_per_week=1.5 if row % 5 else None,
            state=State.OPEN if row % 4 else State.RECOVERED,
        )
        for row, key in enumerate((*CADENCE.ids, "unread"))
    ]
    over = {f"P{n:02d}" for n in range(0, 34, 5)}
    plan = Plan(
        opened=[one for one in opened if one.opened_on == AS_OF], over_budget={*over, "unread"}
    )
    before = tuple(one for one in opened if one.opened_on < AS_OF)
    owners = {key: "ann" if row % 10 else "bea" for row, key in enumerate(CADENCE.ids)}
    history = History(first_run=False, checkins=before)
    of = Evaluation(INTAKE, SENT, ASSESSED, [], history, plan, owners, [])
    said: dict[str, object] = {}
    reasons: list[Unlisted | None]
    for row, key in enumerate((*CADENCE.ids, "unread")):
        one = open_checkin(of, key)
        reasons = [Unlisted(WhyNot.open_already)] if row % 2 else [None]
        if key != "unread":
            kinds = [WhyNot.too_new, WhyNot.explained, WhyNot.snoozed]
            kinds += [WhyNot.below_threshold] if row % 3 == 0 or row > 33 else []
            kinds += [WhyNot.over_budget] if key in over else []
            reasons += [Unlisted(why, AS_OF) for why in kinds]
        changes = [what_would_change(SETTINGS, of, key, reason) for reason in reasons]
        said[key] = [one.opened_on if one else None, changes]
    return said


FIGURES: Figures = {
    "closures": _closures,
    "vanished": _vanished,
    "moved": _one_for_another,
    "unread": _unread,
    "hazard": _hazard,
    "what if": _what_if,
}


@pytest.mark.parametrize("name", list(FIGURES))
def test_the_figures_are_those_recorded(name: str) -> None:
    assert_as_recorded(GOLDEN, name, FIGURES[name]())


def test_every_recorded_figure_is_compared() -> None:
    assert names_in(GOLDEN) == set(FIGURES)


if __name__ == "__main__":
    record(GOLDEN, FIGURES)
