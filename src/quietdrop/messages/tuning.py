"""What `tune` proposes, as a text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from quietdrop.config.toml_lines import lines_to_paste
from quietdrop.lib.reader import whole
from quietdrop.messages.wording.comparison import settings_tried
from quietdrop.messages.wording.figures import count, day, number
from quietdrop.reporting.tuned import Tuned


def as_text(tuned: Tuned) -> str:
    """The whole for a terminal."""
    return "\n".join(_lines(tuned))


def verdict(tuned: Tuned) -> str:
    """In one or two sentences, what came of it."""
    interval = f"90 % interval {_signed(tuned.gain.low)} to {_signed(tuned.gain.high)}"
    words = settings_tried({change.key: change.proposed for change in tuned.best})
    best = f"the best of {tuned.tried} that were tried ({words})"
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
    return f"Nothing beats today's settings beyond chance; {best}: {caught}."


def chosen_on(tuned: Tuned) -> str:
    """On which half the settings were chosen, and for which budget."""
    return f"Chosen on {_span(tuned, tuned.first, tuned.middle)}, at most {_budget(tuned)}."


def reported_on(tuned: Tuned) -> str:
    """On which half it is said what they did."""
    return f"Reported on {_span(tuned, tuned.middle, tuned.last)}, which the choice has not seen"


def measures(tuned: Tuned) -> tuple[tuple[str, str, str], ...]:
    """What today's settings and the best that were tried did in the second half."""
    of = (tuned.today, tuned.proposed)
    lines = (
        ("Lost referrals caught", [number(one.caught) for one in of]),
        ("Check-ins a liaison and week", [number(one.a_liaison_and_week, 1) for one in of]),
        ("Check-ins opened", [f"{one.opened:,}" for one in of]),
        ("Came back by themselves", [f"{one.back_by_themselves:,}" for one in of]),
    )
    return tuple((label, today, best) for label, (today, best) in lines)


def likely_range(tuned: Tuned) -> str:
    """How far the choice hangs on these very practices; "" where nothing is proposed."""
    low, high = tuned.between
    if not tuned.changes or low >= high:
        return ""
    return (
        "Other practices of the same kind would choose to list a practice from between "
        f"{100 * low:.0f} and {100 * high:.0f} % sure on."
    )


def to_paste(tuned: Tuned) -> str:
    """The lines for quietdrop.toml; "" where nothing is proposed."""
    return lines_to_paste((c.key, c.today, c.proposed) for c in tuned.changes)


def _lines(tuned: Tuned) -> Iterator[str]:
    yield chosen_on(tuned)
    yield f"{reported_on(tuned)}:"
    yield ""
    yield f"{'':<31}{'today':>8}  {'best tried':>10}"
    for label, today, best in measures(tuned):
        yield f"{label:<31}{today:>8}  {best:>10}"
    yield ""
    yield verdict(tuned)
    if other := likely_range(tuned):
        yield other
    if not tuned.changes:
        yield "Nothing is proposed."
    else:
        yield "\nPaste into quietdrop.toml, or let --write do it:\n"
        yield to_paste(tuned)


def _budget(tuned: Tuned) -> str:
    number = f"{tuned.budget:g}"
    return f"{number} {'check-in' if number == '1' else 'check-ins'} a liaison and week"


def _span(tuned: Tuned, first: date, end: date) -> str:
    weeks = count(max(1, (end - first).days // 7), "week", "weeks")
    return f"the {weeks} from {day(first, tuned.last)} to {day(end, tuned.last)}"


def _signed(value: float) -> str:
    """ "+24", "−8", "0"."""
    rounded = whole(value)
    return f"{'+' if rounded > 0 else '−' if rounded < 0 else ''}{abs(rounded):,}"
