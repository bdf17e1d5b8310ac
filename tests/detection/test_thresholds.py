"""From which figures on a practice is judged: general ones, and those of some practices."""

from __future__ import annotations

from quietdrop.config.settings import DriftSettings
from quietdrop.detection.thresholds import Level, OwnLevels, Thresholds, thresholds

GENERAL = DriftSettings(alert_probability=0.6, watch_probability=0.3, min_referrals=4)


def test_a_level_is_the_general_one_but_for_those_with_their_own() -> None:
    level = Level(0.5, {"B": 0.7})
    assert (level.of("A"), level.of("B")) == (0.5, 0.7)
    assert level.each(["B", "A", "B"]).tolist() == [0.7, 0.5, 0.7]
    assert Level(0.5).each(iter(["A", "B"])).tolist() == [0.5, 0.5]
    assert Level(0.5).each([]).tolist() == []
    assert Level(0.5, {"B": 0.7}).each([]).tolist() == []


def test_without_overrides_the_section_holds_for_all() -> None:
    assert thresholds(GENERAL) == Thresholds(Level(0.6), Level(0.3), Level(4))


def test_an_override_changes_only_what_it_names() -> None:
    overrides = {
        "A": OwnLevels(alert_probability=0.8),
        "B": OwnLevels(watch_probability=0.0, min_referrals=9),
        "C": OwnLevels(),
    }
    assert thresholds(GENERAL, overrides) == Thresholds(
        Level(0.6, {"A": 0.8}), Level(0.3, {"B": 0.0}), Level(4, {"B": 9})
    )
