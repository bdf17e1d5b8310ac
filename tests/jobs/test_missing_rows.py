"""The weekly job beside a source that loses rows, and what a run would hold."""

from __future__ import annotations

import gzip
import os
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from quietdrop.cli import main
from quietdrop.config import Settings, load
from quietdrop.delivery.mailer import MailServer, YagmailMailer
from quietdrop.delivery.sender import send_owed
from quietdrop.demo.inbox import Inbox
from quietdrop.jobs import weekly as job
from quietdrop.lib.progress import silent
from quietdrop.store import Store

CASES = Path(__file__).parents[1] / "cases" / "intake"
FIRST, SECOND, THIRD = date(2026, 11, 16), date(2026, 11, 23), date(2026, 11, 30)


def lines(*path: str) -> list[str]:
    return gzip.decompress(CASES.joinpath(*path).read_bytes()).decode().splitlines()


# The same network with and without P003, which stopped ten weeks before the end.
WHOLE = lines("snapshots-with-ids-held", "exports", "all-2026-11-22.csv.gz")
VANISHED = lines("practice-vanished", "referrals.csv.gz")


class Office:
    """A clinic whose export changes from week to week."""

    def __init__(self, folder: Path, inbox: Inbox) -> None:
        config = (
            (CASES / "practice-vanished" / "quietdrop.toml").read_text().replace("csv.gz", "csv")
        )
        (folder / "quietdrop.toml").write_text(config.replace("2599", str(inbox.port)))
        self.folder, self.inbox = folder, inbox
        self.export(WHOLE)
        self.settings: Settings = load(folder / "quietdrop.toml", os.environ)
        self.store = Store.open(self.settings.store.url)

    def export(self, lines: list[str]) -> None:
        (self.folder / "referrals.csv").write_text("\n".join([*lines, ""]))

    def monday(self, day: date, *, force: bool = False) -> job.Report:
        now = datetime(day.year, day.month, day.day, 7, tzinfo=UTC)
        report = job.run(
            self.settings,
            self.store,
            job.Occasion(day, now, max(day, SECOND), live=True, force=force),
        )
        assert self.settings.mail is not None
        server = YagmailMailer(
            MailServer("127.0.0.1", self.inbox.port, "none", self.settings.mail.from_)
        )
        send_owed(self.store, server, lambda: now, silent)
        return report

    def text(self, who: str) -> str:
        """The newest mail to somebody, its lines as one."""
        newest = max(self.inbox.folder.glob(f"*{who}*.txt"), key=lambda path: path.name)
        return " ".join(newest.read_text().split())


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Inbox(tmp_path / "inbox") as inbox:
        yield Office(tmp_path, inbox)


def without(*practices: str, since: str = "") -> list[str]:
    """The export without those practices' rows from that day on."""
    return [
        line
        for line in WHOLE
        if line < since or not any(f",{practice}," in line for practice in practices)
    ]


def until(day: date, rows: list[str]) -> list[str]:
    return [rows[0], *(row for row in rows[1:] if row < day.isoformat())]


def test_the_case_is_what_it_says() -> None:
    assert without("P003") == VANISHED


def test_an_open_check_in_says_that_the_source_no_longer_has_the_practice(office: Office) -> None:
    office.export(until(FIRST, WHOLE))
    assert office.monday(FIRST).state == "done"
    assert [c.practice_id for c in office.store.checkins.open()] == ["P003"]
    office.export(VANISHED)
    assert office.monday(SECOND).state == "done"
    digest = office.text("liaison")
    assert (
        "Practice 003 Family Medicine · 1 week; the referral data no longer has this practice"
    ) in digest
    assert "Practice 003 Family Medicine: the data no longer has this practice;" in office.text(
        "boss"
    )
    assert [c.practice_id for c in office.store.checkins.open()] == ["P003"]


def test_it_is_still_said_a_week_later_and_no_longer_once_it_is_back(office: Office) -> None:
    office.export(until(FIRST, WHOLE))
    office.monday(FIRST)
    office.export(VANISHED)
    office.monday(SECOND)
    last_week = [row for row in VANISHED[1:] if row >= "2026-11-16"]
    later = [f"2026-11-{int(row[8:10]) + 7}{row[10:]}-again" for row in last_week]
    office.export([*VANISHED, *later])
    office.monday(THIRD)
    assert "referrals that it had on November 16 are gone." in office.text("boss")
    office.export([*WHOLE, *later])
    office.monday(THIRD + timedelta(days=7), force=True)
    assert "no longer has this" not in office.text("boss")


