"""Broken JSON in the store is an error that names its place, on every database and in every use."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.builders.office import ANN, card
from tests.builders.quarter_network import full, stored

from quietdrop.cli import main
from quietdrop.config import Settings, SourceSettings
from quietdrop.domain.errors import StoreError
from quietdrop.jobs.history import remember
from quietdrop.store import Store
from quietdrop.store.database import connect, parse
from quietdrop.store.run_summary import RunSummary
from quietdrop.store.runs import RunEnd, RunState

NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)
DAY = date(2026, 7, 6)
SETTINGS = Settings(source=SourceSettings(referrals="referrals.csv"))
NOT_JSON = ['{"daily": [1', "", "nonsense", "[" * 100_000]
WRONG_SUMMARY = ["[]", '"text"', '{"newest": 5}', '{"newest": "soon"}', '{"daily": ["a"]}']
WRONG_SUMMARY += ['{"daily": {"1": 2}}', '{"faults": "x"}', '{"error": {}}']
WRONG_CARD = ["[]", "3", "null", '{"weeks": "abc"}', '{"providers": [["Dr. Kim"]]}']
WRONG_CARD += ['{"touches": [{"touched_on": "soon", "practice_id": "P1"}]}', '{"town": {}}']
WRONG_HEAD = ["{}", "[]", '{"first": "soon"}']
WRONG_TALLY = ["[]", '{"now": 3}', '{"name": "a", "now": "many"}', '{"name": "a", "last": "x"}']


@pytest.fixture
def store(store_url: str) -> Store:
    """A store with a run, a card and a quarter."""
    opened = Store.open(store_url)
    run_id = opened.runs.begin(DAY, True, NOW)
    with opened.begin() as conn:
        opened.runs.finish(
            conn, run_id, RunEnd(RunState.DONE, "mark", {"daily": [3, 2], "more": {"a": 1}}), NOW
        )
        opened.cards.save(conn, [card("P1", "Lakeside", ANN), card("P2\x1b[2J", "Harbor", ANN)])
    stored(opened, full())
    return opened


def damage(store: Store, statement: str, text: str) -> None:
    engine = connect(parse(store.url.render_as_string(hide_password=False)))
    with engine.execution_options(quietdrop_writes=True).begin() as conn:
        conn.execute(sa.text(statement), {"text": text})


def cases(wrong: list[str], store: Store) -> list[str]:
    """The servers refuse to store what is not JSON: there only its shape can be wrong."""
    return [*NOT_JSON, *wrong] if store.url.get_backend_name() == "sqlite" else wrong


def test_what_is_whole_comes_back_as_it_was(store: Store) -> None:
    [run] = store.runs.newest()
    assert run.summary == RunSummary(daily=(3, 2))
    assert store.cards.get("P1") == card("P1", "Lakeside", ANN)
    quarter = store.quarters.last(10_000)
    assert quarter is not None
    assert quarter.totals == full().totals
    assert quarter.parts["practice"] == full().parts["practice"]


def test_the_groups_that_managers_were_told_of_come_back_with_their_date(store: Store) -> None:
    run_id = store.runs.begin(date(2026, 7, 13), True, NOW)
    with store.begin() as conn:
        together = {"together": [["territory", "North"]]}
        store.runs.finish(conn, run_id, RunEnd(RunState.DONE, "mark", together), NOW)
    history = remember(store, SETTINGS, date(2026, 7, 20))
    assert history.told_together == {("territory", "North"): date(2026, 7, 13)}


def test_a_broken_summary_names_its_run(store: Store) -> None:
    for text in cases(WRONG_SUMMARY, store):
        damage(store, "UPDATE run SET summary = :text WHERE id = 1", text)
        with pytest.raises(StoreError, match="table run, column summary, row id 1: "):
            store.runs.newest()
        with pytest.raises(StoreError, match="table run, column summary, row id 1: "):
            store.runs.last()
        with pytest.raises(StoreError, match="table run, column summary, row id 1: "):
            remember(store, SETTINGS, date(2026, 7, 13))
    damage(store, "UPDATE run SET summary = NULL WHERE id = 1", "")  # as the error advises
    assert [run.summary for run in store.runs.newest()] == [RunSummary()]


def test_a_broken_card_names_its_practice(store: Store) -> None:
    for text in cases(WRONG_CARD, store):
        damage(store, "UPDATE card SET body = :text WHERE practice_id = 'P1'", text)
        with pytest.raises(StoreError, match="table card, column body, row practice_id P1: "):
            store.cards.get("P1")
        with pytest.raises(StoreError, match="table card, column body, row practice_id P1: "):
            store.cards.all()
        with pytest.raises(StoreError, match="table card, column body, row practice_id P1: "):
            store.cards.of(["P1"])
    assert store.cards.get("P2\x1b[2J") is not None  # the others can be read


def test_a_key_cannot_write_on_the_terminal(store: Store) -> None:
    damage(store, "UPDATE card SET body = :text WHERE name = 'Harbor'", "[]")
    with pytest.raises(StoreError) as refused:
        store.cards.all()
    assert "row practice_id 'P2\\x1b[2J': " in str(refused.value)
    assert "\x1b" not in str(refused.value)


def test_a_broken_quarter_names_its_row(store: Store) -> None:
    for text in cases(WRONG_TALLY, store):
        damage(store, "UPDATE quarter_row SET body = :text WHERE part = 'practice'", text)
        where = "table quarter_row, column body, row part practice, place 0: "
        with pytest.raises(StoreError, match=where):
            store.quarters.last(5)
        with pytest.raises(StoreError, match=where):
            store.quarters.parts("practice")
    for text in cases(WRONG_HEAD, store):
        damage(store, "UPDATE quarter_row SET body = :text WHERE part = 'head'", text)
        with pytest.raises(StoreError, match="row part head, place 0: "):
            store.quarters.last(5)


@pytest.mark.parametrize("command", ["status", "run", "preview"])
def test_a_command_says_it_in_one_line(
    config: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    base = ["quietdrop", "--config", str(config)]
    sys.argv = [*base, "run", "--as-of", "2026-06-29", "--send"]
    with pytest.raises(SystemExit):
        main()
    store = Store.open(f"sqlite:///{config.parent}/quietdrop.db")
    damage(store, "UPDATE run SET summary = :text", json.dumps({"daily": "x"})[:-2])
    capsys.readouterr()
    sys.argv = [*base, command] + ([] if command == "status" else ["--as-of", "2026-07-06"])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr().err
    assert ended.value.code == 1
    assert said.startswith("quietdrop: sqlite:///")
    assert "table run, column summary, row id 1: the value is damaged." in said
    assert "UPDATE run SET summary = NULL WHERE id = 1" in said
    assert said.count("\n") == 1
