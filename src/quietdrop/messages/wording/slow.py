"""The words for a practice that slowly sends less."""

from __future__ import annotations

from datetime import date

from quietdrop.domain.findings import Slow
from quietdrop.messages.wording.figures import month
from quietdrop.messages.wording.sentences import slide


def slid(before: float, now: float) -> str:
    """From what to what: "from 5 a week to 2"; empty where both round to the same."""
    return slide(before, now / before) if before > 0 and now > 0 else ""


def sentence(one: Slow, as_of: date) -> str:
    """What happened, in a sentence."""
    return f"Slowly fewer since about {month(one.since, as_of)}: {slid(one.before, one.now)}."


def entry(one: Slow, as_of: date) -> str:
    """The same under a heading that says "Slowly fewer"."""
    return f"Since about {month(one.since, as_of)}, {slid(one.before, one.now)}."


def line(one: Slow, as_of: date) -> str:
    """The same beside the label "Slowly", for a liaison: nothing is urgent."""
    said = f"fewer since about {month(one.since, as_of)}, {slid(one.before, one.now)}"
    return f"{said}; no hurry, worth a word when you are next there."
