"""Signing in begins a session: one cookie, a token in every form, and an end."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.builders.office import ANN, KEY, MANAGER, Office, form_of
from tests.builders.signing_in import actions, another_browser, enter, signed_out

from quietdrop.config import Settings
from quietdrop.domain.audit import AuditAction
from quietdrop.messages.links import Links
from quietdrop.web.context import mark_of
from quietdrop.web.return_path import return_path
from quietdrop.web.sessions import COOKIE

OPERATOR = "ops@example.com"
HOST = "127.0.0.1:8470"


# Beginning.


def test_the_button_signs_in_and_leads_to_the_desk(office: Office) -> None:
    entered = enter(office, office.sign_in_link())
    assert (entered.status_code, entered.location) == (303, "https://desk.example/qd/desk")
    assert MANAGER in office.client.get("/desk").text
    assert actions(office) == [(MANAGER, AuditAction.SIGNED_IN, "mail")]


def test_the_cookie_is_for_the_pages_alone(office: Office) -> None:
    [cookie] = enter(office, office.sign_in_link()).headers.getlist("Set-Cookie")
    name, *attributes = cookie.split("; ")
    assert re.fullmatch(rf"{COOKIE}=[\w-]{{43}}", name)
    assert {"HttpOnly", "SameSite=Lax", "Secure", "Path=/qd", "Max-Age=43200"} <= set(attributes)
    assert not any(attribute.startswith("Domain") for attribute in attributes)


@pytest.mark.parametrize(
    ("url", "is_secure"),
    [("https://desk.example", True), ("https://127.0.0.1", True), (f"http://{HOST}", False)],
)
def test_the_cookie_goes_without_tls_on_this_machine_alone(
    office: Office, url: str, is_secure: bool
) -> None:
    moved = Office(office.store, office.settings, url)
    [cookie] = enter(moved, moved.sign_in_link()).headers.getlist("Set-Cookie")
    assert ("; Secure" in cookie) is is_secure


def test_without_tls_nobody_signs_in(office: Office) -> None:
    moved = Office(office.store, office.settings, "http://desk.example")
    for path in ("/m", moved.sign_in_link()):
        page = moved.client.get(path)
        assert page.status_code == 403
        assert "needs a secure connection" in page.text


def test_the_store_keeps_no_cookie_that_opens_anything(office: Office) -> None:
    office.sign_in()
    cookie = office.client.get_cookie(COOKIE, path="/qd")
    assert cookie is not None
    assert cookie.value not in str(office.tables())
    [(mark, who, *_)] = office.tables()["session"]
    assert who == MANAGER
    another_browser(office)
    office.client.set_cookie(COOKIE, mark, path="/qd")
    assert signed_out(office)


def test_opening_the_link_signs_nobody_in(office: Office) -> None:
    before = office.tables()
    for _ in range(3):
        page = office.client.get(office.sign_in_link())
        assert "Set-Cookie" not in page.headers
        assert office.client.head(office.sign_in_link()).status_code == 200
    assert office.tables() == before


def test_a_link_signs_in_once(office: Office) -> None:
    link = office.sign_in_link()
    form = form_of(office.client.get(link).text)
    enter(office, link)
    another_browser(office)
    assert office.client.get(link).status_code == 410
    assert office.client.post(link, data={"form": form}).status_code == 410
    assert signed_out(office)


def test_whoever_is_signed_in_goes_on_through_a_used_link(office: Office) -> None:
    link = office.sign_in_link()
    enter(office, link)
    assert office.client.get(link).location == "https://desk.example/qd/desk"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_signs_nobody_in(office: Office, site: str) -> None:
    link = office.sign_in_link()
    form = form_of(office.client.get(link).text)
    sent = office.client.post(link, data={"form": form}, headers={"Sec-Fetch-Site": site})
    assert (sent.status_code, "Set-Cookie" in sent.headers) == (400, False)


def test_signing_in_again_ends_the_session_before(office: Office) -> None:
    office.sign_in()
    old = office.client.get_cookie(COOKIE, path="/qd")
    assert old is not None
    link = office.sign_in_link()
    form = office.desk.form(mark_of(link.rsplit("/", 1)[-1]), timedelta(hours=1))
    assert office.client.post(link, data={"form": form}).status_code == 303
    assert len(office.tables()["session"]) == 1
    another_browser(office)
    office.client.set_cookie(COOKIE, old.value, path="/qd")
    assert signed_out(office)


# The page that was asked for.


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/desk/quarter", "/desk/quarter"),
        ("/desk/book?q=lake%20side&page=2", "/desk/book?q=lake%20side&page=2"),
        ("//evil.example", "/desk"),
        ("https://evil.example/desk", "/desk"),
        ("/desk//evil.example", "/desk"),
        ("/desk/../h/x", "/desk/../h/x"),
        ("/desk?x=%0d%0aSet-Cookie:a", "/desk"),
        ("/desk\n", "/desk"),
        ("/l/token", "/desk"),
        ("/desk/" + "x" * 500, "/desk"),
    ],
)
def test_signing_in_leads_back_within_the_desk(asked: str, leads_to: str) -> None:
    assert return_path(asked) == leads_to


def test_a_page_that_is_shared_is_reached_through_signing_in(office: Office) -> None:
    asked = office.client.get("/desk/quarter?part=lines").location or ""
    assert asked == "https://desk.example/qd/m?next=%2Fdesk%2Fquarter%3Fpart%3Dlines"
    page = office.client.get(office.path(asked)).text
    fields = {"form": form_of(page), "email": MANAGER}
    [fields["next"]] = re.findall(r'name="next" value="([^"]+)"', page)
    office.client.post("/m", data=fields)
    [(_, mail)] = office.posted
    [link] = re.findall(r"https://\S+/m/\S+", mail.text)
    opened = office.client.get(office.path(link)).text
    [fields["next"]] = re.findall(r'name="next" value="([^"]+)"', opened)
    fields["form"] = form_of(opened)
    entered = office.client.post(office.path(link), data=fields)
    assert entered.location == "https://desk.example/qd/desk/quarter?part=lines"


def test_a_link_of_the_last_release_leads_to_its_page(office: Office) -> None:
    moved = office.client.get(f"{office.sign_in_link()}/quarter").location or ""
    assert moved.endswith("?next=%2Fdesk%2Fquarter")
    assert "Sign in on this device?" in office.client.get(office.path(moved)).text


# Ending.


def test_a_session_ends_after_its_hours(office: Office) -> None:
    office.sign_in()
    office.now += timedelta(hours=12) - timedelta(seconds=1)
    assert not signed_out(office)
    office.now += timedelta(seconds=1)
    assert signed_out(office)
    another_browser(office)
    office.sign_in()
    assert len(office.tables()["session"]) == 1, "what has ended is deleted"


def test_using_the_pages_makes_no_session_longer(office: Office) -> None:
    office.sign_in()
    before = office.tables()
    office.now += timedelta(hours=6)
    for path in ("/desk", "/desk/back", "/desk/quarter", "/desk/service"):
        assert office.client.get(path).status_code == 200
    assert office.tables() == before


def test_signing_out_ends_it_everywhere(office: Office) -> None:
    office.sign_in()
    kept = office.client.get_cookie(COOKIE, path="/qd")
    assert kept is not None
    form = form_of(office.client.get("/desk").text)
    out = office.client.post("/out", data={"form": form})
    assert out.location == "https://desk.example/qd/"
    assert office.client.get_cookie(COOKIE, path="/qd") is None
    office.client.set_cookie(COOKIE, kept.value, path="/qd")
    assert signed_out(office)
    assert [action for _, action, _ in actions(office)] == ["signed in", "signed out"]


def test_no_other_form_signs_out(office: Office) -> None:
    office.sign_in()
    for form in ("", "x", "é", form_of(office.client.get(office.answer("P1")).text)):
        assert office.client.post("/out", data={"form": form}).status_code == 400
    form = form_of(office.client.get("/desk").text)
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert office.client.post("/out", data={"form": form}, headers=headers).status_code == 400
    assert not signed_out(office)


def test_a_form_of_one_session_is_none_of_another(office: Office) -> None:
    office.sign_in()
    form = form_of(office.client.get("/desk").text)
    another_browser(office)
    office.sign_in()
    assert office.client.post("/out", data={"form": form}).status_code == 400


def test_who_is_no_manager_any_more_is_out_at_once(office: Office) -> None:
    office.sign_in()
    digest = office.settings.digest.model_copy(update={"managers": ("new@example.com",)})
    office.settings = office.settings.model_copy(update={"digest": digest})
    assert signed_out(office)


def test_another_key_ends_every_session(office: Office) -> None:
    office.sign_in()
    kept = office.client.get_cookie(COOKIE, path="/qd")
    assert kept is not None
    office.serve(replace(office.desk, links=Links(office.url, KEY[::-1])))
    office.client.set_cookie(COOKIE, kept.value, path="/qd")
    assert signed_out(office)


def test_mails_stay_free_of_cookies(office: Office) -> None:
    """A link of a mail works the same with and without a session, and sets nothing."""
    paths = [office.answer("P1"), office.path(office.mail.my_list(ANN))]
    before = [re.sub(r"/c/[^\"]+|value=\"[^\"]+", "", office.client.get(p).text) for p in paths]
    office.sign_in()
    after = [office.client.get(path) for path in paths]
    assert [re.sub(r"/c/[^\"]+|value=\"[^\"]+", "", p.text) for p in after] == before
    assert not any("Set-Cookie" in page.headers for page in after)


# Roles.


@pytest.fixture
def operated(office: Office, settings: Settings) -> Office:
    web = settings.web.model_copy(update={"operators": (OPERATOR,)})
    office.settings = settings.model_copy(update={"web": web})
    return office


def test_an_operator_sees_how_the_service_is_and_no_practice(operated: Office) -> None:
    enter(operated, operated.sign_in_link(OPERATOR))
    assert operated.client.get("/desk").location == "https://desk.example/qd/desk/service"
    page = operated.client.get("/desk/service")
    assert "No run yet" in page.text
    reference = operated.links.reference("practice", "P1")
    for path in ("/desk/back", "/desk/quarter", f"/desk/practice/{reference}"):
        refused = operated.client.get(path)
        assert (refused.status_code, "Lakeside" in refused.text) == (403, False)


def test_an_operator_is_mailed_a_link_as_managers_are(operated: Office) -> None:
    form = form_of(operated.client.get("/m").text)
    operated.client.post("/m", data={"form": form, "email": OPERATOR.upper()})
    assert [recipient for recipient, _ in operated.posted] == [OPERATOR]


def test_a_liaison_signs_in_to_nothing(office: Office) -> None:
    assert office.client.get(office.sign_in_link(ANN)).status_code == 404
