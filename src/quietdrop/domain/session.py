"""Who has signed in, and how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Way(StrEnum):
    """How somebody signed in."""

    MAIL = "mail"
    OPENID = "openid"
    LOCAL = "local"  # `quietdrop open`, on the machine itself


@dataclass(frozen=True)
class Session:
    """A visit between signing in and out. `mark` is the keyed hash of the cookie's value."""

    mark: str
    who: str
    way: Way
    begun_at: datetime
    ends_at: datetime
