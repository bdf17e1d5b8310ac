"""How a threshold is learned from looks at the past, on figures that are set by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from tests.builders.counted import AS_OF, counted

from quietdrop.config import Settings, SourceSettings
from quietdrop.config.overrides import OverrideSettings
from quietdrop.config.settings import DriftSettings
from quietdrop.detection.assess import Assessed
from quietdrop.domain.alerts import AlertCard
from quietdrop.domain.errors import ConfigError
from quietdrop.evaluation.alert_levels import THRESHOLDS, alert_card, resolved

WEEK, DAY = timedelta(weeks=1), timedelta(days=1)
CARD = AlertCard(AS_OF, 52, 1000.0, (0.1, 0.2, 0.4, 0.8), (500.0, 150.0, 40.0, 1.0))


def test_thresholds_go_in_hundredths_from_a_tenth_to_99() -> None:
    assert (THRESHOLDS[0], THRESHOLDS[1], THRESHOLDS[-1], len(THRESHOLDS)) == (0.1, 0.11, 0.99, 90)


class Past:
    """Two practices of two a week, of which A was said to have fallen once, and had not."""

    def __init__(self, weeks: int, said: Mapping[int, float], remaining: float | None = 0.2):
        self.weeks, self.said, self.remaining = weeks, said, remaining
        self.looked_at: list[int] = []
        self.now = counted({"A": [2.0] * weeks, "B": [2.0] * weeks})

    def look(self, day: date) -> Assessed:
        ago = (AS_OF - day).days // 7
        self.looked_at.append(ago)
        assert day == AS_OF - ago * WEEK
        figures = {
            "drift_probability": self.said.get(ago, 0.05),
            "remaining_share": self.remaining,
        }
        new = {"drift_probability": None, "remaining_share": None}
        weeks = {"A": [2.0] * (self.weeks - ago), "B": [2.0] * (self.weeks - ago)}
        return counted(weeks, {"A": figures, "B": new})

    def card(self, earlier: AlertCard | None = None) -> AlertCard:
        return alert_card(self.now, self.look, earlier)

    def false(self, threshold: float) -> float:
        return self.card().false[THRESHOLDS.index(threshold)]


def test_each_of_the_last_weeks_is_looked_at_once_the_oldest_first() -> None:
    for weeks, dates in ((52, 26), (60, 34), (78, 52), (104, 52)):
        past = Past(weeks, {})
        card = past.card()
        assert past.looked_at == list(range(dates, 0, -1))
        assert (card.learned_on, card.weeks) == (AS_OF, dates)
        assert card.practice_years == pytest.approx((dates - 1) / 52), "B was never judged"


def test_under_a_year_nothing_is_learned() -> None:
    with pytest.raises(ConfigError, match=r"needs 52 weeks of referrals .*; these are 51\."):
        Past(51, {}).card()


def test_an_alarm_after_which_all_came_as_ever_was_false() -> None:
    """26 weeks of two a week are as ever: exp(−52·0.8 + 52·ln 5) times likelier than a fifth."""
    past = Past(104, {40: 0.6})
    assert past.false(0.6) == pytest.approx(1.0, abs=1e-3)
    assert past.false(0.61) == 0.0


def test_what_follows_in_half_a_year_decides_and_not_what_came_before() -> None:
    """From the 40th week before today on nothing came for half a year, then thrice as much."""
    past = Past(104, {40: 0.6})
    past.now = counted({"A": [2.0] * 64 + [0.0] * 26 + [6.0] * 14, "B": [2.0] * 104})
    assert past.false(0.6) == 0.0
    past.now = counted({"A": [0.0] * 64 + [2.0] * 26 + [0.0] * 14, "B": [2.0] * 104})
    assert past.false(0.6) == 1.0


def test_of_the_newest_alarm_a_week_is_known() -> None:
    """P = 0.6 and a week of two referrals: LR = exp(−2·0.8 + 2·ln 5) = 5.047."""
    past = Past(104, {1: 0.6})
    assert past.false(0.6) == pytest.approx(0.4 * 5.047 / (0.4 * 5.047 + 0.6), abs=1e-3)


def test_a_card_keeps_thousandths() -> None:
    """LR = 5.047 as above, to more digits: 0.770887…"""
    false = Past(104, {1: 0.6}).card().false
    assert list(false) == [round(each, 3) for each in false]
    assert false[0] == pytest.approx(0.771)


def test_a_share_that_is_not_known_is_the_whole() -> None:
    """Then nine tenths are taken, of which a week tells nothing: LR = exp(−0.2 + 2·ln(1/0.9))."""
    past = Past(104, {1: 0.6}, remaining=None)
    ratio = 1.0107
    assert past.false(0.6) == pytest.approx(0.4 * ratio / (0.4 * ratio + 0.6), abs=1e-3)


@pytest.mark.parametrize(("days", "is_kept"), [(0, True), (181, True), (182, False), (-1, False)])
def test_a_card_is_kept_for_half_a_year(days: int, is_kept: bool) -> None:
    earlier = AlertCard(AS_OF - days * DAY, 52, 100.0, (0.4,), (1.0,))
    assert (Past(52, {}).card(earlier) == earlier) is is_kept


def settings(drift: DriftSettings, *tables: OverrideSettings) -> Settings:
    return Settings(source=SourceSettings(referrals="-"), drift=drift, override=tables)


def test_without_a_card_or_a_promise_nothing_is_resolved() -> None:
    plain = settings(DriftSettings())
    promised = settings(DriftSettings(false_alarm_years=5))
    assert resolved(plain, CARD) is plain
    assert resolved(promised, None) is promised


@pytest.mark.parametrize(
    ("table_watch", "general", "watch"), [(0.3, 0.25, 0.3), (None, 0.25, 0.25), (0.9, 0.25, 0.4)]
)
def test_a_table_s_own_watch_goes_before_the_general_one(
    table_watch: float | None, general: float, watch: float
) -> None:
    table = OverrideSettings(territory="North", false_alarm_years=15, watch_probability=table_watch)
    of = resolved(settings(DriftSettings(watch_probability=general), table), CARD)
    assert of.drift == DriftSettings(watch_probability=general)
    [one] = of.override
    assert (one.alert_probability, one.watch_probability) == (0.4, watch)
