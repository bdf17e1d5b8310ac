"""One practice explained: the figures, the decision, and what would change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from quietdrop.checkins.unlisted import Unlisted, WhyNot
from quietdrop.config import Settings
from quietdrop.domain.assessment import Assessment, Status
from quietdrop.domain.card import Card
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.evaluation.learned_hazard import likelier
from quietdrop.evaluation.what_if import Change, open_checkin, what_would_change
from quietdrop.lib.reader import decimal
from quietdrop.messages import entry
from quietdrop.messages.compose import Briefing, book_of
from quietdrop.messages.digest import not_listed, why_not_listed
from quietdrop.messages.practice_card import cards
from quietdrop.messages.wording import figures, what_if
from quietdrop.messages.wording.learned import before_the_drop


@dataclass(frozen=True)
class Explanation:
    """What `explain` shows of a practice.

    `row` is the practice's row of the assessment's table, None where nothing is known; `facts` are
    labels and values for a person; `changes` what would change the answer.
    """

    card: Card
    row: Mapping[str, Any]
    listed: bool
    why_not: Unlisted | None
    facts: tuple[tuple[str, str], ...]
    changes: tuple[Change, ...]
    faults: tuple[str, ...]  # why a run of the day would hold the digests

    @property
    def said_of_changes(self) -> list[str]:
        """The changes in words."""
        key, as_of = self.card.practice_id, self.card.as_of
        return [what_if.what_would_change(change, key, as_of) for change in self.changes]

    @property
    def verdict(self) -> str:
        """Whether it is listed, and why not."""
        return self.card.not_listed or "Listed: it is carried as a check-in."


def explanation(settings: Settings, briefing: Briefing, practice_id: str) -> Explanation:
    """Return all that is known of one practice on the date."""
    evaluation, table = briefing.evaluation, briefing.table
    reason = why_not_listed(evaluation, practice_id)
    hit = table[table["practice_id"] == practice_id]
    if hit.empty:
        card, row = _unread(briefing, practice_id), dict.fromkeys(map(str, table.columns))
        facts: tuple[tuple[str, str], ...] = ()
    else:
        card = cards(evaluation, hit, book_of(settings))[0]
        row = {str(k): None if pd.isna(v) else v for k, v in hit.iloc[0].to_dict().items()}
        row["dispersion"] = evaluation.assessed.of(practice_id).dispersion
        asked = open_checkin(evaluation, practice_id)
        listed = entry.as_listed(evaluation.assessed.of(practice_id), asked)
        facts = _facts(row, card, listed, evaluation.assessed.thresholds.alert.of(practice_id))
        facts += _known_before(evaluation, practice_id)
    changes = what_would_change(settings, evaluation, practice_id, reason)
    faults = tuple(evaluation.faults)
    return Explanation(card, row, reason is None, reason, facts, changes, faults)


def for_a_program(of: Explanation) -> dict[str, object]:
    """Return the same as JSON takes it, days as ISO."""
    why = of.why_not
    told_of = {
        "as_of": of.card.as_of,
        "practice_id": of.card.practice_id,
        "practice_name": of.card.name,
        "liaison": of.card.liaison,
        "status": of.card.status,
        "listed": of.listed,
        "reason": of.card.sentence,
    }
    row = {**of.row, **told_of}
    if "dispersion" in row:
        row["dispersion"] = round(row["dispersion"], 2)
    return row | {
        "not_listed": why and str(why.why),
        "not_listed_until": why.day if why and why.why is WhyNot.snoozed else None,
        "not_listed_because": of.card.not_listed,
        "would_change": [
            {
                "what": str(change.kind),
                "number": change.number,
                "day": change.day,
                "share": change.share,
                "words": said,
            }
            for change, said in zip(of.changes, of.said_of_changes, strict=True)
        ],
    }


def _known_before(evaluation: Evaluation, practice_id: str) -> tuple[tuple[str, str], ...]:
    """Whether what was known of the practice made a drop likelier; nothing where it hardly did."""
    card, before = evaluation.hazard, evaluation.known_before
    if card is None or before is None:
        return ()
    week = evaluation.assessed.of(practice_id).onset_week
    said = before_the_drop(*likelier(card, before, evaluation.assessed.row(practice_id), week))
    return (("Before", said),) if said else ()


def _unread(briefing: Briefing, practice_id: str) -> Card:
    """The card of a practice of which no referral was read."""
    evaluation = briefing.evaluation
    return Card(
        practice_id=practice_id,
        name=briefing.intake.practice(practice_id).name,
        liaison=evaluation.liaison_of.get(practice_id, ""),
        territory=briefing.intake.practice(practice_id).territory,
        status=Status.CLOSED if practice_id in evaluation.plan.closed else Status.NEW,
        as_of=evaluation.as_of,
        sentence="No referral of theirs has been read.",
        not_listed=not_listed(evaluation, practice_id),
    )


def _facts(
    row: Mapping[str, Any], card: Card, listed: Assessment, alert: float
) -> tuple[tuple[str, str], ...]:
    """The figures with their labels, as the sentence has them; none that is not known."""
    came = f"{decimal(row['observed'])} of {figures.number(row['expected'], 1)} expected"
    when = f"since {card.onset_label}" if card.onset_label else "in the last 13 weeks"
    rows = [
        ("Usual", f"{figures.number(listed.baseline_per_week, 2)} a week"),
        ("Came", f"{came} {when}"),
    ]
    if listed.drift_probability is not None:
        odds, least = figures.percent(listed.drift_probability), figures.percent(alert)
        rows.append(("Odds", f"{odds} for a lasting drop; listed from {least} on"))
    if row["lost_per_week"]:
        rows.append(("At stake", f"{figures.number(row['lost_per_week'], 2)} a week"))
    bursts = "1 is chance alone, above 1 comes in bursts"
    rows.append(("Rhythm", f"{decimal(row['dispersion'], 2)} ({bursts})"))
    rows.append(("Liaison", card.liaison or "nobody"))
    return tuple(rows)
