"""Providers who go on elsewhere, one referral a week each, on weeks set by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.builders.counted import AS_OF, counted

from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Practice
from quietdrop.domain.findings import Cause, Lookalike
from quietdrop.findings.provider_flows import Flows
from quietdrop.findings.relocations import UNNAMED, gone_on

END = (AS_OF - EPOCH).days
WEEKS = 100
Span = tuple[str, str, int, int, int]  # practice, provider, from and up to weeks ago, a week
NEW = 12  # weeks ago, when somebody moves


@dataclass(frozen=True)
class World:
    """What is counted of whom: over how many weeks, of which we were open in the newest ones, how
    much each weighs, and whose counts lack. `began` says how many days ago a practice did, where
    that is not its first referral here."""

    weeks: int = WEEKS
    open_since: int = 999
    exposure: float = 1.0
    unread: str = ""
    began: Mapping[str, int] = field(default_factory=dict)
    phone: str = ""  # of every practice
    names: Mapping[str, str] = field(default_factory=dict)


def gone(*spans: Span, **of: Any) -> dict[str, Lookalike]:
    """Where who goes on, if each sent so many on the last day of each week of a span."""
    world = World(**of)
    table = [
        (key, who, END - 1 - 7 * ago, number)
        for key, who, first, last, number in spans
        for ago in range(first - 1, last - 1, -1)
    ]
    counts = pd.DataFrame(table, columns=["practice_id", "provider", "day", "referrals"])
    keys = sorted({span[0] for span in spans} - {world.unread})
    weeks = {key: np.zeros(world.weeks) for key in keys}
    first_day = dict.fromkeys(keys, END)
    for key, _, day, number in table:
        if key in weeks:
            weeks[key][world.weeks - 1 - (END - 1 - day) // 7] += number
            first_day[key] = min(first_day[key], day)
    first_day |= {key: END - ago for key, ago in world.began.items()}
    figures = {key: {"baseline_per_week": 0.1} for key in keys}
    assessed = counted({key: each.tolist() for key, each in weeks.items()}, figures, world.exposure)
    is_open = np.arange(world.weeks) >= world.weeks - world.open_since
    pool = replace(assessed.pool, share=np.where(is_open, assessed.pool.share, 0.0))
    cadence = replace(assessed.cadence, first_day=np.array([first_day[key] for key in keys]))
    names = world.names or (dict.fromkeys(keys, "Elm Bay") if world.phone else {})
    practices = {key: Practice(key, name, phone=world.phone) for key, name in names.items()}
    assessed = replace(assessed, cadence=cadence, pool=pool)
    return gone_on(assessed, Flows(counts, AS_OF), practices, {"1": "Dr. Lee"})


def here(provider: str, number: int = 1) -> Span:
    """Sent from A until it stopped there."""
    return "A", provider, WEEKS, NEW, number


def there(provider: str, number: int = 1, place: str = "B") -> Span:
    """Sends from another place since."""
    return place, provider, NEW, 0, number


OLD = ("B", "9", WEEKS, 0, 1)


def kind_and_place(likely: dict[str, Lookalike]) -> tuple[Cause, str, str] | None:
    like = likely.get("A")
    return (like.kind, like.other_id, like.who) if like else None


@pytest.mark.parametrize(("rest", "kind"), [(2, Cause.MERGED), (3, Cause.MOVED), (4, None)])
def test_half_of_a_practice_carries_it_and_a_fifth_matters(rest: int, kind: Cause | None) -> None:
    """Two providers of one a week each, and the rest of nobody known: 2 of 4, 1 of 5, 1 of 6."""
    likely = gone(here("1"), here("2"), here("", rest), there("1", 2), there("2", 2), OLD)
    assert (likely["A"].kind if likely else None) == kind


@pytest.mark.parametrize(("rest", "explains"), [(2, True), (3, False)])
def test_six_tenths_of_the_fall_explain_it(rest: int, explains: bool) -> None:
    """Three a week moved, of five or of six; nobody is left."""
    [like] = gone(here("1", 3), here("", rest), there("1", 3), OLD).values()
    assert (like.kind, like.who, like.explains) == (Cause.MOVED, "Dr. Lee", explains)


@pytest.mark.parametrize(("late", "explains"), [(37, True), (36, False)])
def test_what_the_others_lack_may_be_chance(late: int, explains: bool) -> None:
    """One a week moved; of the others 48 were to come, of whom 37 or fewer come by a chance of
    0.06, and 36 of 0.04. The fall is not mostly the mover's."""
    rest = [("A", "", WEEKS, NEW, 4), ("A", "", NEW, 1, 3), ("A", "", 1, 0, late - 33)]
    [like] = gone(here("1"), *rest, there("1"), OLD).values()
    assert like.explains is explains


@pytest.mark.parametrize(("days", "kind"), [(28, Cause.RENAMED), (29, Cause.MOVED)])
def test_a_place_that_began_four_weeks_before_the_stop_is_a_new_name(
    days: int, kind: Cause
) -> None:
    likely = gone(here("1"), there("1"), OLD, began={"B": 7 * NEW + days})
    assert likely["A"].kind == kind


