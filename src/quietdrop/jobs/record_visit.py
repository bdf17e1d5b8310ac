"""Records a visit, what was promised there and what was brought, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy.engine import Connection

from quietdrop.checkins.gifts import GiftCheck, GiftTotal, check_gift, totals
from quietdrop.config import Settings
from quietdrop.domain.audit import AuditAction
from quietdrop.domain.checkin import Touch
from quietdrop.domain.promise import Promise
from quietdrop.jobs.record_answer import Occasion, record_change
from quietdrop.jobs.record_promise import record_promise
from quietdrop.store import Store


@dataclass(frozen=True)
class Visit:
    """A touch, the note that is kept with it and never shown, and the next step, if any."""

    touch: Touch
    note: str = ""
    promise: Promise | None = None


def record_visit(store: Store, conn: Connection, visit: Visit, occasion: Occasion) -> int:
    """Records a visit with its promise when `conn`'s transaction commits.

    Returns:
        The number under which it can be undone until the next run, as an answer can.

    Raises:
        StoreError: the store cannot be written.
    """
    here, actor = visit.touch.practice_id, occasion.actor
    changed, _ = record_change(store, conn, visit.touch, visit.note, occasion)
    touch_id = changed.touch_id
    assert touch_id is not None
    if visit.touch.kind != "complaint":  # nothing else changes a check-in without an outcome
        changed = replace(changed, checkin_id=None)
    number = store.answers.save(conn, changed)
    store.audit.add(conn, actor.did(AuditAction.LOGGED, here, occasion.said))
    if visit.promise is not None:
        record_promise(store, conn, visit.promise, touch_id, actor)
    if visit.touch.cost_cents:
        store.audit.add(conn, actor.did(AuditAction.GAVE, here, _gift(visit.touch)))
    return number


def _gift(touch: Touch) -> str:
    """What the audit says of a gift: for how much, and not for whom."""
    whole, cents = divmod(touch.cost_cents or 0, 100)
    return f"{whole}.{cents:02}, {'for one person' if touch.recipient else 'for the team'}"


def passed_limits(settings: Settings, store: Store, years: Iterable[int]) -> list[GiftTotal]:
    """Who was given more in one of these years than its limit allows, the years in their order."""
    passed = []
    for year in sorted(set(years)):
        limit = settings.gifts.limit_cents(year)
        given = totals(store.touches.gifts(year), year) if limit is not None else []
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
    on_record = (*store.touches.gifts(year), *listed)
    return check_gift(touch, on_record, settings.gifts.limit_cents(year))
