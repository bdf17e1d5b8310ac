"""Which two entries are one practice: each reason, its score, and what speaks against it."""

from __future__ import annotations

import pytest

from quietdrop.domain.directory import Practice
from quietdrop.findings.practice_matching import (
    alike,
    blocks,
    name_blocks,
    name_likeness,
    telling_words,
)


def entry(name: str, town: str = "", phone: str = "", address: str = "") -> Practice:
    return Practice("P", name, town=town, phone=phone, address=address)


STONE = entry("Stonegate Clinic", "Salem")


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        (
            entry("Elm Clinic", "Salem", "555-123-4567"),
            entry("Oak", "Dover", "1 (555) 123-4567 x9"),
            (100.0, "the same phone number"),
        ),
        (entry("Elm", phone="123-456"), entry("Oak", phone="123-456"), None),
        (entry("Elm"), entry("ELM."), (200.0, "the same name under another id")),
        (entry("Elm", "Salem"), entry("Elm", "SALEM"), (200.0, "the same name under another id")),
        (entry("Elm", "Salem"), entry("Elm", "Dover"), None),
        (entry("P"), entry("P"), (100.0, "a similar name")),
        (
            entry("Elm Family Clinic", address="12 Oak Road"),
            entry("Elm Clinic", address="12 Oak Rd"),
            (165.0, "the same address"),
        ),
        (
            entry("Elm Clinic", address="1 Elm Road"),
            entry("Elm Clinics", address="1 Elm Fold"),  # 8 of 10 letters
            (175.238, "the same address"),
        ),
        (
            entry("Ash Clinic", address="1 Elm Road"),
            entry("Ash Office", address="1 Elm Road"),  # 6 of 10 letters
            (160.0, "the same address"),
        ),
        (
            entry("Stonegate Harbor Lakeside", "Salem"),
            entry("Stomegste Harbpr Lakeside", "Salem"),  # 22 of 25 letters
            (88.0, "a similar name in the same town"),
        ),
        (entry("Zebra", address="12 Oak Road"), entry("Elm", address="12 Oak Road"), None),
        (
            entry("Elm Clinic", "Salem", address="12 Oak Road"),
            entry("Elm Clinics", "Dover", address="12 Oak Road"),
            None,
        ),
        (
            entry("Elm Clinic", "Salem", address="12 Oak Road"),
            entry("Elm Clinics", address="12 Oak Road"),
            (195.238, "the same address"),
        ),
        (STONE, entry("Sotnegate Clinic", "salem"), (93.75, "a similar name in the same town")),
        (STONE, entry("Sotnegate Clinic"), (93.75, "a similar name")),
        (STONE, entry("Stonegates Clinic", "Dover"), None),
        (entry("Stonegate", address="1 Elm"), entry("Sotnegate", address="2 Elm"), None),
        (
            entry("Stonegate Clinic", address="1 Elm"),
            entry("Sotnegate Clinic"),
            (93.75, "a similar name"),
        ),
        (STONE, entry("Riverside Clinic", "Salem"), None),
    ],
)
def test_what_joins_two_entries(
    one: Practice, other: Practice, likeness: tuple[float, str] | None
) -> None:
    for said in (alike(one, other), alike(other, one)):
        assert (said is None) == (likeness is None)
        if said is not None and likeness is not None:
            assert said[0] == pytest.approx(likeness[0], abs=0.001)
            assert said[1] == likeness[1]


@pytest.mark.parametrize(
    ("name", "other", "likeness"),
    [
        ("Dr. Smith - Lakeside FM", "Lakeside Family Medicine", 100.0),
        ("Eastside Clinic", "Westside Clinic", 0.0),
        ("Practice 7", "Practice 8", 0.0),
        ("Lakeside Family", "Lakeside Dental", 0.0),
        ("Lakeside Family", "Lakeside", 100.0),
        ("Family Clinic", "Family Clinic", 100.0),
        ("Family Clinic", "Clinic Family", 0.0),
        ("Family Clinic", "Lakeside Family", 0.0),
        ("Lakeside", "Lakesida", 87.5),
        ("Lake", "Lakx", 0.0),
        ("Lakeside Smith", "Lakeside Jones", 0.0),
        ("Harbor", "Harbour", 92.308),
        ("Harbor", "Tarbor", 0.0),
        ("Electrocardiographer", "Electrocxrdixgrxpher", 85.0),  # 17 of 20 letters
        ("Lakeside Pediatrics Family", "Lakeside Family", 100.0),
    ],
)
def test_how_alike_names_are(name: str, other: str, likeness: float) -> None:
    assert name_likeness(name, other) == pytest.approx(likeness, abs=0.001)
    assert name_likeness(other, name) == pytest.approx(likeness, abs=0.001)


def test_words_that_many_share_and_single_letters_tell_nothing() -> None:
    assert telling_words("A Dr. Smith of Elm Family Clinic, LLC") == {"elm", "smith"}
    assert telling_words("St. Mary FM") == {"saint", "mary"}
    assert telling_words("The LLC") == {"the", "llc"}


def test_names_that_one_slip_parts_share_a_text() -> None:
    assert name_blocks("Harbor FM") == {
        *(" harbor", " arbor", " hrbor", " habor", " haror", " harbr", " harbo"),
    }
    assert name_blocks("Lake") == {" lake"}
    assert name_blocks("Elm 77") == {"77 elm"}
    assert name_blocks("Practice 77") == {"77"}
    assert name_blocks("Family Clinic") == {"clinicfamily"}


def test_an_entry_is_looked_for_by_name_phone_and_house() -> None:
    whole = entry("Elm", phone="555-123-4567", address="12 Oak 5")
    assert blocks(whole) == {"name  elm", "phone 5551234567", "house ['12']"}
    assert blocks(entry("Elm")) == {"name  elm"}


@pytest.mark.parametrize(
    ("phone", "digits"),
    [
        ("555-1234", "5551234"),
        ("555-123", None),
        ("1-555-123-4567", "5551234567"),
        ("2-555-123-4567", "25551234567"),
        ("155-123-4567", "1551234567"),
        ("555 123 4567 ext 5", "5551234567"),
        ("555#1234567", None),
    ],
)
def test_a_phone_number_is_its_digits(phone: str, digits: str | None) -> None:
    texts = {text for text in blocks(entry("Elm", phone=phone)) if text.startswith("phone")}
    assert texts == (set() if digits is None else {f"phone {digits}"})
