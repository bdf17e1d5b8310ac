"""The dead man's switch: an address that is asked for after each good run.

Where the ping stays out, whoever listens there knows that no run has gone well.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from http.client import HTTPException
from urllib.parse import urlsplit, urlunsplit

TIMEOUT = 10.0  # seconds


def failure_url(url: str) -> str:
    """The address that tells of a failure: `/fail` at the end of its path, as healthchecks.io and
    its kind have it."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/fail"))


def ping(url: str) -> str | None:
    """Asks for the address once. Returns None, or why that failed, without the address in it, which
    may hold a secret."""
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT):
            return None
    except urllib.error.HTTPError as error:
        return f"it answered {error.code}"
    except urllib.error.URLError as error:
        return f"it cannot be reached: {type(error.reason).__name__}"
    except (OSError, HTTPException, ValueError) as error:
        return f"it cannot be reached: {type(error).__name__}"
