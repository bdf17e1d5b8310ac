"""No patient is named anywhere: the input is full of marked ones; then everything is searched."""

from __future__ import annotations

import csv
import io
import logging
import os
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from quietdrop.cli import main
from quietdrop.demo.inbox import Inbox
from quietdrop.store.tables import metadata

MARK = "ZZPATIENT"  # in every patient's name, number and note
NOTE = "ZZNOTE"  # in every note of a liaison: kept, never shown
SECRET = "ZZSECRET"
HEADER = [
    *("referral_id", "referred_on", "practice_name", "provider_name", "service_line", "status"),
    *("patient_name", "Patient MRN", "DOB", "diagnosis", "comments"),
]
AS_OF = "2026-07-06"


def rows() -> Iterator[list[str]]:
    day = date(2026, 7, 3) - timedelta(weeks=60)
    number = 0
    while day < date(2026, 7, 3):
        for practice in range(12):
            if practice == 0 and day > date(2026, 4, 6):
                continue
            number += 1
            patient = [f"{MARK} {number}", f"{MARK}-{number}", MARK, MARK, f"call {MARK}"]
            row = [f"R{number}", day.isoformat(), f"Practice {practice}", "Dr. Kim", "Joint", ""]
            yield row + patient
        day += timedelta(days=2)
    for bad in ("", "0001-01-01", "not a day", "2031-01-01"):
        number += 1
        yield [f"R{number}", bad, "Practice 1", "Dr. Kim", "", "", *[f"{MARK} bad"] * 5]
    yield ["broken", f"{MARK} too few"]


SOURCES = ("csv", "sqlite", "postgresql", "mariadb")
STORES = ("postgresql", "mariadb")  # each beside the CSV file; SQLite beside every source


def source_of(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> tuple[str, dict[str, str]]:
    """The [source] section, and the environment that it needs."""
    if kind == "csv":
        with (tmp_path / "referrals.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([HEADER, *rows()])
        return 'referrals = "referrals.csv"', {}
    url = f"sqlite:///{tmp_path}/clinic.db"
    if kind != "sqlite":
        url = request.getfixturevalue(
            {"postgresql": "postgres_url", "mariadb": "mariadb_url"}[kind]
        )
    table = sa.Table("referrals", sa.MetaData(), *(sa.Column(c, sa.Text) for c in HEADER))
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    table.metadata.create_all(engine)
    with engine.begin() as conn:
        values = [dict(zip(HEADER, row, strict=True)) for row in rows() if len(row) == len(HEADER)]
        conn.execute(table.insert(), values)
    return 'referrals = "${CLINIC_URL}"', {"CLINIC_URL": url}


def call(*words: str | Path) -> int:
    sys.argv = ["quietdrop", *map(str, words)]
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code if isinstance(ended.value.code, int) else 0


def everything(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file that quietdrop made: the store's raw bytes too, and its journal's."""
    for path in folder.rglob("*"):
        if path.is_file() and path.name not in ("referrals.csv", "touches.csv", "clinic.db"):
            yield str(path.relative_to(folder)), path.read_bytes()


@pytest.mark.parametrize(
    ("source", "store_url"),
    [*((kind, "sqlite") for kind in SOURCES), *(("csv", kind) for kind in STORES)],
    indirect=["store_url"],
)
def test_no_patient_and_no_note_and_no_secret_leaves_the_source(
    source: str,
    store_url: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    section, env = source_of(source, request, tmp_path)
    for name, value in (env | {"QUIETDROP_MAIL_PASSWORD": SECRET, "STORE_URL": store_url}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", [])
    (tmp_path / "touches.csv").write_text(
        "touched_on,practice_id,liaison_email,kind,whom,note\n"
        f"2026-06-01,Practice 0,ann@example.com,visit,Dana,{NOTE} about {MARK}\n"
        f"2026-07-04,Practice 2,ann@example.com,complaint,Dana,{NOTE} about {MARK}\n"
    )
    if "CLINIC_URL" not in env:
        section += '\ntouches = "touches.csv"'
    with Inbox(tmp_path / "inbox") as inbox:
        config = tmp_path / "quietdrop.toml"
        config.write_text(
            f'[source]\n{section}\n[store]\nurl = "${{STORE_URL}}"\n'
            '[digest]\ndefault_liaison = "ann@example.com"\nmanagers = ["max@example.com"]\n'
            f'[mail]\nhost = "127.0.0.1"\nport = {inbox.port}\nsecurity = "none"\n'
            'from = "quietdrop@example.com"\n'
        )
        logged = io.StringIO()
        handler = logging.StreamHandler(logged)
        logging.getLogger().addHandler(handler)
        caplog.set_level(logging.DEBUG)
        try:
            base = ("--config", config)
            sent = call(*base, "run", "--as-of", AS_OF, "--send", "--force")
            call(*base, "touch", "Practice 3", "--note", f"{NOTE} about {MARK}")
            call(*base, "preview", "--as-of", AS_OF, "-o", tmp_path / "preview")
            call(*base, "assess", "--as-of", AS_OF, "-o", tmp_path / "out.csv")
            call(*base, "explain", "Practice 0", "--as-of", AS_OF)
            call(*base, "rehearse", "--from", "2026-06-01", "--to", AS_OF, "-o", tmp_path / "r.csv")
            call(*base, "check")
            call(*base, "status", "--json")
        finally:
            logging.getLogger().removeHandler(handler)
    assert sent == 0
    assert len(list((tmp_path / "inbox").glob("*.eml"))) >= 2
    printed = capsys.readouterr()
    written = dict(everything(tmp_path))
    written |= {"printed": printed.out.encode(), "errors": printed.err.encode()}
    written |= {"logged": logged.getvalue().encode(), "caplog": caplog.text.encode()}
    assert any(name.startswith("preview") for name in written)
    for name, content in written.items():
        assert MARK.encode() not in content or name == "store.db", name
        assert SECRET.encode() not in content, name
        if not name.startswith("store.db"):
            assert NOTE.encode() not in content, name
    _search_tables(store_url)


def _search_tables(store_url: str) -> None:
    """Only the note that was typed in by hand names a patient, in the one column for it."""
    with sa.create_engine(store_url, poolclass=sa.NullPool).connect() as conn:
        for table in metadata.sorted_tables:
            for row in conn.execute(sa.select(table)):
                for column, value in row._mapping.items():
                    said = value if isinstance(value, bytes) else str(value).encode()
                    if (table.name, column) != ("touch", "note"):
                        assert MARK.encode() not in said, (table.name, column)
                        assert NOTE.encode() not in said, (table.name, column)
                    assert SECRET.encode() not in said, (table.name, column)


def test_what_quietdrop_writes_is_for_its_owner_only(tmp_path: Path) -> None:
    with (tmp_path / "referrals.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *rows()])
    config = tmp_path / "quietdrop.toml"
    config.write_text(
        '[source]\nreferrals = "referrals.csv"\n[digest]\ndefault_liaison = "a@example.com"\n'
    )
    before = os.umask(0)
    try:
        assert call("--config", config, "run", "--as-of", AS_OF) == 0
        assert call("--config", config, "preview", "--as-of", AS_OF, "-o", tmp_path / "p") == 0
        assert call("--config", config, "assess", "--as-of", AS_OF, "-o", tmp_path / "a.csv") == 0
    finally:
        os.umask(before)
    files = [*tmp_path.glob("quietdrop.db*"), *tmp_path.glob("*rejects*")]
    files += (tmp_path / "p").iterdir()
    assert len(files) >= 4
    for path in [*files, tmp_path / "a.csv"]:
        assert path.stat().st_mode & 0o077 == 0, path
