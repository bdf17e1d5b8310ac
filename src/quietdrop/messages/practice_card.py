"""Decisions -> what the pages show of each practice until the next run. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from quietdrop.checkins.touches import group_by_practice
from quietdrop.domain.assessment import FALLING, Status
from quietdrop.domain.card import Card, Share
from quietdrop.domain.checkin import CheckIn, State
from quietdrop.domain.days import EPOCH, week_index
from quietdrop.domain.digest import Item
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.evaluation.visit_plan import NOTHING_PLANNED, VisitPlan
from quietdrop.lib.folding import folded
from quietdrop.lib.places import postcode_of
from quietdrop.messages.digest import not_listed
from quietdrop.messages.entry import YEAR, item_of
from quietdrop.messages.sections import in_full, staff_of
from quietdrop.messages.stakes import stakes_of
from quietdrop.messages.wording import figures
from quietdrop.messages.wording.phrasebook import Phrase

RECENT_DAYS = 13 * 7  # a quarter
YEAR_DAYS = YEAR * 7
MOST_SHARES = 8  # of a kind: providers, or service lines
MOST_TOUCHES = 20  # the newest; older ones are in the source
NEW_NAMES = ("renamed", "merged")
LONGEST_KEY = 255  # characters; what the store's indexed columns hold


def cards(
    evaluation: Evaluation,
    frame: pd.DataFrame,
    book: Mapping[str, Phrase],
    visits: VisitPlan = NOTHING_PLANNED,
) -> list[Card]:
    """A card a practice. `frame` is the table of this date; an open check-in's practice is shown
    as its digest shows it, with first words from the `book`."""
    ended = {c.practice_id for c in evaluation.plan.changed() if c.state != State.OPEN}
    before = [c for c in evaluation.history.checkins if c.state == State.OPEN]
    open_now: dict[str, CheckIn] = {
        c.practice_id: c for c in (*before, *evaluation.plan.listed) if c.practice_id not in ended
    }
    providers = _shares(evaluation, "provider", evaluation.intake.provider_names)
    lines = _shares(evaluation, "service_line", {})
    touches = group_by_practice(
        sorted(evaluation.intake.touches, key=lambda touch: touch.touched_on)
    )
    result = []
    for row in frame.to_dict("records"):
        key = str(row["practice_id"])
        where = evaluation.intake.practice(key)
        asked = open_now.get(key)
        shown = in_full(evaluation, item_of(evaluation, asked), book) if asked else None
        card = Card(
            practice_id=key,
            name=where.name,
            liaison=str(row["liaison"]),
            territory=where.territory,
            status=Status(row["status"]),
            as_of=evaluation.as_of,
            sentence=str(row["reason"]),
            town=where.town,
            phone=where.phone,
            address=where.address,
            town_key=folded(where.town)[:LONGEST_KEY],
            postcode=postcode_of(where.address),
            hours=where.hours,
            preferred_contact=where.preferred_contact,
            tier=visits.tiers.get(key, ""),
            seen_on=visits.seen_on.get(key),
            revisit_on=visits.revisit_on.get(key),
            providers=providers.get(key, ()),
            lines=lines.get(key, ()),
            touches=tuple(touches.get(key, ())[-MOST_TOUCHES:]),
            staff=staff_of(evaluation, key),
            not_listed=not_listed(evaluation, key),
        )
        card = _with_item(card, shown) if shown else _with_year(card, evaluation, row)
        result.append(_with_alike(card, evaluation))
    return result


def _with_alike(card: Card, evaluation: Evaluation) -> Card:
    """With the practice that seems to go on in the place of this one."""
    like = evaluation.findings.lookalikes.get(card.practice_id)
    if like is None or like.kind not in NEW_NAMES or not like.other_id:
        return card
    return replace(
        card, alike_id=like.other_id, alike_name=like.other_name, alike_why=like.evidence
    )


def _with_item(card: Card, item: Item) -> Card:
    """As the digest shows a practice that somebody is asked to see."""
    return replace(
        card,
        weeks=tuple(int(count) for count in item.weeks),
        expected=tuple(round(value, 2) for value in item.expected),
        onset_index=item.onset_index,
        onset_label=item.onset_label,
        who=item.who,
        what=item.what,
        our_side=item.our_side,
        opening=item.opening,
        bring=item.bring,
        stakes=item.stakes,
    )


def _with_year(card: Card, evaluation: Evaluation, row: Mapping[Any, Any]) -> Card:
    """With the year of weeks of a practice that nobody is asked to see."""
    assessed, key, as_of = evaluation.assessed, card.practice_id, card.as_of
    place = assessed.row(key)
    weeks = assessed.cadence.counts[place, -YEAR:].astype(int).tolist()
    usual = assessed.exposure_of(place)[-YEAR:] * float(row["baseline_per_week"])
    card = replace(card, weeks=tuple(weeks), expected=tuple(usual.round(2).tolist()))
    onset = row["onset"]
    if card.status not in FALLING or pd.isna(onset):
        return card
    index = week_index(onset, as_of, len(weeks))
    if index < 0:
        return card
    return replace(
        card,
        onset_index=index,
        onset_label=f"about {figures.day(onset, as_of)}",
        stakes=stakes_of(assessed.of(key), as_of),
    )


def _shares(
    evaluation: Evaluation, kind: str, names: Mapping[str, str]
) -> dict[str, tuple[Share, ...]]:
    """By practice, its providers or service lines, the largest first."""
    if kind not in evaluation.counts:
        return {}
    end = (evaluation.as_of - EPOCH).days
    age = end - evaluation.counts["day"]
    near = evaluation.counts[(age <= RECENT_DAYS + YEAR_DAYS) & (evaluation.counts[kind] != "")]
    recent = (end - near["day"]) <= RECENT_DAYS
    parts = near.assign(
        recent=near["referrals"].where(recent, 0), before=near["referrals"].where(~recent, 0)
    )
    total = parts.groupby(["practice_id", kind])[["recent", "before"]].sum().reset_index()
    total["size"] = total["recent"] + total["before"]
    order = total.sort_values(["practice_id", "size", kind], ascending=[True, False, True])
    shares: dict[str, list[Share]] = {}
    for key, part, came, before in order[["practice_id", kind, "recent", "before"]].itertuples(
        index=False, name=None
    ):
        group = shares.setdefault(str(key), [])
        if len(group) < MOST_SHARES:
            usual = round(float(before) * RECENT_DAYS / YEAR_DAYS, 1)
            group.append(Share(names.get(str(part), str(part)), int(came), usual))
    return {key: tuple(group) for key, group in shares.items()}
