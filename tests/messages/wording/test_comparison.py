"""Two settings side by side, in words: both sides of every step."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from quietdrop.config.override_key import override_key
from quietdrop.messages.wording import comparison as words
from quietdrop.messages.wording.comparison import NONE, Measure
from quietdrop.reporting.aftermath import Aftermath, Became
from quietdrop.reporting.comparison import Comparison, Moved, SettingFigures
from quietdrop.reporting.listing_record import DateLoad

TODAY = SettingFigures(
    a_liaison_and_week=4.0,
    opened=1200,
    back_by_themselves=10,
    judged=100,
    losses=50,
    losses_listed=40,
    lost_before_listing=1500.0,
    weeks_to_listing=9.0,
    weeks_ahead=4.0,
)
LOAD = DateLoad(date(2026, 7, 6), 0, 0, 100, 0)


def lines(weeks: int = 10, today: SettingFigures = TODAY, **proposed: Any) -> list[Measure]:
    """The table where only these figures of the proposed settings differ."""
    changed = replace(TODAY, **proposed)
    of = Comparison(100, today, changed, ((LOAD, LOAD),) * weeks, (), (), (), (), 0)
    return words.measures(of)


def meaning(place: int, weeks: int = 10, **proposed: Any) -> str:
    return lines(weeks, **proposed)[place].meaning


def test_the_table_has_seven_lines_in_their_order() -> None:
    assert lines() == [
        Measure("Check-ins a liaison and week", "4.0", "4.0", "about the same"),
        Measure("Check-ins opened", "1,200", "1,200", "the same"),
        Measure("Came back by themselves", "10", "10", "the same"),
        Measure("Lasting drops that were listed", "40 of 50", "40 of 50", "the same"),
        Measure("Weeks from drop to listing, middle one", "9", "9", "about the same"),
        Measure("Referrals lost before a listing", "1,500", "1,500", "the same"),
        Measure("Weeks ahead of a monthly report", "4", "4", "4 weeks before it would show"),
    ]


@pytest.mark.parametrize(
    ("proposed", "meant"),
    [
        (4.04, "about the same"),
        (4.06, "a few more"),
        (3.94, "a few fewer"),
        (4.31, "a few more"),
        (4.33, "a tenth more"),
        (3.67, "a tenth fewer"),
        (4.69, "a fifth more"),
        (4.89, "a quarter more"),
        (5.17, "a third more"),
        (5.69, "half more"),
        (6.33, "two thirds more"),
        (7.59, "two thirds more"),
        (7.61, "about twice as many"),
        (9.99, "about twice as many"),
        (10.01, "3 times as many"),
        (16.0, "4 times as many"),
        (0.41, "two thirds fewer"),
        (0.39, "nearly none left"),
        (0.0, "nearly none left"),
    ],
)
def test_how_much_longer_a_digest_gets(proposed: float, meant: str) -> None:
    assert meaning(0, a_liaison_and_week=proposed) == meant


@pytest.mark.parametrize(
    ("change", "below", "meant"),
    [
        (8, "a few", "a tenth"),
        (17, "a tenth", "a fifth"),
        (22, "a fifth", "a quarter"),
        (29, "a quarter", "a third"),
        (42, "a third", "half"),
        (58, "half", "two thirds"),
    ],
)
def test_a_step_begins_at_its_share(change: int, below: str, meant: str) -> None:
    hundred = replace(TODAY, a_liaison_and_week=100.0)
    for proposed, words_ in ((change, meant), (change - 0.1, below)):
        for sign, which in ((1, "more"), (-1, "fewer")):
            of = lines(today=hundred, a_liaison_and_week=100.0 + sign * proposed)[0]
            assert of.meaning == f"{words_} {which}"


@pytest.mark.parametrize(
    ("today", "proposed", "meant"),
    [
        (100.0, 190.0, "about twice as many"),
        (100.0, 250.0, "3 times as many"),
        (100.0, 10.0, "nearly none left"),
        (0.05, 0.0, "nearly none left"),
        (0.0, 0.05, "from none"),
        (0.05, 0.1, "about twice as many"),
    ],
)
def test_where_the_last_steps_begin(today: float, proposed: float, meant: str) -> None:
    now = replace(TODAY, a_liaison_and_week=today)
    assert lines(today=now, a_liaison_and_week=proposed)[0].meaning == meant


def test_a_digest_that_was_empty() -> None:
    none = replace(TODAY, a_liaison_and_week=0.0)
    assert lines(today=none, a_liaison_and_week=0.04)[0].meaning == "about the same"
    assert lines(today=none, a_liaison_and_week=0.06)[0].meaning == "from none"


@pytest.mark.parametrize(
    ("proposed", "opened", "back"),
    [
        (+1, "1 more", "1 more visit that was not needed"),
        (+2, "2 more", "2 more visits that were not needed"),
        (-1, "1 fewer", "1 fewer visit that was not needed"),
        (-2, "2 fewer", "2 fewer visits that were not needed"),
        (1000, "1,000 more", "1,000 more visits that were not needed"),
    ],
)
def test_how_many_more(proposed: int, opened: str, back: str) -> None:
    assert meaning(1, opened=1200 + proposed) == opened
    assert meaning(2, back_by_themselves=10 + proposed) == back
    assert meaning(3, losses_listed=40 + proposed) == opened


@pytest.mark.parametrize(
    ("proposed", "shown", "meant"),
    [
        (None, NONE, "too few to say"),
        (9.4, "9", "about the same"),
        (10.0, "10", "1 week later"),
        (11.0, "11", "2 weeks later"),
        (8.0, "8", "1 week sooner"),
        (0.3, "fewer than 1", "9 weeks sooner"),
    ],
)
def test_how_much_sooner(proposed: float | None, shown: str, meant: str) -> None:
    line = lines(weeks_to_listing=proposed)[4]
    assert (line.today, line.proposed, line.meaning) == ("9", shown, meant)


def test_without_a_listing_today_nothing_can_be_said() -> None:
    none = replace(TODAY, weeks_to_listing=None)
    assert lines(today=none)[4].meaning == "too few to say"


@pytest.mark.parametrize(
    ("difference", "weeks", "meant"),
    [
        (0.49, 10, "the same"),
        (-0.49, 10, "the same"),
        (0.5, 10, "1 more lost"),
        (-9.0, 10, "9 fewer lost"),
        (-10.0, 10, "10 fewer lost, about 1 a week"),
        (1024.0, 10, "1,024 more lost, about 102 a week"),
        (3.0, 1, "3 more lost, about 3 a week"),
        (3.0, 0, "3 more lost, about 3 a week"),
    ],
)
def test_how_much_more_is_lost(difference: float, weeks: int, meant: str) -> None:
    assert meaning(5, weeks, lost_before_listing=1500.0 + difference) == meant


@pytest.mark.parametrize(
    ("ahead", "shown", "meant"),
    [
        (None, NONE, "too few to say"),
        (0.99, "1", "no earlier than the report"),
        (1.0, "1", "1 week before it would show"),
        (2.0, "2", "2 weeks before it would show"),
        (-2.0, "−2", "no earlier than the report"),
    ],
)
def test_how_far_ahead_of_the_report(ahead: float | None, shown: str, meant: str) -> None:
    line = lines(weeks_ahead=ahead)[6]
    assert (line.proposed, line.meaning) == (shown, meant)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (Aftermath(Became.back_by_itself, 5), "came back by itself, 5 weeks later"),
        (Aftermath(Became.back_after_touch, 1), "came back after a visit or call, 1 week later"),
        (Aftermath(Became.back, 0), "came back, 0 weeks later"),
        (Aftermath(Became.back), "came back, "),
        (Aftermath(Became.closed, outcome="retired"), "closed: retired"),
        (Aftermath(Became.closed), "closed"),
        (Aftermath(Became.down), "still down"),
        (Aftermath(Became.too_early), "too early to say"),
    ],
)
def test_what_became_of_a_check_in(what: Aftermath, said: str) -> None:
    assert words.became(what) == said


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        (0.49, "fewer than 1 referral"),
        (0.5, "1 referral"),
        (1.0, "1 referral"),
        (6.2, "6 referrals"),
    ],
)
def test_what_was_lost_meanwhile(lost: float, said: str) -> None:
    moved = Moved("A", date(2026, 7, 20), date(2026, 8, 3), lost)
    assert words.meanwhile(moved) == said
    assert words.dates(moved, date(2026, 8, 3)) == "July 20 → August 3"


def test_what_was_tried_is_told_in_words() -> None:
    changes = {
        "drift.alert_probability": "0.7",
        "drift.watch_probability": "0.25",
        "digest.budget": "4",
        "digest.prefer": '"volume"',
        "drift.min_referrals": "5",
        "drift.unheard_of": "1",
        "override[territory=North,tier=A].alert_probability": "0.6",
    }
    sure = "\N{NO-BREAK SPACE}%"
    assert words.settings_tried(changes) == (
        f"70{sure} sure, watched from 25{sure}, at most 4 a digest, the largest falls first, "
        f"judged from 5 referrals on, territory North, tier A: 60{sure} sure"
    )
    assert words.settings_tried({"digest.prefer": "sure"}) == "the surest first"
    assert words.settings_tried({"drift.unheard_of": "1"}) == "today's settings"
    assert words.settings_tried({}) == "today's settings"


def test_whom_an_override_holds_for_is_cut_to_what_is_readable() -> None:
    key = override_key(f"override[territory={'N' * 61}].min_referrals")
    assert key is not None
    assert "N" * 59 in words.whom(key)
    assert "N" * 61 not in words.whom(key)


def test_a_monthly_report_is_seen_at_its_price() -> None:
    rule = "The monthly report is the rule “a month brought at most half of the three before”."
    assert words.monthly_names(1.4) == (
        f"{rule} It would name 1 practice each month, most of them by chance."
    )
    assert " 12 practices " in words.monthly_names(11.6)
    assert " fewer than 1 practice each month" in words.monthly_names(0.4)


def test_budgets_of_their_own_go_before_the_proposed_one() -> None:
    rest = "a budget in the liaisons table, which goes before digest.budget"
    assert words.own_budgets(1) == f"1 liaison has {rest}: for her it changes nothing."
    assert words.own_budgets(3) == f"3 liaisons have {rest}: for them it changes nothing."
