"""What a complaint's mail says where little is known, and what is recorded beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from quietdrop.config import Settings, SourceSettings
from quietdrop.config.outside import WebhookSettings
from quietdrop.config.settings import DigestSettings
from quietdrop.delivery.complaints import owe_complaints
from quietdrop.domain.checkin import CheckIn, Kind, Touch
from quietdrop.jobs.record_touch import record
from quietdrop.store import Store
from quietdrop.store.runs import RunEnd, RunState

TODAY = date(2026, 7, 8)
NOW = datetime(2026, 7, 8, 14, tzinfo=UTC)
ANN, MANAGER = "ann@example.com", "mo@example.com"
COMPLAINT = CheckIn("P77", "Oak Street", ANN, Kind.COMPLAINT, TODAY - timedelta(days=2))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store.open(f"sqlite:///{tmp_path}/store.db")
    run_id = store.runs.begin(date(2026, 7, 6), True, NOW)
    with store.begin() as conn:
        store.runs.finish(conn, run_id, RunEnd(RunState.DONE, "x", {}), NOW)
    return store


def settings(
    *, webhook: str | None = None, managers: tuple[str, ...] = (MANAGER,), practices: str = ""
) -> Settings:
    return Settings(
        source=SourceSettings(referrals="r.csv", practices=practices or None),
        digest=DigestSettings(managers=managers),
        webhook=WebhookSettings(url=webhook),
    )


def words(store: Store, place: int) -> str:
    claimed = store.outbox.claim(store.outbox.messages()[place].id, NOW, timedelta(minutes=1))
    assert claimed is not None
    part = message_from_bytes(claimed.mime, policy=default).get_body(("plain",))
    assert part is not None
    return " ".join(str(part.get_content()).split())


def test_a_practice_that_no_table_has_keeps_its_name(store: Store) -> None:
    """A complaint that came without a touch is as old as its check-in."""
    with store.begin() as conn:
        store.checkins.save(conn, COMPLAINT)
    assert owe_complaints(settings(), store, NOW, None) == 1
    [message] = store.outbox.messages()
    assert message.recipient == MANAGER
    assert message.subject == "A complaint to answer: Oak Street"
    assert "They told us on July 6 that something went wrong" in words(store, 0)


def test_of_several_the_latest_is_told(store: Store) -> None:
    for day, whom in ((3, "Dana"), (1, "Robin"), (2, "Lee")):
        with store.begin() as conn:
            touch = Touch(TODAY - timedelta(days=day), "P1", "", "complaint", whom)
            record(store, conn, touch)
    assert owe_complaints(settings(), store, NOW, None) == 1
    assert "Robin told us on July 7 that something went wrong" in words(store, 0)


@pytest.mark.parametrize(("url", "waits"), [(None, False), ("https://hook.example/x", True)])
def test_its_opening_is_an_event_of_the_day_it_is_told(
    store: Store, url: str | None, waits: bool
) -> None:
    with store.begin() as conn:
        store.checkins.save(conn, COMPLAINT)
    owe_complaints(settings(webhook=url), store, NOW, None)
    assert [event.happened_on for event in store.events.between(TODAY, TODAY)] == [TODAY]
    assert bool(store.events.due(NOW)) is waits


@pytest.mark.parametrize(("liaison", "recipients"), [(ANN, [ANN]), ("", [])])
def test_without_a_manager_whose_check_in_it_is_is_mailed_if_anybody(
    store: Store, liaison: str, recipients: list[str]
) -> None:
    with store.begin() as conn:
        store.checkins.save(conn, replace(COMPLAINT, liaison=liaison))
    assert owe_complaints(settings(managers=()), store, NOW, None) == len(recipients)
    assert [message.recipient for message in store.outbox.messages()] == recipients


def test_one_that_another_process_announced_first_is_left_to_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.begin() as conn:
        store.checkins.save(conn, COMPLAINT)
    monkeypatch.setattr(store.checkins, "announce", lambda *_: False)
    assert owe_complaints(settings(), store, NOW, None) == 0
    assert store.outbox.messages() == []


def test_a_directory_is_only_read_where_a_complaint_waits(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    missing = settings(practices="missing.csv")
    assert owe_complaints(missing, store, NOW, None) == 0
    assert caplog.messages == []
    with store.begin() as conn:
        store.checkins.save(conn, COMPLAINT)
    assert owe_complaints(missing, store, NOW, None) == 0
    assert "a complaint waits, since the directory cannot be read" in caplog.text
