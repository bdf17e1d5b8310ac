"""The save ledger: what came back after a check-in, against what would have come anyway. Pure.

Every would-be check-in is followed for the same weeks from its opening, whatever became of it.
The share of the usual that came is the ratio estimator R = Σ came / Σ usual over practices, with
Cochran's linearised variance n/(n−1) · Σ(came − R·usual)² / (Σ usual)² (Sampling Techniques, 3rd
ed., 6.3): practices, not referrals, are what varies. Intervals are Student's t, of a difference
with Welch's degrees of freedom. Nothing is drawn at random, and no order matters.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import numpy as np
from scipy.special import stdtrit

from quietdrop.checkins.touches import group_by_practice
from quietdrop.domain import outcomes
from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.checkin import NO_CONTACT, CheckIn, Kind, State, Touch
from quietdrop.domain.reports import Back, Case, Gain, Ledger
from quietdrop.reporting.streams import Streams

HORIZONS = (13, 26)  # weeks
MADE_WITHIN = timedelta(weeks=4)
LEAST_CASES = 20  # in each of two groups that are compared
LEAST_USUAL = 50.0  # usual referrals in each
LEVEL = 0.9
GROUPS = ("made", "unmade", State.LEFT_OUT, State.HELD_OUT)
MISSED = {"could not reach", "not mine"}


def cases(
    checkins: Iterable[CheckIn], unlisted: Iterable[CheckIn], touches: Iterable[Touch]
) -> list[Case]:
    """In: what was listed, what was left or held out, and what liaisons did. Out: the cases.

    Complaints are left out: they are answered whatever the counts say. So is a case over the
    budget that was listed after all, or held out, within four weeks.
    """
    by_practice = group_by_practice(touches)
    listed = [c for c in checkins if c.kind == Kind.DRIFT and c.state != State.REVIEW]
    unlisted = list(unlisted)
    taken = {(c.practice_id, c.opened_on) for c in listed}
    taken |= {(c.practice_id, c.opened_on) for c in unlisted if c.state == State.HELD_OUT}
    result = [
        _case(c, "made" if _was_made(c, by_practice.get(c.practice_id, [])) else "unmade")
        for c in listed
    ]
    for checkin in unlisted:
        later = any(
            practice_id == checkin.practice_id
            and checkin.opened_on <= day < checkin.opened_on + MADE_WITHIN
            for practice_id, day in taken
        )
        if checkin.state == State.HELD_OUT or not later:
            result.append(_case(checkin, checkin.state))
    return sorted({case for case in result if case is not None})


def _case(checkin: CheckIn, group: str) -> Case | None:
    if not checkin.baseline_per_week or checkin.probability is None:
        return None
    return Case(
        checkin.practice_id,
        checkin.opened_on,
        group,
        checkin.baseline_per_week,
        min(checkin.remaining_share or 0.0, 1.0),
        checkin.probability,
    )


def _was_made(checkin: CheckIn, touches: Iterable[Touch]) -> bool:
    """Whether somebody got through to the practice within four weeks of the opening."""
    return any(
        checkin.opened_on <= touch.touched_on < checkin.opened_on + MADE_WITHIN
        and not outcomes.is_complaint(touch)
        and touch.outcome not in MISSED
        and touch.kind != NO_CONTACT
        for touch in touches
    )


def anyway(case: Case) -> float:
    """The share of the usual that is expected if nothing is done: regression to the mean.

    A practice is listed because its count was low; with probability 1 − P the drop was chance, and
    all comes back: P·ρ + (1 − P), with ρ the remaining share. Equal to ρ plus
    P(no lasting drop) × (baseline − recent) / baseline.
    """
    return case.probability * case.remaining_share + 1.0 - case.probability


def ledger(cases: Iterable[Case], streams: Streams, weeks: int = HORIZONS[0]) -> Ledger:
    """In: the cases, and the practices' weeks. Out: what came in the first `weeks` whole weeks
    from each opening."""
    as_of, counts, exposure = streams.as_of, streams.counts, streams.exposure
    figures: dict[str, list[tuple[float, float, float]]] = {group: [] for group in GROUPS}
    waiting = 0
    for case in sorted(cases):
        since = (as_of - case.opened_on).days // 7
        if case.opened_on >= as_of or since < weeks:
            waiting += case.opened_on < as_of
            continue
        row, first = streams.row_of.get(case.practice_id), streams.weeks - since
        if row is None or first < 0:
            continue
        span = slice(first, first + weeks)
        usual = case.baseline * float(exposure[row, span].sum())
        if usual <= 0:
            continue
        figures[case.group].append((float(counts[row, span].sum()), usual, usual * anyway(case)))
    contacted, unmade, left, held = (np.array(figures[g]).reshape(-1, 3) for g in GROUPS)
    by_group = zip(GROUPS, (contacted, unmade, left, held), strict=True)
    return Ledger(
        as_of=as_of,
        weeks=weeks,
        groups=tuple((group, _back(rows)) for group, rows in by_group if len(rows)),
        over_model=_over_model(contacted),
        over_left=_difference(contacted, np.vstack([unmade, left])),
        over_held=_difference(np.vstack([contacted, unmade]), held),
        waiting=waiting,
    )


def _back(rows: FloatArray) -> Back:
    came, usual, expected = rows.sum(axis=0).tolist()
    share, variance, freedom = _ratio(rows[:, 0], rows[:, 1])
    if len(rows) < 2:
        return Back(1, came, usual, expected, share, None, None)
    half = _half(variance, freedom)
    return Back(len(rows), came, usual, expected, share, max(share - half, 0.0), share + half)


def _over_model(rows: FloatArray) -> Gain | None:
    """What came beyond what was to be expected anyway, as a share of the usual."""
    if not _is_enough(rows):
        return None
    gain, variance, freedom = _ratio(rows[:, 0] - rows[:, 2], rows[:, 1])
    half = _half(variance, freedom)
    return Gain(gain, gain - half, gain + half)


def _difference(some: FloatArray, others: FloatArray) -> Gain | None:
    """Both groups beyond what was to be expected of each anyway, one against the other: that takes
    out how unlike their drops were, and where chance made the groups it is right even where the
    expectation is wrong."""
    if not (_is_enough(some) and _is_enough(others)):
        return None
    first, v, n = _ratio(some[:, 0] - some[:, 2], some[:, 1])
    second, w, m = _ratio(others[:, 0] - others[:, 2], others[:, 1])
    parts = v**2 / n + w**2 / m
    half = _half(v + w, (v + w) ** 2 / parts if parts > 0 else min(n, m))
    return Gain(first - second, first - second - half, first - second + half)


def _is_enough(rows: FloatArray) -> bool:
    return len(rows) >= LEAST_CASES and float(rows[:, 1].sum()) >= LEAST_USUAL


def _ratio(over: FloatArray, under: FloatArray) -> tuple[float, float, float]:
    """Σ over / Σ under, its variance (zero of a single practice), degrees of freedom."""
    n, total = len(over), float(under.sum())
    share = float(over.sum()) / total
    spread = float(((over - share * under) ** 2).sum())
    return share, n / max(n - 1, 1) * spread / total**2, max(n - 1.0, 1.0)


def _half(variance: float, freedom: float) -> float:
    return float(stdtrit(freedom, 0.5 + LEVEL / 2) * np.sqrt(variance))
