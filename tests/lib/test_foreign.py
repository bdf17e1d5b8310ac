"""What others raise is described by kind and code; nothing that they say is passed on."""

from __future__ import annotations

import socket
import sqlite3
import ssl
import tomllib
from types import SimpleNamespace

import pytest

from quietdrop.lib.foreign import in_our_words, toml_place

MARK = "ZZPATIENT"


class Refused(Exception):
    """As psycopg's: a SQLSTATE, and names of the schema beside the words."""

    def __init__(self, words: str, state: str | None, **names: str) -> None:
        super().__init__(words)
        self.sqlstate = state
        self.diag = SimpleNamespace(**names)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            Refused(f'invalid input syntax for type integer: "{MARK}"', "22P02"),
            "a value cannot be converted (Refused 22P02)",
        ),
        (
            Refused(MARK, "23514", table_name="referrals", column_name="day"),
            "a constraint of the table forbids it, table referrals, column day (Refused 23514)",
        ),
        (Refused(MARK, "99999"), "Refused 99999"),
        (Refused(f"password authentication failed for {MARK}", None), "the login was refused"),
        (Exception(1366, f"Incorrect value '{MARK}'"), "a value cannot be converted"),
        (Exception(1146, MARK), "no such table (Exception 1146)"),
        (sqlite3.OperationalError(f'near "{MARK}": syntax error'), "the SQL cannot be understood"),
        (ValueError(MARK), "ValueError"),
        (KeyError(MARK), "KeyError"),
        (OSError(13, MARK, f"/{MARK}"), "Permission denied"),
        (OSError(MARK), "OSError"),
        (socket.gaierror(-2, MARK), "its name cannot be resolved"),
        (TimeoutError(MARK), "it did not answer in time"),
        (ssl.SSLError(1, MARK), "no secure connection could be made (SSLError)"),
        (UnicodeDecodeError("utf-8", MARK.encode(), 0, 1, MARK), "expected encoding"),
        (EOFError(MARK), "EOFError"),
    ],
)
def test_an_exception_in_our_words(error: BaseException, words: str) -> None:
    said = in_our_words(error)
    assert words in said
    assert MARK not in said


def test_sqlites_codes() -> None:
    with sqlite3.connect(":memory:") as conn, pytest.raises(sqlite3.Error) as caught:
        conn.execute(f"SELECT * FROM {MARK}")
    assert in_our_words(caught.value) == "no such table (OperationalError SQLITE_ERROR)"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"a = {MARK}", "see line 1, column 5"),
        (f'\na = "{MARK}', "it ends too early"),
        ("[source\n", "see line 1, column 8"),
    ],
)
def test_where_toml_is_broken(text: str, place: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    assert toml_place(caught.value) == place
