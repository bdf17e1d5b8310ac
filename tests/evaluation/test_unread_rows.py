"""A fall that rejected rows would explain is watched; one that they would not is listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from tests.builders.counted import counted
from tests.builders.scene import AS_OF, LIAISON, Scene, is_listed, reason

from quietdrop.checkins.history import History
from quietdrop.config.settings import DriftSettings
from quietdrop.detection.assess import assess
from quietdrop.detection.exposure import Circumstances
from quietdrop.domain.checkin import CheckIn, Kind
from quietdrop.domain.days import EPOCH
from quietdrop.domain.findings import Doubt
from quietdrop.domain.weekly import Loss, Losses, week_of
from quietdrop.evaluation.unread_rows import doubts, known_by
from quietdrop.messages.compose import Briefing

WEEK = timedelta(weeks=1)
STOPPED = 8  # weeks ago


def briefing(
    tmp_path: Path, unread: int, day: str = "14-Foo-2026", history: History | None = None
) -> Briefing:
    """A sent three a week and stopped; so many of its rows have that day."""
    folder = tmp_path / f"{unread}{day[:4]}"
    folder.mkdir()
    scene = Scene(folder)
    scene.sends("A", 3, 0, 104 - STOPPED)
    scene.rows += [(day, "A", "", "", "Joint", "Commercial", "")] * unread  # type: ignore[list-item]
    return scene.briefing(history=history)


def status(of: Briefing) -> str:
    return str(of.table.set_index("practice_id").loc["A", "status"])


def probability_if_read(of: Briefing, rows: int) -> float:
    """The drift's probability if the rows had come evenly since the onset."""
    assessed = of.assessed
    counts = assessed.cadence.counts.copy()
    onset = assessed.of("A").onset_week
    counts[assessed.row("A"), onset:] += rows / (assessed.cadence.weeks - onset)
    lifted = assess(replace(assessed.cadence, counts=counts), DriftSettings())
    return lifted.of("A").drift_probability or 0.0


def test_the_boundary_is_where_the_rows_lift_it_under_the_alert(tmp_path: Path) -> None:
    bare = briefing(tmp_path, 0)
    assert (status(bare), is_listed(bare)) == ("quiet", True)
    least = next(n for n in range(1, 40) if probability_if_read(bare, n) < 0.5)
    assert 3 < least < 24
    below, at = briefing(tmp_path, least - 1), briefing(tmp_path, least)
    assert (status(below), is_listed(below)) == ("quiet", True)
    assert (status(at), is_listed(at)) == ("watching", False)
    assert reason(at).endswith(f" {least} of their rows could not be read, so this may be no drop.")
    assert "could not be read" not in reason(below)
    [summary] = at.summaries
    assert summary.data == (
        f"Practice A: {least} of its rows could not be read. They could explain its fall, so it is "
        "watched and not listed.",
    )
    assert below.summaries[0].data == ()
    assert at.digests[0].watching == ("Practice A",)


def test_rows_whose_day_is_known_count_in_their_own_week(tmp_path: Path) -> None:
    """A broken row still says its day: of the time before the fall it says nothing of the fall."""
    before, since = AS_OF - 30 * WEEK, AS_OF - 4 * WEEK
    for day, listed in ((before, True), (since, False)):
        folder = tmp_path / str(day)
        folder.mkdir()
        scene = Scene(folder)
        scene.sends("A", 3, 0, 104 - STOPPED)
        broken = (day, "A", "", "", "Joint", "Commercial", "", "one too many")
        scene.rows += [broken] * 20  # type: ignore[list-item]
        assert is_listed(scene.briefing()) is listed


