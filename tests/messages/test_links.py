"""What a link is good for, and what it is not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietdrop.domain.checkin import CheckInKey
from quietdrop.domain.errors import ConfigError, LinkRefused
from quietdrop.messages.links import Claim, Grant, Links, MailLinks, links_from

KEY = "k" * 32
NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)
UNTIL = NOW + timedelta(days=21)
LINKS = Links("https://desk.example/quietdrop/", KEY)
ASKED = CheckInKey("Lakeside Family Medicine", "Ann@Example.com", date(2026, 7, 6))


def made(purpose: str = "checkin", links: Links = LINKS) -> str:
    return links.token(
        Grant(
            purpose,
            ASKED.liaison,
            UNTIL,
            practice=ASKED.practice_id,
            day=ASKED.opened_on,
            action="visit",
        )
    )


def refusal(purpose: str, token: str, now: datetime = NOW, links: Links = LINKS) -> str:
    with pytest.raises(LinkRefused) as refused:
        links.read(purpose, token, now)
    return refused.value.why


def test_a_link_says_for_whom_about_what_and_to_do_what() -> None:
    claim = LINKS.read("checkin", made(), NOW)
    assert (claim.day, claim.action) == (ASKED.opened_on, "visit")
    assert LINKS.is_of(claim, reader="ann@example.com", practice=ASKED.practice_id)
    assert not LINKS.is_of(claim, reader="bea@example.com")
    assert not LINKS.is_of(claim, practice="another practice")


def test_a_link_ends_at_its_moment_and_not_before() -> None:
    assert LINKS.read("checkin", made(), UNTIL - timedelta(seconds=1)).action == "visit"
    assert refusal("checkin", made(), UNTIL) == "expired"


def test_a_link_is_good_for_its_purpose_alone() -> None:
    for purpose in ("list", "practice", "manager", "held", "form"):
        assert refusal(purpose, made()) == "forged"


def test_another_key_makes_every_link_void() -> None:
    other = Links("https://desk.example", "x" * 32)
    assert refusal("checkin", made(), links=other) == "forged"
    assert other.reference("reader", "ann@example.com") != LINKS.reference(
        "reader", "ann@example.com"
    )


@given(place=st.integers(min_value=0), letter=st.sampled_from("aZ0-_."))
def test_a_link_with_another_letter_is_forged(place: int, letter: str) -> None:
    token = made()
    place %= len(token) - 1  # the last letter of a signature holds bits that mean nothing
    changed = token[:place] + letter + token[place + 1 :]
    if changed != token:
        assert refusal("checkin", changed) == "forged"


@pytest.mark.parametrize("token", ["", ".", "a.b", "W10.x", "\u00e9", "x" * 10_000])
def test_what_is_no_link_is_forged(token: str) -> None:
    assert refusal("checkin", token) == "forged"


def test_a_link_names_nobody() -> None:
    mail = MailLinks(LINKS, UNTIL)
    for url in (mail.answer(ASKED, "visit"), mail.my_list(ASKED.liaison)):
        assert url.startswith("https://desk.example/quietdrop/")
        for name in ("ann", "example.com", "Lakeside"):
            assert name not in url.removeprefix("https://desk.example")
        signed = url.rsplit("/", 1)[-1]
        purpose = "checkin" if "/c/" in url else "list"
        assert isinstance(LINKS.read(purpose, signed, NOW), Claim)


def test_the_same_mail_has_the_same_links() -> None:
    assert MailLinks(LINKS, UNTIL).answer(ASKED, "visit") == MailLinks(LINKS, UNTIL).answer(
        ASKED, "visit"
    )


def test_there_are_links_only_where_they_can_lead_somewhere() -> None:
    assert links_from("https://desk.example", {"QUIETDROP_LINK_KEY": KEY}) is not None
    assert links_from(None, {"QUIETDROP_LINK_KEY": KEY}) is None
    assert links_from("https://desk.example", {}) is None
    with pytest.raises(ConfigError, match="QUIETDROP_LINK_KEY is too short") as error:
        links_from("https://desk.example", {"QUIETDROP_LINK_KEY": KEY[1:]})
    assert KEY[1:] not in str(error.value)
