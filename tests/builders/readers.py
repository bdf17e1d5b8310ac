"""Readers of another country than the default one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from quietdrop.lib.reader import DEFAULT_COUNTRY, write_for


@contextmanager
def written_for(country: str) -> Iterator[None]:
    """Writes for readers in a country inside a `with` block."""
    write_for(country)
    try:
        yield
    finally:
        write_for(DEFAULT_COUNTRY)
