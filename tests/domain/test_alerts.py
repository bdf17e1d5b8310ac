"""Which threshold a promise yields, from what each would have brought."""

from __future__ import annotations

import json
import math
from datetime import date

import pytest

from quietdrop.domain.alerts import AlertCard, card_from_store

CARD = AlertCard(date(2026, 7, 6), 52, 100.0, (0.3, 0.5, 0.7, 0.9), (40.0, 12.0, 3.0, 0.0))


def _at_most(number: float) -> float:
    """What a year may bring where the past brought so many: chance, and a worse year."""
    return 1.25 * (number + 1.0 + 1.28 * math.sqrt(number + 1.0))


@pytest.mark.parametrize(
    ("number", "threshold", "next_one"),
    [(40.0, 0.3, 0.5), (12.0, 0.5, 0.7), (3.0, 0.7, 0.9), (0.0, 0.9, None)],
)
def test_the_least_threshold_that_keeps_the_promise(
    number: float, threshold: float, next_one: float | None
) -> None:
    just = CARD.practice_years / _at_most(number)
    assert CARD.threshold(just * 0.999) == threshold
    assert CARD.threshold(just * 1.001) == next_one


def test_the_most_that_can_be_promised_is_what_the_highest_threshold_brought() -> None:
    assert CARD.most_years == pytest.approx(100.0 / _at_most(0.0))


def test_a_threshold_below_one_that_breaks_the_promise_is_not_taken() -> None:
    odd = AlertCard(CARD.learned_on, 52, 100.0, (0.3, 0.5, 0.7), (3.0, 12.0, 3.0))
    assert odd.threshold(10.0) == 0.7


def test_a_card_is_read_as_it_was_stored() -> None:
    assert card_from_store(json.loads(json.dumps(CARD.for_the_store()))) == CARD


@pytest.mark.parametrize("stored", [None, {}, {"learned_on": "x"}, {"learned_on": "2026-07-06"}])
def test_a_card_that_cannot_be_read_is_none(stored: dict[str, object] | None) -> None:
    assert card_from_store(stored) is None
