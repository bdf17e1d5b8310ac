"""What ends a link before its time: its parent's end, too many answers, and whoever stops it."""

from __future__ import annotations

import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from tests.builders.forms import form_of
from tests.builders.office import ANN, BEA, KEY, MANAGER, MONDAY, Office, card, opened

from quietdrop.domain.checkin import CheckInKey
from quietdrop.messages.links import Links, MailLinks
from quietdrop.store import Store, tables
from quietdrop.web.answered import MOST_ANSWERS
from quietdrop.web.context import FRESH


def links_on(office: Office, path: str) -> list[str]:
    """The links on a page that do something for whoever holds them."""
    page = office.client.get(path)
    assert page.status_code == 200, path
    return [
        office.path(url)
        for url in dict.fromkeys(re.findall(r'href="([^"]+/[cl]/[^"]+)"', page.text))
    ]


def my_week(office: Office, path: str) -> str:
    """The link on a page to the week of its reader."""
    [week] = {url for url in links_on(office, path) if re.fullmatch(r"/l/[^/]+", url)}
    return week


def my_list(office: Office, liaison: str = ANN) -> str:
    return office.path(office.mail.my_list(liaison))


def crowd(office: Office, number: int, first: int = 100) -> list[str]:
    """Many more open check-ins of Ann's; their practices."""
    practices = [f"P{place}" for place in range(first, first + number)]
    with office.store.begin() as conn:
        office.store.cards.save(conn, [card(p, p, ANN) for p in practices])
        for practice in practices:
            office.store.checkins.save(conn, opened(practice, practice, ANN))
    return practices


def answers(office: Office, paths: list[str]) -> list[int]:
    """Opens each page and answers it; what came of each."""
    codes = []
    for path in paths:
        form = form_of(office.client.get(path).text)
        sent = office.client.post(path, data={"form": form, "outcome": "could not reach"})
        codes.append(sent.status_code)
    return codes


def visits(office: Office, path: str) -> list[str]:
    """The answer link of each check-in on a list."""
    return [url for url in links_on(office, path) if "/c/" in url]


# A link ends when its parent ends.


@pytest.mark.parametrize("left", [timedelta(minutes=1), timedelta(hours=23), 3 * FRESH])
def test_a_link_on_a_page_ends_with_the_link_that_opened_the_page(
    office: Office, left: timedelta
) -> None:
    office.now = office.mail.expires - left
    starts = [office.answer("P1"), my_list(office)]
    urls = {url for start in starts for url in links_on(office, start)}
    derived = {url for url in urls if not url.startswith(tuple(starts))}
    assert len(derived) > 5
    office.now += min(left, FRESH) - timedelta(seconds=1)
    assert {office.client.get(url).status_code for url in derived} == {200}
    office.now += timedelta(seconds=1)
    assert {office.client.get(url).status_code for url in derived} == {410}


def test_no_chain_of_links_outlives_its_root(office: Office) -> None:
    """Follows the pages for as long as they open, renewing every link as often as possible."""
    path, last = my_list(office), office.now
    while office.now < office.mail.expires + timedelta(days=5):
        page = office.client.get(path)
        if page.status_code != 200:
            break
        last = office.now
        answer = visits(office, path)[0]
        path = my_week(office, answer)
        office.now += timedelta(hours=5)
    assert last < office.mail.expires
    assert last <= datetime(2026, 7, 8, 9, tzinfo=last.tzinfo)  # and not even its first day


def test_the_story_and_what_was_recorded_lead_no_further_than_their_link(office: Office) -> None:
    office.now = office.mail.expires - timedelta(minutes=5)
    [story, *_] = [url for url in links_on(office, my_list(office)) if "/practice/" in url]
    path = office.answer("P1")
    form = form_of(office.client.get(path).text)
    thanks = office.client.post(path, data={"form": form, "outcome": "could not reach"})
    again = office.client.get(path)
    urls = links_on(office, story)
    for page in (thanks, again):
        urls += [
            office.path(u) for u in dict.fromkeys(re.findall(r'href="([^"]+/l/[^"]+)"', page.text))
        ]
    office.now = office.mail.expires
    assert {office.client.get(url).status_code for url in urls} == {410}


# Thirty answers a day.


