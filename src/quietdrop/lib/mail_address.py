"""Mail addresses as they go over the wire."""

from __future__ import annotations

import re

import idna

LONGEST = 254  # characters of an address (RFC 5321 4.5.3.1.3, without the angle brackets)
_ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+")


def is_address(text: str) -> bool:
    """Whether a text is one address and nothing else, fit for a header."""
    return len(text) <= LONGEST and text.isprintable() and _ADDRESS.fullmatch(text) is not None


def is_domain(text: str) -> bool:
    """Whether a text is a domain name, as it stands behind the @ of an address."""
    try:
        return is_address(f"x@{text}") and bool(wire_address(f"x@{text}"))
    except ValueError:
        return False


def wire_address(address: str) -> str:
    """The address with its domain in ASCII (IDNA 2008), as every mail server takes it.

    Raises:
        ValueError: If there is no domain, or it is not a domain name.
    """
    local, at, domain = address.rpartition("@")
    if not (local and at and domain):
        raise ValueError("not an e-mail address")
    if domain.isascii():
        return address
    return f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"  # IDNAError: a ValueError


def needs_utf8(address: str) -> bool:
    """Whether only a server with SMTPUTF8 takes the address: its part before the @ is not ASCII."""
    return not address.rpartition("@")[0].isascii()


def domain_of(address: str) -> str:
    """The address's domain in ASCII, for a Message-ID; `localhost` where it has none."""
    try:
        return wire_address(address).rpartition("@")[2]
    except ValueError:
        return "localhost"
