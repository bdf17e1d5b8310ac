"""What touches and snoozes say of a practice and its check-in. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import TypeVar

from quietdrop.domain.checkin import CheckIn, Kind, Snooze, State, Touch
from quietdrop.domain.directory import Person
from quietdrop.domain.outcomes import OUTCOMES, Follows, follows, hides, is_complaint, named

About = TypeVar("About", Touch, Snooze, Person)


def in_order(touches: Iterable[Touch]) -> list[Touch]:
    """By day; those of one day stay as they came."""
    return sorted(touches, key=lambda touch: touch.touched_on)


def checkin_after(checkin: CheckIn | None, touch: Touch) -> CheckIn | None:
    """In: a practice's open check-in (None: it has none) and a touch. Out: what it then is.

    A complaint opens one that nobody has been told of, or turns the one that is open into such;
    only "resolved", or that there is nothing left to answer, closes a complaint.
    """
    if is_complaint(touch):
        if checkin is None:
            who = touch.practice_id
            return CheckIn(who, who, touch.liaison, Kind.COMPLAINT, touch.touched_on)
        if checkin.kind != Kind.COMPLAINT:
            return replace(checkin, kind=Kind.COMPLAINT, notified_on=None)
        return checkin
    if checkin is None:
        return None
    closing = {Follows.CLOSES_FOR_GOOD, Follows.RESOLVES}
    if checkin.kind != Kind.COMPLAINT:
        closing.add(Follows.CLOSES)
    outcome = named(touch.outcome)
    if outcome is None or outcome.follows not in closing:
        return checkin
    return replace(checkin, state=State.CLOSED, resolved_on=touch.touched_on, outcome=outcome.name)


def checkin_after_all(checkin: CheckIn, touches: Iterable[Touch]) -> CheckIn:
    """An open check-in after all that its own practice's touches, in their order, say."""
    counting, _ = that_count(checkin, touches)
    for touch in (t for t in counting if t.touched_on >= checkin.opened_on):
        checkin = checkin_after(checkin, touch) or checkin
        if checkin.state != State.OPEN:
            break
    return checkin


def unresolved(touches: Iterable[Touch], as_of: date) -> set[str]:
    """The practices with a complaint that no later touch says is resolved."""
    waiting: set[str] = set()
    for touch in in_order(touches):
        resolved = touch.resolved_on is not None and touch.resolved_on <= as_of
        if resolved or follows(touch.outcome) == Follows.RESOLVES:
            waiting.discard(touch.practice_id)
        elif is_complaint(touch):
            waiting.add(touch.practice_id)
    return waiting


def gone(touches: Iterable[Touch]) -> dict[str, str]:
    """By practice that has moved, retired or been acquired, the word that last said so."""
    left: dict[str, str] = {}
    for touch in in_order(touches):
        if follows(touch.outcome) == Follows.CLOSES_FOR_GOOD:
            left[touch.practice_id] = touch.outcome
        elif follows(touch.outcome) == Follows.REOPENS:
            left.pop(touch.practice_id, None)
    return left


def reopened(touches: Iterable[Touch]) -> dict[str, date]:
    """The practices of which it was said that they were closed by mistake, and when last."""
    return {
        touch.practice_id: touch.touched_on
        for touch in in_order(touches)
        if follows(touch.outcome) == Follows.REOPENS
    }


def snoozes_from(touches: Iterable[Touch]) -> Iterator[Snooze]:
    """What the touches hide, and until when."""
    for touch in touches:
        outcome = named(touch.outcome)
        until = touch.snooze_until
        if until is None and outcome is not None and outcome.sleeps is not None:
            until = touch.touched_on + outcome.sleeps
        if until is not None and until > touch.touched_on:
            reason = outcome.name if outcome else touch.kind
            yield Snooze(touch.practice_id, touch.touched_on, until, reason)


def group_by_practice(things: Iterable[About]) -> dict[str, list[About]]:
    """Touches, snoozes or people by practice, each practice's in the order in which they came."""
    groups: dict[str, list[About]] = {}
    for thing in things:
        groups.setdefault(thing.practice_id, []).append(thing)
    return groups


def that_count(
    checkin: CheckIn, touches: Iterable[Touch], snoozes: Iterable[Snooze] = ()
) -> tuple[list[Touch], list[Snooze]]:
    """Which of its practice's touches, in their order, and snoozes bear on a check-in: what was
    done before a complaint does not answer it, and nothing hides it."""
    theirs = list(touches)
    if checkin.kind != Kind.COMPLAINT:
        return theirs, list(snoozes)
    last = max((place for place, t in enumerate(theirs) if is_complaint(t)), default=-1)
    return theirs[last + 1 :], []


def was_seen(checkin: CheckIn, touches: Iterable[Touch], snoozes: Iterable[Snooze] = ()) -> bool:
    """Whether the liaison has done anything about a check-in since it opened, or since it became
    a complaint. Touches, in their order, and snoozes are its practice's own. Hiding a complaint is
    not doing anything about it."""
    theirs, hidden = that_count(checkin, touches, snoozes)
    since = [t for t in theirs if t.touched_on >= checkin.opened_on and not is_complaint(t)]
    if checkin.kind == Kind.COMPLAINT:
        since = [t for t in since if not hides(t)]
    return bool(since) or any(s.from_on >= checkin.opened_on for s in hidden)


def is_unassigned(checkin: CheckIn, touches: Iterable[Touch]) -> bool:
    """Whether one of its practice's touches has said since its opening that it is another's."""
    return any(
        t.touched_on >= checkin.opened_on and named(t.outcome) == OUTCOMES["not mine"]
        for t in touches
    )


def complaint_is_resolved(checkin: CheckIn, touches: Iterable[Touch], as_of: date) -> bool:
    """Whether one of its practice's touches, in their order, says that a complaint's check-in was
    answered. That the complaint itself is no longer in the source resolves nothing."""
    theirs = [t for t in touches if t.touched_on <= as_of]
    last = max((place for place, t in enumerate(theirs) if is_complaint(t)), default=-1)
    since = theirs[last:] if last >= 0 else [t for t in theirs if t.touched_on >= checkin.opened_on]
    return any(
        (t.resolved_on is not None and t.resolved_on <= as_of)
        or follows(t.outcome) == Follows.RESOLVES
        for t in since
    )
