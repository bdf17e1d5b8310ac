"""A complaint that is logged between runs is mailed on its day: to whom, once, and never lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from quietdrop.config import Settings, load
from quietdrop.delivery.complaints import owe_complaints
from quietdrop.domain.checkin import Touch
from quietdrop.jobs.record_touch import record
from quietdrop.messages.links import Links, mail_links
from quietdrop.store import Store
from quietdrop.store.runs import RunEnd, RunState

TODAY = date(2026, 7, 8)
NOW = datetime(2026, 7, 8, 14, tzinfo=UTC)
ANN, MANAGER = "ann@example.com", "mo@example.com"
LINKS = mail_links(Links("https://desk.example", "k" * 32), NOW, 21)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "p.csv").write_text(
        "practice_id,practice_name,liaison_email,town,phone\n"
        f"P1,Lakeside <b>Family</b>,{ANN},Dayton,(555) 010-2030\n"
        f"P2,Summit Primary Care,{ANN},,\n"
    )
    (tmp_path / "l.csv").write_text(
        "liaison_email,name,away_from,away_to,cover_email\n"
        f"{ANN},Ann Whitaker,2026-07-20,2026-07-31,bea@example.com\n"
        "bea@example.com,Bea,,,\n"
    )
    (tmp_path / "q.toml").write_text(
        '[source]\nreferrals = "r.csv"\npractices = "p.csv"\nliaisons = "l.csv"\n'
        f'[digest]\nmanagers = ["{MANAGER}"]\n'
    )
    return load(tmp_path / "q.toml", {})


@pytest.fixture
def store(store_url: str) -> Store:
    store = Store.open(store_url)
    run_id = store.runs.begin(date(2026, 7, 6), True, NOW)
    with store.begin() as conn:
        store.runs.finish(conn, run_id, RunEnd(RunState.DONE, "x", {}), NOW)
    return store


def complain(store: Store, practice_id: str = "P1", whom: str = "Dana") -> None:
    with store.begin() as conn:
        record(store, conn, Touch(TODAY, practice_id, "", "complaint", whom))


def test_liaison_and_manager_are_told_once(settings: Settings, store: Store) -> None:
    complain(store)
    assert owe_complaints(settings, store, NOW, LINKS) == 2
    assert owe_complaints(settings, store, NOW, LINKS) == 0
    mails = store.outbox.messages()
    assert [(m.recipient, m.kind, m.period) for m in mails] == [
        (ANN, "complaint", TODAY),
        (MANAGER, "complaint", TODAY),
    ]
    assert mails[0].subject == "A complaint to answer: Lakeside <b>Family</b>"
    [kept] = store.checkins.open()
    assert (kept.notified_on, kept.liaison) == (TODAY, ANN)
    assert kept.practice_name == "Lakeside <b>Family</b>"


def body(store: Store, place: int, kind: str) -> str:
    claimed = store.outbox.claim(store.outbox.messages()[place].id, NOW, timedelta(minutes=1))
    assert claimed is not None
    part = message_from_bytes(claimed.mime, policy=default).get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_the_mail_says_who_told_what_to_do_and_names_nothing_unescaped(
    settings: Settings, store: Store
) -> None:
    complain(store)
    owe_complaints(settings, store, NOW, LINKS)
    page = body(store, 0, "html")
    assert "Lakeside &lt;b&gt;Family&lt;/b&gt;" in page
    assert "Dana told us on July 8 that something went wrong" in page
    assert "https://desk.example/c/" in page
    plain = body(store, 1, "plain")
    assert "It is with Ann Whitaker." in plain
    assert "desk.example" not in plain


def test_several_on_one_day_are_each_told(settings: Settings, store: Store) -> None:
    complain(store)
    owe_complaints(settings, store, NOW, LINKS)
    complain(store, "P2")
    assert owe_complaints(settings, store, NOW, LINKS) == 2
    complain(store, "P1", "Robin")
    assert owe_complaints(settings, store, NOW, LINKS) == 2
    kinds = [m.kind for m in store.outbox.messages() if m.recipient == ANN]
    assert kinds == ["complaint", "complaint 2", "complaint 3"]
    assert len({m.message_id for m in store.outbox.messages()}) == 6


def test_who_covers_is_told_while_the_liaison_is_away(settings: Settings, store: Store) -> None:
    complain(store)
    owe_complaints(settings, store, NOW + timedelta(days=14), LINKS)
    assert [m.recipient for m in store.outbox.messages()] == ["bea@example.com", MANAGER]


def test_a_practice_that_nobody_has_goes_to_the_manager_once(
    settings: Settings, store: Store
) -> None:
    complain(store, "P77")
    assert owe_complaints(settings, store, NOW, None) == 1
    assert [m.recipient for m in store.outbox.messages()] == [MANAGER]


def test_before_the_first_run_the_run_tells_it(settings: Settings, tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/new.db")
    complain(store)
    assert owe_complaints(settings, store, NOW, LINKS) == 0
    assert [c.notified_on for c in store.checkins.open()] == [None]


def test_a_directory_that_cannot_be_read_loses_nothing(
    settings: Settings, store: Store, tmp_path: Path
) -> None:
    complain(store)
    (tmp_path / "p.csv").rename(tmp_path / "elsewhere.csv")
    assert owe_complaints(settings, store, NOW, LINKS) == 0
    (tmp_path / "elsewhere.csv").rename(tmp_path / "p.csv")
    assert owe_complaints(settings, store, NOW, LINKS) == 2


def test_one_that_was_answered_meanwhile_is_not_told(settings: Settings, store: Store) -> None:
    complain(store)
    with store.begin() as conn:
        record(store, conn, Touch(TODAY, "P1", "", "call", "", "resolved"))
    assert owe_complaints(settings, store, NOW, LINKS) == 0
