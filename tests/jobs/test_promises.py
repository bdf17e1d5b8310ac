"""Weeks in which something goes wrong: what is told, to whom, and what comes again."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from quietdrop.config import Settings, load
from quietdrop.delivery.deliver import deliver
from quietdrop.delivery.mailer import Outcome
from quietdrop.delivery.smtp_replies import Fate
from quietdrop.demo.directory import MANAGER
from quietdrop.demo.files import write_network
from quietdrop.demo.network import Network
from quietdrop.domain.errors import SourceError, StoreAway
from quietdrop.jobs import weekly as job
from quietdrop.store import Store
from quietdrop.store.run_lock import LIVE_RUN

LAST = date(2026, 7, 6)
WEEK = timedelta(days=7)
TAKEN = Outcome(Fate.ACCEPTED)
UNKNOWN_PERSON = Outcome(Fate.REFUSED, 550, "no such person", permanent=True)
DOWN = Outcome(Fate.REFUSED, None, "ConnectionRefusedError")


class Server:
    """A mail server that answers each recipient as `answers` says, and takes all else."""

    def __init__(self) -> None:
        self.answers: dict[str, Outcome] = {}
        self.taken: list[tuple[str, bytes]] = []

    def send(self, recipient: str, mime: bytes) -> Outcome:
        answer = self.answers.get(recipient, self.answers.get("everybody", TAKEN))
        if answer is TAKEN:
            self.taken.append((recipient, mime))
        return answer

    def check_login(self) -> Outcome:
        return TAKEN


@pytest.fixture
def settings(network: Network, tmp_path: Path) -> Settings:
    return load(write_network(network, tmp_path / "network", smtp_port=9), os.environ)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(f"sqlite:///{tmp_path}/store.db")


def at_seven(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 7, tzinfo=UTC)


def weekly(settings: Settings, store: Store, server: Server, day: date) -> job.Report:
    report = job.run(settings, store, job.Occasion(day, at_seven(day), day, live=True))
    deliver(settings, store, server, lambda: at_seven(day))
    return report


def opened_by(report: job.Report, liaison: str) -> set[str]:
    assert report.briefing is not None
    return {c.practice_id for c in report.briefing.plan.opened if c.liaison == liaison}


def a_liaison_with_news(report: job.Report) -> str:
    assert report.briefing is not None
    return min(c.liaison for c in report.briefing.plan.opened)


def notices(store: Store) -> list[str]:
    return [message.recipient for message in store.outbox.messages() if message.kind == "notice"]


def test_the_check_ins_of_a_digest_that_is_refused_for_good_come_again(
    settings: Settings, store: Store
) -> None:
    server = Server()
    weekly(settings, store, server, LAST - 2 * WEEK)
    trial = job.run(settings, store, job.Occasion(LAST - WEEK, at_seven(LAST), LAST, live=False))
    liaison = a_liaison_with_news(trial)
    server.answers[liaison] = UNKNOWN_PERSON
    first = weekly(settings, store, server, LAST - WEEK)
    lost = opened_by(first, liaison)
    assert lost
    assert all(c.notified_on is None for c in store.checkins.open() if c.practice_id in lost)
    assert notices(store) == [MANAGER]
    [notice] = [mime for recipient, mime in server.taken if recipient == MANAGER][-1:]
    assert b"no such person" in notice
    assert liaison.encode() in notice

    server.answers.clear()
    second = weekly(settings, store, server, LAST)
    assert lost <= opened_by(second, liaison)
    assert all(c.notified_on == LAST for c in store.checkins.open() if c.practice_id in lost)
    assert notices(store) == [MANAGER]


def test_a_digest_that_expired_unseen_is_given_up_before_the_next_run_decides(
    settings: Settings, store: Store
) -> None:
    server = Server()
    weekly(settings, store, server, LAST - 2 * WEEK)
    server.answers["everybody"] = DOWN
    first = weekly(settings, store, server, LAST - WEEK)
    liaison = a_liaison_with_news(first)
    server.answers.clear()
    second = weekly(settings, store, server, LAST)
    assert opened_by(first, liaison) <= opened_by(second, liaison)
    expired = [m for m in store.outbox.messages(LAST - WEEK) if m.kind == "digest"]
    assert {m.state for m in expired} == {"failed"}
    assert notices(store) == [MANAGER]


def test_a_mail_server_down_for_a_day_delays_and_is_told_in_one_line_when_it_is_back(
    settings: Settings, store: Store
) -> None:
    server, monday = Server(), at_seven(LAST)
    server.answers["everybody"] = DOWN
    weekly(settings, store, server, LAST)
    for hours in range(1, 24):
        deliver(settings, store, server, lambda at=hours: monday + timedelta(hours=at))  # type: ignore[misc]
    assert server.taken == []
    assert notices(store) == []
    server.answers.clear()
    back = monday + timedelta(hours=36)
    deliver(settings, store, server, lambda: back)
    deliver(settings, store, server, lambda: back + timedelta(days=1))
    assert {message.state for message in store.outbox.messages()} == {"sent"}
    assert notices(store) == [MANAGER]
    assert b"5 messages of July 6 went out late, the last on July 7" in server.taken[-1][1]


def test_the_decisions_are_recorded_with_the_run_and_the_messages(
    settings: Settings, store: Store
) -> None:
    weekly(settings, store, Server(), LAST)
    [done] = store.runs.newest()
    digests = [message for message in store.outbox.messages() if message.kind == "digest"]
    assert sum(done.summary.decisions.values()) == len(digests)
    assert set(done.summary.decisions) == {message.reason for message in digests}


def test_a_check_in_opens_only_where_somebody_is_told(settings: Settings, store: Store) -> None:
    alone = settings.model_copy(
        update={
            "digest": settings.digest.model_copy(update={"managers": ()}),
            "source": settings.source.model_copy(update={"practices": None, "liaisons": None}),
        }
    )
    job.run(alone, store, job.Occasion(LAST - WEEK, at_seven(LAST), LAST, live=True))
    report = job.run(alone, store, job.Occasion(LAST, at_seven(LAST), LAST, live=True))
    assert report.briefing is not None
    assert report.briefing.plan.opened
    assert store.checkins.open() == []
    assert store.outbox.messages() == []


def test_a_run_that_fails_says_so_and_is_repeated(
    settings: Settings, store: Store, tmp_path: Path
) -> None:
    source = Path(settings.source.referrals)
    source.rename(tmp_path / "away")
    with pytest.raises(SourceError):
        weekly(settings, store, Server(), LAST)
    [failed] = store.runs.newest()
    assert failed.state == "failed"
    assert str(source) in failed.summary.error
    assert not store.claims.is_taken(LIVE_RUN, at_seven(LAST))
    (tmp_path / "away").rename(source)
    assert weekly(settings, store, Server(), LAST).state == "done"
    assert [(run.revision, run.state) for run in store.runs.newest()] == [(1, "done")]


def test_a_commit_of_which_only_the_word_was_lost_is_not_repeated(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quietdrop.store.retry.PAUSES", (0,))
    finish, lost = store.runs.finish, list[Any]()

    def finish_and_lose(conn: Connection, *words: Any) -> None:
        finish(conn, *words)
        conn.commit()
        lost.append(words)
        raise StoreAway("the connection was lost")

    monkeypatch.setattr(store.runs, "finish", finish_and_lose)
    report = job.run(settings, store, job.Occasion(LAST, at_seven(LAST), LAST, live=True))
    assert len(lost) == 1
    assert (report.state, report.owed) == ("done", len(store.outbox.messages()))
    assert [run.state for run in store.runs.newest()] == ["done"]


def test_an_outcome_is_recorded_when_the_database_is_back(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quietdrop.store.retry.PAUSES", (0, 0))
    record, refused = store.outbox.record_outcome, list[Any]()

    def away_at_first(*words: Any) -> bool:
        if len(refused) < 2:
            refused.append(words)
            raise StoreAway("starting up")
        return record(*words)

    monkeypatch.setattr(store.outbox, "record_outcome", away_at_first)
    server = Server()
    weekly(settings, store, server, LAST)
    assert len(server.taken) == len(store.outbox.messages())
    assert {message.state for message in store.outbox.messages()} == {"sent"}
