"""A store of any earlier release opens after its migration, with all that it held."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from tests.builders.old_rows import (
    ANSWERED,
    CARD_ROW,
    LATER_ROWS,
    ROWS,
    SIGNED_IN,
    VISIT_ROWS,
    fill,
)
from tests.builders.old_stores import migrated

import quietdrop.store
from quietdrop.domain.book import BookQuery
from quietdrop.domain.errors import StoreError
from quietdrop.store import Store
from quietdrop.store.database import connect, parse
from quietdrop.store.run_summary import RunSummary

MIGRATIONS = Path(quietdrop.store.__file__).with_name("migrations")
REVISIONS = [
    script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions("base", "heads")
]


@pytest.mark.parametrize("empty_url", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("revision", REVISIONS[::-1])
def test_a_store_of_every_release_opens_with_what_it_held(empty_url: str, revision: str) -> None:
    with migrated(empty_url, REVISIONS[-1]) as conn:
        fill(conn)
    with migrated(empty_url, revision):
        pass
    opens_with_what_it_held(empty_url)


@pytest.mark.parametrize("empty_url", ["mariadb"], indirect=True)
def test_a_store_goes_from_release_to_release_with_what_it_held(empty_url: str) -> None:
    """MariaDB commits each change of a table by itself, so that one walk through all releases
    holds every step that a store of any of them takes."""
    with migrated(empty_url, REVISIONS[-1]) as conn:
        fill(conn)
    for revision in REVISIONS[-2::-1]:
        with migrated(empty_url, revision):
            pass
    opens_with_what_it_held(empty_url)


def opens_with_what_it_held(url: str) -> None:
    store = Store.open(url)
    [checkin] = store.checkins.all()
    assert (checkin.practice_name, checkin.onset, checkin.state) == (
        "Lakeside",
        date(2026, 5, 18),
        "open",
    )
    [message] = store.outbox.messages()
    assert (message.state, message.subject) == ("sent", "1 practice")
    assert message.error == "554"
    assert [touch.whom for touch in store.touches.all()] == ["Dana"]
    assert store.links.generations() == {}
    [run] = store.runs.newest()
    assert (run.state, run.summary) == ("done", RunSummary(newest=date(2026, 7, 5)))
    assert Store.open(url).checkins.all() == [checkin]


SAID = {
    "550 no such user Jane Roe": "550",
    "SMTPServerDisconnected: Jane Roe": "",
    "5505 Jane Roe": "",
    "not delivered within 5 days": "not delivered within 5 days",
    "": "",
}


def test_what_a_mail_server_said_is_blanked_but_for_its_code(empty_url: str) -> None:
    with migrated(empty_url, "0006") as conn:
        fill(conn)
        for number, said in enumerate(SAID, start=1):
            message = ROWS["message"] | {"id": number, "message_id": f"<{number}@x>"}
            message |= {"error": said, "recipient": f"ann{number}@example.com"}
            if number > 1:
                fill(conn, {"message": message})
            conn.execute(
                sa.text("UPDATE message SET error = :said WHERE id = :id"),
                {"said": said, "id": number},
            )
    kept = [message.error for message in Store.open(empty_url).outbox.messages()]
    assert kept == list(SAID.values())


def test_decisions_and_spellings_are_kept(empty_url: str) -> None:
    with migrated(empty_url, "0010") as conn:
        fill(conn, LATER_ROWS)
    store = Store.open(empty_url)
    [decision] = store.decisions.all()
    assert (decision.kind, decision.subject, decision.value) == ("alias", "P9", "P1")
    assert store.spellings.current("P9") == "P1"


def test_what_was_answered_is_kept_and_what_was_undone_stays_so(empty_url: str) -> None:
    with migrated(empty_url, "0015") as conn:
        fill(conn, ANSWERED)
    store = Store.open(empty_url)
    answered = store.answers.last_of("P1")
    assert answered is not None
    assert (answered.said, answered.checkin_id, answered.closed) == ("retired", 1, True)
    assert store.answers.by_mark("m" * 64) == answered
    assert store.snoozes.all() == []


def test_a_snooze_of_an_earlier_release_still_hides(empty_url: str) -> None:
    with migrated(empty_url, "0014") as conn:
        row = {name: value for name, value in ANSWERED["snooze"].items() if name != "undone_on"}
        fill(conn, {"snooze": row})
    assert len(Store.open(empty_url).snoozes.all()) == 1


def test_promises_and_feeds_are_kept(empty_url: str) -> None:
    with migrated(empty_url, "0011") as conn:
        fill(conn, VISIT_ROWS)
    store = Store.open(empty_url)
    [promise] = store.promises.open()
    assert (promise.what, promise.due_on, promise.owner) == (
        "Call back",
        date(2026, 7, 9),
        "ann@example.com",
    )
    assert store.calendar_feeds.reader_of("f") == "ann@example.com"


def test_a_touch_and_a_card_of_an_earlier_release_have_no_gift_and_no_visit_planned(
    empty_url: str,
) -> None:
    with migrated(empty_url, "0010") as conn:
        fill(conn)
        fill(conn, CARD_ROW)
    store = Store.open(empty_url)
    [touch] = store.touches.all()
    assert (touch.cost_cents, touch.recipient) == (None, "")
    card = store.cards.get("P1")
    assert card is not None
    assert (card.town, card.town_key, card.revisit_on, card.good_news) == ("Salem", "", None, "")


def test_sessions_and_the_audit_are_kept(empty_url: str) -> None:
    with migrated(empty_url, "0012") as conn:
        fill(conn, SIGNED_IN)
    store = Store.open(empty_url)
    session = store.sessions.get("m" * 64, datetime(2026, 7, 6, 19, tzinfo=UTC))
    assert session is not None
    assert session.who == "mo@example.com"
    assert store.sessions.get("m" * 64, session.ends_at) is None
    [entry] = store.audit.entries()
    assert (entry.who, entry.action, entry.detail) == ("mo@example.com", "signed in", "mail")


def test_a_store_without_a_book_has_an_empty_one_until_the_next_run(empty_url: str) -> None:
    with migrated(empty_url, "0012") as conn:
        fill(conn)
    shown = Store.open(empty_url).book.page(BookQuery())
    assert (shown.rows, shown.page, shown.last, shown.whole) == ((), 1, 1, 0)


def test_a_store_of_a_newer_release_is_refused_and_left_alone(empty_url: str) -> None:
    Store.open(empty_url)
    engine = connect(parse(empty_url)).execution_options(quietdrop_writes=True)
    with engine.begin() as conn:
        conn.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer quietdrop"):
        Store.open(empty_url)
    with engine.begin() as conn:
        assert conn.scalar(sa.text("SELECT version_num FROM alembic_version")) == "9999"


def test_a_store_without_the_sources_gifts_has_none_until_the_next_run(empty_url: str) -> None:
    with migrated(empty_url, "0017") as conn:
        fill(conn)
    store = Store.open(empty_url)
    assert store.touches.listed_gifts(2026) == []
    assert len(store.touches.all()) == 1
