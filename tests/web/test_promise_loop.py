"""A promise on its way: a visit, next Monday's digest, a manager's summary, kept, and gone."""

from __future__ import annotations

import re
from datetime import timedelta

import pandas as pd
from tests.builders.loop import BASE, LAST, NOW, WEEK, Loop
from tests.builders.office import Office


def form_of(page: str, action: str) -> str:
    form = rf'<form method="post"{action}[^>]*>\s*<input[^>]+value="([^"]+)"'
    return str(re.findall(form, page)[0])


def test_a_promise_stands_in_the_digest_until_it_is_kept(loop: Loop) -> None:
    loop.monday(LAST - 2 * WEEK)
    liaison = sorted(loop.store.names.readers())[0]
    mail = liaison.replace(".", "-")
    office = Office(loop.store, loop.settings, BASE, now=NOW - timedelta(days=13))
    home = office.path(office.mail.my_list(liaison))
    practice = next(iter(loop.store.stops.names_of(liaison)))
    path = f"{home}/practice/{office.links.reference('practice', practice)}/visit"
    form = form_of(office.client.get(path).text, "")
    data = {"form": form, "kind": "visit", "next": "Send the card", "by": "2026-06-25"}
    assert office.client.post(path, data=data).status_code == 200
    first = loop.monday(LAST - WEEK)
    assert "Send the card" in first[mail]
    assert "by June 25, 4 days late" in first[mail]
    assert all("Send the card" not in page for name, page in first.items() if name != mail)
    second = loop.monday(LAST)
    [manager] = {
        name for name in second if name not in first or "Promised, and late" in second[name]
    }
    assert "Send the card, by June 25, 11 days late" in second[manager]
    page = office.client.get(home).text
    number = re.findall(r'name="promise" value="(\d+)"', page)[0]
    kept = {"form": form_of(page, ' action="[^"]+/promise"'), "promise": number, "is_kept": "yes"}
    assert office.client.post(f"{home}/promise", data=kept).status_code == 303
    assert all("Send the card" not in page for page in loop.monday(LAST + WEEK).values())


def test_what_the_run_leaves_for_the_week(loop: Loop) -> None:
    """The plan of visits stands on the cards; a promise of the source is recorded; a feed ends."""
    loop.store.calendar_feeds.save("gone@example.com", "a" * 64, NOW)
    loop.monday(LAST)
    cards = loop.store.cards.all()
    assert {card.tier for card in cards} >= {"A", "B", "C"}
    assert any(card.revisit_on for card in cards)
    assert any(card.good_news for card in cards)
    assert loop.store.calendar_feeds.reader_of("a" * 64) is None


def test_a_promise_of_the_table_of_touches_is_recorded_once_and_told(loop: Loop) -> None:
    assert loop.settings.source.touches is not None
    table = pd.read_csv(loop.settings.source.touches, dtype=str)
    new = {"touched_on": "2026-07-01", "practice_id": table["practice_id"].iloc[0]}
    step = {"next_step": "Send the form", "next_on": "2026-07-09", "next_owner": "Scheduling"}
    table = pd.concat([table, pd.DataFrame([new | step])])
    table.to_csv(loop.settings.source.touches, index=False)
    assert any("Send the form" in page for page in loop.monday(LAST).values())
    loop.monday(LAST + WEEK)
    [promise] = loop.store.promises.open()
    assert (promise.what, promise.owner) == ("Send the form", "Scheduling")
