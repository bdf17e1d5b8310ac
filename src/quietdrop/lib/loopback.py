"""Whether a web address stays on the machine itself."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def may_keep_a_cookie(base_url: str) -> bool:
    """Whether a browser may store a cookie for these pages: over TLS, or on this machine."""
    return base_url.startswith("https:") or is_loopback(base_url)


def is_loopback(url: str) -> bool:
    """Whether only this machine can reach the host of a web address."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
