"""Ours and the peers on real event streams: untouched, and thinned by a known share.

Every week each method lists the same number of accounts among the same candidates; an account is
listed once. Untouched: is the next quarter really down? Thinned: was the loss found, and in time?
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.detection.bootstrap import difference, interval
from benchmarks.detection.event_logs import EventLog, event_log, read
from benchmarks.detection.methods import OURS
from benchmarks.detection.ours import SHIPPED, over_mornings
from benchmarks.detection.peers import PEERS, seen_before
from benchmarks.detection.tables import bar, table
from quietdrop.config.settings import DriftSettings
from quietdrop.domain.arrays import BoolArray, FloatArray, IntArray
from quietdrop.domain.days import EPOCH

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
THINNED = 0.1  # of the accounts
KEPT = (0.0, 0.5)  # of the thinned accounts' events, at random between
# The peers list as many whatever their scores; so does ours here, and names what would be lost.
HOWEVER_UNLIKELY = DriftSettings(watch_probability=0.001)
Ranking = dict[str, tuple[FloatArray, FloatArray]]


@dataclass(frozen=True)
class Listing:
    """What a method's listings came to, one value a listing."""

    down: FloatArray
    lost: FloatArray


def section(folder: Path | None) -> str:
    """In: where the event logs are. Out: the section as Markdown; a line where there are none."""
    logs = read(folder) if folder else []
    if not logs:
        return "No event logs were given (`--data FOLDER`), so that nothing was measured here."
    return "\n\n".join(part for log in logs for part in (_untouched(log), _thinned(log)))


def candidates(log: EventLog, week: int) -> tuple[BoolArray, FloatArray]:
    """Who may be listed in a week, and each account's events a week of exposure before it."""
    start, stop = max(week - LAG - 52, 0), week - LAG
    came = log.counts[:, start:stop].sum(axis=1)
    until = np.concatenate([[0.0], log.exposure.cumsum()])
    first = np.clip(np.argmax(log.counts > 0, axis=1), start, stop)
    chances = until[stop] - until[first]
    rate = np.divide(came, chances, out=np.zeros_like(came), where=chances > 0)
    known = (log.day >= 7 * start) & (log.day < 7 * stop)
    days = np.bincount(log.account[known], minlength=len(came))
    return (days >= LEAST_DAYS) & (chances >= LEAST_CHANCES), rate


def rankings(log: EventLog, weeks: range) -> Ranking:
    """Every method's score, and its score × lost, accounts × weeks."""
    found: Ranking = {}
    mornings = [log.as_of(week) for week in weeks]
    told, lost = over_mornings(log.referrals, mornings, log.country, HOWEVER_UNLIKELY)
    found[OURS] = (told, told * lost)
    for name, peer in PEERS.items():
        pairs = [
            peer(seen_before(log.counts, log.exposure, (log.account, log.day), week))
            for week in weeks
        ]
        score, fall = (np.stack(column, axis=1) for column in zip(*pairs, strict=True))
        found[name] = (score, score * fall)
    return found


def listed(
    log: EventLog, ranking: FloatArray, weeks: range, most: Mapping[int, int] | None = None
) -> list[tuple[int, int]]:
    """(account, week) of every listing, at most so many in each week where `most` is given."""
    free = np.ones(len(ranking), dtype=bool)
    made = []
    for column, week in enumerate(weeks):
        eligible, _ = candidates(log, week)
        number = round(eligible.sum() * LISTED_OF_1000 / 1000)
        if most is not None:
            number = most.get(week, 0)
        open_ = eligible & free & (ranking[:, column] > 0)
        order = np.argsort(-np.where(open_, ranking[:, column], -np.inf), kind="stable")
        for account in order[: min(number, int(open_.sum()))].tolist():
            free[account] = False
            made.append((account, week))
    return made


def _judged(log: EventLog, made: list[tuple[int, int]]) -> Listing:
    """Whether each listing's next quarter was down, and what was lost in it."""
    down, lost = [], []
    rates = {week: candidates(log, week)[1] for week in {week for _, week in made}}
    for account, week in made:
        rate = rates[week][account]
        expected = rate * log.exposure[week : week + QUARTER].sum()
        came = log.counts[account, week : week + QUARTER].sum()
        down.append(float(came <= DOWN * expected))
        lost.append(expected - came)
    return Listing(np.array(down), np.array(lost))


