"""What the memory of earlier runs comes to when spellings have become one practice. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from quietdrop.checkins.history import History
from quietdrop.domain.checkin import CheckIn, Kind, State
from quietdrop.domain.identity import SAME_PRACTICE, Identity
from quietdrop.domain.weekly import WeeklyCounts


def joined(history: History, identity: Identity, as_of: date) -> History:
    """Return the memory with each practice under its key, as the store will keep it.

    Of several open check-ins of one practice the oldest stays open. Touches and snoozes of what is
    no practice are left out, so that they keep nothing open.
    """
    keys, excluded = identity.keys, identity.excluded
    return replace(
        history,
        checkins=tuple(_one_open([_under_key(c, identity) for c in history.checkins], as_of)),
        unlisted=tuple(_under_key(checkin, identity) for checkin in history.unlisted),
        snoozes=tuple(
            replace(snooze, practice_id=keys.get(snooze.practice_id, snooze.practice_id))
            for snooze in history.snoozes
            if snooze.practice_id not in excluded
        ),
        touches=tuple(
            replace(touch, practice_id=keys.get(touch.practice_id, touch.practice_id))
            for touch in history.touches
            if touch.practice_id not in excluded
        ),
        promises=tuple(
            replace(promise, practice_id=keys.get(promise.practice_id, promise.practice_id))
            for promise in history.promises
            if promise.practice_id not in excluded
        ),
        weekly=history.weekly and _weekly_under_keys(history.weekly, identity),
        not_practices=excluded,
        joined=_just_joined(history, identity),
    )


def _weekly_under_keys(weekly: WeeklyCounts, identity: Identity) -> WeeklyCounts:
    """The kept counts with spellings put together, or every spelling would seem to vanish."""
    frame = weekly.frame[~weekly.frame["practice_id"].isin(identity.excluded)]
    if not frame["practice_id"].isin(identity.keys).any():
        return replace(weekly, frame=frame)
    named = frame.assign(practice_id=frame["practice_id"].map(identity.key_of))
    latest = {"name": "last", "seen_on": "max", "referrals": "sum"}
    summed = named.groupby(["practice_id", "week"], as_index=False, sort=True).agg(latest)
    return replace(weekly, frame=summed[list(frame.columns)])


def _just_joined(history: History, identity: Identity) -> frozenset[str]:
    """The practices to which a spelling has come that the store has not handed over yet."""
    register = history.register
    if not register.practices:
        return frozenset()
    return frozenset(
        key for spelled, key in identity.keys.items() if spelled not in register.spellings
    )


def _under_key(checkin: CheckIn, identity: Identity) -> CheckIn:
    key = identity.keys.get(checkin.practice_id)
    return checkin if key is None else replace(checkin, practice_id=key)


def _one_open(checkins: list[CheckIn], as_of: date) -> list[CheckIn]:
    """Of the open check-ins of a practice the oldest stays, as a complaint where one of them is."""
    stays: dict[str, CheckIn] = {}
    for checkin in sorted(checkins, key=lambda c: (c.opened_on, c.id or 0)):
        if checkin.state == State.OPEN:
            oldest = stays.setdefault(checkin.practice_id, checkin)
            if checkin.kind == Kind.COMPLAINT:
                stays[checkin.practice_id] = replace(oldest, kind=Kind.COMPLAINT)
    kept = []
    for checkin in checkins:
        oldest = stays.get(checkin.practice_id, checkin)
        if checkin.state != State.OPEN:
            kept.append(checkin)
        elif (checkin.opened_on, checkin.id) == (oldest.opened_on, oldest.id):
            kept.append(oldest)
        else:
            kept.append(
                replace(checkin, state=State.CLOSED, resolved_on=as_of, outcome=SAME_PRACTICE)
            )
    return kept
