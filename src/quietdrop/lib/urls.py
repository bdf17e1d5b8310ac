"""Database URLs and their secrets: how they are shown, and how values are put into them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

# The drivers that our extras install, where a URL names none.
_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "oracle": "oracle+oracledb",
}
# What to install to read a kind of database: an extra of ours, or the package that has it.
_PACKAGES = {
    "postgresql": "quietdrop[postgres]",
    "postgres": "quietdrop[postgres]",
    "mysql": "quietdrop[mariadb]",
    "mariadb": "quietdrop[mariadb]",
    "duckdb": "quietdrop[duckdb]",
    "mssql": "pyodbc",
    "oracle": "oracledb",
    "snowflake": "snowflake-sqlalchemy",
    "bigquery": "sqlalchemy-bigquery",
}
NAME = re.compile(r"\$\{(\w+)\}")
_PASSWORD = re.compile(r"(://[^/:@]*:)(.*)(@)")
# Options that hold a secret; `passfile` and `sslkey` only say where one is.
_NAMES = r"pass(?!file)|pwd|secret|token|(?:api|access|account|private)_?key"
_OPTION = re.compile(rf"([?&][^=&]*(?:{_NAMES})[^=&]*=)([^&]*)", re.I)
_CAPABILITY = re.compile(r"^(https?://[^/?#]+)[/?#].+$", re.I)
_WHOLE_STRING = re.compile(r"([?&]odbc_connect=)([^&]*)", re.I)


def masked(text: str) -> str:
    """Returns a setting without secrets: a URL masked, anything else unchanged."""
    if "://" not in text:
        return text
    for pattern in (_OPTION, _WHOLE_STRING):
        text = pattern.sub(r"\1***", text)
    return _PASSWORD.sub(r"\1***\3", text)


def without_secrets(key: str, text: str) -> str:
    """Returns a setting's text without secrets. Of a ping or webhook address everything from the
    path on is secret, since whoever has all of it may use it."""
    if key.endswith("url") and key != "base_url":
        text = _CAPABILITY.sub(r"\1/***", text)
    return masked(text)


def with_driver(url: URL) -> URL:
    """Returns a URL with the driver that we install, if it names none."""
    return url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))


def without_driver(url: str) -> str:
    """Returns an error message for a URL whose driver is missing, with how to install it."""
    kind = url.partition("://")[0].partition("+")[0].casefold()
    package = _PACKAGES.get(kind)
    if package is None:
        return "no driver for this kind of database is installed"
    quoted = f'"{package}"' if "[" in package else package
    return f"its driver is not installed; install it: pip install {quoted}"


def secrets(url: str) -> set[str]:
    """Returns a URL's secrets, as written and decoded."""
    candidates = [*_written(url), *(match[2] for match in _WHOLE_STRING.finditer(url))]
    return {*candidates, *map(unquote, candidates)} - {""}


def is_written_out(url: str) -> bool:
    """Returns whether a URL of the config, with or without `#table`, has a secret written out
    instead of ${NAME}."""
    return any(not NAME.fullmatch(secret.partition("#")[0]) for secret in _written(url))


def filled(text: str, env: Mapping[str, str]) -> str:
    """Returns a setting with every ${NAME} replaced from the environment.

    In a URL's user, password and options, where signs such as @ and / have a meaning of their
    own, values are percent-encoded; a host, a path or a whole URL is taken as it is.
    """
    start = text.find("://") + 3
    if start < 3:
        return NAME.sub(lambda placeholder: env.get(placeholder[1], ""), text)
    options = text.find("?", start)
    authority = re.match("[^/?#]*", text[start:])
    user_ends = start + authority[0].rfind("@") if authority else start

    def value(match: re.Match[str]) -> str:
        given = env.get(match[1], "")
        encoded = start <= match.start() < user_ends or 0 <= options < match.start()
        return quote(given, safe="") if encoded else given

    return NAME.sub(value, text)


def _written(url: str) -> Iterator[str]:
    """Returns what stands where the password and the secret options are."""
    rest = _OPTION.sub(r"\1", url)
    matches = [*_OPTION.finditer(url), *_PASSWORD.finditer(rest)]
    return (match[2] for match in matches if match[2])
