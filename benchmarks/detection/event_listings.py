"""Who each method would have listed among the accounts of a real event stream, and what came of it.

Every week each method lists as many accounts among the same candidates; an account is listed once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.detection.event_logs import EventLog
from benchmarks.detection.methods import OURS
from benchmarks.detection.ours import assessed_on
from benchmarks.detection.peers import PEERS, seen_before
from quietdrop.checkins.priority import Ranking, priority
from quietdrop.config.settings import DriftSettings
from quietdrop.domain.arrays import BoolArray, FloatArray
from quietdrop.domain.directory import Prefer

FIRST_RUN = 26  # weeks of history before the first listing
QUARTER = 13
LAG = 8  # the baseline that judges a listing ends so many weeks before it
# Days with events in that baseline's time: fewer could not be told from chance afterwards, and who
# came ten times on one day had no rhythm to lose.
LEAST_DAYS = 6
LEAST_EVENTS = 6  # in the year before an account is thinned
LISTED_OF_1000 = 5  # candidates a week
LEAST_CHANCES = 13.0  # weeks of exposure in it: the first weeks of an account are its busiest
DOWN = 0.5  # the next quarter brought at most this share of what the baseline says
# The peers list as many whatever their scores; so does ours here, and names what would be lost.
HOWEVER_UNLIKELY = DriftSettings(watch_probability=0.001)
SCORE, VALUE = "score", "value"  # for ours the probability, and the digest's order by default
Rankings = dict[tuple[str, str], FloatArray]  # by method and what it ranks by: accounts × weeks


@dataclass(frozen=True)
class Listing:
    """What a method's listings came to, one value a listing."""

    down: FloatArray
    lost: FloatArray


def candidates(log: EventLog, week: int) -> tuple[BoolArray, FloatArray]:
    """Who may be listed in a week, and each account's events a week of exposure before it."""
    start, stop = max(week - LAG - 52, 0), week - LAG
    came = log.counts[:, start:stop].sum(axis=1)
    until = np.concatenate([[0.0], log.exposure.cumsum()])
    first = np.clip(np.argmax(log.counts > 0, axis=1), start, stop)
    chances = until[stop] - until[first]
    rate = np.divide(came, chances, out=np.zeros_like(came), where=chances > 0)
    in_year = (log.day >= 7 * start) & (log.day < 7 * stop)
    days = np.bincount(log.account[in_year], minlength=len(came))
    return (days >= LEAST_DAYS) & (chances >= LEAST_CHANCES), rate


def rankings(log: EventLog, weeks: range) -> Rankings:
    """Every method's score and value, and ours in the order of `prefer = "sure"`."""
    by_method = _ours(log, weeks)
    for name, peer in PEERS.items():
        pairs = [
            peer(seen_before(log.counts, log.exposure, (log.account, log.day), week))
            for week in weeks
        ]
        score, fall = (np.stack(column, axis=1) for column in zip(*pairs, strict=True))
        by_method[name, SCORE], by_method[name, VALUE] = score, score * fall
    return by_method


def _ours(log: EventLog, weeks: range) -> Rankings:
    by = (SCORE, VALUE, Prefer.SURE.value)
    by_method = {(OURS, how): np.zeros((len(log.counts), len(weeks))) for how in by}
    mornings = [log.as_of(week) for week in weeks]
    every = assessed_on(log.referrals, mornings, log.country, HOWEVER_UNLIKELY)
    for column, (row, assessed) in enumerate(every):
        frame = assessed.frame.fillna({"drift_probability": 0.0})
        by_method[OURS, SCORE][row, column] = frame["drift_probability"].astype(float)
        by_method[OURS, VALUE][row, column] = np.nan_to_num(priority(frame, Ranking(Prefer.VOLUME)))
        by_method[OURS, by[-1]][row, column] = np.nan_to_num(priority(frame, Ranking(Prefer.SURE)))
    return by_method


def listed(
    log: EventLog, ranking: FloatArray, weeks: range, most: Mapping[int, int] | None = None
) -> list[tuple[int, int]]:
    """(account, week) of every listing, at most so many in each week where `most` is given."""
    free = np.ones(len(ranking), dtype=bool)
    listings: list[tuple[int, int]] = []
    due = 0.0  # in a small network a listing every few weeks
    for column, week in enumerate(weeks):
        eligible, _ = candidates(log, week)
        due += float(eligible.sum()) * LISTED_OF_1000 / 1000
        number = int(due)
        due -= number
        if most is not None:
            number = most.get(week, 0)
        open_ = eligible & free & (ranking[:, column] > 0)
        order = np.argsort(-np.where(open_, ranking[:, column], -np.inf), kind="stable")
        for account in order[: min(number, int(open_.sum()))].tolist():
            free[account] = False
            listings.append((account, week))
    return listings


def judged(log: EventLog, listings: list[tuple[int, int]]) -> Listing:
    """Whether each listing's next quarter was down, and what was lost in it."""
    down, lost = [], []
    rates = {week: candidates(log, week)[1] for week in {week for _, week in listings}}
    for account, week in listings:
        rate = rates[week][account]
        expected = rate * log.exposure[week : week + QUARTER].sum()
        came = log.counts[account, week : week + QUARTER].sum()
        down.append(float(came <= DOWN * expected))
        lost.append(expected - came)
    return Listing(np.array(down), np.array(lost))
