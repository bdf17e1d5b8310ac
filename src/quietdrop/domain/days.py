"""Days as whole numbers."""

from __future__ import annotations

from datetime import date

EPOCH = date(1970, 1, 1)


def week_index(day: date, as_of: date, weeks: int) -> int:
    """The place of a day's week among the whole weeks before `as_of`, of which there are `weeks`,
    the oldest first; below 0 or `weeks` and above where it lies outside of them."""
    return weeks - (as_of - day).days // 7
