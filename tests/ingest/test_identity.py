"""Which spellings are one practice, under which key and name, and what is no practice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from quietdrop import ingest
from quietdrop.config import SourceSettings
from quietdrop.domain.decisions import Decision, DecisionKind, Register, RegisteredPractice
from quietdrop.domain.intake import Intake
from quietdrop.findings.like_practices import proposals

AS_OF = date(2026, 7, 6)
MOMENT = datetime(2026, 7, 6, tzinfo=UTC)
Read = Callable[..., Intake]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads rows of (day, id, name); with `practices` the directory's (id, name, aliases)."""

    def reading(
        *rows: tuple[str, str, str],
        register: Register | None = None,
        practices: str = "",
        **settings: object,
    ) -> Intake:
        lines = ["referred_on,practice_id,practice_name", *(",".join(row) for row in rows)]
        (tmp_path / "r.csv").write_text("\n".join(lines), encoding="utf-8")
        if practices:
            (tmp_path / "p.csv").write_text(practices, encoding="utf-8")
            settings["practices"] = str(tmp_path / "p.csv")
        source = SourceSettings(referrals=str(tmp_path / "r.csv"), **settings)  # type: ignore[arg-type]
        return ingest.read(source, AS_OF, AS_OF, register)

    return reading


def numbers(intake: Intake) -> dict[str, int]:
    summed = intake.counts.groupby("practice_id")["referrals"].sum()
    return {str(key): int(number) for key, number in summed.items()}


def decided(kind: DecisionKind, subject: str, value: str = "") -> Register:
    return Register((), (Decision(kind, subject, value, AS_OF, "ann", MOMENT, id=1),))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Oak Hill", "OAK HILL"),
        ("Clínica Peña", "Cli\u0301nica Pen\u0303a"),
        ("St. Mary's Clinic", "St. Mary\u2019s Clinic"),
        ("Lakeside - FM", "Lakeside \u2013 FM"),
        ("Smith, Jones & Lee", "Smith Jones   &  Lee"),
    ],
)
def test_names_that_fold_alike_are_one_practice(read: Read, first: str, second: str) -> None:
    intake = read(("2026-01-05", "", f'"{first}"'), ("2026-02-02", "", f'"{second}"'))
    assert numbers(intake) == {first: 2}


def test_the_first_spelling_keys_whatever_the_order_of_the_rows(read: Read) -> None:
    rows = [("2026-01-05", "", "OAK HILL"), ("2026-02-02", "", "Oak Hill")]
    assert numbers(read(*rows)) == numbers(read(*rows[::-1])) == {"OAK HILL": 2}


def test_the_store_keeps_the_key_that_it_has(read: Read) -> None:
    register = Register((RegisteredPractice("oak hill", "oak hill"),))
    intake = read(("2026-01-05", "", "OAK HILL"), register=register)
    assert numbers(intake) == {"oak hill": 1}


def test_the_name_shown_is_the_most_frequent_of_the_last_year(read: Read) -> None:
    old = [("2024-01-08", "", "OAK HILL")] * 9
    intake = read(*old, ("2026-01-05", "", "oak hill"), *[("2026-02-02", "", "Oak Hill")] * 2)
    assert intake.practice("OAK HILL").name == "Oak Hill"


def test_the_name_shown_is_the_latest_where_an_id_keys(read: Read) -> None:
    intake = read(*[("2026-01-05", "7", "Oak Hill")] * 3, ("2026-02-02", "7", "Oak Hill FM"))
    assert intake.practice("7").name == "Oak Hill FM"


@pytest.mark.parametrize("other", ["7", "007", "7.0", "07.00"])
def test_ids_that_differ_by_zeros_are_one_where_their_names_fold_alike(
    read: Read, other: str
) -> None:
    intake = read(("2026-01-05", "0007", "Oak Hill"), ("2026-02-02", other, "OAK HILL"))
    assert numbers(intake) == {"0007": 2}


def test_ids_that_differ_by_zeros_are_proposed_where_their_names_differ(read: Read) -> None:
    intake = read(("2026-01-05", "007", "Oak Hill"), ("2026-02-02", "7", "Elm Clinic"))
    assert numbers(intake) == {"007": 1, "7": 1}
    [proposal] = proposals(intake, Register())
    assert {proposal.subject, proposal.value} == {"007", "7"}


def test_a_source_that_begins_to_give_ids_keeps_its_practices(read: Read) -> None:
    register = Register((RegisteredPractice("Oak Hill", "Oak Hill"),))
    intake = read(("2026-01-05", "P1", "Oak Hill"), register=register)
    assert numbers(intake) == {"Oak Hill": 1}


def test_the_same_name_under_another_id_is_not_joined(read: Read) -> None:
    intake = read(("2026-01-05", "P1", "Oak Hill"), ("2026-02-02", "P2", "Oak Hill"))
    assert numbers(intake) == {"P1": 1, "P2": 1}


