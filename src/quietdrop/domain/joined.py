"""Columns that are read as one: "Last Name + First Name"."""

from __future__ import annotations

JOIN = " + "  # between the names of columns that are read as one


def parts_of(name: str) -> list[str]:
    """Return the columns that a mapping names: "Last + First" names two."""
    return [part.strip() for part in name.split(JOIN)]
