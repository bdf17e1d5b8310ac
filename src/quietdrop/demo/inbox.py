"""A local inbox: an SMTP server that keeps each mail as files to open."""

from __future__ import annotations

import base64
import errno
import os
import re
import socket
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller

from quietdrop.demo.folder import HOST, is_free
from quietdrop.lib import safe_files

PATIENCE = 2.0  # seconds until whoever holds a port greets


@dataclass(frozen=True)
class Kept:
    """A mail that was kept: its page and whom it went to."""

    page: Path
    recipient: str


class Inbox:
    """While entered, mail sent to 127.0.0.1:`port` lands in `folder` as .eml, .html and .txt.

    Without a `port` a free one is taken. `banner` is how the server greets.
    """

    def __init__(self, folder: Path, port: int | None = None, banner: str = "quietdrop") -> None:
        self.folder = folder
        self.port = port or _free_port()
        self.kept: list[Kept] = []
        self._banner = banner

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listens from now on. OSError where the port is taken."""
        safe_files.make_folder(self.folder)
        self._last = max(map(_number, self.folder.glob("*.eml")), default=0)
        if not is_free(self.port):
            raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
        self._controller = Controller(self, hostname=HOST, port=self.port, ident=self._banner)
        self._controller.start()

    def stop(self) -> None:
        """Listens no more."""
        self._controller.stop()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Called by aiosmtpd for each message."""
        del server, session
        self._keep(bytes(envelope.content), str(envelope.rcpt_tos[0]))
        return "250 kept"

    def _keep(self, content: bytes, recipient: str) -> None:
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        self._last += 1
        safe = re.sub(r"[^A-Za-z0-9@-]+", "-", recipient)[:60].strip("-")
        path = self.folder / f"{self._last:04d}-{safe}"
        safe_files.write_bytes(path.with_suffix(".eml"), content)
        html, text = message.get_body(("html",)), message.get_body(("plain",))
        if text is not None:
            safe_files.write_text(path.with_suffix(".txt"), text.get_content())
        if html is not None:
            page = html.get_content()
            for part in message.walk():
                cid = str(part.get("Content-ID", "")).strip("<>")
                if cid:
                    assert isinstance(part, EmailMessage)
                    data = base64.b64encode(part.get_content()).decode()
                    page = page.replace(f"cid:{cid}", f"data:image/png;base64,{data}")
            safe_files.write_text(path.with_suffix(".html"), page)
        self.kept.append(Kept(path.with_suffix(".html"), recipient))


def is_listening(port: int, banner: str) -> bool:
    """Whether an inbox that greets so listens on the port of this machine."""
    try:
        with socket.create_connection((HOST, port), PATIENCE) as other:
            other.settimeout(PATIENCE)
            return banner.encode() in other.recv(500).splitlines()[0]
    except (OSError, IndexError):
        return False


def _number(mail: Path) -> int:
    """The number that a kept mail's name begins with."""
    digits = mail.name.partition("-")[0]
    return int(digits) if digits.isdecimal() else 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
