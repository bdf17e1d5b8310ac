"""One Monday on which everything happens, through the real run: each section is there, and true."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from benchmarks.showcase.mondays import BASE, last_monday

BOOK = ("Who", "What", "Us", "Ask for", "Last", "Say", "Bring")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ann's digest of that Monday, as it came into her inbox."""
    return last_monday(tmp_path_factory.mktemp("showcase"))["ann"]


@pytest.fixture(scope="module")
def text(page: Path) -> str:
    return page.with_suffix(".txt").read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """What stands under a heading, on one line."""
    return " ".join(lines_of(text, heading).split())


def lines_of(text: str, heading: str) -> str:
    return next(part for part in text.split("-" * 72) if part.strip().startswith(heading))


def test_the_subject_and_the_headline_say_how_many_and_who_first(page: Path, text: str) -> None:
    assert "\n4 practices to check in with\n" in text
    raw = page.with_suffix(".eml").read_text(encoding="utf-8")
    assert "Subject: 4 practices to check in with: Willow Park Pediatrics first" in raw


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        (
            "1 Willow Park",
            "They told us on July 2 that something went wrong, and it is not answered yet.",
        ),
        ("1 Willow Park", "Say: “You told us about something that went wrong."),
        ("1 Willow Park", "Complaint, 4 days · 1 a week, as ever"),
        ("2 Lakeside", "−4 a week · 4 in 5 · since June 22"),
        ("2 Lakeside", "Usually 6 a week; 4 came where 11 were expected."),
        ("2 Lakeside", "Who: Dr. Alvarez 7 → 0 · NP Lee as ever"),
        ("2 Lakeside", "Ask for: Dana (front desk)"),
        ("2 Lakeside", "What: Mostly Spine referrals: none since then, where 7 were expected."),
        ("2 Lakeside", "Us: the wait for their patients rose from 10 to 23 days;"),
        ("2 Lakeside", "notes not sent back, of"),
        ("2 Lakeside", "referrals declined or cancelled, of"),
        ("2 Lakeside", "Last: visit March 9, Dana, front desk, by Ann Whitaker"),
        ("2 Lakeside", "Say: “Are your patients getting in soon enough?"),
        ("2 Lakeside", "Bring: a direct number for urgent cases"),
        ("3 Stonebridge", "Usually 2 a week; none for 31 days."),
        ("4 Summit", "−4 a week · 9 in 10 · since February"),
        ("4 Summit", "Slowly down from 5 a week to 1. Open for 13 weeks, and clearly worse now."),
        ("Also this week", "Total about as ever, but Spine referrals went from 1 a week to none"),
        ("Still open", "Lakeview Pediatrics · 1 week"),
        ("Still open", "Prairie Valley Primary Care · 12 weeks, seen"),
        ("Also this week", "Back: Riverbend Pediatrics, at their usual 2 a week again."),
        ("Also this week", "Summit Creek Pediatrics: Their hundredth patient came last week."),
        ("Also this week", "and one to the staff: Robin (front desk). Last thanked November 20."),
        ("Also this week", "Hudson Sports Medicine: New to us: 7 patients so far."),
        ("Also this week", "Milton Internal Medicine: 41 patients in the last 13 weeks"),
        ("Also this week", "Our new hand clinic in Salem takes patients within a week."),
        ("Also this week", "has open slots. For Cedar Park Orthopedic Associates, Lakeside"),
        ("Also this week", "Harbor Valley Pediatrics: Looks renamed: Harbor Valley Health"),
        ("Also this week", "Brookfield Women's Health: Nothing for a short while"),
        ("Also this week", "Watching: Oakview Family Medicine"),
        ("Also this week", "Next: 1 more stays in line."),
        ("Data through", "Data through July 3 · 2 rows could not be used"),
    ],
)
def test_each_part_is_there_in_text_and_html(
    page: Path, text: str, heading: str, said: str
) -> None:
    assert said in section(text, heading.replace(" ", "  ", 1) if heading[0].isdigit() else heading)
    html = re.sub(r"</?b\b[^>]*>", "", page.read_text(encoding="utf-8"))
    plain = " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
    for part in re.split(r": | · ", said):
        assert part.removeprefix("“") in plain


def test_the_list_of_who_is_away_is_here_too(text: str) -> None:
    assert "With the list of Ben Ortiz, who is away until August 3." in text


def test_no_practice_is_told_of_twice(text: str) -> None:
    listed = section(text, "Still open") + section(text, "Also this week")
    for name in ("Harbor Creek", "Oakview", "Brookfield Women's", "Cedar Hill Clinic"):
        assert text.count(name) == 1, name
        assert name in listed


def test_its_rows_stand_in_the_order_in_which_a_liaison_needs_them(text: str) -> None:
    labels = re.findall(r"^   (\w[\w ]*): +\S", lines_of(text, "2  Lakeside"), re.MULTILINE)
    assert [label for label in labels if label in BOOK] == list(BOOK)


def test_the_whole_of_it_is_small_and_leads_to_our_pages_alone(page: Path) -> None:
    html = page.read_text(encoding="utf-8")
    mail = re.sub(r"data:image/png;base64,[^\"]+", "", html)
    assert len(mail.encode()) < 100_000
    assert all(url.startswith(BASE) for url in re.findall(r"https?://[^\s\"'<>]+", mail))
    for label, times in (("Checked in", 4), ("I know why", 4), ("Snooze", 3)):  # one complaint
        assert html.count(f">{label}</a>") == times
    assert html.count(">Answer</a>") == 5
