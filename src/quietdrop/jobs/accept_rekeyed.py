"""All that ended as the same practice began under another id, accepted as one at once."""

from __future__ import annotations

from datetime import date, datetime

from quietdrop import ingest
from quietdrop.config import Settings
from quietdrop.domain.decisions import Decision, DecisionKind
from quietdrop.findings.rekeyed import rekeyed
from quietdrop.jobs.history import remember
from quietdrop.store import Store


def accept_rekeyed(
    settings: Settings, store: Store, as_of: date, who: str, now: datetime
) -> list[Decision]:
    """Record that practices whose id changed are one, as `aliases accept --rekeyed` does.

    Args:
        settings: The config.
        store: Where decisions are kept.
        as_of: The run that was held; the decisions count from its day on.
        who: The manager who decides.
        now: When.

    Returns:
        The decisions that are new; the next run counts them.
    """
    register = remember(store, settings, as_of).register
    intake = ingest.read(settings.source, as_of, as_of, register)
    pairs, _ = rekeyed(intake.counts, intake.practices, as_of, by_name=True)
    new = register.not_yet(
        Decision(DecisionKind.ALIAS, pair.new_id, pair.old_id, as_of, who, now) for pair in pairs
    )
    store.decisions.add(new)
    return new
