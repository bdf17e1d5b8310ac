"""What is known of practices before a drop: used where their past says that it counts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from quietdrop.checkins.history import History
from quietdrop.config import Settings, SourceSettings
from quietdrop.detection.exposure import Circumstances
from quietdrop.detection.hazard_model import Counted
from quietdrop.detection.weekly_counts import weekly
from quietdrop.domain.checkin import NO_CONTACT, Touch
from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Person, Practice
from quietdrop.domain.hazard import Covariate, HazardCard, Verdict, card_from_store
from quietdrop.domain.intake import Intake
from quietdrop.evaluation import learned_hazard
from quietdrop.evaluation.learned_hazard import (
    LEARNED_EVERY,
    KnownBefore,
    card_of,
    known_before,
    likelier,
)
from quietdrop.evaluation.weigh import Weighed, prepare, weigh

AS_OF = date(2026, 7, 6)
END = (AS_OF - EPOCH).days
WEEKS, PRACTICES = 130, 220
IDS = [f"P{number:03d}" for number in range(PRACTICES)]
SETTINGS = Settings(source=SourceSettings(referrals="-"))
WEEK = timedelta(days=7)


def _intake(*, wait_drives: bool, seed: int = 1) -> Intake:
    """Three referrals a week from everybody, until some stop: who waits longest, or by chance."""
    rng = np.random.default_rng(seed)
    level = rng.normal(0.0, 0.7, (PRACTICES, 1)) + 0.04 * rng.normal(
        size=(PRACTICES, WEEKS)
    ).cumsum(1)
    ratio = 3.0 ** (level / 0.7) if wait_drives else np.ones_like(level)
    stopped = (rng.random(ratio.shape) < 0.004 * ratio / ratio.mean()).cumsum(axis=1) > 0
    number = rng.poisson(np.where(stopped, 0.2, 3.0))
    row, week = np.nonzero(number)
    day = END - 7 * (WEEKS - week) + rng.integers(0, 5, len(row))
    wait = np.round(10.0 * np.exp(level[row, week])).astype(int)
    sent = pd.DataFrame({"practice_id": np.array(IDS)[row], "day": day})
    sent["referrals"] = number[row, week]
    counts = sent.groupby(["practice_id", "day"], as_index=False).sum().assign(recorded=-1)
    access = sent.assign(wait=wait, seen_on=day + wait, noted=False, declined=False)
    return Intake(counts, {}, {}, (), len(sent), AS_OF - timedelta(days=1), access=access)


def _weighed(intake: Intake, history: History | None = None) -> Weighed:
    return weigh(SETTINGS, intake, prepare(intake.counts), history or History(), AS_OF)


DRIVEN, DRAWN = _intake(wait_drives=True), _intake(wait_drives=False)


def test_where_the_wait_drives_practices_away_its_hazard_is_used() -> None:
    weighed = _weighed(DRIVEN)
    card = weighed.hazard
    assert card is not None
    assert card.verdict is Verdict.USED
    assert card.learned_on == AS_OF
    assert card.weights[Covariate.WAIT] > 0.5
    constant = _weighed(replace(DRIVEN, access=pd.DataFrame())).judged.posterior
    ratio = weighed.judged.basis.hazard_ratio
    assert ratio is not None
    assert ratio.shape == (PRACTICES, SETTINGS.drift.window_weeks)
    waits_long = ratio.min(axis=1) > 2.0
    assert waits_long.sum() >= 3
    likelier = weighed.judged.posterior.probability - constant.probability
    assert (likelier[waits_long] >= 0).all()
    assert likelier[waits_long].max() > 0.02


def test_where_it_does_not_nothing_changes_by_a_bit() -> None:
    weighed = _weighed(DRAWN)
    card = weighed.hazard
    assert card is not None
    assert card.verdict is Verdict.NO_BETTER
    assert weighed.judged.basis.hazard_ratio is None
    constant = _weighed(replace(DRAWN, access=pd.DataFrame()))
    assert constant.hazard == HazardCard(AS_OF, Verdict.NOTHING_KNOWN, {})
    same = weighed.judged.posterior.probability == constant.judged.posterior.probability
    assert same.all()


@pytest.mark.parametrize(
    ("age", "is_kept"),
    [(timedelta(), True), (LEARNED_EVERY - WEEK, True), (LEARNED_EVERY, False), (-WEEK, False)],
)
def test_a_card_is_kept_for_half_a_year(age: timedelta, *, is_kept: bool) -> None:
    names = (Covariate.WAIT, Covariate.WAIT_RISE, Covariate.DECLINED)
    earlier = HazardCard(AS_OF - age, Verdict.USED, dict.fromkeys(names, 0.5))
    card = _weighed(DRIVEN, History(hazard=earlier)).hazard
    assert (card == earlier) is is_kept


def test_a_card_is_made_anew_where_more_is_known_than_it_learned_from() -> None:
    earlier = HazardCard(AS_OF - WEEK, Verdict.USED, {Covariate.COMPLAINT: 0.5})
    card = _weighed(DRIVEN, History(hazard=earlier)).hazard
    assert card is not None
    assert card.learned_on == AS_OF


def test_a_card_is_read_as_it_was_stored() -> None:
    card = _weighed(DRIVEN).hazard
    assert card is not None
    assert card_from_store(json.loads(json.dumps(card.for_the_store()))) == card


@pytest.mark.parametrize("stored", [None, {}, {"verdict": "used"}, {"learned_on": "x", "z": 1}])
def test_a_card_that_cannot_be_read_is_none(stored: dict[str, object] | None) -> None:
    assert card_from_store(stored) is None


def _known(intake: Intake, *touches: Touch) -> KnownBefore:
    return known_before(intake, touches, weekly(prepare(intake.counts).practices, AS_OF))


BARE = replace(DRAWN, access=pd.DataFrame())


def _touches(number: int, kind: str, outcome: str = "", ago: timedelta = 10 * WEEK) -> list[Touch]:
    return [Touch(AS_OF - ago, key, kind=kind, outcome=outcome) for key in IDS[:number]]


def test_what_is_known_of_nine_practices_teaches_nothing_and_of_ten_it_may() -> None:
    nothing = _known(BARE, *_touches(9, "complaint"))
    assert (nothing.names, nothing.values.size) == ((), 0)
    assert _known(BARE, *_touches(10, "complaint")).names == (Covariate.COMPLAINT,)


@pytest.mark.parametrize(
    ("kind", "outcome", "names"),
    [
        ("complaint", "", (Covariate.COMPLAINT,)),
        ("visit", "", (Covariate.UNTOUCHED,)),
        ("visit", "acquired", (Covariate.ACQUIRED, Covariate.UNTOUCHED)),
        (NO_CONTACT, "acquired", (Covariate.ACQUIRED,)),
    ],
)
def test_a_touch_says_what_it_is(kind: str, outcome: str, names: tuple[Covariate, ...]) -> None:
    assert _known(BARE, *_touches(20, kind, outcome)).names == names


def test_what_happened_after_the_date_is_not_known() -> None:
    assert _known(BARE, *_touches(20, "complaint", ago=timedelta())).names == ()


def test_somebody_who_left_counts_for_half_a_year() -> None:
    people = tuple(Person(key, "", left_on=AS_OF - 20 * WEEK) for key in IDS[:20])
    before = _known(replace(BARE, people=people))
    assert before.names == (Covariate.STAFF_GONE,)
    assert before.values[0, -20:, 0].tolist() == [0.0, *[1.0] * 19]
    gone = tuple(replace(one, left_on=AS_OF - 60 * WEEK) for one in people)
    assert before.values[20:].max() == 0.0
    assert _known(replace(BARE, people=gone)).values[0, -1, 0] == 0.0


def test_a_territory_that_falls_is_known_of_those_who_are_in_it() -> None:
    places = {key: Practice(key, key, territory="North") for key in IDS[:40]}
    counts = BARE.counts
    late = (counts["day"] >= END - 70) & counts["practice_id"].isin(IDS[:30])
    fallen = replace(BARE, counts=counts[~late], practices=places)
    before = _known(fallen)
    assert before.names == (Covariate.NEIGHBORS,)
    assert before.values[:40, -1, 0].min() > 0.4
    assert not before.values[40:].any()


@pytest.mark.parametrize(("size", "names"), [(5, (Covariate.NEIGHBORS,)), (4, ())])
def test_five_of_a_territory_say_something_of_one_more(
    size: int, names: tuple[Covariate, ...]
) -> None:
    """All of three territories stop ten weeks before the end."""
    places = {key: Practice(key, key, territory=f"T{n // size}") for n, key in enumerate(IDS[:15])}
    counts = BARE.counts
    late = (counts["day"] >= END - 70) & counts["practice_id"].isin(list(places))
    assert _known(replace(BARE, counts=counts[~late], practices=places)).names == names


def test_a_day_without_a_wait_counts_as_a_wait_of_none() -> None:
    """Of twenty practices half wait 20 days and half none; the others' mean is what counts."""
    day = np.repeat(END - 70, 20)
    access = pd.DataFrame({"practice_id": IDS[:20], "day": day, "wait": [20] * 10 + [0] * 10})
    seen = access.assign(seen_on=-1, noted=False, declined=False, referrals=1)
    before = _known(replace(BARE, access=seen))
    assert Covariate.WAIT in before.names
    waits = before.of([Covariate.WAIT])[:20, -1, 0]
    assert (waits[:10] > 0).all()
    assert (waits[10:] < 0).all()


