"""Figures to the sentences that a liaison reads."""

from __future__ import annotations

import shlex
from datetime import date

from quietdrop.detection.aggregates import Stream
from quietdrop.domain.assessment import FALLING, Assessment, Status
from quietdrop.domain.findings import Cause, Lookalike, Part, PartKind
from quietdrop.domain.identity import SAME_NAME_OTHER_ID
from quietdrop.lib.reader import decimal
from quietdrop.lib.text import single_line
from quietdrop.messages.wording.figures import count, day, gap, month, number, rate, sureness

WIDE_ONSET_DAYS = 28  # between its bounds; a wider onset is said to be "about" a day
TOO_NEW = "Too new to know their rhythm."
SLIDES = 0.5  # how likely a slow slide is, to be told as one


def complained(baseline_per_week: float) -> str:
    """The one sentence of a practice whose complaint waits for an answer."""
    words = "They told us that something went wrong, and it is not answered yet."
    return f"{words} Usually {rate(baseline_per_week)}." if baseline_per_week > 0 else words


def reason(of: Assessment, as_of: date, *, explained: bool = False) -> str:
    """The one sentence: what is usual, what came, what was expected, since when, how sure. Of who
    sends nothing it tells for how long; of a slow slide, from what to what.

    `explained` says that the fall is likely no drift, so that no odds are told.
    """
    usual = f"Usually {rate(of.baseline_per_week)}"
    match of.status:
        case Status.NEW:
            return TOO_NEW
        case Status.CLOSED:
            return "Closed: no more referrals are expected."
        case Status.OCCASIONAL:
            return f"{usual}: too few to tell a drop from chance."
        case Status.RECOVERED:
            return f"{usual}; they are back at their usual pace."
    if of.status in FALLING and of.onset is not None:
        return _fall(of, of.onset, as_of, explained=explained)
    came = decimal(of.observed)
    return f"{usual}; {came} in the last 13 weeks, where {number(of.expected)} were expected."


def _fall(of: Assessment, onset: date, as_of: date, *, explained: bool) -> str:
    """The sentence of a practice that seems to be falling."""
    since = " ".join(since_when(onset, of.onset_low, of.onset_high, as_of, of.edge))
    came = "none" if of.observed == 0 else decimal(of.observed)
    usual = f"Usually {rate(of.baseline_per_week)}"
    facts = f"{usual}; {came} {since}, where {number(of.expected)} were expected."
    if explained:
        return facts
    if of.observed == 0 and of.silent_days > 0 and not of.edge:
        facts = silence(of.baseline_per_week, of.silent_days)
    elif of.fading >= SLIDES and not of.edge and of.remaining_share is not None:
        slid = slide(of.baseline_per_week, of.remaining_share)
        facts = f"Slowly down since {month(onset, as_of)}: {slid}." if slid else facts
    if of.status is Status.WATCHING:
        return f"{facts} It may be chance."
    return f"{facts} {_belief(of.drift_probability or 0.5)}"


def settled(before: float, now: float, onset: date, as_of: date) -> str:
    """A fall of long ago: the rate before and now, a week each."""
    then = rate(now) if now > 0 else "none"
    return f"Usually {rate(before)} until about {day(onset, as_of)}; {then} since."


def _long(days: int) -> str:
    """A silence's length, in the unit that is easily grasped."""
    return count(days, "day", "days") if days <= 60 else f"{days // 7} weeks"


def silence(baseline_per_week: float, days: int) -> str:
    """Of who sends nothing: what is usual, and for how long nothing has come."""
    return f"Usually {gap(baseline_per_week)}; none for {_long(days)}."


def slide(before: float, remaining: float) -> str:
    """ "from 5 a week to 2" of a slow slide; empty where rates round to the same."""
    then, now = rate(before), rate(before * remaining)
    if then == now:
        return ""
    for unit in (" a week", " a month"):
        if then.endswith(unit) and now.endswith(unit):
            now = now.removesuffix(unit)
    return f"from {then} to {now}"


def since_when(
    onset: date, low: date | None, high: date | None, as_of: date, edge: bool
) -> tuple[str, str]:
    """How the day of the onset is introduced, and the day: ("since about", "July 6")."""
    if edge:
        return "since before", day(onset, as_of)
    wide = low is not None and high is not None and (high - low).days > WIDE_ONSET_DAYS
    return "since about" if wide else "since", day(onset, as_of)


def _belief(probability: float) -> str:
    sure = sureness(probability)
    if sure.endswith("sure"):
        return f"We are {sure} that this is a lasting drop."
    if sure.startswith("about"):
        return f"The odds are {sure} that this is a lasting drop."
    return f"A lasting drop is {sure}."


_LOOKALIKES = {
    Cause.RENAMED: "Looks renamed: {other} began when they stopped ({evidence}).",
    Cause.MERGED: "Looks merged into {other}: {evidence}.",
    Cause.MOVED: "{who} seems to have moved to {other} and still sends from there.",
    Cause.REDISTRIBUTED: "{who} has nearly stopped, and the others there send that much more.",
    Cause.ABSENCE: "Nothing for a short while: perhaps a vacation. Not yet a lasting drop.",
    Cause.CLOSURE: "Fewer came while we were closed. That is our doing, not theirs.",
    Cause.BATCH: "One very large week, that of {when}, is left out of their usual rate.",
    Cause.HONEYMOON: "Their first weeks were busier than the rest; the calmer pace is their usual.",
    Cause.SEASON: "They send less around {month} every year, and this year is like that.",
}
_KINDS = {
    "renamed": ("looks renamed", "look renamed"),
    "merged": ("looks merged into another practice", "look merged into another practice"),
    "moved": (
        "has a provider who moved to another practice",
        "have a provider who moved to another practice",
    ),
    "redistributed": (
        "has a provider who stopped while the others took over",
        "have a provider who stopped while the others took over",
    ),
    "absence": ("seems away for a short while", "seem away for a short while"),
    "closure": ("sent fewer while we were closed", "sent fewer while we were closed"),
    "batch": (
        "had one very large week, left out of its usual rate",
        "had one very large week, left out of their usual rate",
    ),
    "honeymoon": (
        "is calmer now than in its first weeks",
        "are calmer now than in their first weeks",
    ),
    "season": (
        "is low as at this time of every year",
        "are low as at this time of every year",
    ),
    "leaving": (
        "holds as a whole while a part of it is leaving",
        "hold as a whole while a part of them is leaving",
    ),
}


