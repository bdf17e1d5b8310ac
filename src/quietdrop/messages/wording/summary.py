"""The save ledger and the honesty of the odds, in a manager's words: no cause without proof."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from quietdrop.domain.reports import Back, Coverage, Gain, Ledger, ReliabilityBin
from quietdrop.messages.wording.figures import count, percent

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
    text = f"{count(figures.cases, 'practice', 'practices')}; "
    text += f"{percent(figures.share)} of the usual came"
    if figures.low is not None and figures.high is not None:
        text += f" (between {percent(figures.low)} and {percent(figures.high)})"
    return f"{text}, where {percent(figures.anyway / figures.usual)} was likely anyway."


def findings(ledger: Ledger) -> list[str]:
    """What the ledger shows and what it does not, one sentence each."""
    if not ledger.groups:
        return [_nothing_yet(ledger)]
    result = []
    if ledger.over_model:
        result.append(f"Of those seen, {_beyond(ledger.over_model)} than was likely anyway.")
    if ledger.over_left:
        result.append(
            f"Of those seen, {_beyond(ledger.over_left)} than of those nobody got to. That is no "
            "proof: whom a liaison sees is no accident."
        )
    if ledger.over_held:
        result.append(f"With the held-out share: of those listed, {_beyond(ledger.over_held)}.")
    else:
        result.append(
            "We cannot tell yet whether check-ins bring referrals back. That takes a held-out "
            "share, with twenty or more practices in it whose weeks have passed."
        )
    return result


def coverage(rows: Sequence[Coverage]) -> str:
    """What the table of liaisons does not show."""
    said = ["Waits too long: listed twice, and nothing done within a week."]
    oldest = max((row.oldest for row in rows if row.aging), default=0)
    if oldest:
        said.append(f"The oldest of these is open for {count(oldest, 'week', 'weeks')}.")
    if left_out := sum(row.left_out for row in rows):
        verb = "was" if left_out == 1 else "were"
        said.append(f"{count(left_out, 'practice', 'practices')} {verb} left out by the budget.")
    if idle := sum(not row.open for row in rows):
        said.append(f"{count(idle, 'liaison has', 'liaisons have')} no open check-in.")
    return " ".join(said)


def needs_a_home(practices: int) -> str:
    """What is said of a liaison who has practices but is not in the liaisons table."""
    if practices == 1:
        one = "1 practice needs a home: the directory gives it to this liaison"
        return f"{one}, who is not in the table of liaisons. Please say who has it now."
    many = f"{practices} practices need a home: the directory gives them to this liaison"
    return f"{many}, who is not in the table of liaisons. Please say who has them now."


def held_out(number: int) -> str:
    """How many practices chance leaves unlisted; empty where it leaves none."""
    if not number:
        return ""
    return f"{count(number, 'practice is', 'practices are')} left unlisted by chance, as you chose."


def reliability(steps: Iterable[ReliabilityBin]) -> list[str]:
    """How the odds turned out, a line a step; one line where nothing is old enough."""
    bins = [honest(step) for step in steps if step.said]
    return bins or ["Too early to say: no drop was told 13 weeks ago or longer."]


def honest(step: ReliabilityBin) -> str:
    """What was said with one step's odds, and how much of it turned out so."""
    odds = f"{percent(step.low)} to {percent(step.high)} sure"
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
        return f"{percent(gain.share)} of the usual more came ({span})"
    if gain.high < 0:
        return f"{percent(-gain.share)} of the usual fewer came ({span})"
    return f"no more and no fewer came beyond chance ({span})"


def _signed(share: float) -> str:
    return f"{100 * share:+.0f} %".replace("-", "\u2212")
