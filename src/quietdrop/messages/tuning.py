"""What `tune` proposes, as a text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from quietdrop.config.toml_lines import lines_to_paste
from quietdrop.messages.wording.comparison import tried
from quietdrop.messages.wording.figures import count, day
from quietdrop.reporting.tuned import Tuned


def as_text(tuned: Tuned) -> str:
    """The whole for a terminal."""
    return "\n".join(_lines(tuned))


def verdict(tuned: Tuned) -> str:
    """In one or two sentences, what came of it."""
    interval = f"90 % interval {_signed(tuned.gain.low)} to {_signed(tuned.gain.high)}"
    best = f"the best of {tuned.tried} that were tried ({tried(tuned.best)})"
    caught = f"{_signed(tuned.gain.referrals)} lost referrals caught, {interval}"
    if not tuned.today_fits and tuned.changes:
        return (
            f"Today's settings ask for more than {_budget(tuned)}. Of those that keep to it, "
            f"{best} catches most: {caught}."
        )
    if tuned.changes:
        return f"Beyond chance, {best} catches more than today's: {caught}."
    if not tuned.best:
        return f"Of {tuned.tried} settings that were tried, none catches more than today's."
    return f"Nothing beats today's settings beyond chance; {best}: {caught}. Nothing is proposed."


def _lines(tuned: Tuned) -> Iterator[str]:
    yield f"Chosen on {_span(tuned, tuned.first, tuned.middle)}, at most {_budget(tuned)}."
    yield f"Reported on {_span(tuned, tuned.middle, tuned.last)}:"
    yield ""
    yield f"{'':<31}{'today':>8}  {'best tried':>10}"
    today, proposed = tuned.today, tuned.proposed
    for label, one, other in (
        ("Lost referrals caught", f"{today.caught:,.0f}", f"{proposed.caught:,.0f}"),
        (
            "Check-ins a liaison and week",
            f"{today.a_liaison_and_week:.1f}",
            f"{proposed.a_liaison_and_week:.1f}",
        ),
        ("Check-ins opened", f"{today.opened:,}", f"{proposed.opened:,}"),
        (
            "Came back by themselves",
            f"{today.back_by_themselves:,}",
            f"{proposed.back_by_themselves:,}",
        ),
    ):
        yield f"{label:<31}{one:>8}  {other:>10}"
    yield ""
    yield verdict(tuned)
    low, high = tuned.between
    if tuned.changes and low < high:
        yield (
            f"Other practices of the same kind would choose an alert_probability between {low:g} "
            f"and {high:g}."
        )
    if tuned.changes:
        yield "\nPaste into quietdrop.toml, or let --write do it:\n"
        yield lines_to_paste((c.key, c.today, c.proposed) for c in tuned.changes)


def _budget(tuned: Tuned) -> str:
    number = f"{tuned.budget:g}"
    return f"{number} {'check-in' if number == '1' else 'check-ins'} a liaison and week"


def _span(tuned: Tuned, first: date, end: date) -> str:
    weeks = count(max(1, (end - first).days // 7), "week", "weeks")
    return f"the {weeks} from {day(first, tuned.last)} to {day(end, tuned.last)}"


def _signed(value: float) -> str:
    """ "+24", "−8", "0"."""
    whole = round(value)
    return f"{'+' if whole > 0 else '−' if whole < 0 else ''}{abs(whole):,}"
