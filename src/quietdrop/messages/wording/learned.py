"""What the network's own past taught, in words: the threshold, and what precedes a drop."""

from __future__ import annotations

import math
from collections.abc import Iterator

from quietdrop.config import Settings
from quietdrop.domain.alerts import AlertCard
from quietdrop.domain.hazard import Covariate, HazardCard, Verdict
from quietdrop.lib.reader import decimal, full_day
from quietdrop.messages.wording.figures import count, percent

# What is said of each covariate: a change of it that can be pictured, and its size in its unit.
CHANGES: dict[Covariate, tuple[str, float]] = {
    Covariate.WAIT: ("a wait half as long again as others'", math.log(1.5)),
    Covariate.WAIT_RISE: ("a wait that has grown by half", math.log(1.5)),
    Covariate.NOTES: ("half of our notes missing", 0.5),
    Covariate.DECLINED: ("a quarter of referrals declined", 0.25),
    Covariate.COMPLAINT: ("a complaint", 1.0),
    Covariate.STAFF_GONE: ("somebody who left", 1.0),
    Covariate.ACQUIRED: ("a new owner", 1.0),
    Covariate.UNTOUCHED: ("half a year without contact", 0.5),
    Covariate.NEIGHBORS: ("practices around it a quarter down", 0.25),
}
# What stood out of one practice.
REASONS: dict[Covariate, str] = {
    Covariate.WAIT: "their patients' wait",
    Covariate.WAIT_RISE: "a wait that has grown",
    Covariate.NOTES: "notes that did not go back",
    Covariate.DECLINED: "referrals that were declined",
    Covariate.COMPLAINT: "a complaint",
    Covariate.STAFF_GONE: "somebody who left",
    Covariate.ACQUIRED: "a new owner",
    Covariate.UNTOUCHED: "the time since the last contact",
    Covariate.NEIGHBORS: "drops at practices around it",
}
SHOWN = 1.1  # times as likely, or as much less; a smaller effect is left out
MOST_SHOWN = 3  # effects in one sentence


def promise(of: Settings, card: AlertCard) -> Iterator[str]:
    """Yield from which probability on practices are listed, and what that promises.

    Args:
        of: The settings, resolved by the card.
        card: What the past taught.
    """
    learned = f"{count(card.weeks, 'week', 'weeks')} of your own past, learned on"
    learned = f"by {learned} {full_day(card.learned_on)}"
    if (years := of.drift.false_alarm_years) is not None:
        yield f"listed from {percent(of.drift.alert_probability)}: {_at_most(years)}, {learned}"
    for one in of.override:
        if one.false_alarm_years is not None and one.alert_probability is not None:
            least = percent(one.alert_probability)
            yield f"{one.title}: listed from {least}: {_at_most(one.false_alarm_years)}, {learned}"


def _at_most(years: float) -> str:
    span = "a year" if years == 1 else f"{decimal(years, 0 if years == int(years) else 1)} years"
    return f"at most one false check-in a practice in {span}"


def hazard(card: HazardCard) -> str:
    """What precedes drops in this network; "" where nothing is recorded that could."""
    learned = f"{decimal(card.drops)} drops of {count(card.practices, 'practice', 'practices')}"
    match card.verdict:
        case Verdict.USED:
            effects = "; ".join(_effects(card)) or "nothing alone"
            return f"a drop is likelier after: {effects}. Learned from {learned}, and it held later"
        case Verdict.NO_BETTER:
            return (
                "what was recorded before earlier drops does not predict later ones "
                f"({learned}): every practice counts as equally likely to drop"
            )
        case Verdict.FEW_DROPS:
            return "too few drops yet to learn what precedes one"
        case Verdict.SHORT_PAST:
            return "too short a past yet to learn what precedes a drop"
    return ""


def _effects(card: HazardCard) -> list[str]:
    """The largest effects: "a complaint (2.1 × as likely)"."""
    ratios = {name: math.exp(w * CHANGES[name][1]) for name, w in card.weights.items()}
    shown = sorted((name for name in ratios if ratios[name] >= SHOWN), key=lambda n: -ratios[n])
    return [f"{CHANGES[n][0]} ({decimal(ratios[n], 1)} × as likely)" for n in shown[:MOST_SHOWN]]


def before_the_drop(ratio: float, reason: Covariate | None) -> str:
    """By how much what was known of a practice made a drop likelier; "" where hardly."""
    if 1 / SHOWN < ratio < SHOWN:
        return ""
    times = f"{decimal(ratio, 1)} × as likely as usual"
    why = f": {REASONS[reason]}" if reason is not None and ratio > 1 else ""
    return f"by what was known before it, a drop was {times}{why}"
