"""How right we were, in one line of the digest's footer. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from quietdrop.domain.reports import Verdict
from quietdrop.lib.reader import decimal
from quietdrop.messages.wording.figures import sureness

LEAST_CASES = 20  # fewer in a step say nothing yet
SURE = "93 % or more"  # the figures above the steps, taken together


def track_record(verdicts: Iterable[Verdict]) -> str:
    """ "of the last 20 at 4 in 5, 17 were down", of the step with the most closed cases; empty
    where no step has 20."""
    steps: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        steps[_step(verdict.probability)].append(verdict)
    enough = {step: each for step, each in steps.items() if len(each) >= LEAST_CASES}
    if not enough:
        return ""
    step = max(enough, key=lambda name: len(enough[name]))
    last = sorted(enough[step], key=lambda verdict: verdict.opened_on)[-LEAST_CASES:]
    down = sum(verdict.was_down for verdict in last)
    verb = "was" if down == 1 else "were"
    return f"of the last {LEAST_CASES} at {step}, {decimal(down)} {verb} down"


def _step(probability: float) -> str:
    words = sureness(probability).removeprefix("about ")
    if words.endswith(" sure"):
        return SURE
    return "better than even" if words == "more likely than not" else words
