"""Which would-be check-ins are left unlisted by chance, so that their worth can be shown. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta

from quietdrop.domain.checkin import CheckIn, State

LASTS = timedelta(weeks=13)  # as long as the ledger follows a case
SPARED = timedelta(weeks=52)  # nobody is held out twice in a year


def drawn(practice_id: str, onset: date, share: float, seed: str) -> bool:
    """Whether chance leaves this drop's check-in unlisted.

    A hash of the seed, the practice and the onset's year stands in for a random number: the same
    drop is drawn alike in every run and in any order, also where its onset moves by a week.
    `share` is between 0 (nobody) and 1 (everybody).
    """
    text = f"{seed}|{practice_id}|{onset.year}"
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    return number < share * 2**64


def resting(unlisted: Iterable[CheckIn], as_of: date) -> set[str]:
    """The practices that are held out on that day."""
    return {
        c.practice_id for c in unlisted if c.state == State.HELD_OUT and as_of - c.opened_on < LASTS
    }


def spared(unlisted: Iterable[CheckIn], as_of: date) -> set[str]:
    """The practices that were held out lately, so that their next check-in is listed."""
    return {
        c.practice_id
        for c in unlisted
        if c.state == State.HELD_OUT and as_of - c.opened_on < SPARED
    }


def noted(unlisted: Iterable[CheckIn], as_of: date) -> set[str]:
    """The practices that are already remembered as over the budget."""
    return {
        c.practice_id for c in unlisted if c.state == State.LEFT_OUT and as_of - c.opened_on < LASTS
    }
