"""The words for rows that were not counted."""

from __future__ import annotations

from datetime import date

import pytest

from quietdrop.domain.directory import Closure
from quietdrop.messages.wording import uncounted as words

AS_OF = date(2026, 7, 6)


@pytest.mark.parametrize(
    ("unread", "vanished", "facts"),
    [
        (3, 0, "3 of their rows could not be read"),
        (0, 1, "1 referral that we saw before is no longer in the data"),
        (0, 2, "2 referrals that we saw before are no longer in the data"),
        (
            3,
            2,
            "3 of their rows could not be read, and 2 referrals that we saw before are no longer "
            "in the data",
        ),
    ],
)
def test_what_would_explain_a_fall(unread: int, vanished: int, facts: str) -> None:
    assert words.doubted(unread, vanished) == f"{facts}, so this may be no drop."
    assert words.watched_only(unread, vanished) == (
        f"{facts.replace('their', 'its')}. They could explain its fall, so it is watched and not "
        "listed."
    )


@pytest.mark.parametrize(
    ("weeks", "since"), [(0, "since this week"), (1, "1 week"), (3, "3 weeks")]
)
def test_a_practice_that_is_gone_from_the_data(weeks: int, since: str) -> None:
    assert words.gone(weeks) == f"{since}; the referral data no longer has this practice"


@pytest.mark.parametrize(
    ("referrals", "verb"), [(1, "referral that it had on June 29 is"), (2, "")]
)
def test_what_vanished_of_one_practice(referrals: int, verb: str) -> None:
    had = f"{referrals} {verb or 'referrals that it had on June 29 are'}"
    seen = date(2026, 6, 29)
    assert words.lost(referrals, seen, AS_OF, whole=False) == f"{had} no longer in the data."
    assert words.lost(referrals, seen, AS_OF, whole=True) == (
        f"the data no longer has this practice; {had} gone."
    )


def test_a_closure_is_asked_about_with_both_answers() -> None:
    closure = Closure(date(2026, 6, 1), date(2026, 6, 5), "West\n Side")
    span = "--from 2026-06-01 --to 2026-06-05 --location 'West Side'"
    assert words.were_you_closed(closure, AS_OF) == (
        "Were you closed in West Side from June 1 to June 5? Nobody sent there, and then they all "
        "did again. Until you say, nobody is listed for those days alone. "
        f"If you were: `quietdrop closure add {span}`. If not: `quietdrop closure refuse {span}`."
    )
    long = words.were_you_closed(Closure(date(2026, 6, 1), date(2026, 6, 5), "w" * 90), AS_OF)
    assert "w" * 79 in long
    assert "w" * 80 not in long


def test_up_to_three_files_are_named_and_of_more_the_first_and_the_last() -> None:
    rest = "What is repeated counts once."
    assert words.overlapping(["a.csv", "b.csv", "c.csv"]) == (
        f"3 files repeat each other's rows (a.csv, b.csv, c.csv). {rest}"
    )
    assert words.overlapping(["a.csv", "b.csv", "c.csv", "d.csv"]) == (
        f"4 files repeat each other's rows (a.csv to d.csv). {rest}"
    )
    assert "x" * 81 not in words.overlapping(["x" * 81, "b.csv"])
    assert "x" * 79 in words.overlapping(["x" * 80, "b.csv"])


def test_a_file_that_was_left_aside_is_named_with_its_reason() -> None:
    assert words.not_read("a\n.csv", "it is empty") == "a .csv is not read: it is empty."
    long = words.not_read("n" * 201, "w" * 301)
    assert "n" * 199 in long
    assert "n" * 201 not in long
    assert "w" * 299 in long
    assert "w" * 301 not in long


def test_how_many_more() -> None:
    assert words.more(1200) == "and 1,200 more"
