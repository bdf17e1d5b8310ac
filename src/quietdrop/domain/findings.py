"""What explains or accompanies the changes of a date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from quietdrop.domain.weekly import Losses


class PartKind(StrEnum):
    """What part of a practice's referrals may leave it, as the counts' columns have it."""

    PROVIDER = "provider"
    SERVICE_LINE = "service_line"
    PAYER = "payer"


class GroupKind(StrEnum):
    """What practices may have in common, as the directory and the counts have it."""

    TERRITORY = "territory"
    HEALTH_SYSTEM = "health_system"
    LOCATION = "location"
    SERVICE_LINE = "service_line"
    PAYER = "payer"


class Cause(StrEnum):
    """What a fall may be instead of a drift."""

    RENAMED = "renamed"
    MERGED = "merged"
    MOVED = "moved"  # a provider, to another practice
    REDISTRIBUTED = "redistributed"  # one provider stopped, the others took over
    BATCH = "batch"
    HONEYMOON = "honeymoon"
    CLOSURE = "closure"  # of ours
    ABSENCE = "absence"
    SEASON = "season"


@dataclass(frozen=True)
class Part:
    """One provider, service line or payer of a practice, before and since an onset."""

    kind: PartKind
    key: str
    name: str
    expected: float  # since the onset, at its own earlier rate
    observed: int
    share_before: float  # of the practice's referrals before the onset, 0 to 1
    probability: float  # that the part itself drifts
    onset: date


@dataclass(frozen=True)
class Lookalike:
    """Why a fall is not, or not simply, a drift. `evidence` is a clause for the reader."""

    kind: Cause
    practice_id: str
    other_id: str = ""  # the practice that goes on in its place
    other_name: str = ""
    who: str = ""  # the provider, where one is meant
    evidence: str = ""
    explains: bool = True  # the whole fall, so that the practice is not listed as drift
    since: date | None = None  # when it began, where that is known


@dataclass(frozen=True)
class Doubt:
    """Rows of one practice that were not counted since its fall began: rejected, or vanished."""

    unread: int = 0
    vanished: int = 0


@dataclass(frozen=True)
class Together:
    """A group of which some likely fell together. `kind` says what they have in common."""

    kind: GroupKind
    key: str
    onset: date
    members: tuple[str, ...]  # who likely fell
    size: int  # how many practices the group has


@dataclass(frozen=True)
class Slow:
    """A practice's slow decline: since about when, and its referrals of an ordinary week before it
    and over the last half year."""

    practice_id: str
    since: date
    before: float
    now: float


@dataclass(frozen=True)
class Findings:
    """All that explains or accompanies the changes of a date; mappings are by practice.

    Attributes:
        lookalikes: What a fall likely is instead of a drift.
        parts: What leaves a practice while the rest of it holds.
        doubts: The falls that rows which were not counted would explain.
        uncounted: How many rows were rejected or have vanished.
        losses: What vanished from the source.
        together: Groups of which some likely fell in the same weeks.
        slow: Who goes down slowly.
    """

    lookalikes: Mapping[str, Lookalike] = field(default_factory=dict)
    parts: Mapping[str, Part] = field(default_factory=dict)
    doubts: Mapping[str, Doubt] = field(default_factory=dict)
    uncounted: Mapping[str, int] = field(default_factory=dict)
    losses: Losses = field(default_factory=Losses)
    together: tuple[Together, ...] = ()
    slow: Mapping[str, Slow] = field(default_factory=dict)

    @cached_property
    def explained(self) -> dict[str, str]:
        """By practice whose whole fall is no drift, the word for what it is instead."""
        return {key: like.kind.value for key, like in self.lookalikes.items() if like.explains}
