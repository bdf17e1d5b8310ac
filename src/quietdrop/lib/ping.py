"""A dead man's switch: an address that is requested after each good run.

If the ping is missing, the monitor there knows that no run has succeeded.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from http.client import HTTPException
from urllib.parse import urlsplit, urlunsplit

TIMEOUT = 10.0  # seconds


def failure_url(url: str) -> str:
    """The address that reports a failure: `/fail` at the end of the path, as healthchecks.io and
    similar services expect."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/fail"))


def ping(url: str) -> str | None:
    """Requests the address once. Returns None, or why that failed, without the address, which may
    hold a secret."""
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT):
            return None
    except urllib.error.HTTPError as error:
        return f"it answered {error.code}"
    except urllib.error.URLError as error:
        return f"it cannot be reached: {type(error.reason).__name__}"
    except (OSError, HTTPException, ValueError) as error:
        return f"it cannot be reached: {type(error).__name__}"
