"""Two settings over one past: shared work changes no result, and the figures are those of it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from quietdrop import ingest
from quietdrop.config import Settings, load
from quietdrop.domain.errors import UsageError
from quietdrop.jobs.backtest import rehearse
from quietdrop.jobs.compare import record_listings
from quietdrop.jobs.replay import Replay, mondays
from quietdrop.jobs.trial import check_keys, tried
from quietdrop.lib.progress import silent

LAST = date(2026, 7, 6)
FIRST = LAST - timedelta(weeks=7)


@pytest.fixture
def of(config: Path) -> Settings:
    return load(config, {})


@pytest.fixture
def what(of: Settings) -> Replay:
    return Replay(ingest.read(of.source, LAST, LAST), tuple(mondays(FIRST, LAST)))


def test_settings_replayed_together_say_what_each_says_alone(config: Path, what: Replay) -> None:
    """Other thresholds share the evidence, other priors do not: neither shows."""
    tries: list[dict[str, str]] = [
        {},
        {"drift.alert_probability": "0.7"},
        {"drift.watch_probability": "0.4"},
        {"drift.min_referrals": "9"},
        {"drift.hazard": "0.02"},
        {"digest.budget": "1"},
    ]
    variants = [load(config, {}, values) for values in tries]
    last = Replay(what.intake, what.dates[-4:])
    together = record_listings(variants, last, silent)
    assert together == [record_listings([each], last, silent)[0] for each in variants]
    assert len({len(record.checkins) for record in together}) > 1


def test_the_comparison_and_the_rehearsal_count_alike(of: Settings, what: Replay) -> None:
    [record] = record_listings([of], what, silent)
    figures = rehearse(of, what, silent).figures()
    assert sum(load.listed for load in record.loads) == figures["listed"]
    report = tried(of, of, what, (), silent)
    assert report.comparison.changes_nothing
    assert report.comparison.today.losses == figures["losses"]
    assert report.comparison.today.losses_listed == figures["losses_listed"]
    assert not report.changes


def test_a_higher_threshold_lists_fewer_and_later(config: Path, what: Replay) -> None:
    proposed = load(config, {}, {"drift.alert_probability": "0.9"})
    report = tried(load(config, {}), proposed, what, (), silent)
    of = report.comparison
    assert of.proposed.opened < of.today.opened
    assert of.left_out
    assert not of.earlier
    assert [(c.key, c.today, c.proposed) for c in report.changes] == [
        ("drift.alert_probability", "0.5", "0.9")
    ]
    assert set(report.names) >= {one.practice_id for one in of.left_out}


def test_a_date_before_all_data_lists_nobody(of: Settings, what: Replay) -> None:
    early = Replay(what.intake, (date(2010, 1, 4),))
    report = tried(of, of, early, (), silent)
    assert (report.comparison.practices, report.comparison.today.opened) == (0, 0)


@pytest.mark.parametrize("key", ["source.referrals", "web.bind", "drift", ""])
def test_what_changes_more_than_decisions_is_not_tried(key: str) -> None:
    if key == "drift":
        check_keys([key])
        return
    with pytest.raises(UsageError, match="a comparison tries"):
        check_keys([key])
