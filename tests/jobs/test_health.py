"""What `status` and /healthz say, on both sides of every boundary."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from quietdrop.domain.mail import Mail, MessageState, Settled
from quietdrop.jobs.health import Freshness, Health, health, unreached_managers
from quietdrop.lib import logs
from quietdrop.lib.ping import ping
from quietdrop.store import Store
from quietdrop.store.run_lock import LIVE_RUN
from quietdrop.store.runs import RunEnd, RunState

NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)
DAY = date(2026, 7, 6)
MAIL = Mail("ann@example.com", DAY, "digest", "first", "Hello", "<1@example.com>", b"mime")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(f"sqlite:///{tmp_path}/store.db")


def asked(store: Store, now: datetime = NOW) -> Health:
    return health(store, Freshness(10), now.date(), now, None)


def run(store: Store, state: str = "done", newest: str = "2026-07-05") -> int:
    run_id = store.runs.begin(DAY, True, NOW)
    with store.begin() as conn:
        store.runs.finish(conn, run_id, RunEnd(RunState(state), "x", {"newest": newest}), NOW)
    return run_id


def owed(store: Store, state: str) -> None:
    run_id = run(store)
    with store.begin() as conn:
        store.outbox.owe(conn, run_id, MAIL, NOW)
    if state != "pending":
        claimed = store.outbox.claim(1, NOW, MINUTE)
        assert claimed is not None
        store.outbox.record_outcome(
            claimed, Settled(MessageState(state), None, "550 no such mailbox"), NOW
        )


def test_a_store_without_a_run_says_so(store: Store) -> None:
    assert asked(store).exit_code == 1
    assert [p.words for p in asked(store).problems] == [
        "No run yet: `quietdrop run` does the first."
    ]
    assert asked(store).last_run is None


def test_mail_that_could_not_leave_yet_is_a_problem_at_once(store: Store) -> None:
    owed(store, "pending")
    assert asked(store).exit_code == 0, "nobody has tried it yet"
    claimed = store.outbox.claim(1, NOW, MINUTE)
    assert claimed is not None
    store.outbox.record_outcome(
        claimed, Settled(MessageState.PENDING, NOW + MINUTE, "refused for now (451)"), NOW
    )
    assert asked(store).exit_code == 1
    [problem] = asked(store).problems
    assert problem.words == (
        "1 message could not be sent yet, and will be tried again: refused for now (451)"
    )


def test_a_good_run_is_no_problem(store: Store) -> None:
    run(store)
    state = asked(store)
    assert (state.exit_code, state.last_run, state.last_state) == (0, DAY, "done")
    assert state.feed_age_days == 1


def test_a_held_run_is_the_feeds_problem(store: Store) -> None:
    run(store, "held")
    assert asked(store).exit_code == 3


@pytest.mark.parametrize(("newest", "code"), [("2026-06-26", 0), ("2026-06-25", 3)])
def test_ten_days_are_allowed_and_eleven_are_not(store: Store, newest: str, code: int) -> None:
    run(store, newest=newest)
    assert asked(store).exit_code == code


def test_a_failed_run_says_why(store: Store) -> None:
    store.runs.fail(store.runs.begin(DAY, True, NOW), "the database went away", NOW)
    assert asked(store).exit_code == 1
    assert "the database went away" in asked(store).problems[0].words


def test_a_run_under_way_is_no_problem_and_a_dead_one_is(store: Store) -> None:
    store.claims.take(LIVE_RUN, "me", NOW, 5 * MINUTE)
    store.runs.begin(DAY, True, NOW)
    assert asked(store).exit_code == 0
    assert asked(store, NOW + 6 * MINUTE).exit_code == 1


@pytest.mark.parametrize(("days", "code"), [(8, 0), (9, 1)])
def test_a_week_and_a_day_without_a_run(store: Store, days: int, code: int) -> None:
    run(store)
    assert asked(store, NOW + timedelta(days=days)).exit_code == code


@pytest.mark.parametrize(
    ("state", "code"), [("sent", 0), ("pending", 0), ("failed", 1), ("unknown", 1)]
)
def test_what_became_of_mail(store: Store, state: str, code: int) -> None:
    owed(store, state)
    assert asked(store).exit_code == code


def test_mail_that_has_waited_for_over_a_day(store: Store) -> None:
    owed(store, "pending")
    assert asked(store, NOW + timedelta(days=1)).exit_code == 0
    assert asked(store, NOW + timedelta(days=1) + MINUTE).exit_code == 1


BOSS = Mail("boss@example.com", DAY, "held", "feed", "Held", "<2@example.com>", b"mime")


def to_boss(store: Store, *states: str, kind: str = "held") -> None:
    """A message a state, each settled so; "waiting" was never tried."""
    run_id = run(store, "held")
    for number, state in enumerate(states):
        day = DAY + timedelta(days=number)
        with store.begin() as conn:
            store.outbox.owe(conn, run_id, replace(BOSS, kind=kind, period=day), NOW)
        if state != "waiting":
            claimed = store.outbox.claim(number + 1, NOW, MINUTE)
            assert claimed is not None
            later = NOW + timedelta(hours=1) if state == "pending" else None
            store.outbox.record_outcome(
                claimed, Settled(MessageState(state), later, "554 refused"), NOW
            )


@pytest.mark.parametrize("kind", ["held", "summary", "notice"])
@pytest.mark.parametrize(
    ("states", "unreached"),
    [
        (["pending"], True),
        (["failed"], True),
        (["waiting"], False),
        (["sent"], False),
        (["unknown"], False),
        (["sent", "pending"], True),
        (["failed", "sent"], False),
        (["failed", "waiting"], True),
    ],
)
def test_managers_who_cannot_be_mailed_are_a_problem_before_any_other(
    store: Store, kind: str, states: list[str], unreached: bool
) -> None:
    to_boss(store, *states, kind=kind)
    state = asked(store)
    assert any("boss@example.com cannot be mailed: 554" in p.words for p in state.problems) is (
        unreached
    )
    assert (state.exit_code == 1) is (unreached or (state.exit_code != 3))
    assert state.problems[0].unreached is unreached


def test_a_liaison_who_waits_is_no_manager_who_cannot_be_mailed(store: Store) -> None:
    owed(store, "pending")
    assert unreached_managers(store.outbox.messages(), NOW) == []


@pytest.mark.parametrize(("minutes", "code"), [(5, 0), (6, 1)])
def test_a_serve_that_has_fallen_silent(store: Store, minutes: int, code: int) -> None:
    run(store)
    store.heartbeats.beat("serve", NOW)
    assert asked(store, NOW + minutes * MINUTE).exit_code == code


def test_a_serve_of_long_ago_was_given_up(store: Store) -> None:
    store.heartbeats.beat("serve", NOW)
    problems = asked(store, NOW + timedelta(days=14)).problems
    assert not any("last alive" in problem.words for problem in problems)


class TestLogs:
    def logged(self, form: logs.Format, **fields: object) -> str:
        stream = io.StringIO()
        logs.begin(form, stream)
        logs.event(logging.getLogger("quietdrop.x"), "run ends", **fields)
        return stream.getvalue()

    def test_one_line_an_event_with_the_runs_id(self) -> None:
        line = json.loads(self.logged("json", run=7, as_of=DAY))
        assert (line["event"], line["run"], line["as_of"]) == ("run ends", 7, "2026-07-06")
        assert self.logged("text", run=7).endswith(" info run ends run=7\n")

    @pytest.mark.parametrize("form", ["text", "json"])
    def test_a_hostile_value_stays_on_its_line(self, form: logs.Format) -> None:
        said = self.logged(form, name="x\n2026 error forged\r\u2028\x1b[31m")
        assert len(said.splitlines()) == 1
        assert "\x1b" not in said

    def test_an_error_tells_its_kind_and_not_its_words(self) -> None:
        stream = io.StringIO()
        logs.begin("json", stream)
        try:
            raise ValueError("MARKED PATIENT")
        except ValueError:
            logging.getLogger("quietdrop.x").exception("the job failed")
        assert json.loads(stream.getvalue())["error"] == "ValueError"
        assert "MARKED" not in stream.getvalue()


class TestPing:
    @pytest.fixture
    def asked_for(self) -> Iterator[tuple[str, list[str]]]:
        paths: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                paths.append(self.path)
                self.send_response(500 if "broken" in self.path else 200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                del format, args

        server = HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", paths
        server.shutdown()
        thread.join()
        server.server_close()

    def test_it_asks_once(self, asked_for: tuple[str, list[str]]) -> None:
        url, paths = asked_for
        assert ping(f"{url}/s3cret") is None
        assert paths == ["/s3cret"]

    def test_what_failed_is_told_without_the_address(
        self, asked_for: tuple[str, list[str]]
    ) -> None:
        assert ping(f"{asked_for[0]}/broken-s3cret") == "it answered 500"
        reason = ping("http://127.0.0.1:9/s3cret")
        assert reason is not None
        assert "s3cret" not in reason
