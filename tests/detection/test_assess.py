"""One step from weekly counts to every practice's assessment: the figures, by value."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from tests.builders.checkin_scene import AS_OF, END, NETWORK, STEADY, judged, rows

from quietdrop.config.settings import DriftSettings
from quietdrop.detection.assess import Assessed, assess
from quietdrop.detection.thresholds import Level
from quietdrop.detection.weekly_counts import events, weekly
from quietdrop.domain.assessment import Status

#        [3] * 96 + [0] * 8: three a week for 96 weeks, then nothing for eight
STOPPED = [3] * 96 + [0] * 8
HALVED = [4] * 88 + [2] * 16
AGED = [3] * 52 + [0] * 52


def figures(assessed: Assessed, practice: str) -> dict[str, object]:
    return asdict(assessed.of(practice))


@pytest.fixture(scope="module")
def assessed() -> Assessed:
    return judged(rows("Stop", STOPPED), rows("Half", HALVED), rows("Gone", AGED))


def test_an_assessment_has_a_status_and_plain_numbers(assessed: Assessed) -> None:
    stop = assessed.of("Stop")
    assert stop.status is Status.QUIET
    assert (type(stop.observed), type(stop.expected), type(stop.edge)) == (int, float, bool)
    assert stop.settled_onset is None
    assert stop.practice_id == "Stop"


def test_a_stop_is_quiet_with_its_figures(assessed: Assessed) -> None:
    stop = figures(assessed, "Stop")
    assert stop["status"] == "quiet"
    assert stop["observed"] == 0
    assert stop["onset"] == AS_OF - timedelta(weeks=8)
    assert stop["onset_week"] == assessed.cadence.weeks - 8
    assert stop["baseline_per_week"] == pytest.approx(3.0, abs=0.2)
    assert stop["expected"] == pytest.approx(24.0, abs=2.5)
    assert stop["remaining_share"] == pytest.approx(0.02, abs=0.05)
    assert stop["lost_per_week"] == pytest.approx(2.9, abs=0.25)
    assert stop["drift_probability"] > 0.95  # type: ignore[operator]


def test_a_fall_to_half_is_drifting_and_counts_what_came(assessed: Assessed) -> None:
    half = figures(assessed, "Half")
    weeks = assessed.cadence.weeks - int(half["onset_week"])  # type: ignore[call-overload]
    assert half["status"] == "drifting"
    assert 14 <= weeks <= 18
    assert half["observed"] == HALVED[-weeks:].count(2) * 2 + HALVED[-weeks:].count(4) * 4
    assert half["expected"] == pytest.approx(4.0 * weeks, rel=0.1)
    assert half["baseline_per_week"] == pytest.approx(4.0, abs=0.25)
    assert half["remaining_share"] == pytest.approx(0.5, abs=0.12)
    assert half["onset"] == AS_OF - timedelta(weeks=weeks)
    assert half["onset_low"] <= half["onset"] <= half["onset_high"]  # type: ignore[operator]


def test_an_old_fall_is_told_by_when_from_what_and_to_what(assessed: Assessed) -> None:
    gone = figures(assessed, "Gone")
    assert gone["settled_probability"] > 0.9  # type: ignore[operator]
    since = AS_OF - gone["settled_onset"]  # type: ignore[operator]
    assert since == pytest.approx(timedelta(weeks=52), abs=timedelta(weeks=3))
    assert gone["settled_baseline"] == pytest.approx(3.0, abs=0.5)
    assert gone["settled_rate"] == 0.0


def test_who_is_steady_counts_the_last_thirteen_weeks(assessed: Assessed) -> None:
    frame = assessed.frame.loc[list(STEADY)]
    steady = frame[frame["status"] == "steady"]
    assert len(steady) >= 27
    assert (steady["onset_week"] == assessed.cadence.weeks - 13).all()
    last = assessed.cadence.counts[: len(STEADY), -13:].sum(axis=1)
    by_name = dict(zip(assessed.cadence.ids, assessed.cadence.counts[:, -13:].sum(1), strict=True))
    assert len(last) == len(STEADY)
    assert [by_name[name] for name in steady.index] == steady["observed"].tolist()
    assert (steady["lost_per_week"] == 0.0).all()
    assert (steady["remaining_share"] == 1.0).all()
    assert steady["onset"].isna().all()


def test_silent_days_are_whole_days_up_to_yesterday(assessed: Assessed) -> None:
    last = pd.concat([NETWORK, rows("Stop", STOPPED)]).groupby("practice_id")["day"].max()
    assert figures(assessed, "Stop")["silent_days"] == END - 1 - last["Stop"]
    assert figures(assessed, "S00")["silent_days"] == END - 1 - last["S00"]


@pytest.mark.parametrize(
    ("weeks", "status"),
    [
        ([1] * 9, "new"),  # live in 9 weeks
        ([1] * 12, "steady"),
        ([1] + [0] * 30 + [1], "new"),  # two referrals
        ([1] + [0] * 30 + [1] * 2, "occasional"),  # three
        ([2] + [0] * 103 + [1], "occasional"),  # three in two years
    ],
)
def test_too_little_history_is_new_and_too_few_referrals_occasional(
    weeks: list[int], status: str
) -> None:
    practice = figures(judged(rows("X", weeks)), "X")
    assert practice["status"] == status
    missing = ("drift_probability", "onset", "remaining_share", "lost_per_week")
    assert all((practice[name] is None) is (status == "new") for name in missing[:1])
    if status == "new":
        assert [practice[name] for name in missing] == [None] * 4


def test_thresholds_count_from_the_value_itself() -> None:
    drifter = rows("Half", HALVED)
    cadence = weekly(events(pd.concat([NETWORK, drifter])), AS_OF)
    p = float(str(figures(assess(cadence, DriftSettings()), "Half")["drift_probability"]))

    def status(alert: float, watch: float) -> object:
        settings = DriftSettings(alert_probability=alert, watch_probability=watch)
        return figures(assess(cadence, settings), "Half")["status"]

    assert status(alert=p, watch=0.1) == "drifting"
    assert status(alert=p + 1e-9, watch=p) == "watching"
    assert status(alert=p + 2e-9, watch=p + 1e-9) == "steady"


def test_a_fall_is_dated_from_the_watch_threshold_itself() -> None:
    cadence = weekly(events(pd.concat([NETWORK, rows("Half", HALVED)])), AS_OF)
    p = assess(cadence, DriftSettings()).of("Half").drift_probability
    assert p is not None

    def is_dated(watch: float) -> bool:
        settings = DriftSettings(alert_probability=watch + 1e-6, watch_probability=watch)
        return assess(cadence, settings).of("Half").onset is not None

    assert is_dated(watch=p)
    assert not is_dated(watch=p + 1e-9)


def test_who_would_send_the_least_number_within_the_window_is_no_occasional_one() -> None:
    cadence = weekly(events(NETWORK), AS_OF)
    usual = assess(cadence, DriftSettings())
    key = str(cadence.ids[0])
    number = usual.of(key).baseline_per_week * usual.judged.posterior.window

    def status(least: float) -> Status:
        level = Level(DriftSettings().min_referrals, {key: least})
        levels = replace(usual.thresholds, min_referrals=level)
        return assess(cadence, DriftSettings(), levels=levels).of(key).status

    assert status(number) is Status.STEADY
    assert status(np.nextafter(number, np.inf)) is Status.OCCASIONAL


def test_how_far_the_last_eight_weeks_are_below_the_last_year() -> None:
    """Three a week for 44 weeks, one for eight: a year's rate is 2.69, the newest is 1."""
    assessed = judged(rows("X", [3] * 96 + [1] * 8))
    exposure, row = assessed.exposure, assessed.row("X")
    year = (44 * 3 + 8) / exposure[row, -52:].sum()
    newest = 8 / exposure[row, -8:].sum()
    assert figures(assessed, "X")["fallen_per_week"] == pytest.approx(year - newest)
    risen = judged(rows("X", [1] * 96 + [3] * 8))
    assert figures(risen, "X")["fallen_per_week"] == 0.0


