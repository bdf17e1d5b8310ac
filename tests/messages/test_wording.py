"""The words, at both sides of every step; and what hostile names may not do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from tests.builders.digests import AS_OF, FULL, LINKED, Somewhere, digest, item

from quietdrop.detection.aggregates import Stream
from quietdrop.domain.assessment import Assessment, Status
from quietdrop.domain.digest import Line, Summary, Waiting
from quietdrop.domain.mail import MessageState, Undelivered
from quietdrop.domain.reports import Coverage
from quietdrop.messages import chart
from quietdrop.messages.mime import Envelope, to_mime
from quietdrop.messages.render import (
    Rendered,
    render_digest,
    render_held,
    render_summary,
    standalone_html,
)
from quietdrop.messages.wording import figures, notices, sentences


@pytest.mark.parametrize(
    ("per_week", "said"),
    [
        (12.4, "12 a week"),
        (1.0, "1 a week"),
        (0.94, "4 a month"),
        (0.35, "2 a month"),
        (0.34, "one every 3 weeks"),
        (0.1, "one every 10 weeks"),
        (0.001, "less than one a year"),
    ],
)
def test_a_rate_is_a_small_whole_number(per_week: float, said: str) -> None:
    assert figures.rate(per_week) == said


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (0.5, "more likely than not"),
        (0.699, "more likely than not"),
        (0.7, "about 3 in 4"),
        (0.78, "about 4 in 5"),
        (0.85, "about 9 in 10"),
        (0.93, "93 % sure"),
        (0.9999, "99 % sure"),
        (1.0, "99 % sure"),
    ],
)
def test_how_sure_goes_in_steps_and_never_above_99(probability: float, said: str) -> None:
    assert figures.sureness(probability) == said


def test_a_day_has_its_year_only_where_it_could_be_misread() -> None:
    assert figures.day(date(2026, 5, 18), AS_OF) == "May 18"
    assert figures.day(date(2025, 7, 7), AS_OF) == "July 7, 2025"


def test_the_sentence_says_usual_came_expected_since_and_how_sure() -> None:
    assert item("X").sentence == (
        "Usually 3 a week; 4 since May 18, where 20 were expected. "
        "We are 97 % sure that this is a lasting drop."
    )


SLIDE = Assessment(
    "P1",
    Status.DRIFTING,
    baseline_per_week=5.0,
    observed=30,
    expected=60.0,
    drift_probability=0.8,
    onset=date(2026, 3, 9),
    onset_low=date(2026, 2, 16),
    onset_high=date(2026, 4, 13),
    remaining_share=0.4,
    fading=0.5,
)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "Slowly down since March: from 5 a week to 2. The odds"),
        ({"remaining_share": 0.1}, "Slowly down since March: from 5 a week to 2 a month."),
        ({"onset": date(2025, 7, 7)}, "Slowly down since July 2025: from 5 a week to 2."),
        ({"fading": 0.49}, "Usually 5 a week; 30 since about March 9, where 60 were expected."),
        ({"remaining_share": 0.95}, "Usually 5 a week; 30 since about March 9"),
        ({"edge": True}, "Usually 5 a week; 30 since before March 9"),
        (
            {"status": Status.WATCHING},
            "Slowly down since March: from 5 a week to 2. It may be chance.",
        ),
    ],
)
def test_a_slow_slide_is_told_from_what_to_what(changed: dict[str, object], said: str) -> None:
    changed_slide = replace(SLIDE, **changed)  # type: ignore[arg-type]
    assert sentences.reason(changed_slide, AS_OF).startswith(said)


def test_a_slide_that_is_explained_has_no_odds() -> None:
    assert sentences.reason(SLIDE, AS_OF, explained=True) == (
        "Usually 5 a week; 30 since about March 9, where 60 were expected."
    )


@pytest.mark.parametrize(
    ("per_week", "days", "said"),
    [
        (3.0, 31, "Usually 3 a week; none for 31 days. The odds"),
        (0.78, 31, "Usually one every 9 days; none for 31 days."),
        (0.2, 60, "Usually one every 5 weeks; none for 60 days."),
        (0.2, 61, "Usually one every 5 weeks; none for 8 weeks."),
    ],
)
def test_of_who_sends_nothing_it_says_for_how_long(per_week: float, days: int, said: str) -> None:
    quiet = replace(
        SLIDE, status=Status.QUIET, observed=0, silent_days=days, baseline_per_week=per_week
    )
    assert sentences.reason(quiet, AS_OF).startswith(said)


@pytest.mark.parametrize(
    ("weeks", "seen", "said"),
    [(0, False, "since this week"), (1, False, "1 week"), (2, True, "2 weeks, seen")],
)
def test_how_long_a_check_in_has_been_open(weeks: int, seen: bool, said: str) -> None:
    assert sentences.open_for(weeks, seen=seen) == said


def test_complaints_come_first_and_the_subject_names_the_first() -> None:
    rendered = render_digest(FULL)
    assert rendered.subject == "2 practices to check in with: Willow Clinic first"


HOSTILE = (
    "<script>alert(1)</script>",
    "Line\r\nBcc: all@example.com",
    "=HYPERLINK(1)",
    "\u202egnp.exe",
    "x" * 10_000,
    "/etc/passwd",
    "{{ 7 * 7 }}",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_only_a_name(name: str) -> None:
    rendered = render_digest(digest(item(name)))
    assert "<script>" not in rendered.html
    assert "\u202e" not in rendered.html + rendered.text + rendered.subject
    assert len(rendered.html) < 100_000
    assert "49" not in rendered.subject
    message = message_from_bytes(mime(rendered), policy=default)
    assert message["Bcc"] is None
    assert len(message["Subject"]) < 200


def mime(rendered: Rendered) -> bytes:
    return to_mime(
        rendered,
        Envelope(
            sender="quietdrop@example.com",
            recipient="ann@example.com",
            reply_to="boss@example.com",
            message_id="<one@example.com>",
            date=datetime(2026, 7, 6, 7, tzinfo=UTC),
        ),
    )


def test_the_message_is_text_and_html_with_its_pictures() -> None:
    rendered = render_digest(FULL)
    assert mime(rendered) == mime(rendered)
    message = message_from_bytes(mime(rendered), policy=default)
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "image/png",
    ]
    assert max(len(line) for line in rendered.text.splitlines()) <= 72
    assert "cid:" not in standalone_html(rendered)


def test_pictures_are_small_and_mark_the_onset() -> None:
    assert len(chart.cadence_png((1.0,) * 60, (1.0,) * 60, 50)) < 4000
    assert chart.blocks((8.0, 0.0, 4.0), 1) == "█│ ▅"


SUMMARY = Summary(
    recipient="boss@example.com",
    as_of=AS_OF,
    practices=151,
    by_status=(("steady", 140), ("quiet", 11)),
    coverage=(Coverage("ann@example.com", 2, 5, 1, 2, 6, 4),),
    came_back=(Line("Maple Pediatrics", "Usually 2 a week; they are back."),),
    review=(("Old Clinic", "Usually 3 a week; none since before May 1, 2025."),),
    data_through=date(2026, 7, 5),
    rows_read=17_291,
    reject_reasons=(("no date", 2),),
    first_run=True,
)


def test_a_later_review_is_not_of_what_was_before_quietdrop() -> None:
    later = render_summary(replace(SUMMARY, first_run=False)).text
    assert "one-time review" not in later
    assert "only now likely more than chance: for your review (1)" in " ".join(later.split())


def test_the_summary_counts_what_was_left_out() -> None:
    text = render_summary(SUMMARY).text
    assert "http" not in text
    for part in (
        "Maple Pediatrics: Usually 2 a week",
        "ann@example.com" + " " * 21 + "    5     2     1         2",
        "open for 6 weeks",
        "4 practices were left out",
        "one-time review (1)",
        "2 rows could not be used",
        "17,291 rows read",
    ):
        assert part in text


def test_the_summary_names_liaisons_and_says_what_needs_a_home() -> None:
    [row] = SUMMARY.coverage
    named = replace(
        SUMMARY,
        coverage=(row._replace(name="Ann Whitaker"),),
        unwanted=(Waiting("Elm Clinic", "Ann Whitaker"),),
    )
    rendered = render_summary(named)
    assert "   Ann Whitaker " in rendered.text
    assert "ann@example.com" not in rendered.text + rendered.html
    assert "Another liaison's, it is said (1)\n   Elm Clinic: Ann Whitaker\n" in rendered.text


@pytest.mark.parametrize("kind", sentences._KINDS)
def test_one_practice_does_what_several_do(kind: str) -> None:
    one, several = (sentences.lookalike_kind(kind, number) for number in (1, 2))
    assert one.split()[0] in {"looks", "has", "seems", "sent", "had", "is", "holds"}
    assert several.split()[0] in {"look", "have", "seem", "sent", "had", "are", "hold"}


@pytest.mark.parametrize(
    ("kind", "key", "named"),
    [
        ("network", "", "All practices together"),
        ("territory", "North", "The territory North"),
        ("health_system", "Mercy", "The practices of Mercy"),
        ("location", "Main", "Our location Main"),
        ("service_line", "Spine", "Spine referrals"),
    ],
)
def test_what_fell_as_a_whole_has_its_own_words(kind: str, key: str, named: str) -> None:
    stream = Stream(kind, key, 0.9, date(2026, 5, 4), 71.8, 40, 0.5, (0.5, 0.5))
    name, words = sentences.whole(stream, AS_OF)
    assert name == named
    assert words == "40 since May 4, where 72 were expected; season and holidays are allowed for."
    _, nothing = sentences.whole(replace(stream, observed=0), AS_OF)
    assert nothing.startswith("None since May 4")
    rendered = render_summary(replace(SUMMARY, fallen=((name, words),)))
    assert f"Fell as a whole (1)\n   {named}: 40 since May 4" in rendered.text
    assert f"<b>{named}</b>" in rendered.html


def test_without_pages_nothing_leads_anywhere() -> None:
    rendered = render_digest(LINKED)
    assert "http" not in rendered.text
    assert "href" not in rendered.html.replace('href="tel:', "")
    assert "web view" not in rendered.html.lower() + rendered.text.lower()
    assert "run it with --force" in render_held("m@example.com", AS_OF, ["Stale."]).text
    assert "http" not in render_held("m@example.com", AS_OF, ["Stale."]).html


def test_the_summary_leads_to_where_a_manager_looks_closer() -> None:
    rendered = render_summary(SUMMARY, Somewhere())
    assert 'href="https://desk.example/m"' in rendered.html
    assert "Maple Pediatrics" in rendered.html
    assert rendered.text.endswith("\nhttps://desk.example/m\n")


def test_the_managers_mail_leads_to_where_held_digests_are_let_go() -> None:
    rendered = render_held("m@example.com", AS_OF, ["Stale."], Somewhere())
    assert 'href="https://desk.example/release?m&amp;2026-07-06"' in rendered.html
    assert "\nhttps://desk.example/release?m&2026-07-06\n" in rendered.text


def test_managers_read_what_became_of_each_message() -> None:
    monday, tuesday = date(2026, 7, 6), date(2026, 7, 7)
    messages = [
        Undelivered(
            "ann@x.example", monday, "digest", MessageState.FAILED, "550 no\r\nsuch person", None
        ),
        Undelivered("boss@x.example", monday, "summary", MessageState.UNKNOWN, "", None),
        Undelivered("bob@x.example", monday, "digest", MessageState.SENT, "", monday),
        Undelivered("cy@x.example", monday, "digest", MessageState.SENT, "", tuesday),
    ]
    assert notices.undelivered(messages, tuesday) == [
        "The digest of July 6 for ann@x.example was not delivered: 550 no such person. Its "
        "check-ins come again next time.",
        "The summary of July 6 for boss@x.example may not have arrived: the mail server did not "
        "say what became of it.",
        "2 messages of July 6 went out late, the last on July 7: the mail server could not be "
        "reached or did not take them before.",
    ]
