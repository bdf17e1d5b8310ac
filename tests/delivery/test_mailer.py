"""yagmail against a real SMTP server: one attempt, and an honest word on what became of it."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.builders.mail_server import AUTHORITY, Server, listening

from quietdrop.delivery.mailer import MailServer, YagmailMailer, password_from
from quietdrop.messages.mime import Envelope, to_mime
from quietdrop.messages.render import Rendered

ANN = "ann@example.com"


def mime(text: str = "Hello", to: str = ANN) -> bytes:
    return to_mime(
        Rendered("Grüße", text, f"<p>{text}</p>"),
        Envelope(
            sender="quietdrop@example.com",
            recipient=to,
            message_id="<one@example.com>",
            date=datetime(2026, 7, 6, 7, tzinfo=UTC),
        ),
    )


def client(
    port: int,
    security: str = "none",
    user: str | None = None,
    password: str | None = None,
    timeout: float = 5,
) -> YagmailMailer:
    trusted = ssl.create_default_context()
    AUTHORITY.configure_trust(trusted)
    return YagmailMailer(
        MailServer("127.0.0.1", port, security, "quietdrop@example.com", user, password),
        timeout=timeout,
        ssl_context=trusted,
    )


Listening = Callable[..., AbstractContextManager[int]]


def test_a_plain_relay_takes_the_message_as_it_is() -> None:
    with listening(server := Server()) as port:
        assert client(port).send(ANN, mime()).kind == "accepted"
    assert len(server.kept) == 1
    assert b"Subject: =?utf-8?" in server.kept[0]
    assert server.kept[0].count(b"Message-ID") == 1


def test_starttls_with_a_login_that_is_not_the_from_address() -> None:
    with listening(server := Server(), "starttls", auth=True) as port:
        sent = client(port, "starttls", "login-name", "right").send(ANN, mime())
        refused = client(port, "starttls", "login-name", "wrong-secret").send(ANN, mime())
    assert sent.kind == "accepted"
    assert (refused.kind, refused.code) == ("refused", 535)
    assert "wrong-secret" not in refused.detail
    assert len(server.kept) == 1


@pytest.mark.parametrize("security", ["starttls", "ssl"])
def test_a_certificate_that_nobody_vouches_for_is_refused(security: str) -> None:
    with listening(server := Server(), security) as port:
        strict = YagmailMailer(MailServer("127.0.0.1", port, security, "q@example.com"), timeout=5)
        outcome = strict.send(ANN, mime())
    assert outcome.kind == "refused"
    assert not outcome.permanent
    assert server.kept == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_ssl_from_the_start() -> None:
    with listening(server := Server(), "ssl") as port:
        assert client(port, "ssl").send(ANN, mime()).kind == "accepted"
    assert len(server.kept) == 1


@pytest.mark.parametrize(
    ("answers", "permanent"),
    [
        (("451 later", "250 OK"), False),
        (("550 unknown", "250 OK"), True),
        (("250 OK", "451 later"), False),
        (("250 OK", "554 no"), True),
    ],
)
def test_a_refusal_says_whether_it_is_for_good(answers: tuple[str, str], permanent: bool) -> None:
    with listening(Server(*answers)) as port:
        outcome = client(port).send(ANN, mime())
    assert outcome.kind == "refused"
    assert outcome.permanent is permanent


def test_a_connection_lost_after_the_message_is_unknown_and_never_sent_again() -> None:
    with listening(server := Server(drop="after the message")) as port:
        assert client(port).send(ANN, mime()).kind == "unknown"
    assert len(server.kept) == 1


def test_a_connection_lost_before_the_message_is_known_to_have_delivered_nothing() -> None:
    with listening(server := Server(drop="at the recipient")) as port:
        outcome = client(port).send(ANN, mime())
    assert (outcome.kind, outcome.permanent) == ("refused", False)
    assert server.kept == []


def test_a_server_that_falls_silent_with_the_message_is_unknown() -> None:
    with listening(server := Server(stall=1.5)) as port:
        assert client(port, timeout=0.5).send(ANN, mime()).kind == "unknown"
    assert len(server.kept) == 1


def test_an_address_that_mail_cannot_carry_is_refused_for_good() -> None:
    with listening(server := Server()) as port:
        outcome = client(port).send("jürgen@example.com", mime(to="jürgen@example.com"))
    assert (outcome.kind, outcome.permanent) == ("refused", True)
    assert server.kept == []


def test_nobody_listening_is_refused_for_now() -> None:
    with listening(Server()) as port:
        pass
    outcome = client(port).send(ANN, mime())
    assert (outcome.kind, outcome.permanent) == ("refused", False)


def test_a_text_that_names_a_file_is_not_attached(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("do not mail me")
    with listening(server := Server()) as port:
        client(port).send(ANN, mime(str(secret)))
    assert b"do not mail me" not in server.kept[0]


def test_the_password_comes_from_the_environment() -> None:
    assert password_from("ann", {"QUIETDROP_MAIL_PASSWORD": "x"}) == "x"
    assert password_from(None, {}) is None
