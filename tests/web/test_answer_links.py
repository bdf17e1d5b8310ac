"""Which links open the page of an answer, how often and how long; and which forms it takes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from tests.builders.forms import fill, form_of
from tests.builders.office import ANN, BEA, MONDAY, Office, filled

from quietdrop.config import Settings
from quietdrop.domain.checkin import CheckInKey
from quietdrop.messages.links import Grant, Links
from quietdrop.store import Store


def test_of_many_who_send_one_form_at_once_one_is_recorded(
    settings: Settings, store_url: str
) -> None:
    store = Store.open(store_url)
    filled(store)
    office = Office(store, settings, "https://desk.example")
    path = office.answer("P1")
    data = {"form": form_of(office.client.get(path).text), "outcome": "could not reach"}

    def send(_: int) -> int:
        return int(office.app.test_client().post(path, data=data).status_code)

    with ThreadPoolExecutor(8) as many:
        statuses = sorted(many.map(send, range(8)))
    assert statuses == [200, *[409] * 7]
    assert len(store.touches.all()) == 1


def test_a_closed_check_in_takes_no_other_answer(office: Office) -> None:
    fill(office, office.answer("P1"), outcome="retired")
    kept = office.tables()
    other = office.client.get(office.answer("P1", "known"))
    assert other.status_code == 409
    assert "closed on July 7, retired" in other.text
    assert office.tables() == kept


def test_a_forged_link_is_refused_kindly(office: Office, unchanged: Callable[[], None]) -> None:
    path = office.answer("P1")
    other_key = Links(office.url, "another key of thirty-two letters")
    token = other_key.token(Grant("checkin", ANN, office.now + timedelta(days=1), practice="P1"))
    for forged in (path[:-9] + "AAAAAAAAA", path + "x", f"/c/{token}", "/c/x"):
        for answered in (office.client.get(forged), office.client.post(forged)):
            assert answered.status_code == 403
            assert "This link is not one of ours" in answered.text
    unchanged()


def test_a_link_ends_after_its_days(office: Office, unchanged: Callable[[], None]) -> None:
    path = office.answer("P1")
    office.now = office.mail.expires - timedelta(seconds=1)
    assert office.client.get(path).status_code == 200
    office.now = office.mail.expires
    ended = office.client.get(path)
    assert ended.status_code == 410
    assert "Your newest digest has new ones." in ended.text
    unchanged()


def test_a_link_of_another_liaison_opens_nothing(
    office: Office, unchanged: Callable[[], None]
) -> None:
    foreign = office.client.get(office.answer("P9", liaison=ANN))
    assert foreign.status_code == 403
    assert "This practice is not on your list" in foreign.text
    assert "Willow" not in foreign.text
    unchanged()


def test_a_link_about_what_is_not_known_any_more_says_so(office: Office) -> None:
    for gone in (CheckInKey("P4", ANN, MONDAY), CheckInKey("P1", ANN, MONDAY - timedelta(days=7))):
        answered = office.client.get(office.path(office.mail.answer(gone, "visit")))
        assert answered.status_code == 404
        assert "This is no longer here" in answered.text


def test_a_form_is_only_taken_from_the_links_own_page_and_while_it_is_fresh(
    office: Office, unchanged: Callable[[], None]
) -> None:
    path, other = office.answer("P1"), office.answer("P9", liaison=BEA)
    strange = form_of(office.client.get(other).text)
    for form in ("", "x", strange):
        answered = office.client.post(path, data={"form": form, "outcome": "access"})
        assert answered.status_code == 400
        assert "Nothing was recorded." in answered.text
    fresh = form_of(office.client.get(path).text)
    office.now += timedelta(hours=12)
    late = office.client.post(path, data={"form": fresh, "outcome": "access"})
    assert late.status_code == 400
    unchanged()


def test_a_form_that_is_too_large_is_refused(office: Office, unchanged: Callable[[], None]) -> None:
    sent = office.client.post(office.answer("P1"), data={"note": "x" * 40_000})
    assert sent.status_code == 413
    assert "too long for us" in sent.text
    unchanged()
