"""The weekly job as a practice would use it: files in, digests out, nothing twice."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from tests.builders.contacts import add_touch

from quietdrop.checkins.history import History
from quietdrop.config import Settings, load
from quietdrop.delivery.mailer import MailServer, YagmailMailer
from quietdrop.delivery.sender import send_owed
from quietdrop.demo.files import write_network
from quietdrop.demo.inbox import Inbox
from quietdrop.demo.network import Network
from quietdrop.domain.checkin import CheckIn, Kind, Touch
from quietdrop.domain.errors import RunBusy
from quietdrop.jobs import weekly as job
from quietdrop.jobs.pipeline import brief
from quietdrop.jobs.record_touch import record
from quietdrop.lib.progress import silent
from quietdrop.store import Store
from quietdrop.store.run_lock import LEASE

LAST = date(2026, 7, 6)
NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)
WEEK = timedelta(days=7)


def mailer(settings: Settings) -> YagmailMailer:
    assert settings.mail is not None
    return YagmailMailer(
        MailServer(settings.mail.host, settings.mail.port, "none", settings.mail.from_)
    )


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    with Inbox(tmp_path / "inbox") as opened:
        yield opened


@pytest.fixture
def settings(network: Network, inbox: Inbox, tmp_path: Path) -> Settings:
    return load(write_network(network, tmp_path / "network", smtp_port=inbox.port), os.environ)


def weekly(settings: Settings, store: Store, day: date) -> job.Report:
    report = job.run(settings, store, job.Occasion(day, NOW, LAST, live=True))
    send_owed(store, mailer(settings), lambda: NOW)
    return report


def test_every_liaison_and_manager_gets_one_message_and_a_second_run_sends_none(
    settings: Settings, inbox: Inbox, store_url: str
) -> None:
    store = Store.open(store_url)
    first = weekly(settings, store, LAST)
    assert first.state == "done"
    assert len(list(inbox.folder.glob("*.eml"))) == 5
    assert weekly(settings, store, LAST).state == "unchanged"
    assert len(list(inbox.folder.glob("*.eml"))) == 5
    assert {message.state for message in store.outbox.messages()} == {"sent"}


def test_changed_data_records_a_revision_and_sends_nothing_twice(
    settings: Settings, inbox: Inbox, tmp_path: Path
) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/store.db")
    weekly(settings, store, LAST)
    source = Path(settings.source.referrals)
    lines = source.read_text().splitlines(keepends=True)
    source.write_text("".join([*lines[:-900], *lines[-500:]]))
    before = store.checkins.open()
    assert weekly(settings, store, LAST).state == "done"
    assert [run.revision for run in store.runs.newest()] == [2, 1]
    assert len(list(inbox.folder.glob("*.eml"))) == 5
    assert store.checkins.open() == before


def test_old_departures_are_reviewed_once_and_never_listed(
    settings: Settings, tmp_path: Path
) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/store.db")
    first = weekly(settings, store, LAST - WEEK)
    assert first.briefing is not None
    assert first.briefing.plan.review
    reviewed = {checkin.practice_id for checkin in first.briefing.plan.review}
    second = weekly(settings, store, LAST)
    assert second.briefing is not None
    assert not second.briefing.plan.review
    listed = set(second.briefing.table.query("listed")["practice_id"])
    assert not listed & reviewed


def test_a_date_that_is_only_recorded_opens_and_owes_nothing(
    settings: Settings, tmp_path: Path
) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/store.db")
    job.run(settings, store, job.Occasion(LAST, NOW, LAST, live=False))
    assert store.checkins.open() == []
    assert store.outbox.messages() == []
    assert store.runs.done(LAST) is not None


def test_two_runs_of_one_date_do_not_meet(settings: Settings, tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/store.db")
    assert store.claims.take("live run", "another process", NOW, LEASE)
    with pytest.raises(RunBusy):
        weekly(settings, store, LAST)
    later = NOW + LEASE
    assert job.run(settings, store, job.Occasion(LAST, later, LAST, live=True)).state == "done"


def test_a_complaint_logged_by_hand_is_told_first_by_its_name(
    settings: Settings, tmp_path: Path
) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/store.db")
    add_touch(store, Touch(LAST, "P020", kind="complaint"))
    with store.begin() as conn:
        store.checkins.save(conn, CheckIn("P020", "P020", "", Kind.COMPLAINT, LAST))
    report = weekly(settings, store, LAST)
    assert report.briefing is not None
    [complaint] = [c for c in report.briefing.plan.opened if c.practice_id == "P020"]
    assert complaint.practice_name.endswith("Medicine")
    assert complaint.liaison.endswith("@liaisons.example")
    [kept] = [c for c in store.checkins.open() if c.practice_id == "P020"]
    assert kept.notified_on == LAST


def test_an_acquired_practice_has_a_fifth_of_the_priority(settings: Settings) -> None:
    def priorities(*touches: Touch) -> pd.Series[float]:
        table = brief(settings, History(touches=touches), LAST, LAST, silent).table
        return table.set_index("practice_id")["priority"].astype(float)

    usual = priorities()
    key = str(usual.idxmax())
    acquired = priorities(Touch(LAST - WEEK, key, outcome="acquired"))
    assert acquired[key] == pytest.approx(0.2 * usual[key])
    pd.testing.assert_series_equal(acquired.drop(key), usual.drop(key))
    retired = priorities(Touch(LAST - WEEK, key, outcome="retired"))
    assert retired[key] == usual[key]


def test_a_stale_feed_is_held_and_only_managers_are_told(
    settings: Settings, inbox: Inbox, tmp_path: Path
) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/store.db")
    late = LAST + timedelta(days=10)
    report = job.run(settings, store, job.Occasion(late, NOW, late, live=True))
    assert report.state == "held"
    assert [message.kind for message in store.outbox.messages()] == ["held"]
    assert store.checkins.open() == []
    forced = job.run(settings, store, job.Occasion(late, NOW, late, live=True, force=True))
    assert forced.state == "done"
    assert len(store.outbox.messages()) == 6
    assert inbox.folder.exists()


def test_database_and_csv_give_the_same_assessment(
    settings: Settings, network: Network, postgres_url: str
) -> None:
    table = pd.read_csv(settings.source.referrals, dtype=str, keep_default_na=False)
    engine = sa.create_engine(postgres_url)
    with engine.begin() as conn:
        table.to_sql("referrals", conn, index=False)
    engine.dispose()
    source = settings.source.model_copy(update={"referrals": postgres_url})
    from_database = settings.model_copy(update={"source": source})
    tables = [brief(of, History(), LAST, LAST, silent).table for of in (settings, from_database)]
    pd.testing.assert_frame_equal(tables[0], tables[1])
    assert len(tables[0]) == network.referrals["practice_id"].nunique()


def test_no_patient_is_named_in_store_mails_or_rejects(
    settings: Settings, inbox: Inbox, tmp_path: Path
) -> None:
    path = tmp_path / "store.db"
    weekly(settings, Store.open(f"sqlite:///{path}"), LAST)
    kept = [path, Path(settings.source.rejects), *inbox.folder.iterdir()]
    for file in kept:
        assert b"PATIENT-" not in file.read_bytes(), file
    assert "PATIENT-" in Path(settings.source.referrals).read_text()


def test_the_mail_is_one_message_of_text_html_and_pictures(
    settings: Settings, inbox: Inbox, tmp_path: Path
) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/store.db")
    weekly(settings, store, LAST)
    shapes = set()
    for file in inbox.folder.glob("*.eml"):
        message = message_from_bytes(file.read_bytes(), policy=default)
        shapes.add(message.get_content_type())
        assert message["Message-ID"]
        assert len(file.read_bytes()) < 100_000
    assert shapes == {"multipart/alternative"}


def test_a_run_within_six_days_of_a_digest_mails_only_what_is_new_or_worse(
    settings: Settings, inbox: Inbox, tmp_path: Path
) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/store.db")
    monday, thursday = LAST - WEEK, LAST - timedelta(days=4)
    weekly(settings, store, monday)
    first = [m for m in store.outbox.messages(monday) if m.kind == "digest"]
    listed = {c.practice_id for c in store.checkins.open()}
    assert len(listed) >= 2
    with store.begin() as conn:
        record(store, conn, Touch(monday, "P020", kind="complaint"))
    weekly(settings, store, thursday)
    complained = {c.practice_id: c for c in store.checkins.open()}["P020"]
    mails = {
        m.kind: m for m in store.outbox.messages(thursday) if m.recipient == complained.liaison
    }
    assert mails["digest"].reason == "since the digest"
    assert "check in with" in mails["digest"].subject
    written = [m.recipient for m in store.outbox.messages(thursday) if m.kind == "digest"]
    assert len(written) < len(first), "who has nothing new is not written to again"
    assert not [c for c in store.checkins.open() if c.reminded_on == thursday]
    text = next(m for m in store.outbox.messages(thursday) if m.kind == "digest")
    assert text.subject != first[0].subject
    weekly(settings, store, LAST)
    whole = [m for m in store.outbox.messages(LAST) if m.kind == "digest"]
    assert len(whole) == len(first), "what came between is no whole digest"
    assert inbox.folder.exists()
