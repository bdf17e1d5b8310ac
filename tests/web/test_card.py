"""The page shows what the mail said: whom to ask for, our side, first words, what to bring."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

from tests.builders.loop import BASE, LAST, Loop
from tests.builders.office import Office

from quietdrop.store import Store

FULL = {
    "who": "Dr. Alvarez 14 → 1",
    "staff": "Dana (front desk)",
    "what": "Mostly Spine referrals",
    "our_side": "2 notes not sent back, of 8 visits",
    "opening": "Are our notes reaching you?",
    "bring": "the missing notes",
}


def words(page: str) -> list[tuple[str, str]]:
    pairs = re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", page)
    return [(label, unescape(text)) for label, text in pairs]


def test_the_check_in_and_the_story_show_every_row_in_the_digests_order(office: Office) -> None:
    """The story has tables of who sends and what, on a basis of their own, in place of two rows."""
    card = office.store.cards.get("P1")
    assert card is not None
    with office.store.begin() as conn:
        office.store.cards.save(conn, [replace(card, **FULL)])  # type: ignore[arg-type]
    reference = office.links.reference("practice", "P1")
    rows = [
        ("Who", FULL["who"]),
        ("Ask for", FULL["staff"]),
        ("What", FULL["what"]),
        ("Us", FULL["our_side"]),
        ("Say", f"“{FULL['opening']}”"),
        ("Bring", FULL["bring"]),
    ]
    assert words(office.client.get(office.answer("P1")).text) == rows
    story = office.path(office.mail.my_list(card.liaison)) + f"/practice/{reference}"
    beside_tables = [row for row in rows if row[0] not in ("Who", "What")]
    assert words(office.client.get(story).text) == beside_tables


def test_a_card_of_an_older_release_shows_what_it_has(office: Office) -> None:
    assert ("Say", "“What is working with us, and what is not?”") in words(
        office.client.get(office.answer("P1")).text
    )


def test_the_page_says_the_same_as_the_mail(loop: Loop) -> None:
    """Also for a check-in of an earlier week, whose card is made anew each Monday."""
    mails = loop.monday(LAST)
    office = Office(loop.store, loop.settings, BASE)
    asked = [
        c for c in Store.open(loop.settings.store.url).checkins.open() if c.notified_on == LAST
    ]
    assert asked
    for checkin in asked:
        mail = unescape(mails[checkin.liaison.replace(".", "-")])
        path = office.path(office.mail.answer(checkin.key, "visit"))
        shown = dict(words(office.client.get(path).text))
        assert "Say" in shown
        for label, text in shown.items():
            if label != "Last":
                assert text in mail
