"""The network and its large parts, judged against the calendar.

The network index hides a fall of everybody at once, so the whole network, each territory, health
system, location and service line is watched too, as one stream each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from quietdrop.detection.bayes_factors import PRIOR_SHAPE, discounted_past
from quietdrop.detection.change_point import Basis, posterior
from quietdrop.detection.dispersion import level_dispersion
from quietdrop.detection.exposure import Exposure, open_share
from quietdrop.detection.weekly_counts import Events, WeeklyCounts, weekly
from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.directory import Closure, Practice
from quietdrop.domain.priors import Priors

LEAST_A_WEEK = 2.0  # a smaller stream is no better watched than its practices are
LEAST_WEEKS = 26
BY_PRACTICE = ("territory", "health_system")
SURE = 0.8
FELL = 0.85  # of what was expected: a smaller fall of many is no news
STANDING, FRESH = timedelta(weeks=4), timedelta(weeks=26)  # a snow week is no news, nor last year
BY_REFERRAL = ("location", "service_line")


@dataclass(frozen=True)
class Stream:
    """One large stream: `kind` is network, territory, health_system, location or service_line.

    `probability` is that of a fall that lasts until now, a short absence included, for nobody
    should miss a feed that broke last week. `expected` and `observed` count since the onset;
    `came` is the share of what was expected that came in the newest two weeks, the older first.
    """

    kind: str
    key: str
    probability: float
    onset: date
    expected: float
    observed: int
    remaining_share: float
    came: tuple[float, float]


@dataclass(frozen=True)
class Division:
    """How a network divides into large parts.

    `practices` is the directory; `across` the events of the streams that cut across practices, by
    kind; a location that we closed was not expected to be sent to.
    """

    practices: Mapping[str, Practice]
    across: Mapping[str, Events]
    closures: tuple[Closure, ...] = ()


def watch(
    cadence: WeeklyCounts, pool: Exposure, division: Division, priors: Priors
) -> list[Stream]:
    """Every stream that is large enough, the network first."""
    names, number, steady = _series(cadence, pool, division)
    for row, (kind, key) in enumerate(names):
        if kind == "location":
            closures = [each for each in division.closures if each.location == key]
            steady[row] *= _open(cadence, closures)
    large = (number.mean(axis=1) >= LEAST_A_WEEK) & (cadence.weeks >= LEAST_WEEKS)
    if not large.any():
        return []
    names = [name for name, keep in zip(names, large, strict=True) if keep]
    number, exposure = number[large], steady[large] * pool.calendar[None, :]
    phi = level_dispersion(number, exposure)
    posteriors = posterior(number, exposure, Basis(phi, PRIOR_SHAPE), priors)
    first_week = cadence.weeks - posteriors.window
    before_count, before_exposure = discounted_past(
        number, exposure, posteriors.window, priors.discount
    )
    results = []
    for row, (kind, key) in enumerate(names):
        onset = int(posteriors.onset[row])
        level = before_count[row, onset] / max(before_exposure[row, onset], 1e-9)
        since = slice(first_week + onset, None)
        newest = number[row, -2:] / np.maximum(level * exposure[row, -2:], 1e-9)
        results.append(
            Stream(
                kind,
                key,
                float(posteriors.probability[row] + posteriors.absence[row]),
                cadence.week_start(first_week + onset),
                float(level * exposure[row, since].sum()),
                int(number[row, since].sum()),
                float(posteriors.remaining[row]),
                (float(newest[0]), float(newest[1])),
            )
        )
    return results


def fallen(streams: Iterable[Stream], as_of: date) -> list[Stream]:
    """Those that likely fell as a whole, four weeks to half a year ago, the deepest fall first."""
    fallen_streams = [
        stream
        for stream in streams
        if stream.probability >= SURE
        and stream.observed <= FELL * stream.expected
        and STANDING <= as_of - stream.onset <= FRESH
    ]
    return sorted(fallen_streams, key=lambda s: (s.observed / s.expected, s.kind, s.key))


def _open(cadence: WeeklyCounts, closures: list[Closure]) -> FloatArray:
    """The share of each week in which a location was open, its own closures given."""
    everything = {closure.location: np.ones(1) for closure in closures}
    share = open_share(closures, everything, 1, cadence.span)
    return np.ones(cadence.weeks) if share is None else share[0]


def _series(
    cadence: WeeklyCounts, pool: Exposure, division: Division
) -> tuple[list[tuple[str, str]], FloatArray, FloatArray]:
    """Each stream's name, its referrals a week, and what its practices would steadily send."""
    names = [("network", "")]
    rows = [cadence.counts.sum(axis=0)]
    steady = [pool.steady]
    for kind in BY_PRACTICE:
        groups = np.array([getattr(division.practices.get(i), kind, "") for i in cadence.ids])
        for key in sorted(set(groups[groups != ""].tolist())):
            member = groups == key
            names.append((kind, key))
            rows.append(cadence.counts[member].sum(axis=0))
            steady.append(pool.rate[member] @ pool.chance[member])
    for kind, referrals in division.across.items():
        cut = weekly(referrals, cadence.as_of)
        for row, key in enumerate(cut.ids):
            names.append((kind, key))
            behind = cadence.weeks - cut.weeks
            aligned = np.concatenate([np.zeros(max(behind, 0)), cut.counts[row, max(-behind, 0) :]])
            live = np.concatenate([np.zeros(max(behind, 0)), cut.live[row, max(-behind, 0) :]])
            rows.append(aligned)
            steady.append(pool.steady * live)
    return names, np.stack(rows), np.stack(steady)
