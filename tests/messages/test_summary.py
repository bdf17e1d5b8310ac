"""The managers' weekly summary, pinned by golden files, and what it counts."""

from __future__ import annotations

from dataclasses import replace

from tests.builders.digests import AS_OF, Somewhere
from tests.builders.golden_mails import pinned
from tests.builders.summaries import EVERYTHING

from quietdrop.domain.digest import Summary, Waiting
from quietdrop.domain.headlines import Headlines
from quietdrop.domain.reports import Coverage
from quietdrop.messages import liaison_table, needs
from quietdrop.messages.numbers import numbers, usual
from quietdrop.messages.render import render_summary

NOTHING = Summary("mo@example.com", AS_OF, 0, (), (), (), (), None, 0, ())


def test_everything_together_is_as_pinned() -> None:
    pinned("summary", render_summary(EVERYTHING, Somewhere()))


def test_with_nothing_to_say_it_is_as_pinned() -> None:
    pinned("summary-empty", render_summary(NOTHING))


def test_the_parts_stand_in_their_order_in_both_forms() -> None:
    rendered = render_summary(EVERYTHING, Somewhere())
    for form in (rendered.html, rendered.text):
        marks = ["Referrals last week", "Ann Whitaker", "Needs you", "Most at stake", "Came back"]
        at = form.index("</h1>") if form is rendered.html else 0
        places = [form.index(mark, at) for mark in [*marks, "Data", "How right we were"]]
        assert places == sorted(places)


def test_the_subject_says_how_much_needs_her() -> None:
    assert render_summary(EVERYTHING).subject == "Referral summary: 8 things need you"
    assert render_summary(NOTHING).subject == "Referral summary: nothing needs you"
    one = replace(NOTHING, without_liaison=(Waiting("Elm Clinic"),))
    assert render_summary(one).subject == "Referral summary: 1 thing needs you"


def test_five_of_a_kind_are_named_and_the_others_counted() -> None:
    names = tuple(Waiting(f"Clinic {number}") for number in range(6))
    [five] = needs.needs(replace(NOTHING, without_liaison=names[:5]))
    [six] = needs.needs(replace(NOTHING, without_liaison=names))
    assert (five.heading, len(five.lines), five.more) == ("Without a liaison (5)", 5, 0)
    assert (six.heading, len(six.lines), six.more) == ("Without a liaison (6)", 5, 1)


def test_what_needs_her_leads_to_where_it_is_settled() -> None:
    rendered = render_summary(EVERYTHING, Somewhere())
    desk = "https://desk.example/desk"
    for rest in (
        *("/practice?id=H%261", "/practice?id=P1", "/practice?id=P5", "/practice?id=E1"),
        *(
            "/practice?id=C1",
            "/book?liaison=nobody",
            "/people",
            "/audit",
            "/book?status=not+steady",
        ),
    ):
        assert f'href="{desk}{rest}"' in rendered.html
        assert f"{desk}{rest}\n" in rendered.text
    assert "/practice?id=P6" not in rendered.text + rendered.html


def test_without_pages_it_leads_nowhere() -> None:
    rendered = render_summary(EVERYTHING)
    assert "http" not in rendered.text
    assert "href" not in rendered.html


def test_a_number_stands_beside_what_is_usual_once_six_weeks_are_known() -> None:
    left = Headlines((1.0,) * 6, (2.0, 9.0), (*[10.0] * 6, 4.0), 1)
    referrals, stake, waiting = numbers(left, 3, 1200)
    assert (referrals.value.now, usual(referrals.value, 0)) == (4.0, "Usual: 10.")
    assert usual(stake.value, 1) == "What is usual is known after a few weeks."
    assert stake.label == "At stake a week, over 1 practice"
    assert (waiting.label, waiting.value.now) == ("Check-ins that wait too long, of 1,200", 3.0)


def test_liaisons_stand_by_name_and_those_beyond_forty_together() -> None:
    rows = [Coverage(f"{n:02}@x", 1, 2, 1, n, 1, 0) for n in range(42)]
    table = liaison_table.rows(rows)
    assert [row.name for row in table[:2]] == ["02@x", "03@x"]
    assert [row.name for row in table[-2:]] == ["2 others", "All"]
    assert table[-1] == ("All", 84, 42, 42, sum(range(42)))
    assert liaison_table.rows(rows[:1])[-1].name == "00@x"
    assert liaison_table.rows([rows[0]._replace(open=0)]) == []


def test_a_hostile_or_endless_name_breaks_neither_form() -> None:
    name = "<script>x" + "n" * 10_000
    row = EVERYTHING.coverage[0]._replace(name=name)
    rendered = render_summary(
        replace(EVERYTHING, coverage=(row,), without_liaison=(Waiting(name),))
    )
    assert "<script" not in rendered.html
    assert len(rendered.html) < 60_000
    assert max(map(len, rendered.text.splitlines())) <= 400