def test_the_links_of_a_mail_take_thirty_answers_a_day_and_no_more(office: Office) -> None:
    crowd(office, MOST_ANSWERS + 5)
    paths = visits(office, my_list(office))
    assert len(paths) > MOST_ANSWERS + 5
    codes = answers(office, paths[: MOST_ANSWERS + 2])
    assert codes == [200] * MOST_ANSWERS + [429, 429]
    assert sum(c.state == "open" for c in office.store.checkins.all()) > 0
    assert len(office.tables()["spent_link"]) == MOST_ANSWERS  # what was refused is not used up
    assert len(office.store.touches.all()) == MOST_ANSWERS
    later = datetime(2026, 7, 8, 9, tzinfo=office.now.tzinfo)
    office.now = later - timedelta(hours=1)
    assert answers(office, paths[MOST_ANSWERS : MOST_ANSWERS + 1]) == [200]  # the next day


def test_links_that_pages_make_count_together_however_they_are_reached(office: Office) -> None:
    practices = crowd(office, MOST_ANSWERS + 3)
    by_mail = [office.answer(practice) for practice in practices[:10]]
    assert answers(office, by_mail) == [200] * 10
    once_more = visits(office, my_week(office, by_mail_page(office)))
    assert answers(office, once_more[:25]) == [200] * 20 + [429] * 5
    again = visits(office, my_list(office))
    assert answers(office, again[-1:]) == [429]


def by_mail_page(office: Office) -> str:
    return office.answer("P1")


def test_another_mail_and_another_liaison_count_for_themselves(office: Office) -> None:
    crowd(office, MOST_ANSWERS + 3)
    assert answers(office, visits(office, my_list(office))[:MOST_ANSWERS]) == [200] * MOST_ANSWERS
    bea = office.answer("P9", liaison=BEA)
    assert answers(office, [bea]) == [200]
    newer = MailLinks(office.links, office.mail.expires + timedelta(days=7))
    assert answers(office, visits(office, office.path(newer.my_list(ANN)))[-1:]) == [200]


def test_answers_that_come_at_once_do_not_slip_past_the_limit(store_url: str) -> None:
    store = Store.open(store_url)

    def count(_: int) -> bool:
        store.links.begin_day("f", MONDAY)
        with store.begin() as conn:
            return store.links.count_answer(conn, "f", MONDAY, 10)

    with ThreadPoolExecutor(8) as pool:
        counted = list(pool.map(count, range(25)))
    assert sum(counted) == 10
    for family, day in (("f", date(2026, 7, 7)), ("g", MONDAY)):
        store.links.begin_day(family, day)
    with store.begin() as conn:
        assert store.links.count_answer(conn, "f", date(2026, 7, 7), 10)
        assert store.links.count_answer(conn, "g", MONDAY, 10)
        store.retention.prune(conn, date(2026, 7, 7))
        rows = conn.execute(sa.select(tables.link_use.c.day)).scalars()
        assert list(rows) == [date(2026, 7, 7)]


# Stop this link.


def stop(office: Office, path: str) -> int:
    form = form_of(office.client.get(f"{path}/stop").text)
    return office.client.post(f"{path}/stop", data={"form": form}).status_code


def test_stopping_voids_every_earlier_link_and_mails_a_new_one_to_her_own_address(
    office: Office,
) -> None:
    before = [my_list(office), office.answer("P1"), *links_on(office, my_list(office))]
    assert stop(office, my_list(office)) == 200
    for path in before:
        page = office.client.get(path)
        assert page.status_code == 410
        assert "This link was stopped" in page.text
        assert office.client.post(path).status_code in (405, 410)
    [(recipient, mail)] = office.posted
    assert recipient == ANN
    [fresh] = set(re.findall(r"https://\S+/l/\S+", mail.text))
    assert fresh in mail.html
    page = office.client.get(office.path(fresh))
    assert "Lakeside Family Medicine" in page.text
    assert answers(office, visits(office, office.path(fresh))[:1]) == [200]


def test_the_new_link_can_be_stopped_in_its_turn(office: Office) -> None:
    path = my_list(office)
    for times in range(3):
        assert stop(office, path) == 200
        assert len(office.posted) == times + 1
        assert office.client.get(path).status_code == 410
        path = office.path(re.findall(r"https://\S+/l/\S+", office.posted[-1][1].text)[0])
    assert office.client.get(path).status_code == 200


def test_stopping_asks_first_and_takes_only_its_own_form(office: Office) -> None:
    path = my_list(office)
    before = office.tables()
    page = office.client.get(f"{path}/stop").text
    assert "Stop this link?" in page
    other = form_of(office.client.get(office.answer("P1")).text)
    for form in ("", other, form_of(page)[:-2]):
        assert office.client.post(f"{path}/stop", data={"form": form}).status_code == 400
    assert office.tables() == before
    assert office.posted == []


