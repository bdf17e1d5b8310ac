"""The book's figures are those of the assessment, beside what is usual."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.builders.scene import AS_OF, LIAISON, WEEKS, Scene

from quietdrop.checkins.history import History
from quietdrop.domain.book import BookRow
from quietdrop.domain.checkin import Touch
from quietdrop.reporting.book import book


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, BookRow]:
    folder: Path = tmp_path_factory.mktemp("book")
    scene = Scene(folder)
    scene.practice("A", "Lakeside", town="Brookfield")
    scene.sends("A", 3.0, last=WEEKS - 10, npi="2000000001", name="Alvarez", line="Spine")
    touches = (Touch(AS_OF - timedelta(days=90), "A", LIAISON, "visit"),)
    briefing = scene.briefing(history=History(first_run=False, touches=touches))
    return {row.practice_id: row for row in book(briefing.evaluation, briefing.table)}


def test_a_practice_that_stopped_has_its_stake_its_odds_and_its_onset(
    rows: dict[str, BookRow],
) -> None:
    row = rows["A"]
    assert (row.name, row.town, row.liaison, row.status) == (
        *("Lakeside", "Brookfield", LIAISON, "quiet"),
    )
    assert row.stake == pytest.approx(row.usual, abs=0.2)
    assert row.usual == pytest.approx(3.0, abs=0.3)
    assert row.recent == 9
    assert row.recent_usual == pytest.approx(39.0, abs=4)
    assert row.odds is not None
    assert row.odds > 0.9
    assert row.last_referral_on is not None
    assert AS_OF - timedelta(weeks=11) < row.last_referral_on < AS_OF - timedelta(weeks=10)
    assert (row.last_touch_on, row.last_touch_kind) == (AS_OF - timedelta(days=90), "visit")
    assert len(row.weeks) == 52
    assert sum(row.weeks[-10:]) == 0
    assert row.onset_index == pytest.approx(42, abs=1)
    assert (row.people, row.lines) == (("Alvarez",), ("Spine",))


def test_a_steady_practice_has_nothing_at_stake(rows: dict[str, BookRow]) -> None:
    row = rows["S00"]
    assert (row.status, row.stake, row.onset_index) == ("steady", 0.0, None)
    assert row.recent == pytest.approx(row.recent_usual, abs=3)
    assert (row.last_touch_on, row.last_touch_kind) == (None, "")
