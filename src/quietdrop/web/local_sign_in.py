"""Signing in through `quietdrop open`: on this machine, for one browser, without mail."""

from __future__ import annotations

import hmac
import threading
from collections.abc import Collection

from quietdrop.web.navigation import Role


class LocalSignIn:
    """A token that one browser can use, and the only hosts that the pages answer to.

    Args:
        user: who uses this machine; the audit calls them "local: " and this.
        token: a secret made for this start, from `secrets.token_urlsafe`.
        hosts: what the Host header may say, such as "127.0.0.1:8470" and "localhost:8470". Any
            other is refused, so that no web site reaches the pages through a name of its own.
        role: as what the user signs in.
    """

    def __init__(
        self, user: str, token: str, hosts: Collection[str], role: Role = Role.MANAGER
    ) -> None:
        self.who = f"local: {user}"
        self.hosts = frozenset(hosts)
        self.role = role
        self._token: str | None = token
        self._lock = threading.Lock()

    def is_unused(self, token: str) -> bool:
        """Whether this is the token and it is unused."""
        expected = self._token
        return expected is not None and hmac.compare_digest(expected.encode(), token.encode())

    def use(self, token: str) -> bool:
        """Uses up the token. Returns whether it was the token and unused, so True at most once."""
        with self._lock:
            is_first = self.is_unused(token)
            if is_first:
                self._token = None
        return is_first


def open_url(base_url: str, token: str) -> str:
    """The address at which this machine's browser starts."""
    return f"{base_url}/open/{token}"
