"""Tries a transaction again while a database restarts."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from quietdrop.domain.errors import StoreAway

Result = TypeVar("Result")
PAUSES = (1, 2, 4, 8)  # seconds; a database that restarts is back by then


def with_retries(transaction: Callable[[], Result]) -> Result:
    """Runs a transaction, and tries again while the database is away, for at most 15 seconds.

    The transaction must be safe to repeat: it may have worked the first time, with only the
    confirmation lost.
    """
    for pause in PAUSES:
        try:
            return transaction()
        except StoreAway:
            time.sleep(pause)
    return transaction()
