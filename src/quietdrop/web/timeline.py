"""What happened at a practice and what is to come, the newest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from quietdrop.domain.card import Card
from quietdrop.domain.checkin import NO_CONTACT, CheckIn, Kind, Snooze, State, Touch
from quietdrop.domain.decisions import Decision, DecisionKind
from quietdrop.domain.promise import Promise
from quietdrop.messages.wording import figures
from quietdrop.web.context import Desk
from quietdrop.web.undo import Undo, UndoForm

MOST_EVENTS = 30  # the newest of a practice


@dataclass(frozen=True)
class Event:
    """One line of a timeline.

    Attributes:
        kind: its mark: ours, fell, due, or none.
        on: its day.
        words: what happened.
        undo: the form that undoes it; None if that is not possible.
    """

    kind: str
    on: date
    words: str
    undo: UndoForm | None = None


@dataclass(frozen=True)
class Past:
    """What a page has read of a practice for other parts of it, too."""

    checkins: Sequence[CheckIn]
    promises: Sequence[Promise]  # kept ones, too
    decisions: Sequence[Decision] = ()


def timeline(
    desk: Desk, card: Card, past: Past, names: Mapping[str, str], undo: Undo
) -> list[Event]:
    """A practice's timeline; `names` are of liaisons, by address."""
    given = (one for one in past.decisions if one.kind is DecisionKind.ASSIGNMENT)
    events = [
        *(_of_promise(one, names) for one in past.promises),
        *(event for one in past.checkins for event in _of_checkin(one)),
        *_with_undo(desk, card, names, undo),
        *(_of_decision(one, names) for one in given),
    ]
    return sorted(events, key=lambda event: event.on, reverse=True)[:MOST_EVENTS]


def _with_undo(desk: Desk, card: Card, names: Mapping[str, str], undo: Undo) -> Iterable[Event]:
    """The touches and snoozes; what was recorded since the last run can be undone."""
    forms: dict[Touch | Snooze | None, list[UndoForm]] = {}
    for one in desk.store.answers.undoable(card.practice_id):
        what: Touch | Snooze | None = None
        if one.touch_id is not None:
            what = desk.store.touches.get(one.touch_id)
        elif one.snooze_id is not None:
            what = desk.store.snoozes.get(one.snooze_id)
        forms.setdefault(what, []).append(undo(one.id or 0))
    things: list[tuple[Touch | Snooze, Event]] = [
        *((one, _of_touch(one, names)) for one in desk.touches(card.practice_id, card)),
        *((one, _of_snooze(desk, one)) for one in desk.store.snoozes.of([card.practice_id])),
    ]
    for thing, event in things:
        waiting = forms.get(thing)
        yield replace(event, undo=waiting.pop(0)) if waiting else event


def _of_promise(promise: Promise, names: Mapping[str, str]) -> Event:
    if promise.kept_on is not None:
        return Event("ours", promise.kept_on, f"Promise kept: {promise.what}")
    owner = names.get(promise.owner, promise.owner)
    return Event("due", promise.due_on, f"Promised: {promise.what}, {owner}")


def _of_checkin(checkin: CheckIn) -> list[Event]:
    events: list[Event] = []
    if checkin.kind == Kind.COMPLAINT:
        events.append(Event("fell", checkin.opened_on, "A complaint"))
    else:
        sure = f": {figures.sureness(checkin.probability)}" if checkin.probability else ""
        listed = "An old fall" if checkin.state == State.REVIEW else "Listed"
        events.append(Event("fell", checkin.opened_on, listed + sure))
    if checkin.onset is not None:
        events.append(Event("fell", checkin.onset, "The drop likely began about then"))
    if checkin.resolved_on is not None:
        back = checkin.state == State.RECOVERED
        words = "Back at their usual" if back else f"Check-in closed: {checkin.outcome}"
        events.append(Event("", checkin.resolved_on, words))
    return events


def _of_touch(touch: Touch, names: Mapping[str, str]) -> Event:
    kind = "Learned" if touch.kind == NO_CONTACT else touch.kind.replace("_", " ").capitalize()
    by = f", {names.get(touch.liaison, touch.liaison)}" if touch.liaison else ""
    whom = f" with {touch.whom}" if touch.whom else ""
    outcome = f": {touch.outcome}" if touch.outcome else ""
    return Event("ours", touch.touched_on, f"{kind}{by}{whom}{outcome}")


def _of_snooze(desk: Desk, snooze: Snooze) -> Event:
    until = figures.day(snooze.until, desk.today())
    return Event("ours", snooze.from_on, f"Hidden until {until}")


def _of_decision(decision: Decision, names: Mapping[str, str]) -> Event:
    undone = ", taken back later" if decision.undone_at else ""
    heir, by = (names.get(one, one) for one in (decision.value, decision.decided_by))
    return Event("ours", decision.from_on, f"Given to {heir} by {by}{undone}")
