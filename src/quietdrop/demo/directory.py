"""The demo's people: who looks after whom, who is at each desk, what was done, what is new."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pandas as pd
from stdnum import luhn

from quietdrop.domain.patient_guard import NPI_PREFIX

PRACTICES = 150
LIAISONS = (
    ("ann@liaisons.example", "Ann Whitaker", "North"),
    ("ben@liaisons.example", "Ben Ortiz", "South"),
    ("cleo@liaisons.example", "Cleo Brandt", "East"),
    ("dan@liaisons.example", "Dan Mbeki", "West"),
)
MANAGER = "manager@liaisons.example"
ROLES = ("MD", "DO", "NP", "PA")
TOWNS = ("Brookfield", "Salem", "Milton", "Ashland", "Dover", "Hudson")
DESKS = ("Dana", "Robin", "Marisol", "Terry")
SURNAMES = (
    "Alvarez",
    "Lee",
    "Okafor",
    "Novak",
    "Haddad",
    "Singh",
    "Moreau",
    "Kim",
    "Rossi",
    "Berg",
)


def practice_id(number: int) -> str:
    return f"P{number + 1:03d}"


def practices_of(names: list[str]) -> pd.DataFrame:
    rows = []
    for number, name in enumerate(names):
        email, _, territory = LIAISONS[number % 4]
        rows.append(
            {
                "practice_id": practice_id(number),
                "practice_name": name,
                "liaison_email": email,
                "territory": territory,
                "town": TOWNS[number % 6],
                "phone": f"(555) 010-{2000 + number}",
            }
        )
    return pd.DataFrame(rows)


def people_of(rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for number in range(PRACTICES):
        for place in range(int(rng.integers(1, 4))):
            role = ROLES[int(rng.integers(0, 4))]
            surname = SURNAMES[int(rng.integers(0, 10))]
            rows.append((practice_id(number), npi(number, place), f"{surname}", role))
    return pd.DataFrame(rows, columns=["practice_id", "npi", "name", "role"])


def npi(number: int, place: int) -> str:
    """A made-up National Provider Identifier whose check digit is right."""
    digits = f"1{number:05d}{place:03d}"
    return digits + luhn.calc_check_digit(NPI_PREFIX + digits)


def desk_of(number: int) -> str:
    """Who is at the desk of every third practice; empty for the others."""
    return DESKS[number % len(DESKS)] if number % 3 == 0 else ""


def front_desks() -> pd.DataFrame:
    """The desks as a table of people."""
    rows = [
        (practice_id(number), "", desk_of(number), "front desk")
        for number in range(PRACTICES)
        if desk_of(number)
    ]
    return pd.DataFrame(rows, columns=["practice_id", "npi", "name", "role"])


def news_of(until: date) -> pd.DataFrame:
    """What there is to tell of late."""
    rows = [
        ("Our new hand clinic in Salem takes patients within a week.", "North"),
        ("Dr. Imani Cole, spine, has joined us and has open slots.", ""),
    ]
    return pd.DataFrame(
        [
            (text, until - timedelta(weeks=5), until + timedelta(weeks=5), territory)
            for text, territory in rows
        ],
        columns=["text", "shown_from", "shown_until", "territory"],
    )


def touches_of(rng: np.random.Generator, practices: pd.DataFrame, until: date) -> pd.DataFrame:
    """What liaisons did in two years, a complaint of last week, and whom they thanked."""
    rows = [
        *_visits(rng, practices, until, 60, (10, 300)),
        *_visits(rng, practices, until, 90, (300, 700)),
        *_thanked(practices, until),
    ]
    complained = practices.iloc[11]
    rows.append(
        (
            until - timedelta(days=3),
            complained["practice_id"],
            complained["liaison_email"],
            "complaint",
            "Terry, front desk",
        )
    )
    return pd.DataFrame(
        rows, columns=["touched_on", "practice_id", "liaison_email", "kind", "whom"]
    )


Row = tuple[date, str, str, str, str]


def _visits(
    rng: np.random.Generator,
    practices: pd.DataFrame,
    until: date,
    number: int,
    ago: tuple[int, int],
) -> Iterator[Row]:
    """So many touches, so many days ago, with whoever is known at the desk."""
    for place in range(number):
        row = int(rng.integers(0, PRACTICES))
        practice = practices.iloc[row]
        day = until - timedelta(days=int(rng.integers(*ago)))
        kind = ("visit", "call", "lunch", "note")[place % 4]
        whom = f"{desk_of(row)}, front desk" if desk_of(row) else "front desk"
        yield day, practice["practice_id"], practice["liaison_email"], kind, whom


def _thanked(practices: pd.DataFrame, until: date) -> Iterator[Row]:
    """Every tenth practice, once, within the last year."""
    for row in range(5, PRACTICES, 10):
        practice = practices.iloc[row]
        day = until - timedelta(days=20 + 2 * row)
        yield day, practice["practice_id"], practice["liaison_email"], "thank_you", "the team"
