"""What a notice says of mail that did not arrive, state by state."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from quietdrop.domain.mail import MessageState, Undelivered
from quietdrop.messages.wording.notices import undelivered

TODAY = date(2026, 7, 10)
MONDAY = date(2026, 7, 6)
FAILED = Undelivered("ann@x.example", MONDAY, "digest", MessageState.FAILED, "550: unknown", None)
LATE = replace(FAILED, state=MessageState.SENT, sent_on=date(2026, 7, 8))


def test_a_failed_digest_says_why_and_what_follows() -> None:
    assert undelivered([FAILED], TODAY) == [
        "The digest of July 6 for ann@x.example was not delivered: 550: unknown. "
        "Its check-ins come again next time."
    ]


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("summary", "The summary"),
        ("held", "The note that the digests are held back"),
        ("complaint of A", "The note of a complaint"),
    ],
)
def test_any_other_mail_does_not_come_again(kind: str, what: str) -> None:
    [line] = undelivered([replace(FAILED, kind=kind, error="")], TODAY)
    assert line == f"{what} of July 6 for ann@x.example was not delivered: no reason is recorded."


def test_of_an_unknown_fate_it_says_just_that() -> None:
    assert undelivered([replace(FAILED, state=MessageState.UNKNOWN)], TODAY) == [
        "The digest of July 6 for ann@x.example may not have arrived: the mail server did not say "
        "what became of it."
    ]


def test_what_went_out_late_is_a_line_a_week_after_the_others() -> None:
    last_week = replace(LATE, period=date(2026, 6, 29), sent_on=date(2026, 7, 1))
    later = replace(LATE, sent_on=date(2026, 7, 9))
    lines = undelivered([LATE, later, last_week, FAILED], TODAY)
    assert lines[1:] == [
        "2 messages of July 6 went out late, the last on July 9: the mail server could not be "
        "reached or did not take them before.",
        "1 message of June 29 went out late, the last on July 1: the mail server could not be "
        "reached or did not take them before.",
    ]
    assert lines[0].startswith("The digest of July 6")


def test_lines_are_cut_at_what_is_readable() -> None:
    long = replace(FAILED, recipient="a" * 254 + "b", error="e" * 301)
    [line] = undelivered([long], TODAY)
    assert "a" * 253 in line
    assert "b was" not in line
    assert "e" * 299 in line
    assert "e" * 301 not in line
    [unknown] = undelivered([replace(long, state=MessageState.UNKNOWN)], TODAY)
    assert "b may" not in unknown
