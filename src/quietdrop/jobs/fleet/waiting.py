"""Whether anything waits to be sent, by the store alone: what sending needs is not imported."""

from __future__ import annotations

from datetime import datetime

from quietdrop.jobs.health import unreached_managers
from quietdrop.store import Store


def is_anything_to_send(store: Store, now: datetime, *, tells_others: bool) -> bool:
    """Whether sending now would do anything, or managers cannot be mailed, which it would say.

    Args:
        store: The clinic's store.
        now: The time.
        tells_others: Whether another system receives events.
    """
    return bool(
        store.outbox.due(now)
        or store.outbox.to_report()
        or store.checkins.unannounced_complaints()
        or (tells_others and store.events.due(now))
        or unreached_managers(store.outbox.messages(), now)
    )
