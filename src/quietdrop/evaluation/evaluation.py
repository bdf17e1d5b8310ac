"""One evaluated as-of date, before anything is put into words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from quietdrop.checkins.history import History
from quietdrop.checkins.plan import Plan
from quietdrop.checkins.touches import group_by_practice
from quietdrop.detection.aggregates import Stream
from quietdrop.detection.assess import Assessed
from quietdrop.domain.checkin import Touch
from quietdrop.domain.directory import Closure, Person, Prefer
from quietdrop.domain.findings import Lookalike, Part
from quietdrop.domain.intake import Intake
from quietdrop.domain.weekly import Losses
from quietdrop.evaluation.unread_rows import Doubt
from quietdrop.findings.service_quality import OurPart
from quietdrop.findings.together import Together


@dataclass(frozen=True)
class Evaluation:
    """What was read, what it comes to, and what follows.

    `counts` are those of the intake that were known on the date; `history` what was told before;
    `liaison_of` names each practice's liaison; `faults` says why the feed looks broken (empty
    where it does not); `parts`, `lookalikes` and `doubts` (rows that were not counted and would
    explain the fall) are by practice; `losses` are what vanished from the source;
    `prefer` is what stands first.
    """

    intake: Intake
    counts: pd.DataFrame
    assessed: Assessed
    streams: list[Stream]
    history: History
    plan: Plan
    liaison_of: dict[str, str]
    faults: list[str]
    parts: dict[str, Part]
    lookalikes: dict[str, Lookalike]
    doubts: dict[str, Doubt] = field(default_factory=dict)
    losses: Losses = field(default_factory=Losses)
    prefer: Prefer = Prefer.VOLUME
    due_by: date | None = None  # the feed should bring more by then
    asked_closures: tuple[Closure, ...] = ()  # of ours, as far as we suspect
    together: tuple[Together, ...] = ()  # groups of which some likely fell in the same weeks

    def sent_by(self, practice_id: str) -> pd.DataFrame:
        """The practice's rows of `counts`; none where it never sent."""
        rows: pd.DataFrame = self.counts.iloc[self._places.get(practice_id, [])]
        return rows

    def people_of(self, practice_id: str) -> list[Person]:
        """Who the directory says is, or was, at the practice."""
        return self._people.get(practice_id, [])

    def touches_of(self, practice_id: str) -> list[Touch]:
        """What is known to have been done there until the date."""
        return self._touches.get(practice_id, [])

    @cached_property
    def our_part(self) -> OurPart:
        """How we treated the practices' referrals until the date."""
        return OurPart(self.intake.access, self.assessed.cadence.as_of)

    @cached_property
    def _people(self) -> dict[str, list[Person]]:
        return group_by_practice(self.intake.people)

    @cached_property
    def _touches(self) -> dict[str, list[Touch]]:
        return group_by_practice(self.history.touches)

    @cached_property
    def _places(self) -> dict[Any, Any]:
        return dict(self.counts.groupby("practice_id").indices)
