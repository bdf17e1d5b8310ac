"""What a link's hash means is worked out once, and again only for what is new."""

from __future__ import annotations

from tests.builders.office import ANN, KEY, Office, card, opened

from quietdrop.messages.links import Links
from quietdrop.web.references import References

LINKS = Links("https://desk.example", KEY)


def test_names_are_read_once_and_again_only_for_one_that_is_new() -> None:
    names, looks = ["P1", "P2"], []

    def read() -> list[str]:
        looks.append(1)
        return names

    practices = References(LINKS, "practice", read)
    for _ in range(3):
        assert practices.name(LINKS.reference("practice", "P1")) == "P1"
        assert practices.name(LINKS.reference("practice", "P2")) == "P2"
    assert len(looks) == 1
    names.append("P3")
    assert practices.name(LINKS.reference("practice", "P3")) == "P3"
    assert practices.name(LINKS.reference("practice", "P4")) is None
    assert len(looks) == 3


def test_another_kind_and_another_key_have_other_hashes() -> None:
    readers = References(LINKS, "reader", lambda: [ANN])
    assert readers.name(LINKS.reference("reader", ANN.upper())) == ANN
    assert readers.name(LINKS.reference("practice", ANN)) is None
    other = Links("https://desk.example", KEY[::-1])
    assert readers.name(other.reference("reader", ANN)) is None


def test_a_check_in_that_opens_while_the_pages_are_served_has_its_link(office: Office) -> None:
    assert office.client.get(office.answer("P1")).status_code == 200
    with office.store.begin() as conn:
        office.store.checkins.save(conn, opened("NEW", "New Clinic", ANN))
    page = office.client.get(office.answer("NEW"))
    assert page.status_code == 200
    assert "New Clinic" in page.text


def test_who_has_no_practice_any_more_is_no_reader_any_more(office: Office) -> None:
    path = office.path(office.mail.my_list("cy@example.com"))
    assert office.client.get(path).status_code == 404
    with office.store.begin() as conn:
        office.store.cards.save(conn, [card("P1", "Lakeside", "cy@example.com")])
    assert office.client.get(path).status_code == 200
    with office.store.begin() as conn:
        office.store.cards.save(conn, [card("P1", "Lakeside", ANN)])
    assert office.client.get(path).status_code == 404
