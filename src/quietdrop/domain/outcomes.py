"""What a liaison learned at a practice, and what follows from it: one table. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

from quietdrop.domain.directory import CheckIn, Person, Snooze, Touch

About = TypeVar("About", Touch, Snooze, Person)
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
    is_known_reason: bool = False

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
        Outcome("staff change", "closes", "Somebody there left or came", _LISTED_AGAIN, None, True),
        Outcome("moved", "closes for good", "They moved away", _FOR_GOOD, None, True),
        Outcome("retired", "closes for good", "They retired", _FOR_GOOD, None, True),
        Outcome("acquired", "closes for good", "Another system bought them", _FOR_GOOD, None, True),
        Outcome(
            "vacation",
            "sleeps",
            "They are on vacation",
            "Hidden until the day that you give, or until it gets clearly worse.",
            None,
            True,
        ),
        Outcome("seasonal", "closes", "It is their quiet season", _LISTED_AGAIN, None, True),
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


def after(checkin: CheckIn | None, touch: Touch) -> CheckIn | None:
    """In: a practice's open check-in (None: it has none) and a touch. Out: what it then is.

    A complaint opens one that nobody has been told of, or turns the one that is open into such;
    only "resolved", or that there is nothing left to answer, closes a complaint.
    """
    if is_complaint(touch):
        if checkin is None:
            who = touch.practice_id
            return CheckIn(who, who, touch.liaison, "complaint", touch.touched_on)
        if checkin.kind != "complaint":
            return replace(checkin, kind="complaint", told_on=None)
        return checkin
    if checkin is None:
        return None
    closing = {"closes for good", "resolves"}
    if checkin.kind != "complaint":
        closing.add("closes")
    outcome = named(touch.outcome)
    if outcome is None or outcome.follows not in closing:
        return checkin
    return replace(checkin, state="closed", resolved_on=touch.touched_on, outcome=outcome.name)


HIDES_A_COMPLAINT = "a complaint is open, and only its resolution ends it"


def refusal(touch: Touch, checkin: CheckIn | None) -> str:
    """Why a touch must not be recorded, given its practice's open check-in; empty where it may.

    A complaint is not hidden, by nothing: not by a snooze, a vacation or "nothing is wrong".
    """
    open_complaint = checkin is not None and checkin.kind == "complaint"
    if open_complaint and hides(touch) and not is_complaint(touch):
        return HIDES_A_COMPLAINT
    return fault(touch)


def consequence(outcome: Outcome, now: CheckIn | None, *, dated: bool = False) -> str:
    """What follows, as the person who answers reads it. `now` is the check-in after it; `dated`:
    a day until which they are hidden is given, and told beside it."""
    held = now is not None and now.state == "open" and now.kind == "complaint"
    if held and outcome.follows == "closes":
        return "Stays open until you say that their complaint is resolved."
    return _UNTIL_THEN if dated and outcome.follows == "sleeps" else outcome.then


def after_all(checkin: CheckIn, touches: Iterable[Touch]) -> CheckIn:
    """An open check-in after all that its own practice's touches say, in their order."""
    counting, _ = that_count(checkin, touches)
    for touch in (t for t in counting if t.touched_on >= checkin.opened_on):
        checkin = after(checkin, touch) or checkin
        if checkin.state != "open":
            break
    return checkin


def unresolved(touches: Iterable[Touch], as_of: date) -> set[str]:
    """The practices with a complaint that no later touch says is resolved."""
    waiting: set[str] = set()
    for touch in _in_order(touches):
        resolved = touch.resolved_on is not None and touch.resolved_on <= as_of
        if resolved or follows(touch.outcome) == "resolves":
            waiting.discard(touch.practice_id)
        elif is_complaint(touch):
            waiting.add(touch.practice_id)
    return waiting


def complaint_is_resolved(checkin: CheckIn, touches: Iterable[Touch], as_of: date) -> bool:
    """Whether a touch says that a complaint's check-in was answered. `touches` are its practice's
    own. That the complaint itself is no longer in the source resolves nothing."""
    theirs = [t for t in _in_order(touches) if t.touched_on <= as_of]
    last = max((place for place, t in enumerate(theirs) if is_complaint(t)), default=-1)
    since = theirs[last:] if last >= 0 else [t for t in theirs if t.touched_on >= checkin.opened_on]
    return any(
        (t.resolved_on is not None and t.resolved_on <= as_of) or follows(t.outcome) == "resolves"
        for t in since
    )