def test_who_lost_rows_is_watched_and_not_listed(office: Office) -> None:
    office.export(until(FIRST, WHOLE))
    office.monday(FIRST)
    office.export(without("P018", since="2026-09-14"))
    report = office.monday(SECOND)
    assert report.briefing is not None
    row = report.briefing.table.set_index("practice_id").loc["P018"]
    assert (row["status"], row["listed"]) == ("watching", False)
    assert row["reason"].endswith(
        "referrals that we saw before are no longer in the data, so this may be no drop."
    )
    assert "They could explain its fall, so it is watched and not listed." in office.text("boss")


def test_but_who_only_stopped_sending_is_listed(office: Office) -> None:
    office.export(until(date(2026, 9, 14), WHOLE))
    office.monday(date(2026, 9, 14))
    office.export(without("P018", since="2026-09-14"))
    report = office.monday(SECOND)
    assert report.briefing is not None
    assert report.briefing.table.set_index("practice_id").loc["P018", "listed"]
    assert not report.briefing.evaluation.findings.losses.by_practice


def test_a_run_is_held_where_much_is_gone_until_it_is_back_or_accepted(office: Office) -> None:
    office.export(until(FIRST, WHOLE))
    office.monday(FIRST)
    office.export(without("P018", "P019", "P002", "P011"))
    held = office.monday(SECOND)
    assert held.state == "held"
    assert "are no longer in it, of 4 practices; the feed may be broken." in held.held[0]
    assert office.monday(SECOND).state == "held"
    office.export(WHOLE)
    assert office.monday(SECOND).state == "done"
    office.export(without("P018", "P019", "P002", "P011"))
    assert office.monday(SECOND, force=True).state == "done"
    assert office.monday(SECOND).state in ("done", "unchanged")


def test_a_run_that_is_only_recorded_leaves_nothing_to_compare_with(office: Office) -> None:
    office.export(until(FIRST, WHOLE))
    now = datetime(2026, 11, 16, 7, tzinfo=UTC)
    job.run(office.settings, office.store, job.Occasion(FIRST, now, SECOND, live=False))
    office.export(VANISHED)
    report = office.monday(SECOND)
    assert report.briefing is not None
    assert not report.briefing.evaluation.findings.losses.by_practice


def test_other_settings_of_the_source_compare_nothing(office: Office) -> None:
    office.export(until(FIRST, WHOLE))
    office.monday(FIRST)
    config = office.folder / "quietdrop.toml"
    config.write_text(config.read_text().replace("[source]\n", '[source]\nnot_referrals = ["x"]\n'))
    office.settings = load(config, os.environ)
    office.export(VANISHED)
    report = office.monday(SECOND)
    assert report.briefing is not None
    assert not report.briefing.evaluation.findings.losses.by_practice


def call(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["quietdrop", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    code = ended.value.code
    return code if isinstance(code, int) else 0


@pytest.mark.parametrize("command", ["run", "dry", "preview"])
@pytest.mark.parametrize("force", [False, True])
def test_a_dry_run_and_a_preview_say_what_a_run_would_hold(
    office: Office,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
    force: bool,
) -> None:
    office.export([row.replace("2026-11", "2026-11x") for row in until(SECOND, WHOLE)])
    monkeypatch.chdir(office.folder)
    words = {"run": ["run"], "dry": ["run", "--dry-run"], "preview": ["preview"]}[command]
    if force and command == "preview":
        pytest.skip("a preview cannot be forced")
    more = ["--force"] if force else []
    assert call(monkeypatch, *words, "--as-of", "2026-11-23", *more) == (0 if force else 3)
    said = capsys.readouterr()
    held = [line for line in said.err.splitlines() if line.startswith("Held: ")]
    assert bool(held) is not force
    if not force:
        assert held[0].startswith(
            "Held: The newest referral is of October 30, 2026, 24 days before"
        )
    assert office.store.outbox.messages() == []
    assert (office.folder / "preview" / "summary-boss-example.org.html").exists() is (
        command == "preview"
    )


def test_check_assess_and_explain_tell_of_it_too(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    office.export(until(FIRST, WHOLE))
    office.monday(FIRST)
    office.export(without("P018", "P019", "P002", "P011"))
    monkeypatch.chdir(office.folder)
    assert call(monkeypatch, "check") == 1
    assert "feed     !!  " in (said := capsys.readouterr().out)
    assert "are no longer in it, of 4 practices" in said
    as_of = ("--as-of", "2026-11-23")
    assert call(monkeypatch, "assess", "-o", "a.csv", *as_of) == 0
    assert "The feed looks broken: " in capsys.readouterr().err
    assert call(monkeypatch, "explain", "P018", *as_of) == 2
    said = capsys.readouterr().err
    assert "Practice 018 Family Medicine: the data no longer has this practice; 2" in said
