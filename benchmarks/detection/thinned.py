"""Ours and the peers on real event streams, thinned by a share that is known.

Was the loss found, and in time?
"""

from __future__ import annotations

import numpy as np

from benchmarks.detection.event_listings import FIRST_RUN, QUARTER, SCORE, VALUE, listed, rankings
from benchmarks.detection.event_logs import EventLog, event_log
from benchmarks.detection.tables import table
from quietdrop.domain.arrays import FloatArray, IntArray
from quietdrop.domain.days import EPOCH

LEAST_EVENTS = 6  # in the year before an account is thinned
THINNED = 0.1  # of the accounts
KEPT = (0.0, 0.5)  # of the thinned accounts' events, at random between


def thinned(log: EventLog, seed: int) -> tuple[EventLog, IntArray, FloatArray]:
    """The log with some accounts thinned from a random week on. Out: it, each account's week
    (−1: untouched), and accounts × weeks the events taken away."""
    rng = np.random.default_rng(seed)
    weeks = range(FIRST_RUN, log.weeks - QUARTER + 1)
    onset = np.full(len(log.counts), -1, dtype=np.int64)
    for account in np.flatnonzero(rng.random(len(onset)) < THINNED).tolist():
        week = int(rng.choice(weeks))
        if log.counts[account, max(week - 52, 0) : week].sum() >= LEAST_EVENTS:
            onset[account] = week
    keep = rng.uniform(*KEPT, len(onset))
    stream, count = log.referrals.stream, log.referrals.count
    each, day = np.repeat(stream, count), np.repeat(log.day, count)
    late = (onset[each] >= 0) & (day >= 7 * onset[each])
    gone = late & (rng.random(len(each)) >= keep[each])
    taken = np.zeros_like(log.counts)
    np.add.at(taken, (each[gone], day[gone] // 7), 1.0)
    names = np.array(log.referrals.ids)[each[~gone]]
    first = (log.start - EPOCH).days
    thin = event_log(log.name, log.country, names, first + day[~gone], (first, log.weeks))
    return thin, onset, taken


def section(log: EventLog) -> str:
    """A row a method, as Markdown."""
    thin, onset, taken = thinned(log, 1)
    # An account whose every event was taken away cannot be: each had some before its onset.
    assert thin.referrals.ids == log.referrals.ids
    weeks = range(FIRST_RUN, log.weeks + 1)
    rows = []
    by_method = rankings(thin, weeks)
    for name in dict.fromkeys(name for name, _ in by_method):
        both = [listed(thin, by_method[name, how], weeks) for how in (SCORE, VALUE)]
        shares = [_caught(those, onset, taken) for those in both]
        rows.append([name, *(f"{share:.2f}" for pair in shares for share in pair)])
    rows.sort(key=lambda row: -max(float(row[2]), float(row[4])))
    head = ["method", "found, by score", "in time", "found, by value", "in time"]
    return "\n\n".join(
        [
            f"### {log.name}, thinned",
            f"{int((onset >= 0).sum())} accounts lost {1 - KEPT[1]:.0%} to all of their events"
            " from a random week on. Found: the share of them that was listed after it; in time:"
            " the share of the events taken that a listing came before.",
            table(head, rows),
        ]
    )


def _caught(
    listings: list[tuple[int, int]], onset: IntArray, taken: FloatArray
) -> tuple[float, float]:
    caught = [(account, week) for account, week in listings if 0 <= onset[account] < week]
    saved = sum(float(taken[account, week:].sum()) for account, week in caught)
    return len(caught) / int((onset >= 0).sum()), saved / float(taken.sum())