def lookalike(like: Lookalike, when: date | None, as_of: date) -> str:
    """What a fall likely is, if not a drift. `when` is the day that belongs to it, if any."""
    if like.evidence == SAME_NAME_OTHER_ID:
        name, key = single_line(like.other_name), single_line(like.other_id)
        one = "Looks like the same practice under another id"
        return f"{one}: {name} ({key}) began when they stopped."
    return _LOOKALIKES[like.kind].format(
        other=single_line(like.other_name),
        who=single_line(like.who),
        evidence=like.evidence,
        when=day(when, as_of) if when else "",
        month=month(as_of, as_of),
    )


def lookalike_kind(kind: str, number: int) -> str:
    """What so many practices have in common: "looks renamed", "look renamed"."""
    return _KINDS[kind][number != 1]


_WHOLE = {
    "network": "All practices together",
    "territory": "The territory {key}",
    "health_system": "The practices of {key}",
    "location": "Our location {key}",
    "service_line": "{key} referrals",
}


def worth_a_look(observed: int, expected: float, onset: date | None, as_of: date) -> str:
    """A practice that may send less of late: what came, what was usual, and no more than that."""
    since = f"since {day(onset, as_of)}" if onset else "in the last 13 weeks"
    came = decimal(observed) if observed else "none"
    return f"{came} came {since}, about {number(expected)} would be usual; it may be chance"


def whole(stream: Stream, as_of: date) -> tuple[str, str]:
    """A large part of the network that fell as a whole: its name, and how far."""
    came = decimal(stream.observed) if stream.observed else "None"
    since = f"{came} since {day(stream.onset, as_of)}"
    fall = f"{since}, where {number(stream.expected)} were expected"
    name = _WHOLE[stream.kind].format(key=single_line(stream.key))
    return name, f"{fall}; season and holidays are allowed for."


def alias(like: Lookalike, practice_id: str) -> str:
    """What a manager can do about a new name; nothing is joined without being told to."""
    if like.evidence == SAME_NAME_OTHER_ID:
        return (
            f"It seems that it goes on under another id, {single_line(like.other_id)}. If so: "
            f"`quietdrop aliases accept {_quoted(like.other_id)} {_quoted(practice_id)}`."
        )
    verb = "now goes by" if like.kind == Cause.RENAMED else "now belongs to"
    return (
        f"It seems that it {verb} {single_line(like.other_name)} ({like.evidence}). If so, add "
        f'"{single_line(practice_id)}" to the aliases of "{single_line(like.other_id)}" in the '
        "practices table."
    )


def _quoted(practice_id: str) -> str:
    """An id as a shell takes it."""
    return shlex.quote(single_line(practice_id))


def open_for(weeks: int, *, seen: bool) -> str:
    """How long a check-in has been open, for a digest that names it again: "3 weeks, seen"."""
    since = count(weeks, "week", "weeks") if weeks else "since this week"
    return f"{since}, seen" if seen else since


def complaint(logged_on: date | None, whom: str, as_of: date) -> str:
    """What a mail says of a complaint: since when it waits, and who told us."""
    who = f"{single_line(whom)} told us" if whom else "They told us"
    when = f" on {day(logged_on, as_of)}" if logged_on else ""
    return f"{who}{when} that something went wrong, and it is not answered yet."


def older(number: int, hidden: int) -> str:
    """The open check-ins that a digest does not name: "2 older ones, 1 hidden for now"; empty
    where there is none."""
    waiting = count(number, "older one", "older ones") if number else ""
    asleep = f"{decimal(hidden)} hidden for now" if hidden else ""
    return ", ".join(part for part in (waiting, asleep) if part)


def back_at(per_week: float) -> str:
    """Of who came back: the usual pace, where we know it."""
    return f"at their usual {rate(per_week)} again." if per_week > 0 else "at their usual again."


def worse(weeks: int) -> str:
    """Why a check-in of earlier weeks stands among the new ones."""
    return f"Open for {count(weeks, 'week', 'weeks')}, and clearly worse now."


def leaving(part: Part, as_of: date, *, holds: bool) -> str:
    """A part of a practice leaves, while its total `holds` or beside its own fall."""
    weeks = max((as_of - part.onset).days / 7, 1.0)
    before = rate(part.expected / weeks)
    now = rate(part.observed / weeks) if part.observed else "none"
    since = day(part.onset, as_of)
    begin = "Total about as ever, but" if holds else "Within that,"
    return f"{begin} {_part(part)} went from {before} to {now} since {since}."


def standing_out(part: Part) -> str:
    """The part of a practice that makes most of its fall."""
    came = "none" if part.observed == 0 else decimal(part.observed)
    return f"Mostly {_part(part)}: {came} since then, where {number(part.expected)} were expected."


def _part(part: Part) -> str:
    name = single_line(part.name)
    if part.kind == PartKind.PAYER:
        return f"patients insured by {name}"
    return f"{name} referrals" if part.kind == PartKind.SERVICE_LINE else f"referrals by {name}"
