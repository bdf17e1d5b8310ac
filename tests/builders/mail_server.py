"""A real mail server, with TLS and a login, that misbehaves as a test tells it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from benchmarks.ports import free_port

AUTHORITY = trustme.CA()
CERTIFICATE = AUTHORITY.issue_cert("127.0.0.1")


class Server:
    """Keeps what it is sent; `at_rcpt` and `at_data` are what it answers. It hangs up where
    `drop` says, or keeps quiet for `stall` seconds once it has the message."""

    def __init__(
        self, at_rcpt: str = "250 OK", at_data: str = "250 OK", drop: str = "", stall: float = 0
    ) -> None:
        self.at_rcpt, self.at_data, self.drop, self.stall = at_rcpt, at_data, drop, stall
        self.kept: list[bytes] = []

    async def handle_RCPT(self, server: Any, _e: Any, envelope: Any, address: str, _o: Any) -> str:
        if self.drop == "at the recipient":
            server.transport.abort()
        if self.at_rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.at_rcpt

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        self.kept.append(bytes(envelope.content))
        if self.drop == "after the message":
            server.transport.abort()
        await asyncio.sleep(self.stall)
        return self.at_data


def login(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    good = (given.login, given.password) == (b"login-name", b"right")
    return AuthResult(success=good, handled=False)


@contextmanager
def listening(server: Server, security: str = "none", auth: bool = False) -> Iterator[int]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    CERTIFICATE.configure_cert(context)
    port = free_port()

    class Talk(Controller):
        def factory(self) -> SMTP:
            return SMTP(
                self.handler,
                tls_context=context if security == "starttls" else None,
                authenticator=login if auth else None,
                auth_required=auth,
                auth_require_tls=security == "starttls",
            )

    control = Talk(
        server, hostname="127.0.0.1", port=port, ssl_context=context if security == "ssl" else None
    )
    control.start()
    try:
        yield port
    finally:
        control.stop()