def test_only_the_first_of_two_who_stop_is_heard(office: Office) -> None:
    path = my_list(office)
    form = form_of(office.client.get(f"{path}/stop").text)
    with ThreadPoolExecutor(2) as pool:
        sent = [
            pool.submit(office.app.test_client().post, f"{path}/stop", data={"form": form})
            for _ in range(2)
        ]
        assert sorted(each.result().status_code for each in sent) == [200, 410]
    assert len(office.posted) == 1


def test_stopping_ends_nobody_elses_links(office: Office) -> None:
    stop(office, my_list(office))
    assert office.client.get(my_list(office, BEA)).status_code == 200
    assert office.client.get(office.sign_in()).status_code == 200


def test_every_page_of_a_liaison_leads_to_where_it_is_stopped(office: Office) -> None:
    for start in (my_list(office), office.answer("P1"), office.answer("P1", "snooze")):
        [way] = [url for url in links_on(office, start) if url.endswith("/stop")]
        assert "Stop this link?" in office.client.get(way).text


def test_a_managers_links_end_when_her_own_list_is_stopped(office: Office) -> None:
    """One address, one generation: who is liaison and manager is stopped as a whole."""
    with office.store.begin() as conn:
        office.store.checkins.save(conn, opened("P7", "Seven", MANAGER))
    link = office.sign_in_link()
    signed_in = office.sign_in()
    assert office.client.get(signed_in).status_code == 200
    assert stop(office, my_list(office, MANAGER)) == 200
    assert office.client.get(signed_in).status_code == 303
    assert office.client.get(link).status_code == 410


def test_mails_made_later_carry_links_of_the_new_generation(office: Office) -> None:
    stop(office, my_list(office))
    mail = MailLinks(office.links, office.mail.expires, office.store.links.generations())
    for url in (mail.my_list("Ann@Example.com"), mail.my_list(BEA)):
        assert office.client.get(office.path(url)).status_code == 200
    key = CheckInKey("P1", ANN, MONDAY)
    assert office.client.get(office.path(mail.answer(key, "visit"))).status_code == 200


def test_generations_only_rise_and_by_one(store_url: str) -> None:
    store = Store.open(store_url)
    now = datetime(2026, 7, 6, 7).astimezone()
    assert store.links.generation("Ann@Example.com") == 0
    assert [store.links.stop("Ann@Example.com", n, now) for n in (0, 0, 1, 1, 3)] == [
        *(True, False, True, False, False)
    ]
    assert store.links.generation("ann@example.com") == 2
    assert store.links.generations() == {"ann@example.com": 2}


# Links of the last release.


def released(office: Office, purpose: str, *claims: object) -> str:
    """A link as the last release signed it: six claims, no generation and no family."""
    links = Links(office.url, KEY)
    token = links._signer(purpose).dumps(list(claims))
    return office.path(links.url(purpose, str(token)))


def test_links_of_the_last_release_work_until_their_end_and_can_be_stopped(office: Office) -> None:
    ends = int(office.mail.expires.timestamp())
    ann, p1 = office.links.reference("reader", ANN), office.links.reference("practice", "P1")
    paths = [
        released(office, "list", ann, "", "", "", ends, ""),
        released(office, "checkin", ann, p1, "2026-07-06", "visit", ends, ""),
    ]
    assert paths == [my_list(office), office.answer("P1")]  # so the same mail has the same links
    office.now = office.mail.expires - timedelta(seconds=1)
    assert [office.client.get(path).status_code for path in paths] == [200, 200]
    stop(office, paths[0])
    assert [office.client.get(path).status_code for path in paths] == [410, 410]


def test_what_is_signed_but_is_no_link_is_refused(office: Office) -> None:
    for claims in ([], [1], [1, 2, 3, 4, 5, 6, 7], list(range(9)), {"a": 1}, "text", None):
        token = office.links._signer("list").dumps(claims)
        page = office.client.get(f"/l/{token}")
        assert page.status_code == 403, json.dumps(claims)


def test_a_family_is_counted_under_a_hash(office: Office) -> None:
    assert answers(office, [office.answer("P1")]) == [200]
    [(family, day, number)] = office.tables()["link_use"]
    assert (len(family), day, number) == (hashlib.sha256().digest_size * 2, date(2026, 7, 7), 1)
    assert ANN not in family
