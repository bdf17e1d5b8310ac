"""What would change whether a practice is listed, on the cards of those that fall. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from quietdrop.config import Settings
from quietdrop.domain.assessment import FALLING
from quietdrop.domain.card import Card
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.evaluation.what_if import what_would_change
from quietdrop.messages.digest import why_not_listed
from quietdrop.messages.wording import what_if

MOST_ASKED = 100  # practices: each is judged again a few times


def with_changes(settings: Settings, evaluation: Evaluation, cards: Iterable[Card]) -> list[Card]:
    """The cards, with what would list the falling ones or take them off the list."""
    cards = list(cards)
    falling = [card.practice_id for card in cards if card.status in FALLING][:MOST_ASKED]
    said = {}
    for key in falling:
        reason = why_not_listed(evaluation, key)
        changes = what_would_change(settings, evaluation, key, reason)
        as_of = evaluation.as_of
        said[key] = tuple(what_if.what_would_change(change, key, as_of) for change in changes)
    return [replace(card, would_change=said.get(card.practice_id, ())) for card in cards]
