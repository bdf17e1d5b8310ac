"""Secrets in a URL: where they stand, and the URL without them."""

from __future__ import annotations

import re

SECRET = re.compile(r"pass|pwd|secret|token", re.I)
_USER_PASSWORD = re.compile(r"(://[^/:@]*:)(.*)(@)")
_OPTION = re.compile(r"([?&][^=&]*(?:pass|pwd|secret|token)[^=&]*=)([^&#\s\"]*)", re.I)


def secrets(url: str) -> list[str]:
    """In: a URL, or any text. Out: the password and the secret-looking options in it."""
    password = _USER_PASSWORD.search(url)
    found = [password[2]] if password else []
    return found + [option[1] for option in _OPTION.findall(url)]


def masked(text: str) -> str:
    """In: a URL, or any text with one. Out: it with three stars for every secret."""
    return _OPTION.sub(r"\1***", _USER_PASSWORD.sub(r"\1***\3", text))
