"""A digest's other sections in words: each variant by its whole text."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from quietdrop.domain.directory import LeftBy, Person
from quietdrop.findings.good_news import Growing, Growth, Merit, Thanks
from quietdrop.findings.service_quality import Gap, OurSide
from quietdrop.messages.wording import sections as words

AS_OF = date(2026, 7, 6)


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (9.0, 23.0, "the wait for their patients rose from 9 to 23 days"),
        (9.0, 10.0, "the wait for their patients rose from 9 to 10 days"),
        (23.0, 23.0, "their patients wait 23 days, longer than others'"),
        (24.0, 23.0, "their patients wait 23 days, longer than others'"),
    ],
)
def test_a_wait(before: float, now: float, said: str) -> None:
    assert words.our_side(OurSide(Gap.WAIT, before, now)) == said


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        (OurSide(Gap.NOTES, 9.0, 1.0), "1 note not sent back, of 9 visits"),
        (OurSide(Gap.NOTES, 9.0, 5.0), "5 notes not sent back, of 9 visits"),
        (OurSide(Gap.DECLINED, 9.0, 1.0), "1 referral declined or cancelled, of 9"),
        (OurSide(Gap.DECLINED, 9.0, 5.0), "5 referrals declined or cancelled, of 9"),
    ],
)
def test_what_we_left_undone(gap: OurSide, said: str) -> None:
    assert words.our_side(gap) == said


def test_a_provider_fell_or_is_as_ever() -> None:
    assert words.provider("Dr. Lee\n", 14.0, 1, fell=True) == "Dr. Lee 14 → 1"
    assert words.provider("Dr. Lee", 14.0, 1, fell=False) == "Dr. Lee as ever"


def test_who_left_as_nppes_has_it() -> None:
    person = Person("A", "123", "Dr. Lee", left_on=date(2026, 6, 1), now_in="Dover")
    moved = words.left(person, AS_OF)
    assert moved == "Dr. Lee: listed in Dover since June 1, by NPPES"
    gone = Person("A", "123", "", left_on=date(2026, 6, 1), left_by=LeftBy.DEACTIVATED)
    assert words.left(gone, AS_OF) == "NPI 123: NPI deactivated June 1, by NPPES"


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (
            Thanks("A", Merit.MILESTONE, 100, None),
            "Their hundredth patient came last week. A note.",
        ),
        (
            Thanks("A", Merit.MILESTONE, 1000, None),
            "Their thousandth patient came last week. A note.",
        ),
        (Thanks("A", Merit.MILESTONE, 500, None), "Their 500th patient came last week. A note."),
        (Thanks("A", Merit.TOP, 60, None), "60 patients in a year, among your most. A note."),
        (
            Thanks("A", Merit.STEADY, 3, date(2026, 1, 5)),
            "Steady for 3 years. A note. Last thanked January 5.",
        ),
    ],
)
def test_why_and_how_thanks_are_due(due: Thanks, said: str) -> None:
    assert words.thanks(due, "a note.", "", AS_OF) == said


def test_thanks_go_to_somebody_by_name() -> None:
    said = words.thanks(Thanks("A", Merit.STEADY, 3, None), "a note", "Dana (front desk)", AS_OF)
    assert said == "Steady for 3 years. A note: Dana (front desk)."
    assert words.say("Thank you.") == "Say: “Thank you.”"


def test_who_stays_in_line_and_who_grows() -> None:
    assert words.stays_in_line(1) == "1 more stays in line."
    assert words.stays_in_line(2) == "2 more stay in line."
    new = Growing("A", Growth.NEW, 4, 0.0)
    assert words.growth(new) == "New to us: 4 patients so far. Get to know them."
    assert words.growth(Growing("A", Growth.GROWING, 9, 4.0)) == (
        "9 patients in the last 13 weeks, where 4 were usual. Ask what works, and say thanks."
    )


def test_until_when_somebody_is_away() -> None:
    day = timedelta(days=1)
    said = [words.away("Ann", until, AS_OF) for until in (None, AS_OF - day, AS_OF, AS_OF + day)]
    start = "Ann, who is away"
    assert said == [start, start, f"{start} until July 6", f"{start} until July 7"]