def _untouched(log: EventLog) -> str:
    weeks = range(FIRST_RUN, log.weeks - QUARTER + 1)
    found = rankings(log, weeks)
    score, value = found[OURS]
    alarms = np.where(score >= SHIPPED.alert_probability, value, 0.0)
    ours = Counter(week for _, week in listed(log, alarms, weeks))
    parts = [
        f"### {log.name}, untouched",
        f"{len(weeks)} weekly listings of {LISTED_OF_1000} in 1,000 accounts with events on"
        f" at least {LEAST_DAYS} days in {LEAST_CHANCES:g} weeks or more; really down: the next"
        " quarter brought at most half of what the year before said. In brackets the 95 %"
        " bootstrap interval.",
        _compared(log, found, weeks),
    ]
    if ours:
        parts += [
            f"As shipped quietdrop lists only what it says with {SHIPPED.alert_probability:g} or"
            " more. The peers listing as many in the same weeks, each by its own score:",
            _compared(log, {**found, OURS: (alarms, alarms)}, weeks, ours),
        ]
    return "\n\n".join(parts)


def _compared(
    log: EventLog, found: Ranking, weeks: range, most: Mapping[int, int] | None = None
) -> str:
    """A row a method and ranking, and whether ours is at or above the best peer."""
    results = {
        (name, how): _judged(log, listed(log, ranking, weeks, most))
        for name, pair in found.items()
        for how, ranking in zip(("score", "value"), pair, strict=True)
        if (ranking > 0).any()
    }
    rows = [
        [name, how, str(len(one.down)), _with_interval(one.down), _with_interval(one.lost)]
        for (name, how), one in sorted(results.items(), key=lambda each: -each[1].lost.mean())
    ]
    ours = results[OURS, "value"]
    peers = [one for (name, _), one in results.items() if name != OURS]
    precise = max((one.down for one in peers), key=np.mean)
    heavy = max((one.lost for one in peers), key=np.mean)
    head = ["method", "ranked by", "listings", "really down", "events lost a listing"]
    return "\n\n".join(
        [
            table(head, rows),
            f"- Precision by value {_against(ours.down, precise)}",
            f"- Lost a listing by value {_against(ours.lost, heavy)}",
            "- At or above ours in both at once: "
            + (", ".join(as_good(results)) or "no peer")
            + ".",
        ]
    )


def as_good(results: Mapping[tuple[str, str], Listing]) -> list[str]:
    """The peers' rankings whose listings are down as often as ours by value and lose as much."""
    ours = results[OURS, "value"]
    return [
        f"{name} by {how}"
        for (name, how), one in results.items()
        if name != OURS
        and one.down.mean() >= ours.down.mean()
        and one.lost.mean() >= ours.lost.mean()
    ]


def _against(ours: FloatArray, best: FloatArray) -> str:
    """Ours against the best peer's, with the bootstrap interval of the difference."""
    low, high = difference(ours, best)
    met = bar(float(ours.mean()) >= float(best.mean()), "at or above")
    apart = "" if low <= 0.0 <= high else ", beyond chance"
    return (
        f"{ours.mean():.2f}, best peer {best.mean():.2f}, "
        f"difference {low:+.2f} to {high:+.2f}{apart}: {met}."
    )


def _with_interval(values: FloatArray) -> str:
    low, high = interval(values)
    return f"{values.mean():.2f} ({low:.2f} to {high:.2f})"


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
    made = event_log(log.name, log.country, names, first + day[~gone], (first, log.weeks))
    return made, onset, taken


def _thinned(log: EventLog) -> str:
    made, onset, taken = thinned(log, 1)
    # An account whose every event was taken away cannot be: each had some before its onset.
    assert made.referrals.ids == log.referrals.ids
    weeks = range(FIRST_RUN, log.weeks + 1)
    rows = []
    for name, (score, value) in rankings(made, weeks).items():
        shares = [_caught(listed(made, one, weeks), onset, taken) for one in (score, value)]
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


def _caught(made: list[tuple[int, int]], onset: IntArray, taken: FloatArray) -> tuple[float, float]:
    found = [(account, week) for account, week in made if 0 <= onset[account] < week]
    saved = sum(float(taken[account, week:].sum()) for account, week in found)
    return len(found) / int((onset >= 0).sum()), saved / float(taken.sum())