def test_other_practices_rejected_rows_keep_nobody_off(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.sends("A", 3, 0, 104 - STOPPED)
    scene.rows += [("?", "S01", "", "", "Joint", "Commercial", "")] * 40  # type: ignore[list-item]
    assert is_listed(scene.briefing())


OPEN = CheckIn(
    "A", "Practice A", LIAISON, Kind.DRIFT, AS_OF - 6 * WEEK, AS_OF - 10 * WEEK,
    probability=0.8, baseline_per_week=3.0, remaining_share=0.6, lost_per_week=1.2,
    notified_on=AS_OF - 6 * WEEK, reminded_on=AS_OF - 5 * WEEK, id=1,
)  # fmt: skip


@pytest.mark.parametrize(("unread", "worse"), [(0, True), (20, False)])
def test_nobody_is_called_worse_because_of_rejected_rows(
    tmp_path: Path, unread: int, worse: bool
) -> None:
    history = History(checkins=(OPEN,), first_run=False)
    assert bool(briefing(tmp_path, unread, history=history).plan.worse) is worse


def test_old_departures_are_not_reviewed_because_of_rejected_rows(tmp_path: Path) -> None:
    def reviewed(unread: int) -> list[str]:
        scene = Scene(tmp_path / str(unread))
        scene.folder.mkdir()
        scene.sends("A", 3, 0, 84)
        row = ("?", "A", "", "", "Joint", "Commercial", "")
        scene.rows += [row] * unread  # type: ignore[list-item]
        return [c.practice_id for c in scene.briefing(history=History()).plan.review]

    assert reviewed(0) == ["A"]
    assert reviewed(60) == []


def test_the_assessment_is_made_again_only_where_rows_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("quietdrop.evaluation.unread_rows.assess", never)
    assert is_listed(briefing(tmp_path, 0))
    with pytest.raises(AssertionError):
        briefing(tmp_path, 1)


class TestWhichRowsCount:
    """A practice that drifts since so many weeks, on any day of the week; everybody is steady once
    its rows are read."""

    @pytest.fixture(autouse=True)
    def lifted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        steady = counted({"A": [2.0] * 40})
        monkeypatch.setattr("quietdrop.evaluation.unread_rows.assess", lambda *_: steady)

    def doubt(
        self,
        weeks: int,
        day: date,
        rejected: dict[int, int],
        vanished: dict[int, int],
        odds: float = 0.9,
    ) -> Doubt | None:
        """Rejected rows by day (-1: unknown), and vanished ones by calendar week."""
        figures = {"drift_probability": odds, "onset_week": 40 - weeks}
        assessed = counted({"A": [2.0] * 40}, {"A": figures})
        assessed = replace(assessed, cadence=replace(assessed.cadence, as_of=day))
        unread = pd.DataFrame(rejected.items(), columns=["day", "rows"])
        gone = {"A": Loss("A", "A", day, vanished, 9, 0)} if vanished else {}
        rows = unread.assign(practice_id="A") if rejected else pd.DataFrame()
        doubted = doubts(assessed, DriftSettings(), Circumstances(), rows, Losses(gone))
        return doubted.get("A")

    @pytest.mark.parametrize(
        ("weekday", "back", "counts"),
        [
            (4, 4, False),  # Friday's weeks end with the Thursday of a calendar week
            (4, 3, True),
            (3, 4, True),  # Thursday's begin with it
            (3, 5, False),
        ],
    )
    def test_a_vanished_week_is_that_of_its_thursday(
        self, weekday: int, back: int, counts: bool
    ) -> None:
        """Four weeks of drift: the calendar week of the as-of day has begun."""
        day = date(2026, 7, 6) + timedelta(days=weekday)
        doubt = self.doubt(4, day, {}, {week_of(day) - back: 5})
        assert doubt == (Doubt(0, 5) if counts else None)

    @pytest.mark.parametrize(("ago", "counts"), [(0, False), (1, True), (7, True), (8, False)])
    def test_rejected_rows_of_the_one_week_of_a_drift(self, ago: int, counts: bool) -> None:
        doubt = self.doubt(1, AS_OF, {(AS_OF - EPOCH).days - ago: 4}, {})
        assert doubt == (Doubt(4, 0) if counts else None)
        assert self.doubt(1, AS_OF, {-1: 4}, {}) == Doubt(4, 0)

    @pytest.mark.parametrize(("odds", "counts"), [(0.5, True), (0.4999, False)])
    def test_of_whom_the_odds_reach_the_alert(self, odds: float, counts: bool) -> None:
        doubt = self.doubt(4, AS_OF, {-1: 4}, {}, odds)
        assert doubt == (Doubt(4, 0) if counts else None)

    @pytest.mark.parametrize(("odds", "counts"), [(0.5, False), (0.4999, True)])
    def test_only_rows_that_lift_it_under_the_alert(
        self, monkeypatch: pytest.MonkeyPatch, odds: float, counts: bool
    ) -> None:
        lifted = counted({"A": [2.0] * 40}, {"A": {"drift_probability": odds}})
        monkeypatch.setattr("quietdrop.evaluation.unread_rows.assess", lambda *_: lifted)
        assert self.doubt(4, AS_OF, {-1: 4}, {}) == (Doubt(4, 0) if counts else None)


def test_where_no_row_was_rejected_none_is_known() -> None:
    assert known_by(pd.DataFrame(), AS_OF).empty
