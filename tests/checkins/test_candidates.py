"""Which drifts may be listed, which are reviewed, and which are an old story."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.builders.checkin_scene import AS_OF, GONE_QUIET, LONG_GONE, STOPPED, WEEK, judged, rows

from quietdrop.checkins.candidates import drifting, frozen, left_long_ago, old_stories
from quietdrop.checkins.priority import Ranking
from quietdrop.detection.assess import Assessed
from quietdrop.domain.checkin import CheckIn, Kind, State
from quietdrop.domain.directory import Prefer

SUREST = Ranking(Prefer.SURE)
LEFT = judged(rows("Stop", LONG_GONE))
TWO = judged(rows("Large", [6] * 96 + [0] * 8), rows("Small", STOPPED))
ANSWERED = CheckIn(
    "Stop",
    "Stop",
    "ann@example.com",
    Kind.DRIFT,
    AS_OF - 9 * WEEK,
    baseline_per_week=3.0,
    remaining_share=0.0,
    state=State.CLOSED,
    resolved_on=AS_OF - 7 * WEEK,
)


def listed(
    assessed: Assessed, *last: CheckIn, taken: tuple[str, ...] = (), first_run: bool = False
) -> tuple[list[str], list[str]]:
    """Who may be listed, and who is reviewed instead."""
    of = {checkin.practice_id: checkin for checkin in last}
    chosen, review = drifting(assessed, of, taken, first_run=first_run, ranking=SUREST)
    return [c.practice_id for c in chosen], [c.practice_id for c in review]


def test_who_stopped_is_listed_and_who_is_taken_is_not() -> None:
    assert listed(GONE_QUIET) == (["Stop"], [])
    assert listed(GONE_QUIET, taken=("Stop",)) == ([], [])
    assert listed(GONE_QUIET, first_run=True) == (["Stop"], [])


def test_the_most_at_stake_stands_first() -> None:
    assert listed(TWO) == (["Large", "Small"], [])
    assert listed(TWO, taken=("Large",)) == (["Small"], [])


def test_the_value_of_a_referral_decides_who_stands_first() -> None:
    dear = Ranking(Prefer.SURE, worth={"Small": 5.0})
    chosen, _ = drifting(TWO, {}, (), first_run=False, ranking=dear)
    assert [one.practice_id for one in chosen] == ["Small", "Large"]


def test_a_check_in_is_frozen_with_the_figures_of_today() -> None:
    of = GONE_QUIET.of("Stop")
    one = frozen(GONE_QUIET, "Stop")
    assert (one.opened_on, one.notified_on, one.state) == (AS_OF, AS_OF, "open")
    assert (one.onset, one.onset_low, one.onset_high) == (of.onset, of.onset_low, of.onset_high)
    assert (one.probability, one.baseline_per_week) == (of.drift_probability, of.baseline_per_week)
    assert (one.remaining_share, one.lost_per_week) == (of.remaining_share, of.lost_per_week)
    assert (one.expected, one.observed) == (of.expected, of.observed)


@pytest.mark.parametrize(("weeks", "reviewed"), [(12, False), (15, True)])
def test_the_first_run_reviews_what_fell_a_quarter_ago(weeks: int, reviewed: bool) -> None:
    fallen = judged(rows("Stop", [3] * (104 - weeks) + [0] * weeks))
    chosen, review = listed(fallen, first_run=True)
    assert (chosen, review) == (([], ["Stop"]) if reviewed else (["Stop"], []))


def test_a_reviewed_one_is_resolved_on_its_own_day() -> None:
    _, [one] = drifting(LEFT, {}, (), first_run=True, ranking=SUREST)
    assert (one.state, one.opened_on, one.resolved_on) == ("review", AS_OF, AS_OF)


class TestOldStory:
    """The practice has been silent for eight weeks."""

    @pytest.mark.parametrize(("ended", "is_old"), [(7, True), (8, True), (10, False)])
    def test_who_was_told_as_stopped_and_sent_nothing_since(self, ended: int, is_old: bool) -> None:
        answered = replace(ANSWERED, resolved_on=AS_OF - ended * WEEK)
        assert listed(GONE_QUIET, answered) == (([] if is_old else ["Stop"]), [])

    def test_an_open_one_counts_from_its_opening(self) -> None:
        still = replace(ANSWERED, state=State.REVIEW, resolved_on=None)
        assert listed(GONE_QUIET, replace(still, opened_on=AS_OF - 7 * WEEK)) == ([], [])
        assert listed(GONE_QUIET, replace(still, opened_on=AS_OF - 10 * WEEK)) == (["Stop"], [])

    def test_what_was_told_as_halved_is_news_once_it_is_worse(self) -> None:
        halved = replace(ANSWERED, remaining_share=0.5)
        assert listed(GONE_QUIET, halved) == (["Stop"], [])
        assert listed(GONE_QUIET, replace(halved, resolved_on=AS_OF)) == ([], [])

    def test_another_practices_story_is_not_its_own(self) -> None:
        assert listed(GONE_QUIET, replace(ANSWERED, practice_id="S01")) == (["Stop"], [])

    def test_only_the_watched_are_old_stories(self) -> None:
        assert old_stories(GONE_QUIET, {"Stop": ANSWERED}) == set()
        watched = replace_status(GONE_QUIET)
        assert old_stories(watched, {"Stop": ANSWERED}) == {"Stop"}
        assert old_stories(watched, {}) == set()


def replace_status(assessed: Assessed) -> Assessed:
    """The same, with the practice that stopped among the watched."""
    frame = assessed.frame.copy()
    frame.loc["Stop", "status"] = "watching"
    return replace(assessed, frame=frame)


def with_figures(recent: float, settled: float) -> Assessed:
    frame = LEFT.frame.copy()
    frame.loc["Stop", ["drift_probability", "settled_probability"]] = [recent, settled]
    frame.loc["Stop", "settled_baseline"] = 3.0
    frame["settled_onset"] = frame["settled_onset"].astype(object)
    frame.loc["Stop", "settled_onset"] = AS_OF - timedelta(weeks=50)
    return replace(LEFT, frame=frame)


@pytest.mark.parametrize(
    ("recent", "settled", "left"),
    [
        (0.05, 0.9, True),
        (0.0, 0.1, False),
        (0.499, 0.5, True),  # together they are sure, apart they are not
        (0.5, 0.499, False),  # rather a fall of late
    ],
)
def test_who_left_long_ago_is_likely_and_of_old(recent: float, settled: float, left: bool) -> None:
    of = with_figures(recent, settled)
    gone = [one for one in left_long_ago(of, ()) if one.practice_id == "Stop"]
    assert bool(gone) is left
    if gone:
        assert gone[0].onset == AS_OF - timedelta(weeks=50)
        assert gone[0].probability == pytest.approx(recent + settled)
        assert (gone[0].baseline_per_week, gone[0].state) == (3.0, "review")
        assert (gone[0].opened_on, gone[0].resolved_on) == (AS_OF, AS_OF)
    assert [one for one in left_long_ago(of, ("Stop",)) if one.practice_id == "Stop"] == []


def test_the_threshold_itself_is_reached() -> None:
    alert = float(GONE_QUIET.thresholds.alert.each(GONE_QUIET.frame.index)[0])
    for probability, chosen in ((alert, ["Stop"]), (alert - 1e-9, [])):
        frame = GONE_QUIET.frame.copy()
        frame.loc["Stop", "drift_probability"] = probability
        assert listed(replace(GONE_QUIET, frame=frame)) == (chosen, [])
