"""Practices that end as their look-alikes begin: told one by one, and held where they are many."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Practice
from quietdrop.findings.rekeyed import can_be_accepted, explained, faults, rekeyed

AS_OF = date(2026, 7, 6)
END = (AS_OF - EPOCH).days


def network(
    changing: int, practices: int, *, gap: int = 3, name: str = "{}"
) -> tuple[pd.DataFrame, dict[str, Practice]]:
    """Practices of one referral a day over 70 weeks; some go on as N… ten weeks before the end."""
    change = END - 70
    rows = []
    names: dict[str, Practice] = {}
    for number in range(practices):
        of = f"Clinic {number:03d} Oak"
        days = range(END - 490, change if number < changing else END)
        rows += [(f"P{number}", day, 1) for day in days]
        names[f"P{number}"] = Practice(f"P{number}", of)
        if number < changing:
            rows += [(f"N{number}", day, 1) for day in range(change - 1 + gap, END)]
            names[f"N{number}"] = Practice(f"N{number}", name.format(of))
    return pd.DataFrame(rows, columns=["practice_id", "day", "referrals"]), names


@pytest.mark.parametrize(
    ("changing", "practices", "held"),
    [(4, 20, False), (5, 20, True), (5, 50, True), (5, 51, False)],
)
def test_five_practices_and_a_tenth_of_the_active_hold_the_run(
    changing: int, practices: int, held: bool
) -> None:
    pairs, active = rekeyed(*network(changing, practices), AS_OF)
    assert (len(pairs), active) == (changing, practices)
    assert bool(faults(pairs, active, None)) is held


@pytest.mark.parametrize(("gap", "paired"), [(14, 5), (15, 0)])
def test_an_end_counts_within_two_weeks_of_the_beginning(gap: int, paired: int) -> None:
    assert len(rekeyed(*network(5, 20, gap=gap), AS_OF)[0]) == paired


def test_a_person_may_join_the_same_name_whatever_the_pause() -> None:
    assert len(rekeyed(*network(5, 20, gap=40), AS_OF, by_name=True)[0]) == 5


def test_a_like_name_counts_too_and_another_number_does_not() -> None:
    pairs, _ = rekeyed(*network(3, 20, name="The {} Clinic, LLC"), AS_OF)
    assert [(pair.old_id, pair.new_id) for pair in pairs] == [
        ("P0", "N0"),
        ("P1", "N1"),
        ("P2", "N2"),
    ]


def test_a_forced_run_answers_what_began_before_it() -> None:
    pairs, active = rekeyed(*network(5, 20), AS_OF)
    began = pairs[0].began_on
    assert faults(pairs, active, began)
    assert not faults(pairs, active, began + timedelta(days=1))


def test_the_same_name_is_told_as_going_on_under_the_other_id() -> None:
    pairs, _ = rekeyed(*network(1, 20), AS_OF)
    like = explained(pairs)["P0"]
    assert (like.kind, like.other_id, like.explains) == ("renamed", "N0", True)
    assert like.since == AS_OF - timedelta(days=70), "the day after its last referral"


def test_two_ids_of_one_name_that_both_go_on_are_two_practices() -> None:
    counts, names = network(0, 20)
    more = pd.DataFrame([("N0", day, 1) for day in range(END - 70, END)], columns=counts.columns)
    names["N0"] = Practice("N0", names["P0"].name)
    assert rekeyed(pd.concat([counts, more]), names, AS_OF)[0] == []


def test_of_two_that_began_then_the_more_alike_is_the_new_one() -> None:
    counts, names = network(1, 20)
    other = counts[counts["practice_id"] == "N0"].assign(practice_id="M0")
    names["M0"] = Practice("M0", "Clinics 000 Oak")
    names["N0"] = Practice("N0", names["P0"].name)
    pairs, _ = rekeyed(pd.concat([counts, other]), names, AS_OF)
    assert [(one.old_id, one.new_id) for one in pairs] == [("P0", "N0")]
    names["M0"], names["N0"] = (
        Practice(key, names[name].name) for key, name in (("M0", "N0"), ("N0", "M0"))
    )
    pairs, _ = rekeyed(pd.concat([counts, other]), names, AS_OF)
    assert [(one.old_id, one.new_id) for one in pairs] == [("P0", "M0")]


def test_without_referrals_nobody_ended() -> None:
    counts, names = network(0, 1)
    assert rekeyed(counts[:0], names, AS_OF) == ([], 0)


def test_only_a_feed_with_new_ids_offers_to_join_them() -> None:
    pairs, active = rekeyed(*network(5, 20), AS_OF)
    assert can_be_accepted(["The feed may be broken.", *faults(pairs, active, None)])
    assert not can_be_accepted(["The feed may be broken."])


def pair(
    old: list[tuple[int, int]],
    new: list[tuple[int, int]],
    *,
    begins: int = 600,
    by_name: bool = False,
) -> bool:
    """Whether two of one name are paired; each sent (days ago, referrals), and somebody else
    sends since `begins` days ago."""
    rows = [("O", END - ago, number) for ago, number in old]
    rows += [("N", END - ago, number) for ago, number in new]
    counts = pd.DataFrame(
        [*rows, ("S", END - begins, 1), ("S", END - 1, 1)],
        columns=["practice_id", "day", "referrals"],
    )
    names = {key: Practice(key, "Elm Bay") for key in "ON"}
    return bool(rekeyed(counts, names, AS_OF, by_name=by_name)[0])


@pytest.mark.parametrize(("began", "paired"), [(26, False), (25, True)])
def test_what_begins_with_the_source_is_no_newcomer(began: int, paired: bool) -> None:
    """The source begins 40 days ago; within its first two weeks everybody seems new."""
    assert pair([(40, 20), (30, 20)], [(began, 9)], begins=40) is paired


@pytest.mark.parametrize(("ended", "paired"), [(8, False), (9, True)])
def test_one_referral_must_be_missing(ended: int, paired: bool) -> None:
    """8 in 64 days are one in 8 days; the days after the last one count, without today."""
    assert pair([(ended + 64, 4), (ended, 4)], [(ended - 1, 9)]) is paired
    assert pair([(ended + 64, 4), (ended, 4)], [(ended - 1, 9)], by_name=True)


@pytest.mark.parametrize(("sent", "paired"), [(1, False), (2, True)])
def test_a_first_day_counts_as_a_week(sent: int, paired: bool) -> None:
    """One in 7 days is missing after 7 days, and not after 6."""
    assert pair([(8, 1)], [(7, 9)])
    assert pair([(7, sent)], [(6, 9)]) is paired


@pytest.mark.parametrize(("began", "paired"), [(364, True), (365, False)])
def test_a_beginning_is_looked_for_in_a_year(began: int, paired: bool) -> None:
    assert pair([(500, 9), (began, 9)], [(began, 9)]) is paired


@pytest.mark.parametrize(("ended", "paired"), [(378, True), (379, False)])
def test_an_end_counts_two_weeks_before_that_year(ended: int, paired: bool) -> None:
    """By its name alone whatever the pause."""
    assert pair([(500, 9), (ended, 9)], [(30, 9)], by_name=True) is paired


@pytest.mark.parametrize(("first", "paired"), [(31, True), (30, False)])
def test_the_old_one_began_first(first: int, paired: bool) -> None:
    assert pair([(first, 9), (25, 9)], [(30, 9)]) is paired


@pytest.mark.parametrize(("others", "paired"), [(199, True), (200, False)])
def test_of_a_word_that_newcomers_share_two_hundred_are_compared(others: int, paired: bool) -> None:
    """Each of the others has another word that tells it from Ash Bay; the last one has none."""
    rows = [("O", END - 60, 9), ("O", END - 30, 9), ("S", END - 600, 1), ("N", END - 29, 9)]
    names = {"O": Practice("O", "Ash Bay"), "N": Practice("N", "Ash")}
    for number in range(others):
        key = f"K{number:03d}"
        rows += [(key, END - 29, 9), (key, END - 1, 1)]
        names[key] = Practice(key, f"Ash {chr(97 + number // 26)}{chr(97 + number % 26)}q")
    counts = pd.DataFrame(rows, columns=["practice_id", "day", "referrals"])
    pairs, _ = rekeyed(counts, names, AS_OF)
    assert [(one.old_id, one.new_id) for one in pairs] == ([("O", "N")] if paired else [])
