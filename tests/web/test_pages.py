"""Lists, stories, coverage, asking to sign in; what every page has in common."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.builders.contacts import add_snooze, add_touch
from tests.builders.held_runs import held
from tests.builders.office import ANN, BEA, MANAGER, MONDAY, Office

from quietdrop.domain.checkin import CheckIn, Kind, Snooze, State, Touch
from quietdrop.messages.links import Grant


def links(page: str) -> list[str]:
    return re.findall(r'href="(https://desk.example/qd[^"]*)"', page)


def list_of(office: Office, liaison: str = ANN) -> str:
    return office.path(office.mail.my_list(liaison))


def all_pages(office: Office) -> list[str]:
    """Every page that can be reached, by following every link."""
    held(office)
    todo = [
        "/",
        office.answer("P1"),
        office.answer("P1", "snooze"),
        list_of(office),
        office.sign_in(),
        office.path(office.mail.release(MANAGER, MONDAY)),
    ]
    seen: list[str] = []
    while todo:
        path = todo.pop(0)
        if path not in seen and len(seen) < 80:
            seen.append(path)
            page = office.client.get(path)
            assert page.status_code in (200, 303), path
            if path.count("/practice/") == 0 and "/c/" not in path:
                todo += [office.path(link) for link in links(page.text)]
    return seen


OUR_SCRIPT = '<script src="https://desk.example/qd/desk.js" defer></script>'


def test_every_page_is_strict_and_has_one_script_of_ours_and_no_cookie(office: Office) -> None:
    for path in [*all_pages(office), "/c/x", "/nowhere"]:
        page = office.client.get(path)
        policy = page.headers["Content-Security-Policy"].split("; ")
        assert policy[:3] == ["default-src 'none'", "style-src 'self'", "script-src 'self'"]
        assert "unsafe" not in page.headers["Content-Security-Policy"]
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Frame-Options"] == "DENY"
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in page.headers
        scripts = re.findall(r"<script.*?</script>", page.text)
        assert scripts == [OUR_SCRIPT] * (page.mimetype == "text/html" and page.status_code != 303)
        assert not re.search(r"\son\w+=", page.text), "a handler in an element"
        assert ' style="' not in page.text
        assert "javascript:" not in page.text


def test_no_get_and_no_head_changes_anything(office: Office) -> None:
    paths = all_pages(office)
    before = office.tables()
    for path in paths:
        for _ in range(2):
            assert office.client.get(path).status_code in (200, 303)
            assert office.client.head(path).status_code in (200, 303)
    assert office.tables() == before
    assert office.released == []
    assert office.posted == []


def test_the_list_shows_what_is_open_and_every_practice_of_hers_alone(office: Office) -> None:
    page = office.client.get(list_of(office)).text
    assert '<a href="#see">2 to see</a>' in page
    assert page.index("&lt;script&gt;") < page.index("Lakeside"), "the complaint comes first"
    hers = office.client.get(f"{list_of(office)}/practices").text
    assert "Harbor Clinic" in hers
    assert "Willow" not in page + hers
    add_touch(office.store, Touch(MONDAY, "P2", ANN, "visit"))
    for practice_id in ("P1", "P2"):  # a complaint is hidden by nothing
        add_snooze(office.store, Snooze(practice_id, MONDAY, MONDAY + timedelta(days=9)))
    page = office.client.get(list_of(office)).text
    assert "to see</a>" not in page
    assert "Nobody to see this week" in page
    assert 'Seen, and not back yet <span class="faint">1</span>' in page
    assert 'Hidden for now <span class="faint">1</span>' in page
    assert "until July 15" in page


def test_a_story_tells_cadence_people_kinds_check_ins_and_touches(office: Office) -> None:
    add_touch(office.store, Touch(MONDAY, "P1", ANN, "visit", "Dana", "could not reach"), "Hush")
    list_page = office.client.get(list_of(office)).text
    [path] = re.findall(r'href="[^"]+/qd([^"]+)">Lakeside Family Medicine</a>', list_page)
    page = office.client.get(path).text
    for words in ("Dr. Alvarez", "Spine", "Listed", f"Visit, {ANN} with Dana: could not reach"):
        assert words in page
    assert "Hush" not in page
    assert "Say what you learned" in page


def test_what_the_source_tells_of_touches_counts_as_well(office: Office) -> None:
    visit = Touch(MONDAY, "P1", ANN, "visit", "Dana", "vacation", snooze_until=date(2026, 7, 20))
    cards = [
        replace(card, touches=(visit,)) if card.practice_id == "P1" else card
        for card in office.store.cards.all()
    ]
    with office.store.begin() as conn:
        office.store.cards.save(conn, cards)
    assert office.store.cards.get("P1") == cards[[c.practice_id for c in cards].index("P1")]
    assert "visit July 6, Dana: vacation" in office.client.get(office.answer("P1")).text
    assert "until July 20" in office.client.get(list_of(office)).text
    rows = office.client.get(f"{office.sign_in()}/coverage").text
    assert re.findall(r'<td class="number">(\d)</td>', rows)[:4] == ["2", "1", "1", "0"]


def test_a_liaisons_link_reaches_no_practice_of_another(
    office: Office, unchanged: Callable[[], None]
) -> None:
    willow = office.links.reference("practice", "P9")
    foreign = office.client.get(f"{list_of(office)}/practice/{willow}")
    assert foreign.status_code == 403
    assert "Willow" not in foreign.text
    assert office.client.get(f"{list_of(office, BEA)}/practice/{willow}").status_code == 200
    assert office.client.get(f"{list_of(office)}/practice/x").status_code == 404
    token = list_of(office).removeprefix("/l/")
    for path in (f"/m/{token}", f"/h/{token}", f"/c/{token}"):
        assert office.client.get(path).status_code == 403
    assert office.client.get(f"/desk/practice/{willow}").status_code == 303
    stranger = office.path(office.mail.my_list("nobody@example.com"))
    assert office.client.get(stranger).status_code == 404
    unchanged()


def test_coverage_says_what_is_open_seen_hidden_and_aging(office: Office) -> None:
    [lakeside] = [c for c in office.store.checkins.open() if c.practice_id == "P1"]
    with office.store.begin() as conn:
        office.store.checkins.save(conn, replace(lakeside, reminded_on=MONDAY + timedelta(days=7)))
    add_touch(office.store, Touch(MONDAY, "P9", BEA, "call", "", "not mine"))
    office.now += timedelta(days=12)
    assert "Aging (" not in office.client.get(f"{office.sign_in()}/coverage").text, (
        "the last mail reminded her"
    )
    office.now += timedelta(days=2)
    page = office.client.get(f"{office.sign_in()}/coverage").text
    rows = [re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row) for row in page.split("<tr>")]
    assert [ANN, "2", "0", "0", "1"] in rows
    assert [BEA, "1", "1", "0", "0"] in rows
    assert "Aging (1)" in page
    assert "open since July 6" in page
    assert "Needs a home (1)" in page
    assert "drifting 4" in page


def test_a_manager_sees_every_practice_but_answers_for_nobody(office: Office) -> None:
    willow = office.links.reference("practice", "P9")
    here = office.sign_in()
    moved = office.client.get(f"{here}/practice/{willow}")
    page = office.client.get(office.path(moved.location or ""))
    assert office.client.get(f"{here}/practice?id=P77").status_code == 404
    assert page.status_code == 200
    assert "Willow Clinic" in page.text
    assert "Say what you learned" not in page.text
    north = office.links.reference("territory", "North")
    territory = office.client.get(f"{office.sign_in()}/territory/{north}").text
    assert territory.count('<th scope="row">') == 4


def test_what_came_back_is_told_with_a_word_of_caution(office: Office) -> None:
    assert "None so far" in office.client.get(f"{office.sign_in()}/back").text
    [lakeside] = [c for c in office.store.checkins.open() if c.practice_id == "P1"]
    with office.store.begin() as conn:
        office.store.checkins.save(
            conn, replace(lakeside, state=State.RECOVERED, resolved_on=MONDAY)
        )
    page = office.client.get(f"{office.sign_in()}/back").text
    assert "Lakeside" in page
    assert "would have come back by themselves" in page
    office.now = datetime(2027, 7, 6, 9, tzinfo=UTC)
    assert "Lakeside" in office.client.get(f"{office.sign_in()}/back").text
    office.now += timedelta(days=1)
    assert "None so far" in office.client.get(f"{office.sign_in()}/back").text


def test_a_practice_that_no_run_has_seen_can_still_be_answered_for(office: Office) -> None:
    unseen = CheckIn("P7", "Brand New Clinic", ANN, Kind.COMPLAINT, MONDAY)
    with office.store.begin() as conn:
        office.store.checkins.save(conn, unseen)
    for path in (office.answer("P7"), list_of(office), office.sign_in()):
        page = office.client.get(path)
        assert page.status_code == 200
        assert ("Brand New Clinic" in page.text) is (path != office.sign_in())


def ask(office: Office, email: str) -> str:
    form = re.findall(r'name="form" value="([^"]+)"', office.client.get("/m").text)[0]
    sent = office.client.post("/m", data={"form": form, "email": email})
    assert sent.status_code == 200
    return sent.text


def test_a_link_to_sign_in_goes_to_managers_alone_and_nobody_is_told_who_is_one(
    office: Office,
) -> None:
    pages = {ask(office, email) for email in (ANN, "nobody@example.com", " MO@example.com ")}
    assert len({re.sub(r'value="[^"]+"', "", page) for page in pages}) == 1
    [(recipient, mail)] = office.posted
    assert recipient == MANAGER
    [url] = set(links(mail.html))
    assert url in mail.text
    assert office.client.get(office.path(url)).status_code == 200
    office.now += timedelta(hours=12)
    assert office.client.get(office.path(url)).status_code == 410


@pytest.mark.parametrize(("seconds", "mails"), [(299, 1), (300, 2)])
def test_one_address_gets_a_link_every_five_minutes_at_most(
    office: Office, seconds: int, mails: int
) -> None:
    ask(office, MANAGER)
    office.now += timedelta(seconds=seconds)
    ask(office, MANAGER)
    assert len(office.posted) == mails


def test_who_is_no_manager_any_more_sees_nothing(office: Office) -> None:
    token = office.links.token(Grant("manager", "old@example.com", office.now + timedelta(hours=1)))
    assert office.client.get(f"/m/{token}").status_code == 404


def test_what_is_not_there_or_not_allowed_is_told_kindly(office: Office) -> None:
    for path, status in (("/nowhere", 404), ("/m", 405), ("/c/", 404)):
        answered = office.client.open(path, method="DELETE" if status == 405 else "GET")
        assert answered.status_code == status
        assert "Nothing was changed." in answered.text


def test_health_is_told(office: Office) -> None:
    assert office.client.get("/healthz").status_code == 200


def test_every_picture_has_its_numbers_beside_it(office: Office) -> None:
    page = office.client.get(office.answer("P1")).text
    assert page.count('<rect class="week') == 52
    assert page.count('<rect class="week since"') == 8
    [table] = re.findall(r"<caption>Referrals a week</caption>.*?</table>", page, re.DOTALL)
    came = [int(n) for n in re.findall(r'<td class="number">(\d+)</td>', table)]
    assert came == [0, 1] * 4 + [3] * 44
    assert '<th scope="row">June 29</th>' in table
