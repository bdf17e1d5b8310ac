"""JSON columns, and one error that says where a value is damaged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL, Dialect

from quietdrop.domain.errors import StoreError
from quietdrop.store.database import shown

T = TypeVar("T")
LONGEST_KEY = 80  # characters of a row's key that an error shows


class _Broken:
    """Marks text that is not JSON until the row it belongs to is known."""


BROKEN = _Broken()


class Document(sa.types.TypeDecorator[Any]):
    """A JSON column. Text that is not JSON becomes BROKEN, and the error names its row."""

    impl = sa.JSON
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Reads a value of the driver's."""
        read = super().result_processor(dialect, coltype)
        if read is None:
            return None

        def process(value: Any) -> Any:
            try:
                return read(value)
            except (ValueError, TypeError, RecursionError):
                return BROKEN

        return process


@dataclass(frozen=True)
class Place:
    """Where a JSON value is in the store, and what to do if it is damaged."""

    url: URL
    column: sa.Column[Any]
    key: Mapping[str, object]
    remedy: str

    def read(self, value: object, what: Callable[[Any], T]) -> T:
        """Converts the stored value with `what`.

        Raises:
            StoreError: if the value is damaged; it names table, column and row.
        """
        if value is not BROKEN:
            with suppress(ValueError, TypeError, KeyError, AttributeError):
                return what(value)
        row = ", ".join(f"{name} {_short(part)}" for name, part in self.key.items())
        raise StoreError(
            f"{shown(self.url)}: table {self.column.table.name}, column {self.column.name}, "
            f"row {row}: the value is damaged. {self.remedy}"
        )


def an_object(value: object) -> dict[str, Any]:
    """A JSON object as such; TypeError for any other value, a list of pairs included."""
    if not isinstance(value, dict):
        raise TypeError("not an object")
    return value


def _short(value: object) -> str:
    text = str(value)
    text = text if len(text) <= LONGEST_KEY else f"{text[:LONGEST_KEY]}…"
    return text if text.isprintable() else ascii(text)
