"""What explains or accompanies a change at a practice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Part:
    """One provider, service line or payer of a practice, before and since an onset."""

    kind: str  # provider | service_line | payer
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

    # renamed | merged | moved | redistributed | batch | honeymoon | closure | absence | season
    kind: str
    practice_id: str
    other_id: str = ""  # the practice that goes on in its place
    other_name: str = ""
    who: str = ""  # the provider, where one is meant
    evidence: str = ""
    explains: bool = True  # the whole fall, so that the practice is not listed as drift
    since: date | None = None  # when it began, where that is known
