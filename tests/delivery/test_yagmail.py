"""What yagmail itself does, and why we do not rely on it; a release that differs fails here."""

from __future__ import annotations

import smtplib
import ssl
from typing import Any

import pytest
import yagmail
import yagmail.sender
from tests.builders.mail_server import AUTHORITY, Server, listening

ANN, BOB = "ann@example.com", "bob@example.com"


class Choosy(Server):
    """Refuses whoever is in `refused`, and hangs up after the first `drops` messages."""

    def __init__(self, refused: tuple[str, ...] = (), drops: int = 0, at_data: str = "250 OK"):
        super().__init__(at_data=at_data)
        self.refused, self.drops = refused, drops

    async def handle_RCPT(self, _s: Any, _e: Any, envelope: Any, address: str, _o: Any) -> str:
        if address in self.refused:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if len(self.kept) <= self.drops:
            server.transport.abort()
        return answer


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between its tries yagmail sleeps for seconds."""
    monkeypatch.setattr(yagmail.sender.time, "sleep", lambda _: None)


def send(port: int, *to: str, **options: Any) -> Any:
    plain: dict[str, Any] = {"smtp_starttls": False, "smtp_ssl": False, "smtp_skip_login": True}
    with yagmail.SMTP("q@example.com", "", "127.0.0.1", port, **(plain | options)) as client:
        client.set_logging(None)
        return client.send(list(to), "Subject", "Text")


@pytest.mark.parametrize(
    ("server", "to", "answer", "copies"),
    [
        (Choosy(), [ANN], {}, 1),
        (Choosy(refused=(BOB,)), [ANN, BOB], {BOB: (550, b"no such person")}, 1),
        (Choosy(drops=1), [ANN], {}, 2),
        (Choosy(drops=99), [ANN], False, 3),
    ],
    ids=["taken", "one of two refused", "dropped once", "dropped always"],
)
def test_what_it_returns_and_how_often_it_sends(
    server: Choosy, to: list[str], answer: Any, copies: int
) -> None:
    with listening(server) as port:
        assert send(port, *to) == answer
    assert len(server.kept) == copies


def test_what_it_raises() -> None:
    with (
        listening(Choosy(refused=(ANN, BOB))) as port,
        pytest.raises(smtplib.SMTPRecipientsRefused),
    ):
        send(port, ANN, BOB)
    with listening(server := Choosy(at_data="451 later")) as port:
        with pytest.raises(smtplib.SMTPDataError):
            send(port, ANN)
        assert len(server.kept) == 1  # one try


def test_a_certificate_is_verified_only_with_a_context_of_ours() -> None:
    with listening(server := Choosy(), "starttls") as port:
        assert send(port, ANN, smtp_starttls=True) == {}
        with pytest.raises(ssl.SSLCertVerificationError):
            send(port, ANN, smtp_starttls={"context": ssl.create_default_context()})
        assert len(server.kept) == 1
        trusting = ssl.create_default_context()
        AUTHORITY.configure_trust(trusting)
        assert send(port, ANN, smtp_starttls={"context": trusting}) == {}
