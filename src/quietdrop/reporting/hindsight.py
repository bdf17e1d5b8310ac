"""What really happened, told afterwards: lasting losses, by what came before and after.

Only for judging listings in a rehearsal. It looks at both sides of each week, which no weekly
run could.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from quietdrop.domain.arrays import FloatArray, IntArray

BEFORE_WEEKS = 52  # a whole year, so that its seasons cancel
AFTER_WEEKS = 26  # half a year: a loss that lasts so long counts as lasting
LEAST_WEEKS = 13  # to each side
LEAST_EVIDENCE = 6.0  # log likelihood ratio: one steady practice in hundreds reaches it in a year
MOST_KEPT = 0.6  # of the rate before: a smaller loss cannot be told from a wandering rate
QUARTER, MONTH = 13, 4  # weeks that a quarterly and a monthly report sum


@dataclass(frozen=True)
class Losses:
    """One value a stream. `onset` is the first week of the loss, −1 where there is none; `kept` the
    share that stayed; `lost` streams × weeks the referrals missing in each of the 26 weeks from
    the onset."""

    onset: IntArray
    kept: FloatArray
    lost: FloatArray


def losses(
    counts: FloatArray, exposure: FloatArray, dispersion: FloatArray, first: int, last: int
) -> Losses:
    """The lasting losses that began in week `first` to `last`, at most one a stream.

    A loss is the split with the greatest likelihood ratio of two Poisson levels over one (divided
    by the dispersion), up to 52 weeks before against up to 26 after, where at most 60 % stayed.
    """
    streams, weeks = counts.shape
    best = np.full(streams, LEAST_EVIDENCE)
    onset = np.full(streams, -1, dtype=np.int64)
    rate, kept = np.zeros(streams), np.ones(streams)
    for week in range(LEAST_WEEKS, weeks - 1):
        before = slice(max(week - BEFORE_WEEKS, 0), week)
        after = slice(week, min(week + AFTER_WEEKS, weeks))
        evidence, level, share = _split(counts, exposure, before, after)
        better = (evidence / dispersion > best) & (share <= MOST_KEPT)
        best = np.where(better, evidence / dispersion, best)
        onset = np.where(better, week, onset)
        rate, kept = np.where(better, level, rate), np.where(better, share, kept)
    lasting = (onset >= first) & (onset <= min(last, weeks - LEAST_WEEKS))
    onset = np.where(lasting, onset, -1)
    since = np.arange(weeks)[None, :] - onset[:, None]
    counted = (onset[:, None] >= 0) & (since >= 0) & (since < AFTER_WEEKS)
    missing = rate[:, None] * exposure * (1.0 - kept[:, None])
    lost: FloatArray = np.where(counted, missing, 0.0)
    return Losses(onset, kept, lost)


def _split(
    counts: FloatArray, exposure: FloatArray, before: slice, after: slice
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Log likelihood ratio of a fall, the level before, and the share of it that stayed."""
    came, went = counts[:, before].sum(axis=1), counts[:, after].sum(axis=1)
    chances, later = exposure[:, before].sum(axis=1), exposure[:, after].sum(axis=1)
    is_usable = (came > 0) & (chances > 0) & (later > 0)
    level = np.divide(came, chances, out=np.zeros_like(came), where=is_usable)
    then = np.divide(went, later, out=np.zeros_like(went), where=is_usable)
    pooled = np.divide(came + went, chances + later, out=np.ones_like(came), where=is_usable)
    gain = came * np.log(np.where(is_usable, level / pooled, 1.0))
    gain += went * np.log(np.where(is_usable & (went > 0), then / pooled, 1.0))
    share = np.divide(then, level, out=np.ones_like(came), where=is_usable)
    return np.where(is_usable & (share < 1), gain, 0.0), level, share


@dataclass(frozen=True)
class ReportRule:
    """A periodic report: it sums so many weeks and shows a loss when they brought at most
    `halved` of what as many weeks brought in the 13 before the onset."""

    weeks: int = QUARTER
    halved: float = 0.5


QUARTERLY, MONTHLY = ReportRule(QUARTER), ReportRule(MONTH)


def reported(
    counts: FloatArray, onset: IntArray, report_weeks: IntArray, rule: ReportRule = QUARTERLY
) -> IntArray:
    """The week after which a report shows each loss, −1 where none does.

    A report is made at the end of each of `report_weeks`.
    """
    summed = np.pad(counts.cumsum(axis=1), ((0, 0), (1, 0)))
    row, start = np.arange(len(counts)), np.maximum(onset, 0)
    before = summed[row, start] - summed[row, np.maximum(start - QUARTER, 0)]
    usual = before * rule.weeks / QUARTER
    shown = np.full(len(counts), -1, dtype=np.int64)
    for week in report_weeks:
        came = summed[:, week + 1] - summed[:, max(week + 1 - rule.weeks, 0)]
        shows = (onset >= 0) & (week >= onset) & (came <= rule.halved * usual) & (shown < 0)
        shown = np.where(shows, week, shown)
    return shown


def named_a_report(counts: FloatArray, report_weeks: IntArray, rule: ReportRule = MONTHLY) -> float:
    """How many streams such a report names, on average, whether or not they lost anything: they
    sent at most `halved` of their usual, where that is a referral or more."""
    summed = np.pad(counts.cumsum(axis=1), ((0, 0), (1, 0)))
    named = []
    for week in report_weeks.tolist():
        start = week + 1 - rule.weeks
        if start < QUARTER:
            continue
        usual = (summed[:, start] - summed[:, start - QUARTER]) * rule.weeks / QUARTER
        came = summed[:, week + 1] - summed[:, start]
        named.append(int(((usual >= 1) & (came <= rule.halved * usual)).sum()))
    return float(np.mean(named)) if named else 0.0