def test_one_clinic_in_five_spellings_of_which_two_are_only_alike(read: Read) -> None:
    spelled = [
        *("Lakeside Family Medicine", "LAKESIDE FAMILY MEDICINE", "Lakeside Family Medicine."),
        *("Dr. Smith - Lakeside FM", "Lakeside Fam Med"),
    ]
    intake = read(*(("2026-01-05", "", name) for name in spelled))
    assert len(numbers(intake)) == 3
    alike = proposals(intake, Register())
    assert {p.subject for p in alike} == {"Dr. Smith - Lakeside FM", "Lakeside Fam Med"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Eastside Clinic", "Westside Clinic"),
        ("Practice 7", "Practice 8"),
        ("Lakeside Family Medicine", "Lakeside Pediatrics"),
        ("Lee Clinic", "Lea Clinic"),
        ("Smith Dental", "Smith Family Medicine"),
    ],
)
def test_names_of_two_practices_are_not_proposed(read: Read, one: str, other: str) -> None:
    intake = read(("2026-01-05", "", one), ("2026-01-05", "", other))
    assert proposals(intake, Register()) == []


def test_an_accepted_alias_joins_and_a_refused_one_is_not_proposed_again(read: Read) -> None:
    rows = [("2026-01-05", "", "Lakeside FM"), ("2026-02-02", "", "Dr. Smith - Lakeside FM")]
    alias = decided(DecisionKind.ALIAS, "Dr. Smith - Lakeside FM", "Lakeside FM")
    assert numbers(read(*rows, register=alias)) == {"Lakeside FM": 2}
    refused = decided(DecisionKind.REFUSED_ALIAS, "Dr. Smith - Lakeside FM", "Lakeside FM")
    assert proposals(read(*rows, register=refused), refused) == []


def test_a_decision_wins_over_the_directory(read: Read) -> None:
    practices = "practice_id,practice_name,aliases\nP1,Oak Hill,Old Oak\nP2,Elm Clinic,\n"
    rows = [("2026-01-05", "", "Old Oak"), ("2026-01-05", "P2", "")]
    assert numbers(read(*rows, practices=practices)) == {"P1": 1, "P2": 1}
    register = decided(DecisionKind.ALIAS, "Old Oak", "P2")
    assert numbers(read(*rows, practices=practices, register=register)) == {"P2": 2}


def test_an_alias_of_a_name_that_was_rejected_counts_it(read: Read) -> None:
    practices = "practice_id,practice_name\nP1,Oak Hill\n"
    rows = [("2026-01-05", "", "Nobody Knows"), ("2026-01-05", "P1", "")]
    assert read(*rows, practices=practices).rejected_rows == 1
    register = decided(DecisionKind.ALIAS, "Nobody Knows", "P1")
    intake = read(*rows, practices=practices, register=register)
    assert numbers(intake) == {"P1": 2}
    assert intake.rejected_rows == 0


@pytest.mark.parametrize("word", ["Self", "GOOGLE", "Walk-in", "n/a", "Unknown", "self-referral"])
@pytest.mark.parametrize("practices", ["", "practice_id,practice_name\nP1,Oak Hill\n"])
def test_what_names_nobody_is_a_note_and_no_reject(read: Read, word: str, practices: str) -> None:
    rows = [("2026-01-05", "", word), ("2026-01-05", "", "Oak Hill")]
    intake = read(*rows, practices=practices)
    assert list(numbers(intake).values()) == [1]
    assert intake.rejected_rows == 0
    assert intake.notes["not a practice"] == 1
    assert intake.identity.not_practices == {word: 1}


def test_the_config_adds_names_and_a_directory_entry_wins(read: Read) -> None:
    rows = [("2026-01-05", "", "Transfer"), ("2026-01-05", "", "Google")]
    intake = read(
        *rows,
        not_practices=("TRANSFER",),
        practices="practice_id,practice_name\nP1,Google\n",
    )
    assert numbers(intake) == {"P1": 1}
    assert intake.identity.not_practices == {"Transfer": 1}


def test_an_id_whose_name_is_unknown_once_keeps_its_real_name(read: Read) -> None:
    intake = read(("2026-01-05", "P1", "Oak Hill"), ("2026-02-02", "P1", "Unknown"))
    assert numbers(intake) == {"P1": 2}
    assert intake.practice("P1").name == "Oak Hill"


def test_a_decision_says_that_one_is_no_practice(read: Read) -> None:
    rows = [("2026-01-05", "", "Front Desk"), ("2026-01-05", "", "Oak Hill")]
    intake = read(*rows, register=decided(DecisionKind.NOT_A_PRACTICE, "Front Desk"))
    assert numbers(intake) == {"Oak Hill": 1}


def test_windows_1252_in_a_line_of_utf8_is_read_byte_by_byte(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    rows = b"2026-01-05,Cl\xc3\xadnica St. Mary\x92s\n2026-01-12,Cl\xc3\xadnica St. Mary's\n"
    path.write_bytes(b"referred_on,practice_name\n" + rows)
    intake = ingest.read(SourceSettings(referrals=str(path)), AS_OF, AS_OF)
    assert numbers(intake) == {"Clínica St. Mary’s": 2}


def test_ten_thousand_practices_in_swapped_case_are_joined(read: Read) -> None:
    names = [f"Practice {n:05d} Family Medicine" for n in range(10_000)]
    register = Register(tuple(RegisteredPractice(name, name) for name in names))
    rows = [("2026-01-05", "", name.swapcase()) for name in names]
    intake = read(*rows, *(("2026-01-12", "", name) for name in names))
    assert set(numbers(intake).values()) == {2}
    later = [("2026-01-12", *rest) for _, *rest in rows]
    intake = read(*rows, *later, register=register)
    assert proposals(intake, register) == []
    assert set(numbers(intake)) == set(names)
