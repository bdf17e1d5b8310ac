"""Statuses of referrals: which mean that a row is not a referral, and which may."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from quietdrop.domain.arrays import BoolArray
from quietdrop.ingest.rows import Rows
from quietdrop.lib.folding import folded

# Statuses that often mean "not a referral", folded, and whose word each is.
DOUBTFUL = {
    "draft": "FHIR: not sent yet",
    "revoked": "FHIR: withdrawn",
    "incomplete": "Epic: not finished",
    "ca": "HL7: canceled",
}
# Statuses that say we turned a referral down, folded.
DECLINED = {"declined", "cancelled", "canceled", "refused", "rejected", "not accepted"}


def excluded(rows: Rows, not_referrals: Sequence[str]) -> BoolArray:
    """Return which rows are not referrals, by status.

    Statuses are compared without regard to case, hyphens, underscores and runs of space.
    """
    barred = {folded(status) for status in not_referrals}
    return rows.are("status", lambda word: folded(word) in barred)


def doubtful(rows: Rows, not_referrals: Sequence[str]) -> dict[str, int]:
    """Count the rows by each doubtful status that the settings do not exclude."""
    barred = {folded(status) for status in not_referrals}
    number = np.bincount(rows.codes("status"), rows.rows, minlength=len(rows.words("status")))
    tally: dict[str, int] = {}
    for word, count in zip(rows.words("status"), number.tolist(), strict=True):
        status = folded(word)
        if status in DOUBTFUL and status not in barred and count:
            tally[status] = tally.get(status, 0) + int(count)
    return tally