def gone(touches: Iterable[Touch]) -> set[str]:
    """The practices that have moved, retired or been acquired, by the last touch about that."""
    return set(_left(touches))


def acquired(touches: Iterable[Touch]) -> set[str]:
    """The practices that have been acquired, by the last touch about that."""
    return {key for key, last in _left(touches).items() if named(last) == OUTCOMES["acquired"]}


def _left(touches: Iterable[Touch]) -> dict[str, str]:
    """By practice that is gone for good, the word that last said so."""
    left: dict[str, str] = {}
    for touch in _in_order(touches):
        if follows(touch.outcome) == "closes for good":
            left[touch.practice_id] = touch.outcome
        elif follows(touch.outcome) == "reopens":
            left.pop(touch.practice_id, None)
    return left


def reopened(touches: Iterable[Touch]) -> dict[str, date]:
    """The practices of which it was said that they were closed by mistake, and when last."""
    return {
        touch.practice_id: touch.touched_on
        for touch in _in_order(touches)
        if follows(touch.outcome) == "reopens"
    }


def snoozes(touches: Iterable[Touch]) -> Iterator[Snooze]:
    """What the touches hide, and until when."""
    for touch in touches:
        outcome = named(touch.outcome)
        until = touch.snooze_until
        if until is None and outcome is not None and outcome.sleeps is not None:
            until = touch.touched_on + outcome.sleeps
        if until is not None and until > touch.touched_on:
            reason = outcome.name if outcome else touch.kind
            yield Snooze(touch.practice_id, touch.touched_on, until, reason)


def by_practice(things: Iterable[About]) -> dict[str, list[About]]:
    """Touches, snoozes or people by practice, each practice's in the order in which they came."""
    found: dict[str, list[About]] = {}
    for thing in things:
        found.setdefault(thing.practice_id, []).append(thing)
    return found


def that_count(
    checkin: CheckIn, touches: Iterable[Touch], snoozes: Iterable[Snooze] = ()
) -> tuple[list[Touch], list[Snooze]]:
    """Which touches, in their order, and which snoozes of its practice bear on a check-in: what was
    done before a complaint does not answer it, and nothing hides it."""
    theirs = [t for t in _in_order(touches) if t.practice_id == checkin.practice_id]
    if checkin.kind != "complaint":
        return theirs, [s for s in snoozes if s.practice_id == checkin.practice_id]
    last = max((place for place, t in enumerate(theirs) if is_complaint(t)), default=-1)
    return theirs[last + 1 :], []


def was_seen(checkin: CheckIn, touches: Iterable[Touch], snoozes: Iterable[Snooze] = ()) -> bool:
    """Whether the liaison has done anything about a check-in since it opened, or since it became
    a complaint. Hiding a complaint is not doing anything about it."""
    theirs, hidden = that_count(checkin, touches, snoozes)
    since = [t for t in theirs if t.touched_on >= checkin.opened_on and not is_complaint(t)]
    if checkin.kind == "complaint":
        since = [t for t in since if not hides(t)]
    return bool(since) or any(s.from_on >= checkin.opened_on for s in hidden)


def hides(touch: Touch) -> bool:
    """Whether a touch asks to hide its practice for a time."""
    return touch.snooze_until is not None or follows(touch.outcome) == "sleeps"


def needs_home(checkin: CheckIn, touches: Iterable[Touch]) -> bool:
    """Whether somebody has said since its opening that the practice is another liaison's."""
    return any(
        t.practice_id == checkin.practice_id
        and t.touched_on >= checkin.opened_on
        and named(t.outcome) == OUTCOMES["not mine"]
        for t in touches
    )


def _in_order(touches: Iterable[Touch]) -> list[Touch]:
    """By day; those of one day stay as they came."""
    return sorted(touches, key=lambda touch: touch.touched_on)
