"""Signing in at a provider: who it vouches for is in, and nobody else."""

from __future__ import annotations

import os
import shutil
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit

import pytest
from benchmarks.ports import free_port
from joserfc import jwk
from playwright.sync_api import sync_playwright
from tests.builders.forms import form_of
from tests.builders.office import ANN, Office
from tests.builders.openid_provider import CLIENT, SECRET, OpenIdProvider, openid_provider
from werkzeug.test import TestResponse

from quietdrop.web import serving
from quietdrop.web.oidc_provider import Provider


@pytest.fixture
def provider(office: Office) -> Iterator[OpenIdProvider]:
    with openid_provider(int(office.now.timestamp())) as serving:
        back = f"{office.url}/oidc/back"
        office.serve(replace(office.desk, oidc=Provider(serving.issuer, CLIENT, SECRET, back)))
        yield serving


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def came_back(office: Office, rest: str = "") -> str:
    """The path that the provider sends the browser to."""
    gone = office.client.get(f"/oidc{rest}")
    assert gone.status_code == 303
    try:
        urllib.request.build_opener(_Stay).open(gone.headers["Location"])
    except HTTPError as answer:
        with answer:
            return office.path(str(answer.headers["Location"]))
    raise AssertionError


def pressed(office: Office, path: str) -> TestResponse:
    """What the button of the page that people come back to leads to."""
    page = office.client.get(path)
    assert page.status_code == 200, page.text
    query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    return office.client.post("/oidc/back", data=query | {"form": form_of(page.text)})


@pytest.mark.usefixtures("provider")
def test_a_manager_is_signed_in_and_led_to_the_page_she_asked_for(office: Office) -> None:
    assert "Sign in with your organization" in office.client.get("/m").text
    entered = pressed(office, came_back(office, "?next=%2Fdesk%2Fbook"))
    assert (entered.status_code, entered.headers["Location"]) == (303, f"{office.url}/desk/book")
    assert office.client.get("/desk/book").status_code == 200
    assert [row[2] for row in office.tables()["session"]] == ["openid"]


def test_an_operator_is_signed_in_and_sees_the_service_alone(
    office: Office, provider: OpenIdProvider
) -> None:
    provider.claims = {"email": "Ops@example.com"}
    refused(office, pressed(office, came_back(office)))
    web = office.settings.web.model_copy(update={"operators": ("ops@example.com",)})
    office.settings = office.settings.model_copy(update={"web": web})
    entered = pressed(office, came_back(office))
    assert (entered.status_code, entered.headers["Location"]) == (303, f"{office.url}/desk")
    assert office.client.get("/desk/service").status_code == 200
    assert office.client.get("/desk/book").status_code == 403


@pytest.mark.usefixtures("provider")
def test_going_there_and_coming_back_changes_nothing(office: Office) -> None:
    before = office.tables()
    path = came_back(office)
    assert office.client.get(path).status_code == 200
    assert office.tables() == before


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another"},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"iss": "https://elsewhere.example"},
        {"nonce": "another"},
        {"exp": 1},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"email": ANN},
        {"email": ["mo@example.com"]},
        {"email": None},
    ],
    ids=str,
)
def test_a_token_that_does_not_vouch_for_a_manager_here_signs_nobody_in(
    office: Office, provider: OpenIdProvider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    refused(office, pressed(office, came_back(office)))


def test_a_token_signed_with_another_key_signs_nobody_in(
    office: Office, provider: OpenIdProvider
) -> None:
    provider.signing = jwk.RSAKey.generate_key(2048)
    refused(office, pressed(office, came_back(office)))


def refused(office: Office, answer: TestResponse, status: int = 403) -> None:
    assert answer.status_code == status
    assert "patient Doe" not in answer.text
    assert office.tables()["session"] == []


@pytest.mark.usefixtures("provider")
def test_a_state_works_once(office: Office) -> None:
    path = came_back(office)
    page = office.client.get(path)
    cookie = office.client.get_cookie("quietdrop_openid", path="/qd/oidc")
    query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    sent = query | {"form": form_of(page.text)}
    assert office.client.post("/oidc/back", data=sent).status_code == 303
    assert cookie is not None
    office.client.set_cookie("quietdrop_openid", cookie.value, path="/qd/oidc")
    assert office.client.post("/oidc/back", data=sent).status_code == 410


@pytest.mark.usefixtures("provider")
def test_an_answer_to_another_browser_is_refused(office: Office) -> None:
    path = came_back(office)
    office.client = office.app.test_client()
    refused(office, office.client.get(path))
    came_back(office)  # a browser that has begun an attempt of its own
    refused(office, office.client.get(path))


@pytest.mark.usefixtures("provider")
def test_a_code_of_another_attempt_is_refused(office: Office) -> None:
    theirs = parse_qs(urlsplit(came_back(office)).query)["code"][0]
    path = came_back(office)
    ours = parse_qs(urlsplit(path).query)["code"][0]
    refused(office, pressed(office, path.replace(ours, theirs)))


@pytest.mark.usefixtures("provider")
def test_who_declines_is_told_how_to_go_on(office: Office) -> None:
    state = parse_qs(urlsplit(came_back(office)).query)["state"][0]
    refused(office, office.client.get(f"/oidc/back?error=access_denied&state={state}"))


def test_where_the_provider_is_down_the_page_says_so_and_mails_a_link(
    office: Office, provider: OpenIdProvider
) -> None:
    path = came_back(office)
    page = office.client.get(path)
    query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    provider.is_away = True
    there = office.client.get("/oidc")
    assert there.status_code == 503
    assert "is not answering right now" in there.text
    assert "Send me a link" in there.text
    sent = office.client.post("/oidc/back", data=query | {"form": form_of(page.text)})
    assert sent.status_code == 503
    assert "Send me a link" in sent.text
    assert office.tables()["session"] == []


def test_without_a_provider_there_is_no_button_and_no_page(office: Office) -> None:
    assert "Sign in with your organization" not in office.client.get("/m").text
    assert office.client.get("/oidc").status_code == 404


def test_in_a_browser_she_goes_there_comes_back_and_presses_one_button(office: Office) -> None:
    chromium = shutil.which("chromium")
    if chromium is None and not os.environ.get("CI"):
        pytest.skip("no chromium on the path; `make browser` installs it")
    port = free_port()
    moved = Office(office.store, office.settings, f"http://127.0.0.1:{port}")
    with openid_provider(int(office.now.timestamp())) as there, sync_playwright() as playwright:
        back = f"{moved.url}/oidc/back"
        moved.serve(replace(moved.desk, oidc=Provider(there.issuer, CLIENT, SECRET, back)))
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        with serving(moved.app, f"127.0.0.1:{port}"):
            page = browser.new_page()
            page.goto(f"{moved.url}/desk/audit")
            page.get_by_role("link", name="Sign in with your organization").click()
            page.get_by_role("button", name="Continue").click()
            page.wait_for_url(f"{moved.url}/desk/audit")
            assert "mo@example.com" in page.content()
            browser.close()
