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


def watch(
    cadence: WeeklyCounts,
    pool: Exposure,
    across: Mapping[str, Events],
    practices: Mapping[str, Practice],
    priors: Priors,
    closures: Iterable[Closure] = (),
) -> list[Stream]:
    """Every stream that is large enough, the network first. `across` holds the events of the
    streams that cut across practices, by kind; a location that we closed was not expected to
    be sent to."""
    names, number, steady = _series(cadence, pool, across, practices)
    for row, (kind, key) in enumerate(names):
        if kind == "location":
            steady[row] *= _open(cadence, [each for each in closures if each.location == key])
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
    profile = cadence.weekday_profile()
    share = open_share(closures, everything, 1, cadence.week_start(0), cadence.weeks, profile)
    return np.ones(cadence.weeks) if share is None else share[0]


def _series(
    cadence: WeeklyCounts,
    pool: Exposure,
    across: Mapping[str, Events],
    practices: Mapping[str, Practice],
) -> tuple[list[tuple[str, str]], FloatArray, FloatArray]:
    """Each stream's name, its referrals a week, and what its practices would steadily send."""
    names = [("network", "")]
    rows = [cadence.counts.sum(axis=0)]
    steady = [pool.steady]
    for kind in BY_PRACTICE:
        groups = np.array([getattr(practices.get(i), kind, "") for i in cadence.ids])
        for key in sorted(set(groups[groups != ""].tolist())):
            member = groups == key
            names.append((kind, key))
            rows.append(cadence.counts[member].sum(axis=0))
            steady.append(pool.rate[member] @ pool.chance[member])
    for kind, referrals in across.items():
        cut = weekly(referrals, cadence.as_of)
        for row, key in enumerate(cut.ids):
            names.append((kind, key))
            behind = cadence.weeks - cut.weeks
            aligned = np.concatenate([np.zeros(max(behind, 0)), cut.counts[row, max(-behind, 0) :]])
            live = np.concatenate([np.zeros(max(behind, 0)), cut.live[row, max(-behind, 0) :]])
            rows.append(aligned)
            steady.append(pool.steady * live)
    return names, np.stack(rows), np.stack(steady)
