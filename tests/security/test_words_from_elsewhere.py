"""Drivers, parsers, files and mail servers quote patients; none of that goes anywhere.

A marked patient stands wherever such words can come from. Then what was printed, logged and stored
is searched; only `--debug` shows it, on the terminal.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from tests.builders.clinic import AS_OF, Clinic, Said, csv_bytes
from tests.builders.databases import emptied
from tests.builders.mail_server import Server, listening

from quietdrop.lib import logs
from quietdrop.store.tables import metadata

MARK = "ZZPATIENT"


@dataclass
class Watched:
    """A clinic, and all that it printed and logged."""

    clinic: Clinic
    store_url: str
    logged: io.StringIO = field(default_factory=io.StringIO)

    def config(self, source: str, port: int = 9) -> None:
        """Writes the config; by default its mail server listens nowhere."""
        self.clinic.config(
            f'[source]\n{source}\n[store]\nurl = "${{STORE_URL}}"\n[digest]\n'
            f'default_liaison = "ann@example.com"\nmanagers = ["max@example.com"]\n'
            f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
            'from = "q@example.com"\n'
        )

    def call_all(self) -> list[Said]:
        """Each command that reads the source, a run that is recorded, and what status says."""
        as_of = AS_OF.isoformat()
        return [
            self.clinic.call("run", "--as-of", as_of, "--send"),
            self.clinic.call("check"),
            self.clinic.call("preview", "--as-of", as_of),
            self.clinic.call("status"),
            self.clinic.call("status", "--json"),
        ]

    def stored(self) -> str:
        with sa.create_engine(self.store_url, poolclass=sa.NullPool).connect() as conn:
            rows = [conn.execute(sa.select(table)).all() for table in metadata.sorted_tables]
        return repr(rows)

    def assert_silent(self, said: list[Said]) -> None:
        assert MARK not in "".join(one.out + one.err for one in said)
        assert MARK not in self.logged.getvalue()
        assert MARK not in self.stored()
        for path in self.clinic.folder.glob("quietdrop*"):
            if path.suffix != ".toml":
                assert MARK.encode() not in path.read_bytes()


@pytest.fixture
def watched(
    store_url: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Watched:
    monkeypatch.setenv("STORE_URL", store_url)
    watch = Watched(Clinic(tmp_path, capsys), store_url)
    logs.begin("text", watch.logged, logging.DEBUG)
    return watch


NOWHERE = "1 FROM (SELECT 1 AS x) t WHERE {} = 1 --"
CAST = "SELECT '2026-07-01' AS referred_on, {} AS practice_name"
QUERIES = {
    "sqlite": {
        "text that is not UTF-8": CAST.format(f"CAST(X'FF' || '{MARK}' AS TEXT)"),
        "a held query that is none": f"SELEC '{MARK}'",
        "a column that is not there": CAST.format(NOWHERE.format(MARK)),
        "JSON that is none": CAST.format(f"json_extract('{MARK}', '$.a')"),
    },
    "postgresql": {
        "a cast": CAST.format(f"CAST('{MARK}' AS integer)"),
        "a cast of a day": CAST.format(f"CAST('{MARK}' AS date)"),
        "a held query that is none": f"SELEC '{MARK}'",
        "a literal without an end": f"SELECT '{MARK}",
        "a column that is not there": CAST.format(
            f'1 FROM (SELECT 1 AS x) t WHERE "{MARK}" = 1 --'
        ),
        "JSON that is none": CAST.format(f"CAST('{MARK}' AS json)"),
    },
    "mariadb": {
        "a held query that is none": f"SELEC '{MARK}'",
        "a column that is not there": CAST.format(NOWHERE.format(MARK)),
        "XML that is none": CAST.format(f"ExtractValue('<a>', '{MARK}[')"),
        "two rows for one": CAST.format(f"(SELECT '{MARK}' UNION SELECT 'b')"),
        "a table that is not there": f"SELECT * FROM {MARK}",
    },
}


@pytest.mark.parametrize(
    ("kind", "what"), [(kind, what) for kind, queries in QUERIES.items() for what in queries]
)
def test_a_database_quotes_a_row(
    kind: str,
    what: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    """The store is in the same database: its words count as well."""
    url = f"sqlite:///{tmp_path}/clinic.db"
    if kind == "sqlite":
        sa.create_engine(url).connect().close()
        (tmp_path / "clinic.db").touch()
    else:
        url = emptied(request.getfixturevalue(f"{kind}_store"))
    monkeypatch.setenv("CLINIC_URL", url)
    store = url if kind != "sqlite" else f"sqlite:///{tmp_path}/store.db"
    monkeypatch.setenv("STORE_URL", store)
    watch = Watched(Clinic(tmp_path, capsys), store)
    watch.config(f'referrals = "${{CLINIC_URL}}"\nquery = """{QUERIES[kind][what]}"""')
    said = watch.call_all()
    assert said[0].code == 2
    assert re.search(r"query: [a-z].* \(\w+( \w+)?\)|query: \w+( \w+)?$", said[0].err, re.MULTILINE)
    assert "failed" in said[3].out
    watch.assert_silent(said)
    debugged = watch.clinic.call_debug("run", "--as-of", AS_OF.isoformat())
    assert "Traceback" in debugged.err
    assert debugged.code == 2


def damaged_parquet() -> bytes:
    content = io.BytesIO()
    pd.DataFrame({MARK: ["a"] * 99, "referred_on": [MARK] * 99}).to_parquet(content)
    return content.getvalue()[:-40] + MARK.encode() * 10


FILES: dict[str, tuple[str, bytes]] = {
    "a parser's words": ("r.parquet", damaged_parquet()),
    "a workbook that is none": ("r.xlsx", MARK.encode() * 99),
    "a first line of data": ("r.csv", f"2026-07-01,{MARK},Lakeside\n".encode() * 300),
    "JSON lines": ("r.csv", b'{"name": "' + MARK.encode() + b'"}\n'),
    "a quote without an end in the header": ("r.csv", f'"{MARK}\n'.encode() + b"a\n" * 99),
    "a file's name": (f"{MARK} Jane.csv", b"nothing of use\n1\n"),
    "a day": ("r.csv", csv_bytes(f"{MARK},Lakeside", f"2026-07-01,x,{MARK}")),
    "ambiguous days": ("r.csv", b"referred_on,practice_name\n01/02/1992,Lakeside\n"),
}


@pytest.mark.parametrize(
    ("store_url", "what"),
    [*(("sqlite", what) for what in sorted(FILES)), ("postgresql", "a day"), ("mariadb", "a day")],
    indirect=["store_url"],
)
def test_a_file_quotes_a_patient(watched: Watched, what: str) -> None:
    name, content = FILES[what]
    folder = watched.clinic.folder / "in"
    folder.mkdir()
    (folder / name).write_bytes(content)
    (folder / "good.csv").write_bytes(csv_bytes())
    watched.config('referrals = "in"')
    said = watched.call_all()
    if what != "a day":
        assert said[0].code == 2
        assert "01/02/1992" not in said[0].err
        watched.assert_silent(said)
    else:  # a row of a mapped column is kept where a person can look, and nowhere else
        assert MARK not in "".join(one.out + one.err for one in said) + watched.stored()


ANSWERS = [("451 4.3.0 {}", ""), ("554 5.7.1 {}", ""), ("250 OK", "550 {}"), ("250 OK", "452 {}")]


@pytest.mark.parametrize(
    ("store_url", "answers"),
    [
        *(("sqlite", answers) for answers in ANSWERS),
        ("postgresql", ANSWERS[1]),
        ("mariadb", ANSWERS[1]),
    ],
    indirect=["store_url"],
)
def test_a_mail_server_quotes_the_message(watched: Watched, answers: tuple[str, str]) -> None:
    recipient, message = (one.format(f"no mail about {MARK}") for one in answers)
    with listening(Server(recipient, message or "250 OK")) as port:
        watched.clinic.folder.joinpath("r.csv").write_bytes(csv_bytes())
        watched.config('referrals = "r.csv"', port)
        said = [
            watched.clinic.call("run", "--as-of", AS_OF.isoformat(), "--send", "--force"),
            watched.clinic.call("send"),
            watched.clinic.call("status"),
        ]
    code = re.findall(r"[45]\d\d", "".join(answers))[0]
    assert f"{code} the mail server refused the " in watched.stored()
    watched.assert_silent(said)


def test_a_fault_of_our_own_shows_no_traceback(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Callable[[], None]:
        raise KeyError(MARK)

    watched.clinic.folder.joinpath("r.csv").write_bytes(csv_bytes())
    watched.config('referrals = "r.csv"')
    monkeypatch.setattr("quietdrop.ingest.refuse_by_content", broken)
    said = watched.clinic.call("run", "--as-of", AS_OF.isoformat())
    assert said.code == 1
    assert "an unexpected KeyError at ingest/__init__.py" in said.err
    watched.assert_silent([said, watched.clinic.call("status")])
    monkeypatch.setenv("QUIETDROP_MAIL_PASSWORD", MARK)
    debugged = watched.clinic.call_debug("run", "--as-of", AS_OF.isoformat())
    assert "KeyError: '***'" in debugged.err
