"""Tiers of practices: what the directory says, else by how much they send. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from quietdrop.detection.weekly_counts import WeeklyCounts
from quietdrop.domain.directory import Practice
from quietdrop.lib.folding import folded

YEAR = 52  # weeks
# The usual ABC analysis: A together send half of all referrals, A and B four fifths.
SHARES = (("A", 0.5), ("B", 0.8), ("C", 1.0))


def tiers(cadence: WeeklyCounts, practices: Mapping[str, Practice]) -> dict[str, str]:
    """The tier of each practice that sent something within a year, or that the directory gives
    one, by id.

    A practice belongs to the tier in which the referrals of all larger ones end: the largest is
    always an A. Practices that sent as much as each other are ordered by their ids.
    """
    year = cadence.counts[:, -YEAR:].sum(axis=1)
    order = sorted(range(len(cadence.ids)), key=lambda row: (-year[row], cadence.ids[row]))
    sent = year[order]
    total = float(sent.sum())
    larger = np.cumsum(sent) - sent
    by_volume = {
        cadence.ids[row]: next(name for name, share in SHARES if above < share * total)
        for row, above in zip(order, larger, strict=True)
        if year[row] > 0
    }
    given = {key: one.tier for key, one in practices.items() if one.tier}
    return by_volume | given


def of_tier(values: Mapping[str, int], tier: str) -> int | None:
    """What a setting by tier says of one, however both are spelled; None where it says nothing."""
    return next((value for name, value in values.items() if folded(name) == folded(tier)), None)
