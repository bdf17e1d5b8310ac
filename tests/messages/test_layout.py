"""The layout of a digest, pinned by golden files, in HTML and as text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.builders.digests import EVERYTHING, FULL, GOLDEN, LINKED, WAITING, Somewhere, digest

from quietdrop.domain.checkin import CheckInKey
from quietdrop.domain.digest import Digest
from quietdrop.messages.render import render_digest


@pytest.mark.parametrize(("name", "told"), [("full", FULL), ("empty", digest())])
def test_the_layout_is_as_pinned(name: str, told: Digest) -> None:
    rendered = render_digest(told)
    for ending, made in (("txt", rendered.text), ("html", rendered.html)):
        assert made == (GOLDEN / f"{name}.{ending}").read_text(encoding="utf-8")


def test_a_listed_check_in_has_three_links_one_still_open_has_one_and_the_footer_two() -> None:
    rendered = render_digest(LINKED, Somewhere())
    for link in ("P1/visit", "P1/known", "P1/snooze", "P2/visit"):
        assert rendered.html.count(f"https://desk.example/{link}") == 1
        assert f"\nhttps://desk.example/{link}\n" in rendered.text
    assert "P2/known" not in rendered.html + rendered.text
    assert rendered.html.count("https://desk.example/list?ann") == 2
    assert rendered.html.count('href="https://desk.example/#how"') == 1
    assert "\nhttps://desk.example/#how\n" in rendered.text
    assert "\nhttps://desk.example/list?ann\n" in rendered.text
    for ending, made in (("txt", rendered.text), ("html", rendered.html)):
        assert made == (GOLDEN / f"linked.{ending}").read_text(encoding="utf-8")


def test_every_section_stands_where_it_is_pinned() -> None:
    rendered = render_digest(EVERYTHING, Somewhere())
    for ending, made in (("txt", rendered.text), ("html", rendered.html)):
        assert made == (GOLDEN / f"every.{ending}").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "links"), [("waiting", None), ("waiting-linked", Somewhere())])
def test_open_check_ins_that_have_no_line_are_counted(name: str, links: Somewhere | None) -> None:
    rendered = render_digest(WAITING, links)
    for ending, made in (("txt", rendered.text), ("html", rendered.html)):
        assert made == (GOLDEN / f"{name}.{ending}").read_text(encoding="utf-8")
        assert "2 older ones wait on your list, and 1 is hidden for now." in made
        assert "Still open (3)" in made
        assert "Nothing to report" not in made
    assert ("quietdrop status" in rendered.text) is (links is None)
    assert rendered.html.count("https://desk.example/list?ann") == (3 if links else 0)


@pytest.mark.parametrize(
    ("older", "hidden", "headline"),
    [
        (0, 0, "Nothing to report this week"),
        (1, 0, "Nothing new this week"),
        (0, 1, "Nothing new this week"),
    ],
)
def test_nothing_to_report_is_said_only_where_nothing_is_open(
    older: int, hidden: int, headline: str
) -> None:
    assert render_digest(replace(digest(), older=older, hidden=hidden)).subject == headline


def test_a_complaint_cannot_be_hidden_from_the_mail() -> None:
    rendered = render_digest(EVERYTHING, Somewhere())
    for form in (rendered.html, rendered.text):
        assert "P3/visit" in form
        assert "P3/snooze" not in form
        assert "P1/snooze" in form


@pytest.mark.parametrize(
    ("field", "heading"),
    [
        ("leaving", "A part seems to be leaving (1)"),
        ("still_open", "Still open (1)"),
        ("came_back", "Came back: say thanks (1)"),
        ("thanks", "Thanks due (2)"),
        ("growing", "New and growing (2)"),
        ("news", "News to bring (2)"),
        ("lookalikes", "Looks like a drop, and likely is not (1)"),
        ("watching", "Watching (2)"),
    ],
)
def test_a_section_without_content_vanishes(field: str, heading: str) -> None:
    nothing: dict[str, Any] = {field: ()}
    whole, less = render_digest(EVERYTHING), render_digest(replace(EVERYTHING, **nothing))
    for there, gone in ((whole.text, less.text), (whole.html, less.html)):
        assert heading in there
        assert heading.partition(" (")[0] not in gone


class FarAway(Somewhere):
    """Links as long as real ones."""

    def answer(self, checkin: CheckInKey, action: str) -> str:
        return super().answer(checkin, action).ljust(200, "x")


def test_many_that_are_still_open_leave_the_digest_small_enough_for_every_mail_program() -> None:
    crowded = replace(LINKED, items=LINKED.items * 6, still_open=LINKED.still_open * 60)
    assert len(render_digest(crowded, FarAway()).html.encode()) < 100_000