def test_a_batch_of_the_last_year_is_named_and_counts_in_no_rate() -> None:
    weeks = [2] * 104
    weeks[80] = 90
    assessed = judged(rows("X", weeks))
    assert figures(assessed, "X")["batch_week"] == assessed.cadence.weeks - 104 + 80
    assert figures(assessed, "X")["baseline_per_week"] == pytest.approx(2.0, abs=0.2)
    weeks[80], weeks[20] = 2, 90
    assert figures(judged(rows("X", weeks)), "X")["batch_week"] == -1


def test_the_newest_weeks_of_a_practice_and_its_exposure_in_them(assessed: Assessed) -> None:
    came, chances = assessed.newest("Half", 4)
    assert came == 8.0
    assert chances == pytest.approx(assessed.exposure[assessed.row("Half"), -4:].sum())
    assert assessed.newest("Half", 0) == (0.0, 0.0)
    assert assessed.newest("Half", 10_000)[0] == assessed.cadence.counts[assessed.row("Half")].sum()


def test_who_never_referred_is_in_no_row(assessed: Assessed) -> None:
    with pytest.raises(ValueError, match="never referred"):
        assessed.row("Nobody")


def test_rows_of_the_as_of_day_change_nothing() -> None:
    today = pd.DataFrame({"practice_id": ["Half", "New"], "day": [END, END], "referrals": [50, 50]})
    before = judged(rows("Half", HALVED))
    after = judged(rows("Half", HALVED), today)
    assert before.cadence.ids == after.cadence.ids
    pd.testing.assert_frame_equal(before.frame, after.frame)
    assert before.cadence.as_of == date(2026, 7, 6)


@pytest.mark.parametrize("history", [7, 8, 9, 10])
def test_a_network_of_a_few_weeks_is_new_and_nothing_breaks(history: int) -> None:
    network = pd.concat([rows(f"N{i}", [2] * history) for i in range(5)])
    frame = assess(weekly(events(network), AS_OF), DriftSettings()).frame
    assert set(frame["status"]) == {"new"} if history < 10 else {"new", "steady"}
    assert frame["drift_probability"].isna().all() or history >= 10


def test_only_a_referral_of_yesterday() -> None:
    lone = pd.DataFrame({"practice_id": ["X"], "day": [END - 1], "referrals": [1]})
    frame = assess(weekly(events(lone), AS_OF), DriftSettings()).frame
    assert frame.loc["X", "status"] == "new"
    assert frame.loc["X", "silent_days"] == 0
    assert np.isfinite(frame["dispersion"].to_numpy(dtype=float)).all()


@pytest.mark.parametrize(("weeks_ago", "named"), [(52, 52), (53, -1)])
def test_a_batch_is_named_for_a_year(weeks_ago: int, named: int) -> None:
    counts = [2] * 104
    counts[-weeks_ago] = 60
    of = judged(rows("Fair", counts))
    week = of.frame["batch_week"]["Fair"]
    assert week == (of.cadence.weeks - named if named > 0 else -1)
