"""Our words for what drivers, parsers, servers and the system report.

Their own text may quote a row, and so a patient. It is read here and never passed on: an error, a
log or the store gets only the kind of the fault, its code, and names from the schema.
"""

from __future__ import annotations

import os
import re
import socket
import ssl
import zlib

UNREACHABLE = "it cannot be reached"
LOGIN = "the login was refused"
NO_DATABASE = "no such database"
NO_TABLE = "no such table"
NO_COLUMN = "no such column"
BAD_SQL = "the SQL cannot be understood"
NOT_ALLOWED = "this login may not do that"
READ_ONLY = "it is read-only"
BAD_VALUE = "a value cannot be converted"
CONSTRAINT = "a constraint of the table forbids it"
BUSY = "it is locked by another"
TOO_LONG = "it took too long"
LOST = "the connection was lost"
FULL = "it has no space left"

# https://www.postgresql.org/docs/current/errcodes-appendix.html; the longest that fits counts.
_SQL_STATES = {
    "08": UNREACHABLE,
    "22": BAD_VALUE,
    "23": CONSTRAINT,
    "25006": READ_ONLY,
    "28": LOGIN,
    "3D": NO_DATABASE,
    "40": BUSY,
    "42501": NOT_ALLOWED,
    "42601": BAD_SQL,
    "42703": NO_COLUMN,
    "42P01": NO_TABLE,
    "42": BAD_SQL,
    "53": FULL,
    "55P03": BUSY,
    "57014": TOO_LONG,
    "57P": LOST,
}
# https://mariadb.com/kb/en/mariadb-error-code-reference/
_MARIADB_CODES = {
    **dict.fromkeys((1044, 1045, 1698), LOGIN),
    1049: NO_DATABASE,
    1146: NO_TABLE,
    1054: NO_COLUMN,
    **dict.fromkeys((1064, 1065, 1222), BAD_SQL),
    **dict.fromkeys((1142, 1143, 1370), NOT_ALLOWED),
    **dict.fromkeys((1290, 1792), READ_ONLY),
    **dict.fromkeys((1264, 1292, 1366, 1406, 1411), BAD_VALUE),
    **dict.fromkeys((1048, 1062, 1451, 1452, 4025), CONSTRAINT),
    **dict.fromkeys((1205, 1213), BUSY),
    **dict.fromkeys((1969, 3024), TOO_LONG),
    **dict.fromkeys((2006, 2013), LOST),
    **dict.fromkeys((2002, 2003, 2005), UNREACHABLE),
    1021: FULL,
}
# https://www.sqlite.org/rescode.html; SQLITE_ERROR covers several, told apart by what follows it.
_SQLITE_NAMES = {
    "READONLY": READ_ONLY,
    "BUSY": BUSY,
    "LOCKED": BUSY,
    "CORRUPT": "it is damaged",
    "NOTADB": "it is not a SQLite database",
    "CANTOPEN": "it cannot be opened",
    "FULL": FULL,
    "IOERR": "it cannot be read or written",
    "CONSTRAINT": CONSTRAINT,
    "MISMATCH": BAD_VALUE,
    "AUTH": NOT_ALLOWED,
}
# How drivers' messages without a code begin. Used to recognize the fault, never passed on.
_SIGNS = (
    ("no such table", NO_TABLE),
    ("no such column", NO_COLUMN),
    ("could not decode", "a value is not UTF-8"),
    ("authentication failed", LOGIN),
    ("no password supplied", LOGIN),
    ("access denied", LOGIN),
    ("syntax error", BAD_SQL),
    ("incomplete input", BAD_SQL),
    ("closed the connection", LOST),
    ("lost connection", LOST),
    ("connection refused", UNREACHABLE),
    ("could not translate host", UNREACHABLE),
    ("failed to resolve host", UNREACHABLE),
    ("connection failed", UNREACHABLE),
    ("timeout expired", UNREACHABLE),
)


def in_our_words(error: BaseException) -> str:
    """Describe an exception from elsewhere without passing on anything that it says.

    Args:
        error: What a driver, a parser, a server or the operating system raised.

    Returns:
        What kind of fault it is, then its class and its code in parentheses.
    """
    inner = getattr(error, "orig", None) or error
    kind = type(inner).__name__
    if isinstance(inner, OSError | UnicodeError | EOFError | zlib.error):
        return _of_system(inner)
    code = _code(inner)
    words = _of_code(inner, code)
    named = f"{kind} {code}" if code else kind
    where = _schema(inner)
    return f"{words}{where} ({named})" if words else f"{where.strip(', ')} {named}".strip()


def toml_place(error: ValueError) -> str:
    """Say where TOML is broken: the parser may quote what stands there."""
    place = re.search(r"line (\d+), column (\d+)", str(error))
    return f"see line {place[1]}, column {place[2]}" if place else "it ends too early"


def _of_system(error: BaseException) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate cannot be verified (code {error.verify_code})"
    if isinstance(error, ssl.SSLError):
        return f"no secure connection could be made ({type(error).__name__})"
    if isinstance(error, socket.gaierror):
        return "its name cannot be resolved"
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, UnicodeError):
        return f"it is not text of the expected encoding ({type(error).__name__})"
    number = getattr(error, "errno", None)
    return os.strerror(number) if isinstance(number, int) and number > 0 else type(error).__name__


def _code(error: BaseException) -> str:
    """A driver's own code: a SQLSTATE, a MariaDB number or a name of SQLite's."""
    state = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None)
    if isinstance(state, str) and re.fullmatch(r"\w{5}|SQLITE_\w+", state, re.ASCII):
        return state
    first = error.args[0] if error.args else None
    return str(first) if isinstance(first, int) and not isinstance(first, bool) else ""


def _of_code(error: BaseException, code: str) -> str:
    text = str(error).casefold()
    if code.startswith("SQLITE_"):
        name = code.removeprefix("SQLITE_").partition("_")[0]
        if name in _SQLITE_NAMES:
            return _SQLITE_NAMES[name]
    elif code.isdecimal() and len(code) == 4 and int(code) in _MARIADB_CODES:
        return _MARIADB_CODES[int(code)]
    else:
        for length in (5, 3, 2):
            if code[:length] in _SQL_STATES:
                return _SQL_STATES[code[:length]]
    return next((words for sign, words in _SIGNS if sign in text), "")


def _schema(error: BaseException) -> str:
    """The table and column that a driver names as such, apart from its words."""
    diagnostics = getattr(error, "diag", None)
    names = [(what, getattr(diagnostics, f"{what}_name", None)) for what in ("table", "column")]
    return "".join(f", {what} {name}" for what, name in names if isinstance(name, str) and name)
