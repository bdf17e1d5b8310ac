"""Who did what and when. No note, no address of a machine, and no link is part of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

FORGOTTEN = "(forgotten)"


class AuditAction(StrEnum):
    """What somebody did. The words are kept in the store."""

    SIGNED_IN = "signed in"
    SIGNED_OUT = "signed out"
    ANSWERED = "answered"
    LOGGED = "logged"
    PROMISED = "promised"
    KEPT = "kept"
    REOPENED = "reopened"
    GAVE = "gave"
    UNDID = "undid"
    RELEASED = "released"
    DECIDED = "decided"
    CHANGED = "changed"
    IMPORTED = "imported"
    TRIED = "tried"
    STOPPED = "stopped"
    FORGOT = "forgot"


@dataclass(frozen=True)
class AuditEntry:
    """One line of the audit.

    `who` is an e-mail address, or "local: " and a user of this machine. `about` names a practice
    by its id, and is empty where the action is about none. `detail` is in words of our own: an
    outcome, the name of a setting, the way of signing in.
    """

    at: datetime
    who: str
    action: AuditAction
    about: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Actor:
    """Who does something, as the audit names her, and when."""

    who: str
    at: datetime

    def did(self, action: AuditAction, about: str = "", detail: str = "") -> AuditEntry:
        """The audit's line of something that she did."""
        return AuditEntry(self.at, self.who, action, about, detail)