def test_of_two_places_that_of_most_is_named_and_of_two_as_large_the_first() -> None:
    others = OLD, ("C", "8", WEEKS, 0, 1)
    small_first = gone(here("1"), here("2", 2), there("1"), there("2", 2, "C"), *others)
    assert kind_and_place(small_first) == (Cause.MOVED, "C", UNNAMED)
    as_large = gone(here("1"), here("2"), there("1"), there("2", 1, "C"), *others)
    assert kind_and_place(as_large) == (Cause.MOVED, "B", "Dr. Lee")


def test_a_place_of_which_nothing_is_counted_is_no_new_name() -> None:
    likely = gone(here("1"), there("1"), unread="B")
    assert kind_and_place(likely) == (Cause.MOVED, "B", "Dr. Lee")


@pytest.mark.parametrize("open_since", [NEW, 0])
def test_where_nobody_could_send_in_the_year_before_nothing_is_said(open_since: int) -> None:
    assert gone(here("1"), there("1"), open_since=open_since) == {}


def test_the_unit_of_the_chances_does_not_matter() -> None:
    few = gone(here("1"), there("1"), exposure=0.001)
    assert few == gone(here("1"), there("1"))
    assert few["A"].kind is Cause.RENAMED


def test_who_goes_on_and_began_elsewhere_a_year_ago_did_not_move() -> None:
    assert gone(("A", "1", WEEKS, 0, 1), ("B", "1", 52, 0, 1)) == {}


@pytest.mark.parametrize(("late", "explains"), [(5, True), (3, False)])
def test_what_still_comes_of_the_others_is_no_part_of_the_fall(late: int, explains: bool) -> None:
    """12 moved; of the other 12 so many came: 12 of 19 are six tenths, and 12 of 21 are not."""
    rest = ("A", "", WEEKS, NEW, 1), ("A", "", NEW, NEW - late, 1)
    [like] = gone(here("1"), *rest, there("1"), OLD).values()
    assert like.explains is explains


@pytest.mark.parametrize(("silent", "is_said"), [(5, True), (4, False)])
def test_exactly_five_that_are_missing_are_enough(silent: int, is_said: bool) -> None:
    likely = gone(("A", "1", WEEKS, silent, 1), ("B", "1", silent, 0, 1))
    assert bool(likely) is is_said


@pytest.mark.parametrize(("silent", "is_said"), [(10, True), (9, False)])
def test_a_tenth_of_what_was_expected_may_still_come(silent: int, is_said: bool) -> None:
    """One straggler three weeks ago, of whose ten or nine."""
    straggler = ("A", "1", 4, 3, 1)
    likely = gone(("A", "1", WEEKS, silent, 1), straggler, ("B", "1", silent, 0, 1))
    assert bool(likely) is is_said


class TestByDirectory:
    """No provider is known; the telephone number says who is who."""

    def renamed(self, *spans: Span, began: int = 7 * NEW + 1, **of: Any) -> str | None:
        likely = gone(*spans, phone="555-010-2030", began={"B": began}, **of)
        return likely["A"].other_id if "A" in likely else None

    @pytest.mark.parametrize(("began", "is_said"), [(364, True), (365, False)])
    def test_a_newcomer_began_within_a_year(self, began: int, is_said: bool) -> None:
        spans = ("A", "", 100, 50, 1), ("B", "", 52, 0, 1)
        assert (self.renamed(*spans, began=began) == "B") is is_said

    @pytest.mark.parametrize(("silent", "is_said"), [(61, True), (62, False)])
    def test_an_old_one_stopped_ten_weeks_before_that_year(
        self, silent: int, is_said: bool
    ) -> None:
        spans = ("A", "", 100, silent, 1), ("B", "", 52, 0, 1)
        assert (self.renamed(*spans, began=364) == "B") is is_said

    def test_of_two_as_alike_the_first_is_named(self) -> None:
        assert self.renamed(here(""), there(""), there("", 1, "C")) == "B"

    def test_who_began_and_stopped_does_not_go_on_as_itself(self) -> None:
        """Ten in its first week, none since: it may have stopped beside its own beginning."""
        assert self.renamed(("A", "", 13, 12, 10), OLD, began=700) is None

    def test_a_straggler_of_the_newest_week_among_ten_of_a_rate_that_rose(self) -> None:
        """100 in 200 weeks are 5 in 10, of which one is a fifth; at its late rate it is less."""
        spans = ("A", "", 43, 10, 3), ("A", "", 1, 0, 1), ("B", "", 10, 0, 3)
        assert self.renamed(*spans, began=71, weeks=200) == "B"

    def test_three_empty_weeks_of_one_at_a_rate_that_rose(self) -> None:
        """100 in 200 weeks are 1.5 in 3; at its late rate it is more than five."""
        spans = ("A", "", 53, 3, 2), ("B", "", 3, 0, 2)
        assert self.renamed(*spans, began=22, weeks=200) == "B"

    @pytest.mark.parametrize(("others", "is_said"), [(199, True), (200, False)])
    def test_of_a_word_that_newcomers_share_two_hundred_are_compared(
        self, others: int, is_said: bool
    ) -> None:
        """Each of the others has another word that tells it from Ash Bay; the last one has none."""
        keys = [f"K{number:03d}" for number in range(others)]
        names = {key: f"Ash {chr(97 + n // 26)}{chr(97 + n % 26)}q" for n, key in enumerate(keys)}
        names |= {"A": "Ash Bay", "Z": "Ash"}
        newcomers = [there("", 1, key) for key in (*keys, "Z")]
        assert bool(gone(here(""), *newcomers, names=names)) is is_said
