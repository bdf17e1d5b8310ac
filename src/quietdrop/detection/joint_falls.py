"""Several practices that have something in common and begin to fall in the same weeks.

When a competitor opens, a third of a territory's practices may lose a third each: none of them is
sure for long, and their sum falls by a tenth, which a season may do. What is telling is that their
onsets agree. For every week τ two accounts of a group are compared:

    apart:     each practice did as it did by itself: nothing, or a drift, an absence or a wandering
               rate at any time, with the hazards that it has (`change_point`): A
    together:  something happened in τ; with the chance q a practice fell to m then, else as above

With BF(τ, m) the change-point evidence of a practice, the log Bayes factor of the group is

    log mean_{q,m} Π (1 − q + q·BF(τ, m) / A)

so that who fell by itself, however sure its fall, speaks for a common cause only by its date.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from quietdrop.detection.bayes_factors import log_bayes_factors, newest_weeks
from quietdrop.detection.change_point import Basis, posterior
from quietdrop.detection.log_sums import log_sum_exp
from quietdrop.detection.templates import Templates
from quietdrop.domain.arrays import FloatArray, IntArray
from quietdrop.domain.priors import Priors

LEVELS = (0.3, 0.5, 0.67)  # of the baseline, that are left
SHARES = (0.3, 0.5)  # of a group, that may fall
WEEKS = 30  # in which the common onset is looked for: a quarter's delay, and as long again
STANDING = 4  # weeks; a shorter fall of many may be a snow storm
# Log Bayes factors from which a group is told of: one of USUAL_SIZE or more, and the smallest.
# Small groups agree by chance more often, and there are more of them. Set on 25 simulated networks
# of 120 practices, in each of which 12 of a territory's 30 lost a third (decision 16).
TOLD, MOST_TOLD = 0.0, 4.0
USUAL_SIZE = 30.0
SMALLER = 1.6  # for each time that USUAL_SIZE exceeds the group
CLOCKWORK = 0.8  # least dispersion: no group is to hang on one very regular practice
LEAST_MEMBERS = 5
LEAST_FALLS = 3.0  # the number to be expected; two are a coincidence
LIKELY = 0.4  # a member's own probability of having fallen with the others, to be named


@dataclass(frozen=True)
class JointFall:
    """A group of which some likely fell together.

    `group` is the group's place in what was asked, `onset` the week in which it likely began (an
    index into all weeks), `members` the rows of those who likely fell then.
    """

    group: int
    onset: int
    members: tuple[int, ...]


@dataclass(frozen=True)
class Evidence:
    """`log_factor[stream, week, level]` of a fall to each level in each of the last weeks, against
    all other accounts of the stream; the first of these weeks is `first` of all."""

    log_factor: FloatArray
    first: int


def evidence(
    counts: FloatArray, exposure: FloatArray, basis: Basis, priors: Priors, log_any: FloatArray
) -> Evidence:
    """Weighs each stream's fall to each level. In: as `change_point.posterior` takes them, and the
    `log_any` that it gives, made anew for the very regular, who count as less so here. Seasons are
    a part of the exposure."""
    window = min(WEEKS, counts.shape[1])
    levels = np.array([np.full(window, level) for level in LEVELS])
    shapes = Templates(levels, np.ones(len(LEVELS)), np.ones(len(LEVELS), dtype=bool))
    weeks = newest_weeks(counts, exposure, window, priors.discount)
    spread = np.maximum(basis.dispersion, CLOCKWORK)
    if (row := np.flatnonzero(basis.dispersion < CLOCKWORK)).size:
        less_regular = Basis(spread[row], basis.prior_rate, wander=basis.wander)
        log_any = log_any.copy()
        log_any[row] = posterior(counts[row], exposure[row], less_regular, priors).log_any
    factor = log_bayes_factors(weeks, spread, basis.prior_rate, shapes) - log_any[:, None, None]
    return Evidence(factor, counts.shape[1] - window)


def joint_falls(of: Evidence, groups: Iterable[IntArray]) -> list[JointFall]:
    """Finds the groups of which some likely fell together, at most one fall a group.

    Args:
        of: The streams' evidence.
        groups: The rows of each group's members.
    """
    standing = of.log_factor.shape[1] - STANDING
    falls = []
    for place, rows in enumerate(groups):
        if len(rows) < LEAST_MEMBERS:
            continue
        factor = of.log_factor[rows]  # members × weeks × levels
        gain, share = _gain(factor)
        week = int(gain.argmax())
        fell = _fell(factor[:, week], share[week])
        if gain[week] >= least_factor(len(rows)) and week <= standing and fell.sum() >= LEAST_FALLS:
            members = rows[fell >= LIKELY]
            falls.append(JointFall(place, of.first + week, tuple(members.tolist())))
    return falls


def least_factor(members: int) -> float:
    """The log Bayes factor from which a group of so many is told of."""
    return min(TOLD + SMALLER * max(USUAL_SIZE / members - 1.0, 0.0), MOST_TOLD)


def _gain(factor: FloatArray) -> tuple[FloatArray, FloatArray]:
    """By week: the log Bayes factor of a common cause, and the most likely share that fell.

    In: members × weeks × levels.
    """
    each = np.array(
        [np.logaddexp(np.log1p(-share), np.log(share) + factor).sum(axis=0) for share in SHARES]
    )  # shares × weeks × levels
    whole = log_sum_exp(each, axis=(0, 2)) - np.log(each.shape[0] * each.shape[2])
    share = np.array(SHARES)[log_sum_exp(each, axis=2).argmax(axis=0)]
    return np.asarray(whole, dtype=float), share


def _fell(factor: FloatArray, share: float) -> FloatArray:
    """Each member's probability of having fallen, given that a share of the group did.

    In: members × levels, of one week.
    """
    log_odds = log_sum_exp(factor, axis=1) - np.log(factor.shape[1])
    return np.asarray(expit(log_odds + np.log(share / (1.0 - share))), dtype=float)
