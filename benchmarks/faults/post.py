"""A mail server that misbehaves as it is told, and remembers every copy that it took."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from benchmarks.ports import free_port

STALL_SECONDS = 3.0
ANSWER_SECONDS = 0.01  # a server thinks a moment before it answers

# What becomes of an attempt, by recipient and how many came for that recipient before:
# take, later (451), never (550), drop before, drop after, or stall once the message is kept.
Rule = Callable[[str, int], str]


def takes_all(_recipient: str, _before: int) -> str:
    """Every message is taken."""
    return "take"


class Post:
    """A mail server on 127.0.0.1:`port` that does as `rule` says, until it is left.

    `copies` counts what it kept by Message-ID, whatever it answered.
    """

    def __init__(self) -> None:
        self.rule: Rule = takes_all
        self.copies: Counter[str] = Counter()
        self._seen: Counter[str] = Counter()
        self.port = free_port()
        self.open()

    def open(self) -> None:
        """Listens, from now on."""
        self._server = _Talk(self, hostname="127.0.0.1", port=self.port)
        self._server.start()

    def close(self) -> None:
        """Nobody listens any more."""
        self._server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def begin(self, rule: Rule = takes_all) -> None:
        """Forgets what came before."""
        self.rule = rule
        self.copies.clear()
        self._seen.clear()

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        """Called by aiosmtpd for each recipient."""
        del session, options
        envelope.fate = self.rule(address, self._seen[address])
        self._seen[address] += 1
        if envelope.fate == "drop before":
            server.transport.abort()
        if envelope.fate == "never":
            return "550 no such person"
        if envelope.fate == "later":
            return "451 come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Called by aiosmtpd for each message."""
        del session
        message = message_from_bytes(bytes(envelope.content), policy=default)
        self.copies[str(message["Message-ID"])] += 1
        if envelope.fate == "drop after":
            server.transport.abort()
        await asyncio.sleep(STALL_SECONDS if envelope.fate == "stall" else ANSWER_SECONDS)
        return "250 kept"


class _Talk(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, enable_SMTPUTF8=False)
