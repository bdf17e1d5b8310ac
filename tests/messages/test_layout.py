"""The layout of a digest, pinned by golden files, in HTML and as text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.builders.digests import EVERYTHING, FULL, LINKED, WAITING, Somewhere, digest
from tests.builders.golden_mails import pinned
from tests.builders.readers import written_for

from quietdrop.domain.checkin import CheckInKey
from quietdrop.domain.digest import Digest
from quietdrop.messages.render import render_digest

SLOTS: dict[str, dict[str, Any]] = {
    "check-ins": {"items": EVERYTHING.items},
    "worth a look": {"worth_a_look": EVERYTHING.worth_a_look},
    "promised": {"promised": EVERYTHING.promised},
    "still open": {"still_open": EVERYTHING.still_open, "older": 2, "hidden": 1},
    "also this week": {
        name: getattr(EVERYTHING, name)
        for name in (
            *("leaving", "came_back", "thanks", "growing", "news", "lookalikes"),
            *("unseen", "watching", "left_out"),
        )
    },
    "how right we were": {"track_record": EVERYTHING.track_record},
    "data": {},
}


@pytest.mark.parametrize("slot", SLOTS)
def test_each_slot_is_as_pinned(slot: str) -> None:
    pinned(slot, render_digest(replace(digest(), **SLOTS[slot]), Somewhere()))


@pytest.mark.parametrize(("name", "shown"), [("full", FULL), ("empty", digest())])
def test_without_pages_the_layout_is_as_pinned(name: str, shown: Digest) -> None:
    pinned(name, render_digest(shown))


def test_everything_together_is_as_pinned() -> None:
    pinned("every", render_digest(EVERYTHING, Somewhere()))


def test_the_slots_stand_in_their_fixed_order() -> None:
    rendered = render_digest(EVERYTHING, Somewhere())
    headings = ["Willow Clinic</h2>", "Worth a look", "Promised", "Still open", "Also this week"]
    headings += ["How right we were", "Data through"]
    for form, marks in (
        (rendered.html, headings),
        (rendered.text, [heading.removesuffix("</h2>") for heading in headings]),
    ):
        places = [form.index(mark) for mark in marks]
        assert places == sorted(places)


def test_a_listed_check_in_has_three_links_and_one_still_open_has_one() -> None:
    rendered = render_digest(LINKED, Somewhere())
    for link in ("P1/visit", "P1/known", "P1/snooze", "P2/visit"):
        assert rendered.html.count(f"https://desk.example/{link}") == 1
        assert f"\nhttps://desk.example/{link}\n" in rendered.text
    assert "P2/known" not in rendered.html + rendered.text
    assert rendered.html.count("https://desk.example/list?ann") == 3
    assert rendered.html.count('href="https://desk.example/#how"') == 1
    assert "\nhttps://desk.example/#how\n" in rendered.text
    assert "\nhttps://desk.example/list?ann\n" in rendered.text


def test_the_line_of_figures_stands_under_the_name_and_says_each_thing_once() -> None:
    text = render_digest(LINKED).text
    assert "   −2 a week · 97 % sure · since May 18\n" in text
    assert "   Usually 3 a week; 4 came where 20 were expected.\n" in text
    assert text.count("May 18") == 1
    assert text.count("97 %") == 1


def test_a_complaint_is_marked_as_one_with_its_age() -> None:
    rendered = render_digest(EVERYTHING, Somewhere())
    assert "   Complaint, 12 days · 1 a week, as ever\n" in rendered.text
    assert ">Complaint, 12 days</span>" in rendered.html


def test_a_picture_has_its_months_its_most_and_a_word_for_the_dashed_line() -> None:
    rendered = render_digest(LINKED)
    for words in ("most: 4", "July 2025", "July 2026 · dashed: usual"):
        assert words in rendered.html
    assert "   July 2025 to July 2026 · most: 4 · │ the drop likely began\n" in rendered.text


@pytest.mark.parametrize("links", [None, Somewhere()])
def test_open_check_ins_that_have_no_line_are_counted(links: Somewhere | None) -> None:
    rendered = render_digest(WAITING, links)
    for text in (rendered.text, rendered.html):
        assert "2 older ones, 1 hidden for now" in text
        assert "Still open" in text
        assert "3 still open" in text
        assert "Nothing to report" not in text
    assert ("quietdrop status" in rendered.text) is (links is None)
    assert ("See them" in rendered.html) is (links is not None)


def test_how_right_we_were_is_said_once() -> None:
    rendered = render_digest(EVERYTHING)
    said = "How right we were: of the last 20 at 4 in 5, 17 were down."
    assert rendered.text.count(said) == rendered.html.count(said) == 1
    assert "How right" not in render_digest(LINKED).text


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
        ("worth_a_look", "Worth a look"),
        ("promised", "Promised"),
        ("still_open", "Still open"),
        ("leaving", "A part"),
        ("came_back", "Back"),
        ("thanks", "Thanks"),
        ("growing", "New:"),
        ("news", "News"),
        ("lookalikes", "No drop"),
        ("watching", "Watching"),
    ],
)
def test_a_section_without_content_vanishes(field: str, heading: str) -> None:
    nothing: dict[str, Any] = {field: ()}
    whole, less = render_digest(EVERYTHING), render_digest(replace(EVERYTHING, **nothing))
    for there, gone in ((whole.text, less.text), (whole.html, less.html)):
        label = heading if there == whole.text else f">{heading.rstrip(':')}<"
        assert label in there
        assert label not in gone


def test_nothing_brought_is_no_line() -> None:
    assert "Bring:" in render_digest(EVERYTHING).text
    bare = replace(EVERYTHING, items=(replace(EVERYTHING.items[0], bring=""),))
    assert "Bring" not in render_digest(bare).text


class FarAway(Somewhere):
    """Links as long as real ones."""

    def answer(self, checkin: CheckInKey, action: str) -> str:
        return super().answer(checkin, action).ljust(200, "x")


def test_many_that_are_still_open_leave_the_digest_small_enough_for_every_mail_program() -> None:
    crowded = replace(LINKED, items=LINKED.items * 6, still_open=LINKED.still_open * 60)
    assert len(render_digest(crowded, FarAway()).html.encode()) < 100_000


def test_a_british_reader_reads_british_days() -> None:
    with written_for("GB"):
        rendered = render_digest(FULL)
    for text in (rendered.text, rendered.html):
        assert "week of 6 July" in text
        assert "Data through 5 July" in text
        assert "July 6" not in text