class TestCard:
    """What the card is made of, and when that of an earlier run still holds."""

    NAMES = (Covariate.WAIT, Covariate.COMPLAINT)
    BEFORE = KnownBefore(NAMES, np.zeros((1, 4, 2)))

    def card(self, earlier: HazardCard | None) -> HazardCard:
        cadence: Any = SimpleNamespace(as_of=AS_OF)
        return card_of(cadence, SETTINGS.drift.priors, Circumstances(), self.BEFORE, earlier)

    def test_one_that_learned_from_the_same_still_holds(self) -> None:
        earlier = HazardCard(AS_OF - WEEK, Verdict.USED, dict.fromkeys(self.NAMES, 0.5))
        assert self.card(earlier) is earlier

    def test_it_is_learned_from_each_practice_s_chances_in_its_own_season(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pool = SimpleNamespace(share=np.full((1, 4), 0.5))
        judged = SimpleNamespace(counts=np.ones((1, 4)), season=np.full((1, 4), 3.0), basis=None)
        given: list[Counted] = []

        def learned(of: Counted, *_: object) -> SimpleNamespace:
            given.append(of)
            figures = dict.fromkeys(("log_mean", "practices", "weeks", "drops", "gain"), 1)
            weights = np.array([0.7, 0.2])
            return SimpleNamespace(verdict=Verdict.USED, weights=weights, gain_error=0.1, **figures)

        monkeypatch.setattr(learned_hazard, "judged_streams", lambda *_: (pool, judged))
        monkeypatch.setattr(learned_hazard, "learned_hazard", learned)
        card = self.card(None)
        assert given[0].exposure.tolist() == [[1.5] * 4]
        assert card.weights == {Covariate.WAIT: 0.7, Covariate.COMPLAINT: 0.2}


def test_a_practice_is_told_its_ratio_and_what_did_most() -> None:
    names = (Covariate.WAIT, Covariate.COMPLAINT)
    before = KnownBefore(names, np.array([[[0.5, 1.0], [0.0, 0.0]]]))
    weights = {Covariate.WAIT: 1.0, Covariate.COMPLAINT: 0.7}
    card = HazardCard(AS_OF, Verdict.USED, weights)
    ratio, reason = likelier(card, before, 0, 0)
    assert ratio == pytest.approx(np.exp(1.2))
    assert reason is Covariate.COMPLAINT
    assert likelier(card, before, 0, 1) == (1.0, None)
    unused = replace(card, verdict=Verdict.NO_BETTER)
    assert likelier(unused, before, 0, 0) == (1.0, None)
