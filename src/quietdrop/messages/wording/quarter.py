"""The quarter in a manager's words: what came, and what moved beyond chance."""

from __future__ import annotations

from datetime import date

from quietdrop.domain.quarter import Quarter, Tally, Total
from quietdrop.lib.reader import month, whole
from quietdrop.messages.wording.figures import count, day, number

_PRACTICES = ("practice", "practices")
_PEOPLE = ("person", "people")
_MOVED = {  # of one, of several
    "lost": ("was lost", "were lost"),
    "new": ("is new", "are new"),
    "down": ("sent fewer than chance explains",) * 2,
    "up": ("sent more than chance explains",) * 2,
}
KINDS = {"service_line": "Service lines", "payer": "Payers", "location": "Locations"}
HELD_AGAINST = (
    "Up and down are said only where chance alone would do it once in 200 times, by working days "
    "and beside how all the others moved: season, holidays and our closures make nobody stand out."
)
LOST = (
    "Lost: none to this day, and by the quarter's end none for six weeks or more, which at the "
    "pace of the year before would happen once in 200 times. Of somebody who sent one a month "
    "nobody can tell within half a year."
)
AT_DESK = (
    "They send nothing in their own name, so the figures are those of the whole practice. "
    "In surveys office staff choose the specialist in about one referral of seven."
)


def title(first: date) -> str:
    """ "April to June 2026", by the quarter's first day."""
    return f"{month(first)} to {month(first.replace(month=first.month + 2))} {first.year}"


def total(quarter: Quarter) -> str:
    """All that came in the quarter."""
    now = quarter.totals[0]
    came = count(now.referrals, "referral", "referrals")
    start = f"{came} came from {title(quarter.first)}"
    if now.is_whole:
        return f"{start}: {number(daily(now), 1)} a working day."
    begun = day(quarter.begins, quarter.as_of)
    return f"{start}. The data begin on {begun}, so that this is not the whole quarter."


def compared(quarter: Quarter) -> list[str]:
    """How the whole network moved, a sentence a comparison; nothing where there is none."""
    result = []
    for back, how, when in (
        (1, quarter.overall, "The quarter before"),
        (4, quarter.overall_year, "The same quarter of the year before"),
    ):
        if how:
            then = quarter.totals[back]
            result.append(f"{when} had {number(daily(then), 1)} a working day{_OVERALL[how]}.")
    return result or ["The data do not reach far enough back to compare it with another quarter."]


_OVERALL = {
    "up": ": more come now, beyond chance",
    "down": ": fewer come now, beyond chance",
    "same": ", a difference that chance alone can make",
}


def moved(quarter: Quarter) -> str:
    """How many practices moved, and how; one sentence."""
    moves = quarter.moves.get("practice", {})
    groups = [(moves[move], how) for move, how in _MOVED.items() if moves.get(move)]
    if not groups and not quarter.tried.get("practice"):
        return "Who moved cannot be told yet."
    if not groups:
        lost = "lost or new" if quarter.knows_new else "lost"
        return f"No practice was {lost}, and none moved by more than chance."
    (number, (one, many)), *others = groups
    first = f"{count(number, *_PRACTICES)} {one if number == 1 else many}"
    rest = [count(number, *how) for number, how in others]
    return f"{', '.join([first, *rest[:-1]])} and {rest[-1]}." if rest else f"{first}."


def most(quarter: Quarter) -> str:
    """Who sent most; empty where nobody sent."""
    first = next((one for one in quarter.parts.get("practice", ()) if one.now), None)
    return f"Most came from {first.name}: {first.now}." if first else ""


def facts(quarter: Quarter) -> list[str]:
    """The main facts, for a mail."""
    sentences = [total(quarter), compared(quarter)[0], moved(quarter), not_all_in(quarter)]
    return [sentence for sentence in sentences if sentence]


def chance(quarter: Quarter, part: str) -> str:
    """How many would be up or down by chance alone; empty where nothing could be compared."""
    tried = quarter.tried.get(part, 0)
    if not tried:
        return ""
    those = count(tried, *(_PRACTICES if part == "practice" else _PEOPLE))
    by_chance = whole(tried / 100)  # 1 in 200 to either side
    if not by_chance:
        return f"{those} could be compared; of so few, chance alone seldom makes one up or down."
    average = f"of so many, chance alone makes {by_chance} up or down at the most"
    return f"{those} could be compared; {average}, on average."


def line(tally: Tally, as_of: date) -> str:
    """What is told of one that moved: figures first."""
    then = "" if tally.before is None else f"; {tally.before} in the quarter before"
    if tally.other and tally.move in ("moved", "renamed"):
        return f"{cell(tally)} ({tally.now}{then})"
    if tally.move == "new":
        return count(tally.now, "referral", "referrals")
    if tally.move == "lost" and tally.last:
        closed = "; closed by your team" if tally.status == "closed" else ""
        return f"none since {day(tally.last, as_of)}{then}{closed}"
    return f"{tally.now}{then}"


def cell(tally: Tally) -> str:
    """How one moved, in a few words; empty where it cannot be told from chance."""
    came_lately = tally.now > 0 and tally.before == 0 and tally.year == 0  # None: not known
    if tally.move == "renamed":
        return f"was {tally.other}" if came_lately else f"now {tally.other}"
    if tally.move == "moved":
        return f"came from {tally.other}" if came_lately else f"now at {tally.other}"
    if tally.move:
        return tally.move
    return f"{tally.yearly} on last year" if tally.yearly else ""


def new(quarter: Quarter) -> str:
    """Who is called new; or why nobody is."""
    if quarter.knows_new:
        return "New: the first referral in the quarter, and none in all the data before it."
    begun = day(quarter.begins, quarter.as_of)
    return (
        f"The data begin on {begun}, less than a year before the quarter: who is new in it and who "
        "was only not seen before cannot be told."
    )


def place(tally: Tally) -> str:
    """A person's role, unless the name says it, and practice."""
    is_said = tally.name.upper().endswith(tally.role.upper())
    return ", ".join(part for part in ("" if is_said else tally.role, tally.practice) if part)


def checkins(quarter: Quarter) -> str:
    """What became of check-ins in the quarter; empty where there were none."""
    of = quarter.checkins
    if not any(of.values()):
        return ""
    text = f"{count(of['opened'], 'check-in was', 'check-ins were')} opened in the quarter"
    if of["closed"]:
        text += f", {of['closed']} closed"
    if of["came back"]:
        text += f", and {count(of['came back'], *_PRACTICES)} came back"
    return f"{text}."


def not_all_in(quarter: Quarter) -> str:
    """Says where the quarter's last days are missing; empty where they are in."""
    missing = (quarter.end - quarter.newest).days - 1
    if missing < 5:  # a weekend and a holiday
        return ""
    newest = day(quarter.newest, quarter.as_of)
    return f"The data end on {newest}: the quarter's last {missing} days are not in yet."


def short(first: date) -> str:
    """ "Q2"."""
    return f"Q{(first.month + 2) // 3}"


def daily(total: Total) -> float:
    """Referrals a working day."""
    return total.referrals / max(total.working_days, 1)
