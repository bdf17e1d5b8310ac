"""The words of a digest's other sections: our side, thanks, growth, covers."""

from __future__ import annotations

from datetime import date

from quietdrop.domain.directory import LeftBy, Person
from quietdrop.findings.good_news import Growing, Growth, Merit, Thanks
from quietdrop.findings.service_quality import Gap, OurSide
from quietdrop.lib.reader import decimal, whole
from quietdrop.lib.text import single_line
from quietdrop.messages.wording.figures import count, day, number


def our_side(gap: OurSide) -> str:
    """Our own part in it, in numbers."""
    now, before = whole(gap.now), whole(gap.before)
    if gap.kind == Gap.WAIT:
        if before >= now:
            return f"their patients wait {now} days, longer than others'"
        return f"the wait for their patients rose from {before} to {now} days"
    if gap.kind == Gap.NOTES:
        return f"{count(now, 'note', 'notes')} not sent back, of {before} visits"
    return f"{count(now, 'referral', 'referrals')} declined or cancelled, of {before}"


def provider(name: str, expected: float, came: int, *, fell: bool) -> str:
    """One provider since the onset: expected and came, or as ever."""
    return (
        f"{single_line(name)} {number(expected)} → {came}"
        if fell
        else f"{single_line(name)} as ever"
    )


def left(person: Person, as_of: date) -> str:
    """What NPPES says of somebody who is no longer there."""
    who = single_line(person.name) or f"NPI {single_line(person.npi)}"
    when = day(person.left_on, as_of) if person.left_on else ""
    if person.left_by is LeftBy.DEACTIVATED:
        return f"{who}: NPI deactivated {when}, by NPPES"
    return f"{who}: listed in {single_line(person.now_in)} since {when}, by NPPES"


def thanks(due: Thanks, bring: str, staff: str, as_of: date) -> str:
    """Why a practice is owed thanks, how, and who there by name."""
    kind = bring.rstrip(".")
    how = f"{kind[:1].upper()}{kind[1:]}{f': {single_line(staff)}' if staff else ''}."
    last = f" Last thanked {day(due.last, as_of)}." if due.last else ""
    if due.kind == Merit.MILESTONE:
        return f"Their {_ordinal(due.number)} patient came last week. {how}{last}"
    if due.kind == Merit.TOP:
        return f"{due.number} patients in a year, among your most. {how}{last}"
    return f"Steady for {due.number} years. {how}{last}"


def say(first: str) -> str:
    """First words for who came back."""
    return f"Say: “{first}”"


def stays_in_line(number_: int) -> str:
    """How many the budget left out."""
    stay = "stays" if number_ == 1 else "stay"
    return f"{decimal(number_)} more {stay} in line."


def _ordinal(number_: int) -> str:
    return {100: "hundredth", 1000: "thousandth"}.get(number_, f"{decimal(number_)}th")


def growth(grower: Growing) -> str:
    """A newcomer to welcome, or who sends more."""
    if grower.kind == Growth.NEW:
        return f"New to us: {grower.came} patients so far. Get to know them."
    return (
        f"{grower.came} patients in the last 13 weeks, where {number(grower.expected)} were usual. "
        "Ask what works, and say thanks."
    )


def away(name: str, until: date | None, as_of: date) -> str:
    """Whose practices are here besides."""
    back = f" until {day(until, as_of)}" if until and until >= as_of else ""
    return f"{single_line(name)}, who is away{back}"
