"""Decisions in the store: on record, undone, in the fingerprint, and by their date in rehearse."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from quietdrop import ingest
from quietdrop.config import Settings, load
from quietdrop.domain.decisions import Decision, DecisionKind
from quietdrop.jobs import weekly as job
from quietdrop.jobs.backtest import rehearse
from quietdrop.jobs.replay import Replay, mondays
from quietdrop.lib.progress import silent
from quietdrop.store import Store

AS_OF = date(2026, 7, 6)
NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)
ALIAS = Decision(DecisionKind.ALIAS, "Elm", "Oak", date(2026, 6, 22), "ann", NOW)


def settings(folder: Path) -> Settings:
    """Twelve practices of two a week; Oak ends in week 60, and Elm begins then."""
    with (folder / "referrals.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["referred_on", "practice_name"])
        for week in range(70):
            for place in range(12):
                day = AS_OF - timedelta(weeks=70 - week, days=-(place % 5))
                name = f"Practice {place:02d}"
                if place == 7:
                    name = "Oak" if week < 60 else "Elm"
                writer.writerows([(day, name)] * 2)
    config = folder / "quietdrop.toml"
    text = (
        '[source]\nreferrals = "referrals.csv"\n[digest]\ndefault_liaison = "ann@clinic.example"\n'
    )
    config.write_text(text, encoding="utf-8")
    return load(config, {})


def test_a_decision_is_kept_undone_and_stays_on_record(store_url: str) -> None:
    store = Store.open(store_url)
    assert store.decisions.add([ALIAS]) == 1
    [kept] = store.decisions.all()
    assert replace(kept, id=None) == ALIAS
    assert store.decisions.register().decisions == (kept,)
    assert kept.id is not None
    assert store.decisions.undo(kept.id, "bob", NOW + timedelta(days=1))
    assert not store.decisions.undo(kept.id, "bob", NOW)
    assert store.decisions.register().decisions == ()
    [undone] = store.decisions.all()
    assert (undone.undone_by, undone.undone_at) == ("bob", NOW + timedelta(days=1))


def test_a_decision_changes_the_run_that_was_done_already(tmp_path: Path) -> None:
    of = settings(tmp_path)
    store = Store.open(f"sqlite:///{tmp_path}/store.db")
    states = [
        job.run(of, store, job.Occasion(AS_OF, NOW, AS_OF, live=False)).state for _ in range(2)
    ]
    assert states == ["done", "unchanged"]
    store.decisions.add([replace(ALIAS, kind=DecisionKind.REFUSED_ALIAS)])
    assert job.run(of, store, job.Occasion(AS_OF, NOW, AS_OF, live=False)).state == "done"


def test_a_decision_counts_from_its_own_date_on_in_rehearse(tmp_path: Path) -> None:
    of = settings(tmp_path)
    store = Store.open(f"sqlite:///{tmp_path}/store.db")
    store.decisions.add([ALIAS])
    register = store.decisions.register()
    spelled = ingest.as_spelled(of.source, AS_OF, AS_OF, register)
    dates = tuple(mondays(date(2026, 6, 15), date(2026, 6, 29)))
    rehearsal = rehearse(of, Replay(spelled, dates, register), silent)
    by_week = rehearsal.table.groupby("as_of")["practice_id"].agg(set)
    assert "Elm" in by_week[date(2026, 6, 15)]
    assert "Elm" not in by_week[date(2026, 6, 22)]
    oak = rehearsal.table[rehearsal.table["practice_id"] == "Oak"].set_index("as_of")["status"]
    assert oak[date(2026, 6, 29)] == "steady"


def test_an_alias_that_was_accepted_after_the_listing_ends_its_check_in(
    store_url: str, tmp_path: Path
) -> None:
    of = settings(tmp_path)
    of = of.model_copy(update={"store": of.store.model_copy(update={"url": store_url})})
    store = Store.open(store_url)
    first = job.run(of, store, job.Occasion(date(2026, 6, 22), NOW, AS_OF, live=True))
    assert first.briefing is not None
    assert [c.practice_id for c in first.briefing.plan.opened] == ["Oak"]
    store.decisions.add([ALIAS])
    second = job.run(of, store, job.Occasion(AS_OF, NOW, AS_OF, live=True))
    assert second.briefing is not None
    assert not second.briefing.table["listed"].any()
    assert [(c.state, c.outcome) for c in store.checkins.all()] == [("closed", "same practice")]
