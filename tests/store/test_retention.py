"""What is let go of, and what stays, on each database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pandas as pd
import pytest
from tests.builders.contacts import add_snooze, add_touch

from quietdrop.domain.checkin import CheckIn, Kind, Snooze, State, Touch
from quietdrop.domain.mail import Mail, MessageState, Settled
from quietdrop.messages.assessment_table import COLUMNS
from quietdrop.store import Store
from quietdrop.store.retention import BY_PRACTICE
from quietdrop.store.runs import RunEnd, RunState
from quietdrop.store.tables import metadata

NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)
DAY = date(2026, 7, 6)
LIMIT = date(2026, 1, 5)


@pytest.fixture
def store(store_url: str) -> Store:
    return Store.open(store_url)


def table(*practices: tuple[str, str]) -> pd.DataFrame:
    rows = [
        dict.fromkeys(COLUMNS)
        | {
            "practice_id": key,
            "practice_name": name,
            "liaison": "ann@example.com",
            "status": "steady",
            "listed": False,
            "reason": "",
        }
        for key, name in practices
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def mail(day: date, text: str, recipient: str = "ann@example.com") -> Mail:
    message = EmailMessage()
    message["Subject"] = "1 practice"
    message.set_content(text)
    name = f"<{day}{recipient}>"
    return Mail(recipient, day, "digest", "first", "1 practice", name, message.as_bytes())


def run(store: Store, day: date, text: str = "", recipient: str = "ann@example.com") -> int:
    run_id = store.runs.begin(day, True, NOW)
    with store.begin() as conn:
        store.runs.record_assessments(conn, run_id, table(("P1", "Lakeside"), ("P2", "Cedar Hill")))
        store.outbox.owe(conn, run_id, mail(day, text, recipient), NOW)
        store.runs.finish(conn, run_id, RunEnd(RunState.DONE, "x", {}), NOW)
    return run_id


def sent(store: Store) -> None:
    for message in store.outbox.due(NOW):
        claimed = store.outbox.claim(message, NOW, timedelta(minutes=5))
        assert claimed is not None
        store.outbox.record_outcome(claimed, Settled(MessageState.SENT, None, ""), NOW)


def test_what_is_older_goes_and_what_is_of_the_day_stays(store: Store) -> None:
    run(store, LIMIT - timedelta(days=1))
    run(store, LIMIT)
    sent(store)
    with store.begin() as conn:
        assert store.retention.prune(conn, LIMIT) == {"assessment": 2, "message": 1}
    assert [message.period for message in store.outbox.messages()] == [LIMIT]
    assert len(store.runs.newest()) == 2


def test_mail_that_may_still_be_sent_is_never_let_go_of(store: Store) -> None:
    run(store, LIMIT - timedelta(days=1))
    with store.begin() as conn:
        assert store.retention.prune(conn, LIMIT)["message"] == 0
    assert [message.state for message in store.outbox.messages()] == ["pending"]


def test_how_a_practice_is_to_be_treated_stays(store: Store) -> None:
    old = date(2020, 1, 6)
    with store.begin() as conn:
        checkin = CheckIn("P1", "Lakeside", "ann@example.com", Kind.DRIFT, old)
        store.checkins.save(conn, replace(checkin, state=State.CLOSED, outcome="retired"))
    add_snooze(store, Snooze("P2", old, DAY))
    with store.begin() as conn:
        store.retention.prune(conn, LIMIT)
    assert [checkin.outcome for checkin in store.checkins.all()] == ["retired"]
    assert len(store.snoozes.all()) == 1


def test_a_forgotten_practice_leaves_nothing_behind(store: Store) -> None:
    run(store, DAY, "Lakeside has sent fewer.")
    run(store, DAY + timedelta(days=7), "Cedar Hill has sent fewer.")
    sent(store)
    with store.begin() as conn:
        store.checkins.save(conn, CheckIn("P1", "Lakeside", "ann@example.com", Kind.DRIFT, DAY))
    add_touch(store, Touch(DAY, "P1", whom="Dana"), "a note")
    add_snooze(store, Snooze("P1", DAY, DAY + timedelta(days=7)))
    gone = store.retention.forget("P1")
    assert gone["assessment"] == 2
    assert (gone["checkin"], gone["touch"], gone["snooze"]) == (1, 1, 1)
    assert gone["message"] == 1
    assert store.checkins.all() == []
    assert [message.subject for message in store.outbox.messages()] == ["(forgotten)", "1 practice"]
    assert store.retention.forget("P1") == dict.fromkeys(gone, 0)


def test_what_a_run_recorded_of_a_forgotten_practice_goes_and_the_rest_stays(store: Store) -> None:
    for day, slow in ((DAY, ["P1", "P2"]), (DAY + timedelta(days=7), ["P2"])):
        run_id = store.runs.begin(day, True, NOW)
        with store.begin() as conn:
            summary = {"slow": slow, "rows_read": 5}
            store.runs.finish(conn, run_id, RunEnd(RunState.DONE, "x", summary), NOW)
    assert store.retention.forget("P1")["run"] == 1
    left = [(run.summary.slow, run.summary.rows_read) for run in store.runs.newest()]
    assert left == [(("P2",), 5), (("P2",), 5)]
    assert store.retention.forget("P1")["run"] == 0


def test_a_forgotten_note_is_in_none_of_sqlites_files(tmp_path: Path) -> None:
    """Not even while a page's connection is kept open, when SQLite keeps its log, too."""
    store = Store.open(f"sqlite:///{tmp_path}/store.db")
    with store.one_view():
        store.touches.all()
    add_touch(store, Touch(DAY, "P1"), "a note of its own")

    def is_on_disk() -> bool:
        files = list(tmp_path.iterdir())
        assert len(files) == 3
        return any(b"a note of its own" in file.read_bytes() for file in files)

    assert is_on_disk()
    store.retention.forget("P1")
    assert not is_on_disk()


def test_mail_that_names_a_forgotten_practice_is_not_sent(store: Store) -> None:
    run(store, DAY, "Lakeside\n has sent fewer.")
    store.retention.forget("P1")
    assert [(m.state, m.error) for m in store.outbox.messages()] == [
        ("failed", "a practice was forgotten")
    ]
    assert store.outbox.due(NOW + timedelta(days=1)) == []


def test_a_longer_name_is_another_practices(store: Store) -> None:
    run(store, DAY, "P10, Lakesides and Cedar Hill have sent fewer.")
    assert store.retention.forget("P1")["message"] == 0


def test_another_practices_data_stays(store: Store) -> None:
    run(store, DAY, "Cedar Hill has sent fewer.")
    with store.begin() as conn:
        store.checkins.save(conn, CheckIn("P2", "Cedar Hill", "ann@example.com", Kind.DRIFT, DAY))
    store.retention.forget("P1")
    assert [checkin.practice_id for checkin in store.checkins.all()] == ["P2"]
    assert store.outbox.messages()[0].subject == "1 practice"


def test_every_table_that_knows_a_practice_forgets_it() -> None:
    knowing = {table for table in metadata.sorted_tables if "practice_id" in table.c}
    knowing.add(metadata.tables["decision"])  # which names practices as subject and value
    assert set(BY_PRACTICE) == knowing
