"""Signing in on this machine, as `quietdrop open` does: once, without mail, at its own host."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.builders.office import Office, form_of
from tests.builders.signing_in import actions, another_browser, enter, signed_out

from quietdrop.domain.audit import AuditAction
from quietdrop.web.local_sign_in import LocalSignIn, open_url
from quietdrop.web.sessions import COOKIE

TOKEN = "a token that was made for this start"
HOST = "127.0.0.1:8470"


@pytest.fixture
def opened(office: Office) -> Office:
    local = Office(office.store, office.settings, f"http://{HOST}")
    way_in = LocalSignIn("mo", TOKEN, [HOST, "localhost:8470"])
    local.serve(replace(local.desk, local=way_in))
    local.app.config["SERVER_NAME"] = HOST
    return local


def test_the_user_of_the_machine_signs_in_once_without_mail(opened: Office) -> None:
    link = opened.path(open_url(opened.url, TOKEN))
    form = form_of(opened.client.get(link).text)
    entered = opened.client.post(link, data={"form": form})
    assert entered.location == f"http://{HOST}/desk"
    assert "Secure" not in entered.headers["Set-Cookie"]
    assert opened.client.get("/desk").status_code == 200
    assert actions(opened) == [("local: mo", AuditAction.SIGNED_IN, "local")]
    assert opened.client.get(link).location == f"http://{HOST}/desk"
    another_browser(opened)
    assert opened.client.get(link).status_code == 410
    assert opened.client.post(link, data={"form": form}).status_code == 410


def test_opening_the_local_address_uses_nothing_up(opened: Office) -> None:
    link = opened.path(open_url(opened.url, TOKEN))
    for _ in range(3):
        assert opened.client.get(link).status_code == 200
    assert enter(opened, link).status_code == 303


def test_a_guessed_token_opens_nothing_and_uses_nothing_up(opened: Office) -> None:
    for guess in ("x", TOKEN[:-1], "é", TOKEN + "x"):
        assert opened.client.get(f"/open/{guess}").status_code == 410
    assert enter(opened, f"/open/{TOKEN}").status_code == 303


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8470", "127.0.0.1", "localhost"])
def test_only_its_own_host_is_answered(opened: Office, host: str) -> None:
    for path in ("/", "/desk", f"/open/{TOKEN}", "/healthz", "/style.css"):
        assert opened.client.get(path, headers={"Host": host}).status_code == 403
    assert opened.client.get("/", headers={"Host": "localhost:8470"}).status_code == 200


def test_a_local_session_is_none_where_mail_signs_in(opened: Office, office: Office) -> None:
    enter(opened, f"/open/{TOKEN}")
    cookie = opened.client.get_cookie(COOKIE, domain="127.0.0.1")
    assert cookie is not None
    office.client.set_cookie(COOKIE, cookie.value, path="/qd")
    assert signed_out(office)
    assert office.client.get(f"/open/{TOKEN}").status_code == 404
