"""The peers: the rules in use, and the textbook detectors, each a score a practice.

Every peer is given more than its users have: the true week effects (season, holidays, snow). A
score is higher for more alarming and 0 where a peer knows too little; `lost` is the fall in
referrals a week that the peer itself would name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, gammaln, xlogy
from scipy.stats import poisson

from quietdrop.domain.arrays import FloatArray, IntArray

YEAR, QUARTER = 52, 13
LEAST_REFERRALS = 6  # in the window that a rule compares with; fewer fall to nothing by chance
GAP_REFERRALS = 3
EWMA_WEIGHT = 0.12  # the best of 0.05 … 0.3 on other networks
CUSUM_KEPT = 0.4  # the level that the CUSUM is tuned to; the best of 0.2 … 0.6
LAG = 8  # weeks that a baseline leaves out, so that a new fall does not lower it
MBG_SAMPLE = 2000


@dataclass(frozen=True)
class Seen:
    """What is known on the morning of one run.

    `counts` practices × weeks, `exposure` weeks, `first` and `last` the operational time (weeks
    of exposure since the oldest week) of each practice's first and last referral, `now` that of
    the run; `days` on how many days a practice referred; `live` practices × weeks, whether a
    practice had begun to refer.
    """

    counts: FloatArray
    exposure: FloatArray
    live: FloatArray
    first: FloatArray
    last: FloatArray
    days: FloatArray
    now: float


Peer = Callable[[Seen], tuple[FloatArray, FloatArray]]


def seen_before(
    counts: FloatArray, exposure: FloatArray, days: tuple[IntArray, IntArray], week: int
) -> Seen:
    """In: practices × weeks, weeks, (practice, day since the oldest week's first) of every day
    with referrals, the week before which the run is made. Out: what it knows."""
    clock = np.concatenate([[0.0], np.repeat(exposure / 7.0, 7).cumsum()])
    practice, day = days
    before = day < 7 * week
    moment = clock[day[before]]
    first, last = np.full(len(counts), np.inf), np.full(len(counts), -np.inf)
    np.minimum.at(first, practice[before], moment)
    np.maximum.at(last, practice[before], moment)
    begun = np.minimum.accumulate(np.where(counts > 0, np.arange(counts.shape[1]), np.inf), axis=1)
    live = np.isfinite(begun).astype(float)
    number = np.bincount(practice[before], minlength=len(counts)).astype(float)
    past = counts[:, :week], exposure[:week], live[:, :week]
    return Seen(*past, first, last, number, float(clock[7 * week]))


def _window(seen: Seen, start: int, stop: int) -> tuple[FloatArray, FloatArray]:
    """Referrals and chances from `start` up to `stop` weeks ago."""
    weeks = len(seen.exposure)
    part = slice(max(weeks - start, 0), max(weeks - stop, 0))
    chances = (seen.live[:, part] * seen.exposure[part]).sum(axis=1)
    return seen.counts[:, part].sum(axis=1), chances


def _rate(came: FloatArray, chances: FloatArray) -> FloatArray:
    return np.divide(came, chances, out=np.zeros_like(came), where=chances > 0)


def _fell(seen: Seen, start: int, stop: int) -> tuple[FloatArray, FloatArray]:
    """The share by which the last 13 weeks fell below an earlier window; a larger window of
    referrals wins a tie."""
    came, chances = _window(seen, start, stop)
    now, lately = _window(seen, QUARTER, 0)
    before, after = _rate(came, chances), _rate(now, lately)
    fall = 1.0 - np.divide(after, before, out=np.ones_like(came), where=before > 0)
    score = np.where(came >= LEAST_REFERRALS, np.maximum(fall, 0.0), 0.0)
    score *= 1.0 + came / (came + 1e4)
    return score, np.maximum(before - after, 0.0)


def quarter_on_quarter(seen: Seen) -> tuple[FloatArray, FloatArray]:
    """13 weeks against the 13 before."""
    return _fell(seen, 2 * QUARTER, QUARTER)


def year_on_year(seen: Seen) -> tuple[FloatArray, FloatArray]:
    """13 weeks against the same 13 of last year."""
    return _fell(seen, YEAR + QUARTER, YEAR)


def long_gap(seen: Seen) -> tuple[FloatArray, FloatArray]:
    """ "No referral for 3 × the usual gap": the present gap over the mean one between the days
    with referrals before it. Of the mean, the median and quantiles of gaps between days or between
    referrals, of the last year or of all, none did better by more than chance."""
    enough = seen.days >= GAP_REFERRALS
    span = np.where(enough, seen.last - seen.first, 1.0)
    usual = np.maximum(span / np.maximum(seen.days - 1.0, 1.0), 1.0 / 7.0)
    score = np.where(enough, (seen.now - np.where(enough, seen.last, seen.now)) / usual, 0.0)
    return score, np.where(enough, seen.counts.sum(axis=1) / np.maximum(span, 1.0), 0.0)


def poisson_tail(weeks: int) -> Peer:
    """How improbable so few referrals in the last `weeks` are at the rate of the 52 before."""

    def peer(seen: Seen) -> tuple[FloatArray, FloatArray]:
        came, chances = _window(seen, YEAR + weeks, weeks)
        now, lately = _window(seen, weeks, 0)
        rate = _rate(came, chances)
        enough = came >= GAP_REFERRALS
        tail = poisson.logcdf(now, np.where(enough, rate * lately, 0.0))
        return np.where(enough, -tail, 0.0), np.maximum(rate - _rate(now, lately), 0.0)

    return peer


def ewma(seen: Seen) -> tuple[FloatArray, FloatArray]:
    """Standardised distance of an exponentially weighted mean below the year before the last 8
    weeks (Borror, Champ and Rigdon 1998, for Poisson counts)."""
    came, chances = _window(seen, YEAR + LAG, LAG)
    rate = _rate(came, chances)
    smoothed, expected = np.zeros_like(rate), np.zeros_like(rate)
    variance = np.zeros_like(rate)
    for week in range(max(len(seen.exposure) - YEAR, 0), len(seen.exposure)):
        chance = seen.exposure[week] * seen.live[:, week]
        smoothed += EWMA_WEIGHT * (seen.counts[:, week] - smoothed)
        expected += EWMA_WEIGHT * (rate * chance - expected)
        variance = (1.0 - EWMA_WEIGHT) ** 2 * variance + EWMA_WEIGHT**2 * rate * chance
    enough = (came >= GAP_REFERRALS) & (variance > 0)
    score = np.divide(expected - smoothed, np.sqrt(variance), out=np.zeros_like(rate), where=enough)
    return np.maximum(score, 0.0), np.where(enough, np.maximum(expected - smoothed, 0.0), 0.0)


def cusum(seen: Seen) -> tuple[FloatArray, FloatArray]:
    """The Poisson CUSUM (Lucas 1985) of a fall to 0.4 of the year before the last 8 weeks."""
    came, chances = _window(seen, YEAR + LAG, LAG)
    rate = _rate(came, chances)
    total = np.zeros_like(rate)
    for week in range(max(len(seen.exposure) - YEAR, 0), len(seen.exposure)):
        mean = rate * seen.exposure[week] * seen.live[:, week]
        step = seen.counts[:, week] * np.log(CUSUM_KEPT) + mean * (1.0 - CUSUM_KEPT)
        total = np.maximum(total + step, 0.0)
    now, lately = _window(seen, LAG, 0)
    enough = came >= GAP_REFERRALS
    return np.where(enough, total, 0.0), np.where(
        enough, np.maximum(rate - _rate(now, lately), 0.0), 0.0
    )


def poisson_focus(seen: Seen) -> tuple[FloatArray, FloatArray]:
    """Poisson-FOCuS (Ward, Dilillo, Eckley and Fearnhead 2023), looking downwards.

    For every start and every size of a fall at once, the log likelihood ratio against the rate of
    the year before the last 8 weeks: max over τ and μ < 1 of Σ x·log μ − (μ − 1)·Σ λ, which is
    S·log(S/E) − (S − E). The paper's pruning finds the same maximum without trying every start.
    """
    came, chances = _window(seen, YEAR + LAG, LAG)
    rate = _rate(came, chances)
    first = max(len(seen.exposure) - YEAR, 0)
    mean = rate[:, None] * seen.exposure[first:] * seen.live[:, first:]
    since, expected = (values[:, ::-1].cumsum(axis=1) for values in (seen.counts[:, first:], mean))
    fell = since < expected
    ratio = np.divide(since, expected, out=np.ones_like(mean), where=fell)
    gain = np.where(fell, xlogy(since, ratio) - (since - expected), 0.0)
    best = gain.argmax(axis=1)
    row = np.arange(len(gain))
    enough = came >= GAP_REFERRALS
    return (
        np.where(enough, gain[row, best], 0.0),
        np.where(enough, rate * (1.0 - ratio[row, best]), 0.0),
    )


def mbg_nbd(seen: Seen) -> tuple[FloatArray, FloatArray]:
    """1 − P(alive) of the MBG/NBD model (Batislam, Denizel and Filiztekin 2007)."""
    repeats = np.maximum(seen.counts.sum(axis=1) - 1.0, 0.0)
    returning = repeats >= 1
    recency = np.where(returning, seen.last - seen.first, 0.0)
    age = np.where(returning, seen.now - seen.first, 0.0)
    shape, scale, a, b = fit_mbg_nbd(repeats[returning], recency[returning], age[returning])
    odds = a / (b + repeats) * ((scale + age) / (scale + recency)) ** (shape + repeats)
    gone = np.where(returning, odds / (1.0 + odds), 0.0)
    return gone, gone * (shape + repeats) / (scale + np.maximum(recency, 1.0))


def fit_mbg_nbd(
    repeats: FloatArray, recency: FloatArray, age: FloatArray
) -> tuple[float, float, float, float]:
    """The r, α, a and b of greatest likelihood, on at most 2,000 customers spread evenly."""
    if not len(repeats):
        return 1.0, 1.0, 1.0, 1.0
    step = max(len(repeats) // MBG_SAMPLE, 1)
    x, seen, old = repeats[::step], recency[::step], age[::step]

    def loss(log_values: FloatArray) -> float:
        r, alpha, a, b = np.exp(np.clip(log_values, -8, 8))
        alive = np.log(b + x) - (r + x) * np.log(alpha + old)
        gone = np.log(a) - (r + x) * np.log(alpha + seen)
        whole = np.logaddexp(alive, gone) - np.log(a + b + x)
        prior = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        return -float((whole + prior + betaln(a, b + x) - betaln(a, b)).sum())

    best = minimize(loss, np.log([1.0, 2.0, 0.5, 5.0]), method="L-BFGS-B")
    r, alpha, a, b = np.exp(np.clip(best.x, -8, 8)).tolist()
    return r, alpha, a, b


PEERS: dict[str, Peer] = {
    "13 weeks against the 13 before": quarter_on_quarter,
    "13 weeks against last year's": year_on_year,
    "no referral for k × the usual gap": long_gap,
    "Poisson tail, 4 weeks": poisson_tail(4),
    "Poisson tail, 8 weeks": poisson_tail(8),
    "EWMA": ewma,
    "Poisson CUSUM": cusum,
    "Poisson-FOCuS": poisson_focus,
    "MBG/NBD P(alive)": mbg_nbd,
}
