"""A local inbox: an SMTP server that keeps each mail as files to open."""

from __future__ import annotations

import base64
import re
import socket
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller

from quietdrop.lib import safe_files


class Inbox:
    """While entered, mail sent to 127.0.0.1:`port` lands in `folder` as .eml, .html and .txt."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self._kept = 0
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> Self:
        safe_files.make_folder(self.folder)
        self._controller.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._controller.stop()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Called by aiosmtpd for each message."""
        del server, session
        self._keep(bytes(envelope.content), str(envelope.rcpt_tos[0]))
        return "250 kept"

    def _keep(self, content: bytes, recipient: str) -> None:
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        self._kept += 1
        safe = re.sub(r"[^A-Za-z0-9@-]+", "-", recipient)[:60].strip("-")
        path = self.folder / f"{self._kept:04d}-{safe}"
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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
