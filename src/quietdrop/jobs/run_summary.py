"""What a run's row says of it, for later runs and for `status`."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd

from quietdrop.config import Settings, fingerprint
from quietdrop.detection.reporting_delay import MATURE_DAYS
from quietdrop.domain.days import EPOCH
from quietdrop.messages import slow, together
from quietdrop.messages.compose import Briefing


def mark_of(settings: Settings, briefing: Briefing, live: bool) -> str:
    """Changes when the data up to the as-of date or the config do."""
    rows = pd.util.hash_pandas_object(briefing.intake.counts, index=False).to_numpy()
    decisions = briefing.evaluation.history.register.decisions
    evaluation = [(str(d.kind), d.subject, d.value, str(d.from_on)) for d in decisions]
    text = f"{fingerprint(settings)}{live}{len(rows)}{evaluation or ''}"
    return hashlib.sha256(text.encode() + rows.tobytes()).hexdigest()


def figures(briefing: Briefing) -> dict[str, object]:
    """What a run's row says of it."""
    intake, evaluation = briefing.intake, briefing.evaluation
    return {
        "rows_read": intake.rows_read,
        "rejected": intake.reject_reasons(),
        "notes": dict(intake.notes),
        "newest": intake.newest.isoformat() if intake.newest else None,
        "due_by": str(briefing.evaluation.due_by),
        "statuses": {str(k): int(v) for k, v in briefing.table["status"].value_counts().items()},
        "listed": int(briefing.table["listed"].sum()),
        "faults": briefing.evaluation.faults,
        "together": [[one.kind, one.key] for one in together.news(briefing.evaluation)],
        "slow": [one.practice_id for one in slow.news(briefing.evaluation)],
        "daily": _daily(briefing),
        "alerts": evaluation.alerts.for_the_store() if evaluation.alerts else None,
        "hazard": evaluation.hazard.for_the_store() if evaluation.hazard else None,
    }


def _daily(briefing: Briefing) -> list[int]:
    """Referrals of each of the last days, the newest first: what later runs call late."""
    counts = briefing.intake.counts
    age = (briefing.assessed.as_of - EPOCH).days - counts["day"].to_numpy()
    recent = age <= MATURE_DAYS
    weights = counts["referrals"].to_numpy()[recent]
    number = np.bincount(age[recent], weights=weights, minlength=MATURE_DAYS + 1)
    return [int(n) for n in number[1:]]
