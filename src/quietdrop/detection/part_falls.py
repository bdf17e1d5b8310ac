"""A part of a stream that falls while the rest goes on: a provider who leaves a practice.

A part is judged by its own earlier rate, as a whole stream is. Against its fall stand all accounts
of the stream as a whole, since these say that its parts moved together:

    P(part fell) = Σ h·w·BF(part) / ( 1 + Σ accounts of the whole + Σ the part's own accounts )

All are weighed against "no change" of the same referrals, so that they compare: given the whole's
fall, which part a referral comes from is as before and adds nothing. A calendar effect moves the
whole more than the part, and so speaks against the part's fall.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from quietdrop.detection.change_point import Basis, Posterior, posterior
from quietdrop.detection.pool_line import LOW
from quietdrop.domain.arrays import FloatArray, IntArray
from quietdrop.domain.priors import Priors


@dataclass(frozen=True)
class PartsOf:
    """The streams that the parts belong to.

    Attributes:
        basis: What the whole streams were weighed with.
        log_any: How well all accounts together explain each whole stream, against no change.
        rows: Each part's stream.
    """

    basis: Basis
    log_any: FloatArray
    rows: IntArray


def part_posterior(
    came: FloatArray, whole: FloatArray, exposure: FloatArray, of: PartsOf, priors: Priors
) -> Posterior:
    """The probability that each part fell by itself.

    Args:
        came: The parts' referrals, parts × weeks.
        whole: Those of their streams, the same shape.
        exposure: The chances of their streams, the same shape.
        of: Their streams.
        priors: What is believed before any count.
    """
    begun = np.cumsum(came, axis=1) - came > 0  # its first week is why it is looked at
    share = came.sum(axis=1) / np.maximum((whole * begun).sum(axis=1), 1.0)
    basis = replace(
        of.basis,
        dispersion=thinned(of.basis.dispersion[of.rows], np.minimum(share, 1.0)),
        young=None,
        seasons=None,
        log_rival=of.log_any[of.rows],
    )
    return posterior(came * begun, exposure * begun, basis, priors)


def thinned(dispersion: FloatArray, share: FloatArray) -> FloatArray:
    """φ of a random share of a stream's referrals: 1 + (φ − 1)·share (Cox and Isham 1980)."""
    return np.asarray(np.maximum(1.0 + (dispersion - 1.0) * share, LOW), dtype=float)
