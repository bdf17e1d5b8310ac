"""Ours and the peers on real event streams, untouched: is the next quarter really down?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.detection import thinned
from benchmarks.detection.bootstrap import interval, pooled_difference
from benchmarks.detection.event_listings import (
    FIRST_RUN,
    LEAST_CHANCES,
    LEAST_DAYS,
    LISTED_OF_1000,
    QUARTER,
    SCORE,
    VALUE,
    Listing,
    Rankings,
    judged,
    listed,
    rankings,
)
from benchmarks.detection.event_logs import EventLog, Stream, read
from benchmarks.detection.methods import OURS
from benchmarks.detection.ours import SHIPPED
from benchmarks.detection.tables import bar, table
from quietdrop.config.settings import DigestSettings
from quietdrop.domain.arrays import FloatArray

BUDGET = DigestSettings().budget
AS_MANY = 0.9  # of our listings: a rule that knows too few accounts to list as many is no rival
Results = dict[tuple[str, str], Listing]


def section(folder: Path | None) -> str:
    """In: where the event logs are. Out: the section as Markdown; a line where there are none."""
    streams = read(folder) if folder else []
    if not streams:
        return "No event logs were given (`--data FOLDER`), so that nothing was measured here."
    ranked = {
        stream.name: [rankings(log, _weeks(log)) for log in stream.logs] for stream in streams
    }
    parts = [untouched(streams, ranked)]
    parts += [thinned.section(stream.logs[0]) for stream in streams if len(stream.logs) == 1]
    return "\n\n".join(parts)


def untouched(streams: Sequence[Stream], ranked: Mapping[str, Sequence[Rankings]]) -> str:
    """Every stream as shipped and at a set number of listings, and all of them together."""
    shipped = {stream.name: as_shipped(stream, ranked[stream.name]) for stream in streams}
    anyhow = {stream.name: however_unlikely(stream, ranked[stream.name]) for stream in streams}
    parts = [
        f"Weekly listings among accounts with events on at least {LEAST_DAYS} days in"
        f" {LEAST_CHANCES:g} weeks or more, each listed once. Really down: the next quarter"
        " brought at most half of what the year before said; lost: what it brought less than that."
        " In brackets the 95 % bootstrap interval.",
        "### As shipped\n\nOurs lists what it says with"
        f" {SHIPPED.alert_probability:g} or more, at most {BUDGET} a week, in the digest's order;"
        " a peer as many in the same weeks.",
        *(f"#### {name}\n\n{_compared(results)}" for name, results in shipped.items()),
        _together(shipped),
        f"### However unlikely\n\nEach method lists {LISTED_OF_1000} of 1,000 candidates a week."
        " Ours by its probability (score), by the digest's order (value) and by that of `prefer ="
        ' "sure"`.',
        *(f"#### {name}\n\n{_compared(results)}" for name, results in anyhow.items()),
        _together(anyhow),
    ]
    return "\n\n".join(parts)


def _weeks(log: EventLog) -> range:
    return range(FIRST_RUN, log.weeks - QUARTER + 1)


def as_shipped(stream: Stream, ranked: Sequence[Rankings]) -> Results:
    """What our alerts came to, and the peers that list as many in the same weeks."""
    parts = []
    for log, by_method in zip(stream.logs, ranked, strict=True):
        alarms = np.where(
            by_method[OURS, SCORE] >= SHIPPED.alert_probability, by_method[OURS, VALUE], 0.0
        )
        weeks = _weeks(log)
        ours = listed(log, alarms, weeks, dict.fromkeys(weeks, BUDGET))
        most = Counter(week for _, week in ours)
        theirs = {key: ranking for key, ranking in by_method.items() if key[0] != OURS}
        parts.append(
            {(OURS, VALUE): judged(log, ours)}
            | {key: judged(log, listed(log, each, weeks, most)) for key, each in theirs.items()}
        )
    return _joined(parts)


def however_unlikely(stream: Stream, ranked: Sequence[Rankings]) -> Results:
    """What each method's highest ranks came to."""
    return _joined(
        [
            {key: judged(log, listed(log, each, _weeks(log))) for key, each in by_method.items()}
            for log, by_method in zip(stream.logs, ranked, strict=True)
        ]
    )


def _joined(parts: Sequence[Results]) -> Results:
    """The listings of all logs of a stream, of the methods that listed any."""
    whole = {
        key: Listing(
            np.concatenate([part[key].down for part in parts]),
            np.concatenate([part[key].lost for part in parts]),
        )
        for key in parts[0]
    }
    return {key: each for key, each in whole.items() if len(each.down)}


def _compared(results: Results) -> str:
    """A row a method and ranking, and who is at or above ours in both measures."""
    if (OURS, VALUE) not in results:
        return "Ours listed nobody."
    rows = [
        [name, how, str(len(one.down)), _with_interval(one.down), _with_interval(one.lost)]
        for (name, how), one in sorted(results.items(), key=lambda each: -each[1].lost.mean())
    ]
    head = ["method", "ranked by", "listings", "really down", "events lost a listing"]
    matching = as_good(results)
    return "\n\n".join(
        [
            table(head, rows),
            f"- At or above ours in both at once: {', '.join(matching) or 'no peer'}:"
            f" {bar(not matching, 'none')}.",
        ]
    )


def rivals(results: Results) -> Results:
    """The peers' rankings that list as many as ours."""
    least = AS_MANY * len(results[OURS, VALUE].down)
    return {key: one for key, one in results.items() if key[0] != OURS and len(one.down) >= least}


def as_good(results: Results) -> list[str]:
    """The peers' rankings whose listings are down as often as ours by value and lose as much."""
    ours = results[OURS, VALUE]
    return [
        f"{name} by {how}"
        for (name, how), one in rivals(results).items()
        if one.down.mean() >= ours.down.mean() and one.lost.mean() >= ours.lost.mean()
    ]


def _together(every: Mapping[str, Results]) -> str:
    """Over all streams, each with the same weight: ours less the best peer of each measure."""
    streams = [results for results in every.values() if (OURS, VALUE) in results]
    lines = [
        f"- {words}: {_against_the_best(streams, of)}"
        for words, of in (("really down", _down), ("events lost a listing", _lost))
    ]
    return "All streams together, each with the same weight:\n\n" + "\n".join(lines)


def _against_the_best(streams: Sequence[Results], of: Callable[[Listing], FloatArray]) -> str:
    """Ours, the peer that is best over all streams, and the interval of the difference."""
    ours = [of(results[OURS, VALUE]) for results in streams]
    peers = set.intersection(*({*rivals(results)} for results in streams))
    theirs = {key: [of(results[key]) for results in streams] for key in sorted(peers)}
    best = max(theirs, key=lambda key: _mean(theirs[key]))
    low, high = pooled_difference(list(zip(ours, theirs[best], strict=True)))
    return (
        f"{_mean(ours):.2f}, best peer {_mean(theirs[best]):.2f} ({best[0]} by {best[1]}),"
        f" difference {low:+.2f} to {high:+.2f}:"
        f" {bar(high >= 0.0, 'the interval reaches zero or above')}."
    )


def _mean(streams: Sequence[FloatArray]) -> float:
    return float(np.mean([values.mean() for values in streams]))


def _down(one: Listing) -> FloatArray:
    return one.down


def _lost(one: Listing) -> FloatArray:
    return one.lost


def _with_interval(values: FloatArray) -> str:
    low, high = interval(values)
    return f"{values.mean():.2f} ({low:.2f} to {high:.2f})"
