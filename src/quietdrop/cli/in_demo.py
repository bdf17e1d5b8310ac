"""What is special in a demo's folder: its own key, and an inbox for its mail."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from quietdrop.demo.folder import demo_folder
from quietdrop.domain.errors import ConfigError
from quietdrop.messages.links import KEY_VARIABLE, Links, links_from

if TYPE_CHECKING:
    from quietdrop.config import Settings
    from quietdrop.demo.inbox import Inbox

_inboxes: dict[int, Inbox] = {}  # those that this process runs, by port


def links(of: Settings, base_url: str | None = None) -> Links | None:
    """The links of the config's pages; a demo's are signed with its own key.

    Args:
        of: The settings.
        base_url: Where the pages are; `[web] base_url` if left out.

    Returns:
        None where the address or the key is missing.

    Raises:
        ConfigError: where the key is too short, or a demo's key could be read by others.
    """
    folder = demo_folder(of.path)
    env = os.environ if folder is None else {KEY_VARIABLE: folder.key}
    return links_from(base_url or of.web.base_url, env)


def begin_inbox(of: Settings) -> None:
    """Takes the mail of a demo until this process ends, unless another process does already.

    Nothing happens outside a demo's folder, or where the demo mails to another machine.

    Raises:
        ConfigError: where another program listens on the port.
    """
    folder = demo_folder(of.path)
    if folder is None or of.mail is None or of.mail.host != "127.0.0.1":
        return
    from quietdrop.demo.inbox import Inbox, is_listening

    port = of.mail.port
    if port in _inboxes or is_listening(port, folder.banner):
        return
    inbox = Inbox(folder.inbox, port, folder.banner)
    try:
        inbox.start()
    except OSError:
        raise ConfigError(
            f"{of.path}: [mail] port = {port}: another program listens there, so the demo's inbox "
            "cannot; stop it, or make the demo again in another folder."
        ) from None
    _inboxes[port] = inbox
