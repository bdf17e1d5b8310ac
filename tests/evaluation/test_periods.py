"""Counts by period: what a Monday without a new one may not say."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from quietdrop import ingest
from quietdrop.checkins.history import History
from quietdrop.config import load
from quietdrop.evaluation import feed_health
from quietdrop.evaluation.evaluate import evaluate
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.evaluation.weigh import prepare
from quietdrop.lib.periods import Period

PRACTICES = [f"Practice {place}" for place in range(12)]
CONFIG = """\
[source]
referrals = "r.csv"
period = "{period}"
[digest]
default_liaison = "ann@example.org"
"""


def months(folder: Path) -> Path:
    """Thirty months to October 2026; the first practice stopped in September."""
    rows = ["practice_name,referred_on,referrals"]
    for back in range(30):
        year, month = divmod(2026 * 12 + 9 - back, 12)
        for place, practice in enumerate(PRACTICES):
            count = 0 if place == 0 and back < 2 else 8 + (place + back) % 3
            rows.append(f"{practice},{year}-{month + 1:02d},{count}")
    return written(folder, "month", rows)


def weeks(folder: Path) -> Path:
    """Forty weeks to Sunday, November 15, 2026."""
    rows = ["practice_name,referred_on,referrals"]
    for back in range(40):
        monday = date(2026, 11, 9) - timedelta(weeks=back)
        rows += [f"{p},{monday},{2 + (i + back) % 3}" for i, p in enumerate(PRACTICES)]
    return written(folder, "week", rows)


def written(folder: Path, period: str, rows: list[str]) -> Path:
    (folder / "r.csv").write_text("\n".join(rows))
    (folder / "q.toml").write_text(CONFIG.format(period=period))
    return folder / "q.toml"


def judged(config: Path, as_of: date, newest_before: date | None = None) -> Evaluation:
    settings = load(config, {})
    intake = ingest.read(settings.source, as_of, as_of)
    history = History(first_run=False, newest=newest_before)
    return evaluate(settings, intake, prepare(intake.counts), history, as_of)


@pytest.mark.parametrize(
    ("newest_before", "opened"), [(date(2026, 9, 30), 1), (None, 1), (date(2026, 10, 31), 0)]
)
def test_a_monday_without_a_new_period_opens_nothing(
    tmp_path: Path, newest_before: date | None, opened: int
) -> None:
    evaluation = judged(months(tmp_path), date(2026, 11, 9), newest_before)
    assert len(evaluation.plan.opened) == opened


@pytest.mark.parametrize(
    "as_of", [date(2026, 11, 16), date(2026, 11, 19), date(2026, 11, 23), date(2026, 11, 30)]
)
def test_the_week_to_come_is_no_fall_of_everybody(tmp_path: Path, as_of: date) -> None:
    assert judged(weeks(tmp_path), as_of).faults == []


@pytest.mark.parametrize("as_of", [date(2026, 11, 2), date(2026, 11, 23), date(2026, 12, 10)])
def test_the_month_to_come_is_no_fall_of_everybody(tmp_path: Path, as_of: date) -> None:
    assert judged(months(tmp_path), as_of).faults == []


@pytest.mark.parametrize(
    ("period", "days", "reaches"),
    [
        (None, 90, True),
        ("day", 90, True),
        ("week", 1, True),
        ("week", 2, False),
        ("month", 7, True),
        ("month", 8, False),
    ],
)
def test_how_far_the_data_must_reach(period: Period | None, days: int, reaches: bool) -> None:
    newest = date(2026, 10, 31)
    assert feed_health.reaches(newest, newest + timedelta(days=days), period) is reaches
