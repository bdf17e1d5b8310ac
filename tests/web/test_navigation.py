"""The header of a page: its reader's pages and no others, and which of them is shown."""

from __future__ import annotations

import re

import pytest
from tests.builders.office import ANN, MANAGER, Office

from quietdrop.domain.assessment import Status
from quietdrop.domain.book import BookRow
from quietdrop.store.book import RANKS
from quietdrop.web.navigation import PAGES, Navigation, Role


def header(page: str) -> str:
    [match] = re.findall(r'<header class="top">.*?</header>', page, re.DOTALL)
    return str(match)


def labels(page: str) -> list[str]:
    return re.findall(r"<li><a [^>]*>([^<]+)</a></li>", header(page))


@pytest.mark.parametrize("role", Role)
def test_a_role_has_its_own_pages_below_the_readers_home(role: Role) -> None:
    pages = Navigation(role, "https://desk.example/x", "Mo").pages
    assert [page for page, _ in pages] == list(PAGES[role])
    assert all(url.startswith("https://desk.example/x") for _, url in pages)


def test_an_operator_has_no_page_that_names_a_practice() -> None:
    assert [page.label for page in PAGES[Role.OPERATOR]] == ["The service"]


def test_a_liaison_sees_her_pages_and_her_name(office: Office) -> None:
    with office.store.begin() as conn:
        row = BookRow("P1", "Lakeside", ANN, Status.DRIFTING, liaison_name="Ann Whitaker")
        office.store.book.save(conn, [row])
    page = office.client.get(office.path(office.mail.my_list(ANN))).text
    assert labels(page) == ["My week", "My practices", "Log a visit", "How this works"]
    assert '<div class="who">Ann Whitaker' in header(page)
    assert ANN not in header(page)
    assert re.findall(r'aria-current="page">([^<]+)<', page) == ["My week"]
    answer = office.client.get(office.answer("P1")).text
    assert '<div class="who">Ann Whitaker' in header(answer)


def test_a_liaison_without_a_name_on_record_sees_her_address(office: Office) -> None:
    page = office.client.get(office.path(office.mail.my_list(ANN))).text
    assert f'<div class="who">{ANN}' in header(page)


@pytest.mark.parametrize("status", [*RANKS, "complaint", "back-again"])
def test_each_pill_has_a_shape_beside_its_word(office: Office, status: str) -> None:
    style = office.client.get("/style.css").text
    assert re.search(rf"\.{status}::before[^{{}}]*\{{[^}}]*(background|border|content)", style)


def test_a_manager_sees_her_pages_and_her_role(office: Office) -> None:
    page = office.client.get(f"{office.sign_in()}/people").text
    first = ["Overview", "Practices", "The quarter", "Thresholds", "People", "Gifts", "Audit"]
    assert labels(page) == [*first, "How this works"]
    assert f'<div class="who">{MANAGER}, manager' in header(page)
    assert re.findall(r'aria-current="page">([^<]+)<', page) == ["People"]


@pytest.mark.parametrize("path", ["/", "/m", "/c/x", "/nowhere"])
def test_a_page_whose_reader_is_not_known_has_no_pages_in_its_header(
    office: Office, path: str
) -> None:
    page = office.client.get(path).text
    assert labels(page) == []
    assert "who" not in header(page)
