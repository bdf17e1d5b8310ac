"""A liaison's budget: what is left of it, and who is worth a look where it is not used up. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from quietdrop.domain.checkin import CheckIn, State

if TYPE_CHECKING:
    from quietdrop.detection.assess import Assessed

BUDGET_DAYS = 7  # the budget is so many check-ins in so many days, however often a run is made
MOST_LOOKS = 3  # lines of a digest, whatever the budget leaves
MUCH = 0.75  # referrals a week that may be missing: three a month


def left_of(
    budget: Mapping[str, int], checkins: Iterable[CheckIn], opened: Iterable[CheckIn], as_of: date
) -> dict[str, int]:
    """What runs of the last seven days have left of each liaison's budget. `opened` are told on
    this date, and counted with it."""
    again = {checkin.practice_id for checkin in opened}
    spent = Counter(
        c.liaison
        for c in checkins
        if 0 < (as_of - c.opened_on).days < BUDGET_DAYS
        and c.state != State.REVIEW
        and c.practice_id not in again
    )
    return {liaison: number - spent[liaison] for liaison, number in budget.items()}


def worth_a_look(
    assessed: Assessed,
    places: Mapping[str, int],
    liaison_of: Mapping[str, str],
    taken: Collection[str],
) -> dict[str, list[str]]:
    """Who is below the alert but has much at stake; no check-in opens for them.

    Args:
        assessed: Every practice's figures.
        places: By liaison, what her budget leaves.
        liaison_of: Each practice's liaison.
        taken: Practices that are asked about, explained or dealt with already.

    Returns:
        By liaison, at most three practices and no more than her places, the most at stake first:
        by the root of the probability times the referrals a week that may be missing. (The root
        lets a large loss that is less sure go before a small one that is surer.)
    """
    watched = assessed.frame[assessed.frame["status"] == "watching"]
    watched = watched[~watched.index.isin(list(taken)) & ~watched["edge"].astype(bool)]
    if watched.empty:
        return {}
    missing = np.fmax(
        watched["lost_per_week"].to_numpy(dtype=float),
        watched["fallen_per_week"].to_numpy(dtype=float),
    )
    chance = watched["drift_probability"].to_numpy(dtype=float)
    stake = pd.Series(np.sqrt(chance) * missing, index=watched.index)[missing >= MUCH]
    looks: dict[str, list[str]] = {}
    for practice_id in stake.sort_index().sort_values(ascending=False, kind="stable").index:
        who = liaison_of.get(str(practice_id), "")
        if who and len(looks.get(who, ())) < min(places.get(who, 0), MOST_LOOKS):
            looks.setdefault(who, []).append(str(practice_id))
    return looks
