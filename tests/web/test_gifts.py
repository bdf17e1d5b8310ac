"""What was brought to whom in a year, against the limit, as a manager sees it."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date

import pytest
from tests.builders.office import ANN, BEA, MONDAY, Office

from quietdrop.domain.assessment import Status
from quietdrop.domain.book import BookRow
from quietdrop.domain.checkin import Touch

PAGE = "/desk/gifts"


def gift(practice: str, cents: int, recipient: str = "Dr. Brandt", on: date = MONDAY) -> Touch:
    return Touch(on, practice, ANN, "lunch", cost_cents=cents, recipient=recipient)


@pytest.fixture
def desk(office: Office) -> Office:
    """Two people and a team were given something, some of it by the source's own touches."""
    with office.store.begin() as conn:
        rows = [("P1", "Lakeside", ANN), ("P9", "Willow", BEA)]
        office.store.book.save(
            conn, [BookRow(p, n, liaison, Status.STEADY) for p, n, liaison in rows]
        )
        office.store.touches.save(conn, gift("P1", 50_000))
        office.store.touches.save(conn, gift("P9", 8_400, "Dr. Osei"))
        office.store.touches.save(conn, gift("P1", 3_000, "", date(2025, 12, 31)))
        listed = [gift("P9", 3_501), gift("P9", 6_000, ""), replace(gift("P1", 1), cost_cents=None)]
        office.store.touches.save_listed_gifts(conn, listed)
    office.sign_in()
    return office


def rows(page: str) -> list[list[str]]:
    lines = re.findall(r'<tr role="row">(<th scope="row".*?)</tr>', page, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in lines]
    return [[re.sub(r"<[^>]+>", "", cell) for cell in row] for row in cells]


def test_a_person_s_year_is_one_total_across_practices_and_sources(desk: Office) -> None:
    page = desk.client.get(PAGE).text
    assert rows(page) == [
        ["Dr. Brandt", "Lakeside, Willow", "2", "$535.01", "$0.01 over"],
        ["Dr. Osei", "Willow", "1", "$84", "$451"],
        ["Willow", "1", "$60"],
    ]
    assert "At most $535 a person" in page
    assert "1 person is over it." in page


def test_just_the_limit_is_not_over_it(desk: Office) -> None:
    with desk.store.begin() as conn:
        desk.store.touches.save_listed_gifts(conn, [gift("P9", 3_500)])
    page = desk.client.get(PAGE).text
    assert rows(page)[0][-2:] == ["$535", "nothing"]
    assert "over it" not in page


def test_an_earlier_year_without_a_limit_says_so(desk: Office) -> None:
    page = desk.client.get(f"{PAGE}?year=2025").text
    assert "No limit is set for 2025" in page
    assert rows(page) == [["Lakeside", "1", "$30"]]
    assert f"{PAGE}?year=2026" in page
    assert f"{PAGE}?year=2024" in page


@pytest.mark.parametrize("asked", ["", "x", "2027", "1999", "-2026", "99999", "²026"])
def test_a_year_that_makes_no_sense_is_this_one(desk: Office, asked: str) -> None:
    page = desk.client.get(f"{PAGE}?year={asked}").text
    assert "<h1>Gifts in 2026</h1>" in page
    assert f"{PAGE}?year=2027" not in page


def test_all_of_it_is_a_file(desk: Office) -> None:
    sent = desk.client.get(f"{PAGE}.csv?year=2026")
    assert 'filename="quietdrop-gifts-2026.csv"' in sent.headers["Content-Disposition"]
    first, osei, team = csv.DictReader(io.StringIO(sent.text.removeprefix("\ufeff")))
    assert (first["recipient"], first["total"], first["limit"], first["over_limit"]) == (
        *("Dr. Brandt", "535.01", "535.0", "yes"),
    )
    assert (osei["practice_ids"], osei["over_limit"]) == ("P9", "no")
    assert (team["recipient"], team["limit"], team["over_limit"]) == ("", "", "")


def test_what_was_undone_or_forgotten_is_not_in_it(desk: Office) -> None:
    desk.store.retention.forget("P9")
    assert rows(desk.client.get(PAGE).text) == [["Dr. Brandt", "Lakeside", "1", "$500", "$35"]]
    with desk.store.begin() as conn:
        desk.store.touches.undo(conn, 1, MONDAY)
    assert "No gifts" in desk.client.get(PAGE).text


def test_a_gift_of_the_source_at_another_practice_counts_before_the_next_is_given(
    desk: Office,
) -> None:
    form = desk.client.get("/desk/visit?id=P1").text.partition("<main")[2]
    assert "Dr. Brandt in 2026: $535.01 of $535." in form
    data = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]+)"', form))
    sent = desk.client.post(
        "/desk/visit?id=P1", data=data | {"recipient": "Dr. Brandt", "cost": "1"}
    )
    assert sent.status_code == 422
    assert "With $1 it is $536.01, and the limit is $535." in sent.text


def test_hundreds_of_people_are_shown_in_part_and_counted(desk: Office) -> None:
    with desk.store.begin() as conn:
        many = [gift("P9", 100 + n, f"Dr. {'x' * 300}{n}") for n in range(230)]
        desk.store.touches.save_listed_gifts(conn, many)
    page = desk.client.get(PAGE).text
    assert len(rows(page)) == 200
    assert "32 more are in the CSV." in page
    assert len(desk.client.get(f"{PAGE}.csv").text.splitlines()) == 233
