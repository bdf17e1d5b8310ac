"""The line of figures below a practice's name, and the sentence that keeps what the line lacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from quietdrop.domain.figures import Figure
from quietdrop.lib.reader import decimal
from quietdrop.messages.wording import sentences
from quietdrop.messages.wording.figures import (
    MINUS,
    WEEKS_A_MONTH,
    count,
    gap,
    month,
    number,
    rate,
    sureness,
)

WEEKLY, MONTHLY = " a week", " a month"
LEAST_ROUND = 0.5  # of a referral: less than this rounds to none


@dataclass(frozen=True)
class Fall:
    """A practice's fall, as its sentence and its line of figures tell it.

    `remaining_share` is the present rate over the baseline, `fading` how likely a slow slide is;
    `edge` says that the fall began before the weeks that are looked at.
    """

    baseline_per_week: float
    observed: int  # since the onset
    expected: float
    onset: date
    onset_low: date | None
    onset_high: date | None
    probability: float  # of a lasting drop
    remaining_share: float | None
    edge: bool = False
    fading: float = 0.0
    silent_days: int = 0
    is_watched: bool = False  # not sure enough to be listed


def figures_of(fall: Fall, as_of: date) -> tuple[Figure, ...]:
    """What is at stake, how sure we are, since when; at most three."""
    lost = _loss(fall)
    sure = _sure(fall.probability)
    before, since = _since(fall, as_of)
    return (*((lost,) if lost else ()), sure, Figure(since, before=before))


def as_ever(baseline_per_week: float) -> tuple[Figure, ...]:
    """The usual rate of a practice that has not fallen; nothing where it has none."""
    if baseline_per_week <= 0:
        return ()
    amount, _, unit = _counted(rate(baseline_per_week)).partition(" ")
    return (Figure(amount, f"{unit}, as ever"),)


def brief(fall: Fall) -> str:
    """The sentence below the line: what is usual, what came, what was expected."""
    words = _brief(fall)
    return f"{words} It may be chance." if fall.is_watched else words


def complaint_tag(days: int) -> str:
    """ "Complaint, 12 days"; a complaint of today has no age yet."""
    return f"Complaint, {count(days, 'day', 'days')}" if days > 0 else "Complaint, new"


def _brief(fall: Fall) -> str:
    if fall.observed == 0 and fall.silent_days > 0 and not fall.edge:
        return sentences.silence(fall.baseline_per_week, fall.silent_days)
    slide = _slide(fall)
    if slide:
        return f"Slowly down {slide}."
    came = "none" if fall.observed == 0 else decimal(fall.observed)
    usual = f"Usually {rate(fall.baseline_per_week)}"
    return f"{usual}; {came} came where {number(fall.expected)} were expected."


def _slide(fall: Fall) -> str:
    if fall.fading < sentences.SLIDES or fall.edge or fall.remaining_share is None:
        return ""
    return sentences.slide(fall.baseline_per_week, fall.remaining_share)


def _loss(fall: Fall) -> Figure | None:
    """What is lost, in the unit that the sentence counts in; None where it rounds to nothing."""
    if fall.observed == 0 and fall.silent_days > 0:
        words = _counted(gap(fall.baseline_per_week))
    else:
        words = _in_units_of(fall.baseline_per_week, fall.baseline_per_week * _lost_share(fall))
    amount, _, unit = words.partition(" ")
    return Figure(f"{MINUS}{amount}", unit) if amount[:1].isdigit() else None


def _lost_share(fall: Fall) -> float:
    if _slide(fall) and fall.remaining_share is not None:
        return 1.0 - fall.remaining_share
    return max(1.0 - fall.observed / fall.expected, 0.0) if fall.expected > 0 else 0.0


def _in_units_of(baseline: float, lost: float) -> str:
    usual = rate(baseline)
    if usual.endswith(WEEKLY) and lost >= LEAST_ROUND:
        return f"{decimal(lost)}{WEEKLY}"
    if usual.endswith(MONTHLY) and lost * WEEKS_A_MONTH >= LEAST_ROUND:
        return f"{decimal(lost * WEEKS_A_MONTH)}{MONTHLY}"
    return _counted(rate(lost))


def _counted(words: str) -> str:
    """ "1 every 6 weeks" of "one every 6 weeks"."""
    return f"1{words.removeprefix('one')}" if words.startswith("one ") else words


def _sure(probability: float) -> Figure:
    words = sureness(probability).removeprefix("about ")
    if words.endswith(" sure"):
        return Figure(words.removesuffix(" sure"), "sure")
    return Figure(words)


def _since(fall: Fall, as_of: date) -> tuple[str, str]:
    """How the day is introduced, and the day; of a slide only the month is known."""
    if _slide(fall):
        return "since", month(fall.onset, as_of)
    return sentences.since_when(fall.onset, fall.onset_low, fall.onset_high, as_of, fall.edge)
