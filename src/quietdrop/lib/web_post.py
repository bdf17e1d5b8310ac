"""One request to an https address: verified, without redirects, bounded in time."""

from __future__ import annotations

import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import urlsplit, urlunsplit

from quietdrop.lib.deadline import Overdue, within
from quietdrop.lib.foreign import in_our_words

TIMEOUT = 10.0  # seconds that one reply may take
ATTEMPT_SECONDS = 20.0  # a whole attempt, however slowly a server drips


@dataclass(frozen=True)
class Reply:
    """The status that a server answered with, or why none came, in our words."""

    code: int | None
    why: str = ""

    @property
    def is_good(self) -> bool:
        """Whether the server accepted it."""
        return self.code is not None and 200 <= self.code <= 299


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect is returned like any other answer: the body is sent nowhere else."""

    def redirect_request(self, *_: object) -> None:
        return None


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    context: ssl.SSLContext | None = None,
    seconds: float = ATTEMPT_SECONDS,
) -> Reply:
    """Posts once. Never raises for what the server or the network does, and passes on nothing from
    the server except its status.

    Args:
        url: An https address.
        body: What is posted.
        headers: What goes with it.
        context: Whose certificates are trusted; without one, those that the system trusts.
        seconds: How long the whole attempt may take.
    """
    asked = urllib.request.Request(url, body, dict(headers), method="POST")
    return _answer(asked, context, seconds)


def reach(url: str, seconds: float = TIMEOUT) -> Reply:
    """Asks for the root of an address's host, without its path, which may be a secret. Whatever
    status comes, the host was reached and its certificate is good."""
    root = urlunsplit(urlsplit(url)._replace(path="/", query="", fragment=""))
    asked = urllib.request.Request(root, headers={"User-Agent": "quietdrop"}, method="HEAD")
    return _answer(asked, None, seconds)


def _answer(asked: urllib.request.Request, context: ssl.SSLContext | None, seconds: float) -> Reply:
    opener = urllib.request.build_opener(
        _NoRedirects, urllib.request.HTTPSHandler(context=context or ssl.create_default_context())
    )

    def attempt() -> Reply:
        with opener.open(asked, timeout=min(TIMEOUT, seconds)) as answer:
            return Reply(answer.status)

    try:
        return within(seconds, attempt, "an address")
    except urllib.error.HTTPError as error:
        error.close()
        return Reply(error.code)
    except urllib.error.URLError as error:
        reason = error.reason
        return Reply(None, in_our_words(reason) if isinstance(reason, Exception) else "no reason")
    except (OSError, HTTPException, ValueError) as error:
        return Reply(None, in_our_words(error))
    except Overdue:
        return Reply(None, "it did not answer in time")
