"""The table of outcomes: what a liaison can learn, and what follows. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from quietdrop.domain.checkin import CheckIn, Kind, State, Touch

NOTHING_WRONG_SLEEPS = timedelta(weeks=8)
CLOSED_BY_DIRECTORY = "practice closed"


@dataclass(frozen=True)
class Outcome:
    """One answer to "what did you learn?".

    `follows` is one of: closes (this drop is not listed again unless it worsens), closes for good
    (nor is any other), sleeps (hidden until a date, or until it worsens), stays open, complains
    (opens a check-in, and keeps it open), resolves (a complaint), reopens (what was closed by
    mistake). `label` is how a form asks, `then` how it says what follows. `sleeps` is how long;
    None where a date has to be given.
    """

    name: str
    follows: str
    label: str
    then: str
    sleeps: timedelta | None = None

    @property
    def needs_date(self) -> bool:
        """Whether a day must be given until which the practice is hidden."""
        return self.follows == "sleeps" and self.sleeps is None


_LISTED_AGAIN = "Closed. They are listed again only if it gets clearly worse."
_FOR_GOOD = "Closed for good. Nothing more is expected from them."
_STAYS = "Stays open on your list."
_UNTIL_THEN = "Hidden until then, or until it gets clearly worse."

OUTCOMES: dict[str, Outcome] = {
    outcome.name: outcome
    for outcome in (
        Outcome("access", "closes", "Access: hard to reach us, or too long a wait", _LISTED_AGAIN),
        Outcome("report-back", "closes", "Our notes do not reach them", _LISTED_AGAIN),
        Outcome(
            "complaint",
            "complains",
            "A complaint that needs an answer",
            "Stays open, first on your list, until you say that it is resolved.",
        ),
        Outcome("resolved", "resolves", "Their complaint is resolved", "Closed."),
        Outcome("staff change", "closes", "Somebody there left or came", _LISTED_AGAIN),
        Outcome("moved", "closes for good", "They moved away", _FOR_GOOD),
        Outcome("retired", "closes for good", "They retired", _FOR_GOOD),
        Outcome("acquired", "closes for good", "Another system bought them", _FOR_GOOD),
        Outcome(
            "vacation",
            "sleeps",
            "They are on vacation",
            "Hidden until the day that you give, or until it gets clearly worse.",
        ),
        Outcome("seasonal", "closes", "It is their quiet season", _LISTED_AGAIN),
        Outcome(
            "competitor named", "closes", "They send to somebody whom they named", _LISTED_AGAIN
        ),
        Outcome(
            "nothing wrong",
            "sleeps",
            "Nothing is wrong",
            "Hidden for 8 weeks, or until it gets clearly worse.",
            NOTHING_WRONG_SLEEPS,
        ),
        Outcome("could not reach", "stays open", "I could not reach anybody", _STAYS),
        Outcome(
            "not mine",
            "stays open",
            "This is not my practice",
            "Stays open, and your manager sees that it needs a home.",
        ),
        Outcome(
            "reopened",
            "reopens",
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


def follows(text: str) -> str:
    """What follows from an outcome's word; empty where it means none."""
    outcome = named(text)
    return outcome.follows if outcome else ""


def is_complaint(touch: Touch) -> bool:
    """Whether something went wrong, by the touch's kind or by what was learned."""
    return touch.kind == "complaint" or follows(touch.outcome) == "complains"


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
    if held and outcome.follows == "closes":
        return "Stays open until you say that their complaint is resolved."
    return _UNTIL_THEN if dated and outcome.follows == "sleeps" else outcome.then


def hides(touch: Touch) -> bool:
    """Whether a touch asks to hide its practice for a time."""
    return touch.snooze_until is not None or follows(touch.outcome) == "sleeps"
