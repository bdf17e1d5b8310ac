"""touch, promises and gifts on the command line."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from tests.builders.commands import call

from quietdrop.domain.checkin import CheckIn, Kind
from quietdrop.messages.calendar_feed import mark_of_secret
from quietdrop.store import Store

ANN = "ann@example.com"


class Desk:
    """A config with its store, and what its commands print."""

    def __init__(
        self, config: Path, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.config, self.patch, self.capsys = config, patch, capsys

    def call(self, *words: str | Path) -> tuple[int, str]:
        code = call(self.patch, "--config", self.config, *words)
        captured = self.capsys.readouterr()
        return code, captured.out + captured.err

    @property
    def store(self) -> Store:
        return Store.open(f"sqlite:///{self.config.parent}/quietdrop.db")


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """Two practices, nobody of them seen, and a limit for 2026 alone."""
    (tmp_path / "referrals.csv").write_text("referred_on,practice_id\n2026-07-01,P1\n")
    (tmp_path / "practices.csv").write_text(
        "practice_id,practice_name,liaison_email\nP1,Lakeside,ann@example.com\nP2,Cedar Hill,\n"
    )
    config = tmp_path / "quietdrop.toml"
    config.write_text('[source]\nreferrals = "referrals.csv"\npractices = "practices.csv"\n')
    return Desk(config, monkeypatch, capsys)


TOUCH = ("touch", "Lakeside", "--liaison", ANN, "--on", "2026-07-06")
PROMISE = (*TOUCH, "--next", "Call  back", "--by", "2026-07-09")


def test_a_promise_is_made_listed_kept_and_opened_again(desk: Desk) -> None:
    code, said = desk.call(*PROMISE)
    assert code == 0
    assert "Promised: Call back, by July 9, 2026, ann@example.com." in said
    code, said = desk.call("promises", "--json")
    [row] = json.loads(said)
    assert (row["practice_name"], row["what"], row["due_on"]) == (
        "Lakeside",
        "Call back",
        "2026-07-09",
    )
    assert row["owner"] == row["liaison"] == ANN
    assert row["days_late"] > 0
    assert "Call back: kept." in desk.call("promises", "keep", "1")[1]
    assert "Call back: kept already." in desk.call("promises", "keep", "1")[1]
    assert "Nothing is promised." in desk.call("promises")[1]
    assert ", kept " in desk.call("promises", "--all")[1]
    assert "Call back: open." in desk.call("promises", "reopen", "1")[1]
    assert (
        "Lakeside: Call back, by July 9, 2026" in desk.call("promises", "--owner", ANN.upper())[1]
    )
    assert "Nothing is promised." in desk.call("promises", "--owner", "Scheduling")[1]


def test_another_may_keep_it(desk: Desk) -> None:
    desk.call(*PROMISE, "--owner", "Scheduling")
    assert [promise.owner for promise in desk.store.promises.open()] == ["Scheduling"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((*TOUCH, "--next", "Call"), "needs the day"),
        ((*TOUCH, "--by", "2026-07-09"), "Add --next"),
        ((*TOUCH, "--owner", "Scheduling"), "Add --next"),
        ((*TOUCH, "--next", "Call", "--by", "soon"), "is not a date"),
        ((*TOUCH, "--next", "Call", "--by", "2026-07-05"), "before the day on which"),
        ((*TOUCH, "--next", "Call", "--by", "2099-07-05"), "days away"),
        ((*TOUCH, "--next", "x" * 121, "--by", "2026-07-09"), "is 121 characters long"),
        (("touch", "P2", "--next", "Call", "--by", "2099-01-01"), "days away"),
        ((*TOUCH, "--recipient", "Dr. Brandt"), "add --cost"),
        ((*TOUCH, "--cost", "a lot"), "is not an amount"),
        (("promises", "keep"), "Say which"),
        (("promises", "keep", "7"), "There is no promise 7"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_recorded(
    desk: Desk, words: tuple[str, ...], expected: str
) -> None:
    store = desk.store
    code, said = desk.call(*words)
    assert code == 2
    assert expected in said
    assert (store.touches.all(), store.promises.open()) == ([], [])


def test_a_promise_that_nobody_keeps_is_refused(desk: Desk) -> None:
    today = date.today().isoformat()
    code, said = desk.call("touch", "P2", "--next", "Call", "--by", today)
    assert (code, desk.store.promises.open()) == (2, [])
    assert "Add --owner to say who does it" in said


def test_a_gift_is_counted_and_one_that_passes_the_limit_is_refused_until_it_is_said_so(
    desk: Desk,
) -> None:
    gift = (*TOUCH, "--kind", "lunch", "--recipient", "Dr. Brandt", "--cost")
    assert "Dr. Brandt in 2026: $500 of $535." in desk.call(*gift, "500")[1]
    assert desk.call(*gift, "35")[0] == 0
    code, said = desk.call(*gift, "0.01")
    assert code == 2
    assert "Dr. Brandt was given $535 in 2026. With $0.01 it is $535.01" in said
    assert "Nothing was recorded." in said
    assert len(desk.store.touches.all()) == 2
    assert desk.call(*gift, "0.01", "--over-limit")[0] == 0
    assert "!!  $535.01 of $535  Dr. Brandt, Lakeside" in desk.call("gifts", "--year", "2026")[1]


def test_a_team_has_no_limit_and_a_year_without_one_says_so(desk: Desk) -> None:
    code, said = desk.call(*TOUCH, "--cost", "9999")
    assert (code, said.count("limit")) == (0, 0)
    old = ("touch", "Lakeside", "--on", "2025-07-07", "--cost", "20", "--recipient", "Dr. Lee")
    assert "says nothing of 2025, so no limit was checked" in desk.call(*old)[1]
    said = desk.call("gifts", "--year", "2025")[1]
    assert "$20  Dr. Lee, Lakeside" in said
    assert "says nothing of 2025" in said
    assert "the team of Lakeside" in desk.call("gifts", "--year", "2026")[1]


def test_gifts_of_the_source_count_too(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "touches.csv").write_text(
        "touched_on,practice_id,kind,cost,recipient\n2026-03-02,P1,lunch,$530,DR BRANDT\n"
    )
    desk.config.write_text(desk.config.read_text() + 'touches = "touches.csv"\n')
    code, said = desk.call(*TOUCH, "--cost", "6", "--recipient", "Dr. Brandt")
    assert (code, desk.store.touches.all()) == (2, [])
    assert "was given $530" in said
    [total] = json.loads(desk.call("gifts", "--year", "2026", "--json")[1])["totals"]
    assert (total["total"], total["over_limit"]) == (530.0, False)


def test_a_liaisons_calendar_has_an_address_that_can_be_ended(desk: Desk) -> None:
    assert desk.store.names.readers() == []
    assert "is known" in desk.call("calendar", ANN)[1]
    with desk.store.begin() as conn:
        desk.store.checkins.save(conn, CheckIn("P1", "Lakeside", ANN, Kind.DRIFT, date(2026, 7, 6)))
    code, said = desk.call("calendar", ANN)
    assert (code, "calendar_feed = true" in said) == (2, True)
    config = desk.config.read_text()
    desk.config.write_text(config + "[visits]\ncalendar_feed = true\n")
    assert "base_url" in desk.call("calendar", ANN)[1]
    desk.config.write_text(
        config + '[visits]\ncalendar_feed = true\n[web]\nbase_url = "https://desk.example"\n'
    )
    code, said = desk.call("calendar", ANN)
    secret = said.splitlines()[0].removeprefix("https://desk.example/i/").removesuffix(".ics")
    assert (code, len(secret)) == (0, 32)
    assert desk.store.calendar_feeds.reader_of(mark_of_secret(secret)) == ANN
    assert "ended" in desk.call("calendar", ANN, "--end")[1]
    assert "there was none" in desk.call("calendar", ANN, "--end")[1]
    assert desk.store.calendar_feeds.reader_of(mark_of_secret(secret)) is None


def test_a_year_without_gifts_is_said(desk: Desk) -> None:
    assert desk.store.touches.gifts(2026) == []
    assert "Nothing that cost money was brought in 2026." in desk.call("gifts", "--year", "2026")[1]


def test_promises_and_gifts_of_a_file_are_recorded_once(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "new.csv"
    file.write_text(
        "touched_on,practice_id,liaison_email,kind,cost,recipient,next_step,next_on,next_owner\n"
        "2026-07-06,P1,ann@example.com,lunch,600,Dr. Brandt,Send the card,2026-07-10,\n"
        "2026-07-06,P2,ann@example.com,visit,much,,Call,,\n"
        "2026-07-06,nobody,ann@example.com,visit,,,Call,2026-07-10,\n"
    )
    said = desk.call("checkin", "--from", file)[1]
    for line in (
        "recorded: 2",
        "promised: 1",
        "noted: 1, next step without a day, left out",
        "noted: 1, cost is not an amount, taken for none",
        "over the limit of a year: Dr. Brandt, $600",
    ):
        assert line in said
    said = desk.call("checkin", "--from", file)[1]
    assert "promised" not in said
    [promise] = desk.store.promises.open()
    assert (promise.practice_id, promise.what, promise.owner) == ("P1", "Send the card", ANN)
