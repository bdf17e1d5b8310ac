"""The whole loop: digest in an inbox, a tap, a form, and the next run's digest reflects it."""

from __future__ import annotations

import re
from datetime import timedelta

import pandas as pd
from tests.builders.loop import BASE, LAST, NOW, WEEK, Loop
from tests.builders.office import Office


def links_of(page: str, label: str = "Checked in") -> list[str]:
    return re.findall(rf'href="({BASE}/c/[^"]+)"[^>]*>{label}<', page)


def test_what_is_answered_is_gone_from_the_next_digest_and_the_rest_is_reminded_of(
    loop: Loop,
) -> None:
    first = loop.monday(LAST - WEEK)
    office = Office(loop.store, loop.settings, BASE, now=NOW - timedelta(days=5))
    opened = {c.practice_id: c for c in loop.store.checkins.open()}
    name, page = next((name, page) for name, page in first.items() if links_of(page))
    path = office.path(links_of(page)[0])
    form = re.findall(r'name="form" value="([^"]+)"', office.client.get(path).text)[0]
    response = office.client.post(path, data={"form": form, "outcome": "retired", "whom": "Dana"})
    assert response.status_code == 200
    [answered] = set(opened) - {c.practice_id for c in loop.store.checkins.open()}
    second = loop.monday(LAST)
    assert opened[answered].practice_name in page
    assert opened[answered].practice_name not in second.get(name, "")
    reminded = [c for c in loop.store.checkins.open() if c.reminded_on == LAST]
    assert reminded
    for checkin in reminded:
        digest = second[checkin.liaison.replace(".", "-")]
        assert checkin.practice_name in digest[digest.index("Still open") :]


def test_who_covers_answers_by_the_links_of_her_own_digest(loop: Loop) -> None:
    """Also for a check-in that its own liaison has seen, of which nothing else changes."""
    first = loop.monday(LAST - WEEK)
    asked = next(c for c in loop.store.checkins.open() if c.notified_on == LAST - WEEK)
    away = asked.liaison
    cover = next(e for e in ("ann", "ben") if not away.startswith(e)) + "@liaisons.example"
    office = Office(loop.store, loop.settings, BASE, now=NOW - timedelta(days=5))
    path = office.path(links_of(first[away.replace(".", "-")])[0])
    form = re.findall(r'name="form" value="([^"]+)"', office.client.get(path).text)[0]
    office.client.post(path, data={"form": form, "outcome": "could not reach"})
    assert loop.settings.source.liaisons is not None
    table = pd.read_csv(loop.settings.source.liaisons)
    gone = table["liaison_email"] == away
    table["away_from"] = ["2026-07-01" if one else "" for one in gone]
    table["cover_email"] = [cover if one else "" for one in gone]
    table.to_csv(loop.settings.source.liaisons, index=False)
    page = loop.monday(LAST)[cover.replace(".", "-")]
    assert asked.practice_name in page
    office = Office(loop.store, loop.settings, BASE, now=NOW + timedelta(hours=1))
    urls = links_of(page, "Answer")
    assert urls
    for url in urls:
        assert office.client.get(office.path(url)).status_code == 200
    my_list = office.client.get(office.path(office.mail.my_list(cover))).text
    assert asked.practice_name in my_list
    assert office.client.get(path).status_code in (403, 409)


def test_a_scanner_that_opens_every_link_of_a_digest_changes_nothing(loop: Loop) -> None:
    pages = loop.monday(LAST)
    urls = {url for page in pages.values() for url in re.findall(rf'href="({BASE}[^"]+)"', page)}
    assert len(urls) > 6
    office = Office(loop.store, loop.settings, BASE, now=NOW + timedelta(hours=1))
    before = office.tables()
    for _ in range(10):
        for url in urls:
            # What waits for a manager leads her to the desk, where a stranger is asked to sign in.
            answer = 303 if url.startswith(f"{BASE}/desk") else 200
            assert office.client.get(office.path(url)).status_code == answer
            assert office.client.head(office.path(url)).status_code == answer
    assert office.tables() == before


def test_the_pages_hold_no_patient_and_are_there_for_every_practice(loop: Loop) -> None:
    loop.monday(LAST)
    office = Office(loop.store, loop.settings, BASE, now=NOW)
    here = office.sign_in(loop.settings.digest.managers[0])
    assert "PATIENT-" not in str(office.tables()["card"])
    ids = loop.store.names.practice_ids()
    assert len(ids) == 151
    for practice_id in ids[:20]:
        page = office.client.get(f"{here}/practice", query_string={"id": practice_id})
        assert page.status_code == 200
