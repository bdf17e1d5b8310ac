"""The commands as other programs call them: what they print, write and exit with."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from tests.builders.commands import call

from quietdrop.store import Store

COLUMNS = (
    "as_of,practice_id,practice_name,liaison,status,expected,observed,drift_probability,onset,"
    "onset_low,onset_high,remaining_share,baseline_per_week,lost_per_week,priority,listed,reason"
)


def test_assess_writes_the_contracts_columns(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.csv"
    words = ("--config", config, "assess", "--as-of", "2026-07-06", "-o", out)
    assert call(monkeypatch, *words) == 0
    with out.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert ",".join(rows[0]) == COLUMNS
    assert len(rows) == 151
    drifting = [row for row in rows if row["status"] in {"drifting", "quiet"}]
    assert drifting
    assert all(float(row["drift_probability"]) >= 0.5 for row in drifting)
    assert not (config.parent / "quietdrop.db").exists()


@pytest.mark.parametrize("ending", ["json", "parquet"])
def test_assess_writes_other_forms(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    out = tmp_path / f"out.{ending}"
    words = ("--config", config, "assess", "--as-of", "2026-07-06", "-o", out)
    assert call(monkeypatch, *words) == 0
    assert out.stat().st_size > 1000


def test_a_formula_in_a_name_is_harmless_in_a_csv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = [f"2026-{month:02d}-{day:02d}" for month in range(1, 7) for day in range(1, 28)]
    lines = [f"{day},=HYPERLINK(1)" for day in days]
    (tmp_path / "r.csv").write_text("\n".join(["referred_on,practice_name", *lines]))
    (tmp_path / "q.toml").write_text('[source]\nreferrals = "r.csv"\n')
    out = tmp_path / "out.csv"
    config = tmp_path / "q.toml"
    assert call(monkeypatch, "--config", config, "assess", "--as-of", "2026-07-01", "-o", out) == 0
    assert ",'=HYPERLINK(1)," in out.read_text()


def test_explain_answers_for_a_program(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--config", config, "explain", "P001", "--as-of", "2026-07-06", "--json")
    assert call(monkeypatch, *words) == 0
    assert json.loads(capsys.readouterr().out)["practice_id"] == "P001"


def test_preview_writes_pages_and_records_nothing(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "pages"
    assert (
        call(monkeypatch, "--config", config, "preview", "--as-of", "2026-07-06", "-o", folder) == 0
    )
    assert len(list(folder.glob("*.html"))) == 5
    assert not (config.parent / "quietdrop.db").exists()


def test_a_dry_run_needs_no_mail_and_records_nothing(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = config.read_text()
    config.write_text(text[: text.index("[mail]")])
    assert call(monkeypatch, "--config", config, "run", "--as-of", "2026-07-06", "--dry-run") == 0
    assert not (config.parent / "quietdrop.db").exists()
    assert call(monkeypatch, "--config", config, "run", "--as-of", "2026-07-06", "--send") == 2


def test_mail_that_cannot_leave_now_exits_with_1_and_stays_owed(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--config", config, "run", "--as-of", "2026-07-06", "--send")
    assert call(monkeypatch, *words) == 1
    capsys.readouterr()
    assert call(monkeypatch, "--config", config, "status", "--json") == 1  # the manager's, too
    assert json.loads(capsys.readouterr().out)["outbox"] == {"pending": 5}


def test_a_past_date_given_by_hand_records_and_sends_nothing(
    monkeypatch: pytest.MonkeyPatch, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "--config", config, "run", "--as-of", "2026-07-06", "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["state"] == "done"
    assert printed["listed"] > 0
    assert "sent" not in printed
    store = Store.open(f"sqlite:///{config.parent / 'quietdrop.db'}")
    assert store.outbox.messages() == []
    assert store.checkins.open() == []


@pytest.mark.parametrize("words", [("touch",), ("snooze", "--until", "2999-01-01"), ("explain",)])
def test_a_name_that_several_bear_is_refused_with_the_list(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
) -> None:
    days = [f"2026-{month:02d}-{day:02d}" for month in range(1, 7) for day in range(1, 28)]
    names = {"P1": "Lakeside Family Medicine", "P2": "LAKESIDE FAMILY MEDICINE", "P3": "Summit"}
    rows = [f"{day},{key},{name}" for day in days for key, name in names.items()]
    (tmp_path / "r.csv").write_text("\n".join(["referred_on,practice_id,practice_name", *rows]))
    (tmp_path / "p.csv").write_text(
        "\n".join(["practice_id,practice_name", *(f"{k},{n}" for k, n in names.items())])
    )
    config = tmp_path / "q.toml"
    config.write_text('[source]\nreferrals = "r.csv"\npractices = "p.csv"\n')
    command, options = words[0], words[1:]

    def ask(name: str) -> int:
        return call(monkeypatch, "--config", config, command, name, *options)

    assert ask("lakeside family medicine") == 2
    said = capsys.readouterr().err
    assert "P1 (Lakeside Family Medicine), P2 (LAKESIDE FAMILY MEDICINE)" in said
    assert ask("LAKESIDE FAMILY MEDICINE") == 0
    assert capsys.readouterr().out.startswith("LAKESIDE FAMILY MEDICINE")
    assert ask("Sumit") == 2
    assert "Did you mean P3 (Summit)?" in capsys.readouterr().err


def test_a_practice_may_be_called_by_its_name(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with (config.parent / "data" / "practices.csv").open(encoding="utf-8") as file:
        named = next(row for row in csv.DictReader(file) if row["practice_id"] == "P001")
    name = named["practice_name"].upper()
    assert call(monkeypatch, "--config", config, "touch", name, "--kind", "complaint") == 0
    assert call(monkeypatch, "--config", config, "touch", "p001") == 0
    assert call(monkeypatch, "--config", config, "status") in {0, 1, 3}
    assert "  P001  " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--as-of", "soon"], "is not a date; write it as 2026-07-06"),
        (["--as-of", "2999-01-01"], "is in the future"),
    ],
)
def test_bad_usage_exits_with_2_and_says_why(
    config: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    expected: str,
) -> None:
    assert call(monkeypatch, "--config", config, "run", *words) == 2
    assert expected in capsys.readouterr().err


def test_explain_says_why_somebody_is_not_listed(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    base = ("--config", config, "explain", "P001", "--as-of", "2026-07-06")
    assert call(monkeypatch, *base, "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["listed"], printed["not_listed"]) == (False, "below the threshold")
    assert call(monkeypatch, *base) == 0
    assert "\nNot listed: below the threshold" in capsys.readouterr().out


def test_the_export_says_why_somebody_is_not_listed(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.csv"
    assert call(monkeypatch, "--config", config, "assess", "--as-of", "2026-07-06", "-o", out) == 0
    with out.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            assert ("Not listed: " in row["reason"]) is (row["listed"] == "False")


def test_explain_knows_a_practice_that_has_never_referred(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with (config.parent / "data" / "practices.csv").open("a", encoding="utf-8") as file:
        file.write("P999,Nobody Yet Family Medicine,,,,\n")
    words = ("explain", "nobody yet family medicine", "--as-of", "2026-07-06", "--json")
    assert call(monkeypatch, "--config", config, *words) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["practice_id"], printed["not_listed"]) == ("P999", "not read")


def test_preview_finds_a_liaison_by_name_and_suggests_near_ones(
    config: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with (config.parent / "data" / "practices.csv").open(encoding="utf-8") as file:
        email = next(row["liaison_email"] for row in csv.DictReader(file))
    base = ("--config", config, "preview", "--as-of", "2026-07-06", "-o", tmp_path / "pages")
    assert call(monkeypatch, *base, email.upper()) == 0
    assert call(monkeypatch, *base, email[1:]) == 2
    assert f"Did you mean {email}" in capsys.readouterr().err


def test_forget_takes_a_name_and_refuses_what_is_not_known(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    base = ("--config", config)
    assert call(monkeypatch, *base, "touch", "P001") == 0
    assert call(monkeypatch, *base, "forget", "P0001", "--yes") == 2
    assert "Did you mean P001?" in capsys.readouterr().err
    assert call(monkeypatch, *base, "forget", "p001", "--yes") == 0
    assert "touch 1" in capsys.readouterr().out
