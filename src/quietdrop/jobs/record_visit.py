"""Records a visit, what was promised there and what was brought, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from quietdrop.checkins.gifts import GiftCheck, GiftTotal, check_gift, totals
from quietdrop.config import Settings
from quietdrop.domain.checkin import Touch
from quietdrop.domain.promise import Promise
from quietdrop.jobs.record_touch import record_numbered
from quietdrop.store import Store


@dataclass(frozen=True)
class Visit:
    """A touch, the note that is kept with it and never shown, and the next step, if any."""

    touch: Touch
    note: str = ""
    promise: Promise | None = None


def record_visit(store: Store, conn: Connection, visit: Visit) -> int:
    """Records a visit with its promise when `conn`'s transaction commits. Returns the id of its
    touch, by which it can be undone. StoreError."""
    touch_id, _ = record_numbered(store, conn, visit.touch, visit.note)
    if visit.promise is not None:
        store.save_promise(conn, visit.promise, touch_id)
    return touch_id


def passed_limits(settings: Settings, store: Store, years: Iterable[int]) -> list[GiftTotal]:
    """Who was given more in one of these years than its limit allows, the years in their order."""
    passed = []
    for year in sorted(set(years)):
        limit = settings.gifts.limit_cents(year)
        given = totals(store.gifts(year), year) if limit is not None else []
        passed += [one for one in given if one.recipient and limit and one.cents > limit]
    return passed


def gift_check(
    settings: Settings, store: Store, touch: Touch, listed: tuple[Touch, ...] = ()
) -> GiftCheck | None:
    """What a touch's gift comes to before it is recorded; None where it cost nothing. `listed` are
    touches of the source, which the store does not have."""
    if not touch.cost_cents:
        return None
    year = touch.touched_on.year
    on_record = (*store.gifts(year), *listed)
    return check_gift(touch, on_record, settings.gifts.limit_cents(year))
