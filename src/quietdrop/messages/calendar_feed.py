"""Promises as a calendar that a phone subscribes to. Pure: the moment is handed in."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from quietdrop.domain.promise import Promise
from quietdrop.lib.text import single_line

SECRET_BYTES = 24  # 192 bits: as hard to guess as a link of ours is to forge
REFRESH = timedelta(hours=6)  # after which a calendar program asks again
NAMELESS = "A promise is due"


def new_secret() -> str:
    """The secret part of a feed's address."""
    return secrets.token_urlsafe(SECRET_BYTES)


def mark_of_secret(secret: str) -> str:
    """How the store keeps it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def feed_url(base_url: str, secret: str) -> str:
    """The address that a calendar subscribes to."""
    return f"{base_url}/i/{secret}.ics"


def calendar_feed(
    promises: Iterable[Promise], names: Mapping[str, str], now: datetime, *, named: bool
) -> bytes:
    """An all-day event on the day of each promise, as RFC 5545 has it.

    Args:
        promises: Those that are open.
        names: Of their practices, by id.
        now: When the feed is made.
        named: Whether its titles may say what is promised to whom; else they name nobody.
    """
    from icalendar import Calendar, Event  # only a feed needs it

    calendar = Calendar()
    calendar.add("prodid", "-//quietdrop//promises//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Promised")
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    for promise in promises:
        event = Event()
        event.add("uid", f"promise-{promise.id}@quietdrop")
        event.add("dtstamp", now)
        event.add("dtstart", promise.due_on)
        event.add("dtend", promise.due_on + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        event.add("summary", _title(promise, names) if named else NAMELESS)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _title(promise: Promise, names: Mapping[str, str]) -> str:
    name = single_line(names.get(promise.practice_id) or promise.practice_id)
    return f"{single_line(promise.what, 120)}: {name}"
