"""The book of business: every practice, found, filtered, sorted, and taken away as a file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from datetime import date
from itertools import chain

import openpyxl
import pytest
from tests.builders.contacts import add_touch
from tests.builders.office import ANN, BEA, Office

from quietdrop.domain.assessment import Status
from quietdrop.domain.book import PAGE_ROWS, BookRow
from quietdrop.domain.checkin import Touch

MONDAY = date(2026, 7, 6)
ROWS = (
    BookRow(
        "P1",
        "Lakeside Family Medicine",
        ANN,
        Status.DRIFTING,
        liaison_name="Ann Whitaker",
        town="Brookfield",
        territory="North",
        health_system="Harbor Valley",
        specialty="Family Medicine",
        people=("Dr. Alvarez",),
        lines=("Spine", "Hand"),
        usual=3.0,
        recent=33,
        recent_usual=39.0,
        stake=2.4,
        odds=0.95,
        last_referral_on=date(2026, 6, 30),
        last_touch_on=date(2026, 3, 9),
        last_touch_kind="visit",
        weeks=(3,) * 44 + (1, 0) * 4,
        onset_index=44,
    ),
    BookRow(
        "P2",
        "=cmd|' /C calc'!A0",
        ANN,
        Status.QUIET,
        liaison_name="Ann Whitaker",
        territory="South",
        lines=("Spine",),
        usual=0.7,
        stake=0.7,
        odds=0.8,
        recent=2,
        recent_usual=9.0,
    ),
    BookRow("P3", "Harbor Clinic", BEA, Status.STEADY, territory="North", usual=1.5, odds=0.02),
    BookRow("P4", "Über Étude", "", Status.NEW, recent=1),
)


def keep(office: Office, rows: Iterable[BookRow] = ROWS) -> None:
    with office.store.begin() as conn:
        office.store.book.save(conn, rows)
    office.sign_in()


def names(office: Office, rest: str = "") -> list[str]:
    page = office.client.get(f"/desk/book{rest}")
    assert page.status_code == 200
    return re.findall(r"id=(P\d+)\"", page.text)


def test_every_practice_stands_there_with_the_most_at_stake_first(office: Office) -> None:
    keep(office)
    assert names(office)[:2] == ["P1", "P2"]
    page = office.client.get("/desk/book").text
    lakeside = page[page.index("Lakeside") : page.index("&#39; /C calc")]
    figures = ("−2.4", "3.0", ">33 ", "of 39", "95\xa0%")
    for words in ("Brookfield<", ", North<", ">North<", "drifting", *figures):
        assert words in lakeside.replace("95 %", "95\xa0%"), words
    assert "visit, Mar 9" in lakeside
    assert "Jun 30" in lakeside
    assert "Ann Whitaker" in lakeside
    assert lakeside.count('class="s"') == 1, "the weeks since the drop"


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("?q=lakeside", ["P1"]),
        ("?q=ALVAREZ", ["P1"]),
        ("?q=brookfield+family", ["P1"]),
        ("?q=%C3%BCber", ["P4"]),
        ("?q=%25", []),  # stands for itself, not for anything
        ("?q=_", []),
        ("?status=not+steady", ["P1", "P2"]),
        ("?status=steady", ["P3"]),
        ("?status=drop+table", []),
        (f"?liaison={BEA}", ["P3"]),
        ("?liaison=nobody", ["P4"]),
        ("?territory=North", ["P1", "P3"]),
        ("?territory=North&status=drifting", ["P1"]),
        ("?line=Hand", ["P1"]),
        ("?line=Spine", ["P1", "P2"]),
        ("?system=Harbor+Valley", ["P1"]),
        ("?specialty=Family+Medicine", ["P1"]),
        ("?specialty=Family", []),
        ("?page=99", ["P1", "P2", "P3", "P4"]),
        ("?page=x&sort=nonsense", ["P1", "P2", "P3", "P4"]),
    ],
)
def test_it_is_searched_and_filtered(office: Office, asked: str, shown: list[str]) -> None:
    keep(office)
    assert sorted(names(office, asked)) == shown


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("name", "P2"),
        ("-name", "P4"),
        ("status", "P2"),
        ("-usual", "P1"),
        ("-recent", "P1"),
        ("recent", "P3"),
        ("-odds", "P1"),
        ("odds", "P4"),
        ("-referral", "P1"),
        ("-touch", "P1"),
        ("touch", "P2"),
        ("-stake", "P1"),
        ("liaison", "P4"),
        ("territory", "P4"),
        ("-territory", "P2"),
    ],
)
def test_it_is_sorted_by_any_column_and_what_is_missing_is_least(
    office: Office, sort: str, first: str
) -> None:
    keep(office)
    assert names(office, f"?sort={sort}")[0] == first


def test_a_heading_says_how_it_is_sorted_and_turns_it_round(office: Office) -> None:
    keep(office)
    page = office.client.get("/desk/book").text
    assert page.count("aria-sort=") == 1
    here = '"><a class="sort" href="https://desk.example/qd/desk/book'
    assert f'aria-sort="descending{here}?sort=stake"' in page
    turned = office.client.get("/desk/book?sort=stake").text
    assert f'aria-sort="ascending{here}"' in turned


def test_it_is_read_in_pages_and_none_is_lost_on_the_way(office: Office) -> None:
    rows = [BookRow(f"P{n}", f"Practice {n}", ANN, Status.STEADY) for n in range(2 * PAGE_ROWS + 1)]
    keep(office, rows)
    pages = [names(office, f"?page={page}") for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [PAGE_ROWS, PAGE_ROWS, 1]
    assert sorted(chain.from_iterable(pages)) == sorted(row.practice_id for row in rows)
    assert "51 to 51 of 51" in office.client.get("/desk/book?page=3").text


def test_a_filter_stays_while_pages_and_columns_change_and_can_be_taken_off(
    office: Office,
) -> None:
    keep(office)
    page = office.client.get("/desk/book?status=not+steady&q=a&sort=name").text
    assert 'href="https://desk.example/qd/desk/book?q=a&amp;sort=name">not steady' in page
    assert "?q=a&amp;status=not+steady&amp;sort=-odds" in page
    assert 'value="a"' in page


def test_specialties_are_offered_only_where_the_directory_has_them(office: Office) -> None:
    keep(office)
    assert '<option value="Family Medicine">' in office.client.get("/desk/book").text
    keep(office, ROWS[1:])
    assert "Specialty" not in office.client.get("/desk/book").text


def test_the_files_hold_what_is_shown_and_no_formula(office: Office) -> None:
    keep(office)
    sent = office.client.get("/desk/book.csv?status=not+steady&sort=name")
    assert sent.headers["Content-Disposition"].endswith('practices-2026-07-07.csv"')
    table = list(csv.DictReader(io.StringIO(sent.data.decode("utf-8-sig"))))
    assert [row["practice_id"] for row in table] == ["P2", "P1"]
    of_one = office.client.get("/desk/book.csv?specialty=Family+Medicine")
    assert len(of_one.data.splitlines()) == 2
    assert table[0]["practice"].startswith("'=cmd")
    assert table[1]["last_referral"] == "2026-06-30"
    assert (table[0]["last_touch"], table[1]["at_stake_a_week"]) == ("", "2.4")
    sheet = openpyxl.load_workbook(
        io.BytesIO(office.client.get("/desk/book.xlsx?status=not+steady&sort=name").data)
    ).active
    assert sheet is not None
    cells = list(sheet.iter_rows())
    assert [row[0].value for row in cells] == ["practice_id", "P2", "P1"]
    assert cells[1][1].value == "'=cmd|' /C calc'!A0"
    assert {cell.data_type for row in cells for cell in row} <= {"s", "n", "d"}
    assert cells[2][12].value.date() == date(2026, 6, 30)


def test_what_is_recorded_after_the_run_is_the_last_touch(office: Office) -> None:
    keep(office)
    add_touch(office.store, Touch(MONDAY, "P1", ANN, "call"))
    add_touch(office.store, Touch(date(2026, 1, 5), "P1", ANN, "lunch"))
    assert "call, Jul 6" in office.client.get("/desk/book?q=lakeside").text


def test_an_empty_book_and_an_empty_answer_say_what_to_do(office: Office) -> None:
    keep(office, [])
    assert "No practice is here yet" in office.client.get("/desk/book").text
    keep(office)
    page = office.client.get("/desk/book?q=nothing+of+the+kind").text
    assert "Show every practice" in page
    assert office.client.get("/desk/book.csv?q=zz").status_code == 200
    assert office.client.get("/desk/book.xlsx?q=zz").status_code == 200


def test_hostile_names_and_addresses_break_nothing(office: Office) -> None:
    name = '<script>"\u202e\x00\u2028' + "n" * 10_000
    row = BookRow("P5", name, ANN, Status.STEADY, territory=name, town=name, lines=(name,))
    keep(office, [row])
    page = office.client.get("/desk/book")
    assert (page.status_code, len(page.text) < 40_000) == (200, True)
    assert '<script>"' not in page.text
    for ending in ("csv", "xlsx"):
        assert office.client.get(f"/desk/book.{ending}").status_code == 200
    for value in ("%00", "%27%20OR%201=1--", "x" * 9000, "%F0%9F%92%A9"):
        assert office.client.get(f"/desk/book?q={value}&line={value}").status_code == 200


def test_what_is_forgotten_is_in_no_row(office: Office) -> None:
    keep(office)
    office.store.retention.forget("P1")
    assert "Lakeside" not in office.client.get("/desk/book").text
    assert names(office, "?line=Hand") == []
