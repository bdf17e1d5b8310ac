"""The save ledger and the honesty of the odds, in a manager's words: no cause without proof."""

from __future__ import annotations

from quietdrop.digest.words import count
from quietdrop.reports import Back, Gain, Ledger, Said

_GROUPS = {
    "made": "Somebody got through",
    "unmade": "Listed, and nobody got through",
    "left out": "Left out by the budget",
    "held out": "Held out by chance",
}


def group(name: str) -> str:
    """What a group of the ledger is called."""
    return _GROUPS[name]


def back(figures: Back) -> str:
    """What came back in one group, with its uncertainty, and what was to be expected anyway."""
    told = f"{count(figures.cases, 'practice', 'practices')}; "
    told += f"{_percent(figures.share)} of the usual came"
    if figures.low is not None and figures.high is not None:
        told += f" (between {_percent(figures.low)} and {_percent(figures.high)})"
    return f"{told}, where {_percent(figures.anyway / figures.usual)} was likely anyway."


def findings(ledger: Ledger) -> list[str]:
    """What the ledger shows and what it does not, one sentence each."""
    if not ledger.groups:
        return [_nothing_yet(ledger)]
    told = []
    if ledger.over_model:
        told.append(f"Of those seen, {_beyond(ledger.over_model)} than was likely anyway.")
    if ledger.over_left:
        told.append(
            f"Of those seen, {_beyond(ledger.over_left)} than of those nobody got to. That is no "
            "proof: whom a liaison sees is no accident."
        )
    if ledger.over_held:
        told.append(f"With the held-out share: of those listed, {_beyond(ledger.over_held)}.")
    else:
        told.append(
            "We cannot tell yet whether check-ins bring referrals back. That takes a held-out "
            "share, with twenty or more practices in it whose weeks have passed."
        )
    return told


def honest(step: Said) -> str:
    """What was said with one step's odds, and how much of it turned out so."""
    odds = f"{_percent(step.low)} to {_percent(step.high)} sure"
    if not step.is_enough:
        return f"{odds}: {step.said} so far, too early to say."
    return f"{odds}: {step.so} of {step.said} turned out to be a lasting drop."


def _nothing_yet(ledger: Ledger) -> str:
    if ledger.waiting:
        those = count(ledger.waiting, "check-in is", "check-ins are")
        return f"We cannot tell yet: {those} younger than {ledger.weeks} weeks."
    return f"We cannot tell yet: no check-in is {ledger.weeks} weeks old."


def _beyond(gain: Gain) -> str:
    span = f"between {_signed(gain.low)} and {_signed(gain.high)} of the usual"
    if gain.low > 0:
        return f"{_percent(gain.share)} of the usual more came ({span})"
    if gain.high < 0:
        return f"{_percent(-gain.share)} of the usual fewer came ({span})"
    return f"no more and no fewer came beyond chance ({span})"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _signed(share: float) -> str:
    return f"{100 * share:+.0f} %".replace("-", "\u2212")
