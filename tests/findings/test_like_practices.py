"""Practices that are only alike are proposed, each with the largest that it resembles."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

import pandas as pd
import pytest

from quietdrop.domain.decisions import Decision, DecisionKind, Register
from quietdrop.domain.directory import Practice
from quietdrop.domain.identity import Identity
from quietdrop.domain.intake import Intake, Reject
from quietdrop.findings.like_practices import Proposal, named, proposals

DAY = date(2026, 7, 6)
NOBODY = Register()


def read(
    *practices: Practice,
    sent: dict[str, int] | None = None,
    rejects: Iterable[Reject] = (),
    keys: dict[str, str] | None = None,
) -> Intake:
    rows = [(key, number) for key, number in (sent or {}).items()]
    counts = pd.DataFrame(rows, columns=["practice_id", "referrals"])
    return Intake(
        counts,
        {one.practice_id: one for one in practices},
        {},
        (),
        0,
        None,
        tuple(rejects),
        identity=Identity(keys=keys or {}),
    )


def at(practice_id: str, name: str, phone: str = "") -> Practice:
    return Practice(practice_id, name, phone=phone)


def pairs(intake: Intake, register: Register = NOBODY) -> list[tuple[str, str]]:
    return [(one.subject, one.value) for one in proposals(intake, register)]


STONE, STONES = at("1", "Stonegate Clinic"), at("2", "Stonegates Clinic")


def test_the_smaller_is_proposed_as_a_spelling_of_the_larger() -> None:
    expected = Proposal("1", "Stonegate Clinic", "2", "Stonegates Clinic", "a similar name")
    assert proposals(read(STONE, STONES, sent={"1": 3, "2": 4}), NOBODY) == [expected]
    assert pairs(read(STONE, STONES, sent={"1": 4, "2": 3})) == [("2", "1")]
    assert pairs(read(STONE, STONES)) == [("2", "1")], "of two as large the first id stays"


def test_the_sizes_of_a_practice_add_up() -> None:
    rows = pd.DataFrame({"practice_id": ["1", "2", "1"], "referrals": [2, 3, 2]})
    intake = read(STONE, STONES)
    assert pairs(Intake(rows, intake.practices, {}, (), 0, None)) == [("2", "1")]


def test_of_several_likenesses_the_best_is_proposed() -> None:
    """1 is like 2 by its name, and has the telephone of 3."""
    phone = "555-010-2030"
    three = at("3", "Stonegate Clinic East", phone)
    intake = read(at("1", "Stonegate Clinic", phone), STONES, three, sent={"1": 1, "2": 9, "3": 5})
    assert ("1", "3") in pairs(intake)
    assert [subject for subject, _ in pairs(intake)] == sorted({s for s, _ in pairs(intake)})


def test_of_two_as_alike_the_first_stays() -> None:
    same = [at(str(number), "Stonegate Clinic") for number in (1, 2, 3)]
    assert pairs(read(*same, sent={"1": 1, "2": 5, "3": 9})) == [("1", "2"), ("2", "3")]


@pytest.mark.parametrize(("sites", "proposed"), [(3, 2), (4, 0)])
def test_more_than_three_of_one_name_are_a_chain(sites: int, proposed: int) -> None:
    chain = [at(str(number), "Stonegate Clinic") for number in range(sites)]
    assert len(pairs(read(*chain))) == proposed


@pytest.mark.parametrize(("others", "proposed"), [(48, True), (49, False)])
def test_what_more_than_fifty_share_tells_nothing(others: int, proposed: bool) -> None:
    """Their telephone is all that the two of interest share."""
    phone = "555-010-2030"
    names = ["Oak", "Elm", *(f"{chr(97 + n // 26)}{chr(97 + n % 26)}q" for n in range(others))]
    many = [at(f"K{n}x", name, phone) for n, name in enumerate(names)]
    assert bool(pairs(read(*many))) is proposed


def test_a_refused_pair_is_not_proposed_again_under_any_spelling() -> None:
    def refused(one: str, other: str) -> Register:
        moment = datetime(2026, 7, 1, tzinfo=UTC)
        kind = DecisionKind.REFUSED_ALIAS
        return Register((), (Decision(kind, one, other, DAY, "ann", moment),))

    intake = read(STONE, STONES, keys={"one": "1"})
    assert pairs(intake, refused("2", "1")) == []
    assert pairs(intake, refused("2", "one")) == []
    assert pairs(intake, refused("2", "3")) == [("2", "1")]


def test_ids_that_differ_by_zeros_are_proposed_whatever_their_names() -> None:
    [one] = proposals(read(at("007", "Oak"), at("7", "Elm"), sent={"7": 2, "007": 1}), NOBODY)
    assert (one.subject, one.value, one.why) == ("007", "7", "the same id but for zeros")


def test_a_rejected_name_is_proposed_for_a_practice_of_the_directory() -> None:
    def unknown(*fields: tuple[str, str], reason: str = "unknown practice") -> Reject:
        return Reject("rows.csv", 2, reason, fields)

    by_name = unknown(("practice_name", "Stonegates Clinic"))
    [one] = proposals(read(STONE, sent={"1": 4}, rejects=[by_name, by_name]), NOBODY)
    assert (one.subject, one.subject_name, one.value) == (*["Stonegates Clinic"] * 2, "1")
    by_id = unknown(("practice_id", "77"), ("practice_name", "Stonegates Clinic"))
    assert pairs(read(STONE, sent={"1": 4}, rejects=[by_id])) == [("77", "1")]
    bare = unknown(("practice_id", "Stonegates Clinic"))
    assert pairs(read(STONE, sent={"1": 4}, rejects=[bare])) == [("Stonegates Clinic", "1")]
    no_date = unknown(("practice_name", "Stonegates Clinic"), reason="no date")
    assert pairs(read(STONE, sent={"1": 4}, rejects=[no_date])) == []


def test_who_is_like_nobody_is_not_proposed() -> None:
    assert pairs(read(at("1", "Oak"), at("2", "Elm"))) == []
    assert pairs(read(at("1", "Elm Family Medicine"), at("2", "Elm Sports Medicine"))) == []
    assert pairs(read()) == []


def test_a_practice_is_named_with_its_id_where_that_says_more() -> None:
    practices = {"1": STONE, "Elm": at("Elm", "Elm")}
    assert named(practices, "1") == "Stonegate Clinic (1)"
    assert named(practices, "Elm") == "Elm"
    assert named(practices, "9") == "9"
