"""Tries a transaction again while a database restarts."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from quietdrop.domain.errors import StoreAway

Result = TypeVar("Result")
PAUSES = (1, 2, 4, 8)  # seconds, in which a database that restarts is back


def with_retries(transaction: Callable[[], Result]) -> Result:
    """The transaction's result, tried again while the database is away, at most for a quarter of
    a minute.

    It must be one that does no harm if it had worked already and only the word of it was lost.
    """
    for pause in PAUSES:
        try:
            return transaction()
        except StoreAway:
            time.sleep(pause)
    return transaction()
