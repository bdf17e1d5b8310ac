"""The table of outcomes: what a liaison can learn, and what follows. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from quietdrop.domain.checkin import CheckIn, Kind, State, Touch

NOTHING_WRONG_SLEEPS = timedelta(weeks=8)
CLOSED_BY_DIRECTORY = "practice closed"


class Follows(StrEnum):
    """What follows from an outcome."""

    CLOSES = "closes"  # this drop is not listed again unless it worsens
    CLOSES_FOR_GOOD = "closes for good"  # nor is any other
    SLEEPS = "sleeps"  # hidden until a date, or until it worsens
    STAYS_OPEN = "stays open"
    COMPLAINS = "complains"  # opens a check-in, and keeps it open
    RESOLVES = "resolves"  # a complaint
    REOPENS = "reopens"  # what was closed by mistake


@dataclass(frozen=True)
class Outcome:
    """One answer to "what did you learn?".

    `label` is how a form asks, `then` how it says what follows. `sleeps` is how long;
    None where a date has to be given.
    """

    name: str
    follows: Follows
    label: str
    then: str
    sleeps: timedelta | None = None

    @property
    def needs_date(self) -> bool:
        """Whether a day must be given until which the practice is hidden."""
        return self.follows == Follows.SLEEPS and self.sleeps is None


_LISTED_AGAIN = "Closed. They are listed again only if it gets clearly worse."
_FOR_GOOD = "Closed for good. Nothing more is expected from them."
_STAYS = "Stays open on your list."
_UNTIL_THEN = "Hidden until then, or until it gets clearly worse."

OUTCOMES: dict[str, Outcome] = {
    outcome.name: outcome
    for outcome in (
        Outcome(
            "access", Follows.CLOSES, "Access: hard to reach us, or too long a wait", _LISTED_AGAIN
        ),
        Outcome("report-back", Follows.CLOSES, "Our notes do not reach them", _LISTED_AGAIN),
        Outcome(
            "complaint",
            Follows.COMPLAINS,
            "A complaint that needs an answer",
            "Stays open, first on your list, until you say that it is resolved.",
        ),
        Outcome("resolved", Follows.RESOLVES, "Their complaint is resolved", "Closed."),
        Outcome("staff change", Follows.CLOSES, "Somebody there left or came", _LISTED_AGAIN),
        Outcome("moved", Follows.CLOSES_FOR_GOOD, "They moved away", _FOR_GOOD),
        Outcome("retired", Follows.CLOSES_FOR_GOOD, "They retired", _FOR_GOOD),
        Outcome("acquired", Follows.CLOSES_FOR_GOOD, "Another system bought them", _FOR_GOOD),
        Outcome(
            "vacation",
            Follows.SLEEPS,
            "They are on vacation",
            "Hidden until the day that you give, or until it gets clearly worse.",
        ),
        Outcome("seasonal", Follows.CLOSES, "It is their quiet season", _LISTED_AGAIN),
        Outcome(
            "competitor named",
            Follows.CLOSES,
            "They send to somebody whom they named",
            _LISTED_AGAIN,
        ),
        Outcome(
            "nothing wrong",
            Follows.SLEEPS,
            "Nothing is wrong",
            "Hidden for 8 weeks, or until it gets clearly worse.",
            NOTHING_WRONG_SLEEPS,
        ),
        Outcome("could not reach", Follows.STAYS_OPEN, "I could not reach anybody", _STAYS),
        Outcome(
            "not mine",
            Follows.STAYS_OPEN,
            "This is not my practice",
            "Stays open, and your manager sees that it needs a home.",
        ),
        Outcome(
            "reopened",
            Follows.REOPENS,
            "It was closed by mistake",
            "Watched again, as if it had never been closed.",
        ),
    )
}


def named(text: str) -> Outcome | None:
    """The outcome that a person's or a file's word means; None where it means none of them."""
    return OUTCOMES.get(
        text.strip().lower().replace("_", " ").replace("report back", "report-back")
    )


def follows(text: str) -> Follows | None:
    """What follows from an outcome's word; None where it means none."""
    outcome = named(text)
    return outcome.follows if outcome else None


def is_complaint(touch: Touch) -> bool:
    """Whether something went wrong, by the touch's kind or by what was learned."""
    return touch.kind == "complaint" or follows(touch.outcome) == Follows.COMPLAINS


def fault(touch: Touch) -> str:
    """Why the touch's outcome can have no consequence; empty where it can, or has no outcome."""
    outcome = named(touch.outcome)
    if outcome is None:
        return "outcome not known" if touch.outcome else ""
    if outcome.needs_date and touch.snooze_until is None:
        return f"{outcome.name} without a day until which"
    if touch.snooze_until is not None and touch.snooze_until <= touch.touched_on:
        return "snoozed until a day that is not later"
    return ""


HIDES_A_COMPLAINT = "a complaint is open, and only its resolution ends it"


def refusal(touch: Touch, checkin: CheckIn | None) -> str:
    """Why a touch must not be recorded, given its practice's open check-in; empty where it may.

    A complaint is not hidden, by nothing: not by a snooze, a vacation or "nothing is wrong".
    """
    open_complaint = checkin is not None and checkin.kind == Kind.COMPLAINT
    if open_complaint and hides(touch) and not is_complaint(touch):
        return HIDES_A_COMPLAINT
    return fault(touch)


def consequence(outcome: Outcome, now: CheckIn | None, *, dated: bool = False) -> str:
    """What follows, as the person who answers reads it. `now` is the check-in after it; `dated`:
    a day until which they are hidden is given, and told beside it."""
    held = now is not None and now.state == State.OPEN and now.kind == Kind.COMPLAINT
    if held and outcome.follows == Follows.CLOSES:
        return "Stays open until you say that their complaint is resolved."
    return _UNTIL_THEN if dated and outcome.follows == Follows.SLEEPS else outcome.then


def hides(touch: Touch) -> bool:
    """Whether a touch asks to hide its practice for a time."""
    return touch.snooze_until is not None or follows(touch.outcome) == Follows.SLEEPS
