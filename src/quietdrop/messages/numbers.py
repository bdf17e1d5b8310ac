"""A manager's three numbers in words, for the overview and for the weekly summary. Pure."""

from __future__ import annotations

from quietdrop.domain.headlines import Headline, Headlines, Number, headline
from quietdrop.lib.reader import decimal
from quietdrop.messages.wording.figures import count


def numbers(left: Headlines, waiting: int, asked: int) -> tuple[Number, ...]:
    """The week's numbers beside the half-year before.

    Args:
        left: what a run leaves, as `reporting.headlines` has it.
        waiting: how many check-ins wait too long now.
        asked: how many are open now.
    """
    falling = count(left.falling, "practice", "practices")
    waited = [*left.waiting[:-1], float(waiting)]
    return (
        Number("Referrals last week", 0, headline(left.weeks)),
        Number(f"At stake a week, over {falling}", 1, headline(left.stake)),
        Number(f"Check-ins that wait too long, of {decimal(asked)}", 0, headline(waited)),
    )


def usual(value: Headline, digits: int) -> str:
    """Between what most of the earlier weeks lay."""
    if value.low is None or value.high is None:
        return "What is usual is known after a few weeks."
    low, high = decimal(value.low, digits), decimal(value.high, digits)
    return f"Usual: {low}." if low == high else f"Usual: {low} to {high}."
