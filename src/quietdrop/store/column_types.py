"""The kinds of columns that our tables have, and what all tables share."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

metadata = sa.MetaData()

MARIADB = ("mysql", "mariadb")
# Each spelling is its own key: MariaDB would otherwise take "a" and "A" for the same key.
PLAIN: dict[str, Any] = {
    f"{dialect}_{key}": value
    for dialect in MARIADB
    for key, value in (("engine", "InnoDB"), ("charset", "utf8mb4"), ("collate", "utf8mb4_bin"))
}


class Moment(sa.TypeDecorator[datetime]):
    """A time with a timezone, stored as naive UTC. A naive time is a bug: ValueError."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        """MariaDB drops the microseconds unless asked to keep them."""
        if dialect.name in MARIADB:
            from sqlalchemy.dialects import mysql

            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(sa.DateTime())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)


class Mime(sa.TypeDecorator[bytes]):
    """A whole mail of up to 16 MB."""

    impl = sa.LargeBinary(2**24 - 1)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        """MariaDB's BLOB would end at 64 kB."""
        if dialect.name in MARIADB:
            from sqlalchemy.dialects import mysql

            return dialect.type_descriptor(mysql.MEDIUMBLOB())
        return dialect.type_descriptor(sa.LargeBinary(2**24 - 1))


def key(name: str, *more: Any, **options: Any) -> sa.Column[str]:
    """A short text that may stand in an index."""
    nullable = options.pop("nullable", False)
    return sa.Column(name, sa.String(255), *more, nullable=nullable, **options)


def word(name: str) -> sa.Column[str]:
    """One of a few words of our own."""
    return sa.Column(name, sa.String(16), nullable=False)


class Member(sa.TypeDecorator[StrEnum]):
    """A member of an enumeration, stored as its word."""

    impl = sa.String(16)
    cache_ok = True

    def __init__(self, of: type[StrEnum]) -> None:
        super().__init__()
        self.of = of

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        del dialect
        return None if value is None else self.of(value)


def member(name: str, of: type[StrEnum]) -> sa.Column[StrEnum]:
    """A word that is read as a member of an enumeration."""
    return sa.Column(name, Member(of), nullable=False)


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)
