"""Decisions that people make about practices, kept in the store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum


class DecisionKind(StrEnum):
    """What is decided about `Decision.subject`."""

    ALIAS = "alias"  # subject is another id or spelling of the practice `value`
    REFUSED_ALIAS = "refused alias"  # subject and `value` are two practices
    NOT_A_PRACTICE = "not a practice"  # subject is no referrer; `value` is empty
    CLOSURE = "closure"  # we were closed; subject is our location, `value` both days
    REFUSED_CLOSURE = "refused closure"  # we were open on those days
    ASSIGNMENT = "assignment"  # subject is a practice, `value` its liaison's address
    TERRITORY = "territory"  # subject is a territory, `value` the address of its liaison
    LIAISON = "liaison"  # subject is a liaison's address; `value` her budget and her name
    COVER = "cover"  # subject is a liaison's address; `value` who covers, and the days


WHO_IS_WHO = (DecisionKind.ALIAS, DecisionKind.REFUSED_ALIAS, DecisionKind.NOT_A_PRACTICE)


@dataclass(frozen=True)
class Decision:
    """One decision. It wins over the directory, which wins over the config and the defaults.

    `subject` and `value` are ids (or, where names key, names) as the source spells them.
    """

    kind: DecisionKind
    subject: str
    value: str
    from_on: date
    decided_by: str
    decided_at: datetime
    undone_by: str = ""
    undone_at: datetime | None = None
    id: int | None = None

    @property
    def about(self) -> str:
        """The practice that the audit names, by its id; "" where it is about none."""
        if self.kind in (DecisionKind.ALIAS, DecisionKind.REFUSED_ALIAS):
            return self.value
        of_one = (DecisionKind.ASSIGNMENT, DecisionKind.NOT_A_PRACTICE)
        return self.subject if self.kind in of_one else ""

    @property
    def in_short(self) -> str:
        """What the audit says of it. No practice is named there, so that `forget` reaches all."""
        if self.kind is DecisionKind.ASSIGNMENT:
            return f"{self.kind}: {self.value}"
        if self.kind in WHO_IS_WHO:
            return self.kind
        return ", ".join(part for part in (f"{self.kind}: {self.subject}", self.value) if part)

    def holds_on(self, day: date) -> bool:
        """Whether the decision counted on the morning of `day`."""
        undone = self.undone_at is not None and self.undone_at.date() <= day
        return self.from_on <= day and not undone


@dataclass(frozen=True)
class RegisteredPractice:
    """A practice as the store has it. `open_since` is when its open check-in began, if any."""

    practice_id: str
    name: str = ""
    open_since: date | None = None


@dataclass(frozen=True)
class Register:
    """What the store knows about who is who before anything is read. `spellings` are ids that have
    gone over to another practice already."""

    practices: tuple[RegisteredPractice, ...] = ()
    decisions: tuple[Decision, ...] = ()
    spellings: frozenset[str] = frozenset()

    def on(self, day: date) -> Register:
        """The register with only those decisions that held on `day`."""
        return replace(self, decisions=tuple(d for d in self.decisions if d.holds_on(day)))

    def not_yet(self, decisions: Iterable[Decision]) -> list[Decision]:
        """Return the decisions that do not stand already, whoever made them."""
        decided = {(one.kind, one.subject, one.value) for one in self.decisions}
        return [one for one in decisions if (one.kind, one.subject, one.value) not in decided]

    def of_kind(self, kind: DecisionKind) -> list[Decision]:
        """The decisions of one kind, the oldest first."""
        return [decision for decision in self.decisions if decision.kind is kind]
