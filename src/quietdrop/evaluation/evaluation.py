"""One evaluated as-of date, before anything is put into words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from quietdrop.checkins.history import History
from quietdrop.checkins.plan import Plan
from quietdrop.checkins.priority import Ranking, worth
from quietdrop.checkins.touches import group_by_practice
from quietdrop.detection.aggregates import Stream
from quietdrop.detection.assess import Assessed
from quietdrop.domain.alerts import AlertCard
from quietdrop.domain.checkin import CheckIn, CheckInKey, Touch
from quietdrop.domain.directory import Closure, Person, Prefer
from quietdrop.domain.findings import Findings
from quietdrop.domain.hazard import HazardCard
from quietdrop.domain.intake import Intake
from quietdrop.evaluation.learned_hazard import KnownBefore
from quietdrop.findings.service_quality import OurPart


@dataclass(frozen=True)
class Evaluation:
    """What was read, what it comes to, and what follows.

    `counts` are those of the intake that were known on the date; `history` what was told before;
    `liaison_of` names each practice's liaison; `faults` says why the feed looks broken (empty
    where it does not); `findings` what explains or accompanies the changes; `prefer` is what
    stands first.
    """

    intake: Intake
    counts: pd.DataFrame
    assessed: Assessed
    streams: list[Stream]
    history: History
    plan: Plan
    liaison_of: Mapping[str, str]
    faults: list[str]
    findings: Findings = field(default_factory=Findings)
    prefer: Prefer = Prefer.VOLUME
    due_by: date | None = None  # the feed should bring more by then
    asked_closures: tuple[Closure, ...] = ()  # of ours, as far as we suspect
    hazard: HazardCard | None = None  # what the past says of what precedes a drop
    known_before: KnownBefore | None = None  # what was known of each practice before each week
    alerts: AlertCard | None = None  # what each threshold would have brought, where one is promised

    @cached_property
    def ranking(self) -> Ranking:
        """By what practices are ordered."""
        return Ranking(self.prefer, self.history.acquired, worth(self.intake.practices.values()))

    @property
    def as_of(self) -> date:
        """The date."""
        return self.assessed.as_of

    def sent_by(self, practice_id: str) -> pd.DataFrame:
        """The practice's rows of `counts`; none where it never sent."""
        every, spans = self._grouped
        rows: pd.DataFrame = every.iloc[spans.get(practice_id, slice(0))]
        return rows

    @cached_property
    def liaison_names(self) -> dict[str, str]:
        """Each listed liaison's name, by address."""
        return {email: liaison.name for email, liaison in self.intake.liaisons.items()}

    def people_of(self, practice_id: str) -> list[Person]:
        """Who the directory says is, or was, at the practice."""
        return self._people.get(practice_id, [])

    def touches_of(self, practice_id: str) -> list[Touch]:
        """What is known to have been done there until the date."""
        return self.history.touches_of.get(practice_id, [])

    def practices_of(self, liaison: str) -> list[str]:
        """The practices that are a liaison's, in the order of `liaison_of`."""
        return self._by_liaison.get(liaison, [])

    def is_told_of(self, practice_id: str, line: str) -> bool:
        """Whether the practice's liaison speaks for a service line. Who covers for her is told of
        the same lines."""
        owner = self.intake.practice(practice_id).liaison or self.liaison_of.get(practice_id, "")
        liaison = self.intake.liaisons.get(owner)
        return liaison is None or liaison.speaks_for(line)

    def checkin_of(self, key: CheckInKey) -> CheckIn | None:
        """The check-in as this date leaves it; None where there is none of that key."""
        return self._checkins.get((key.practice_id, key.opened_on))

    def territories_of(self, liaison: str) -> set[str]:
        """The territories that the directory gives to a liaison's own practices."""
        return self._territories.get(liaison, set())

    @cached_property
    def open_now(self) -> frozenset[str]:
        """The practices of which somebody is asked to see."""
        plan = self.plan
        still = (*plan.listed, *plan.still_open, *plan.aging, *plan.asleep)
        return frozenset(checkin.practice_id for checkin in still)

    @cached_property
    def recovered(self) -> frozenset[str]:
        """The practices that came back."""
        return frozenset(checkin.practice_id for checkin in self.plan.recovered)

    @cached_property
    def worth_a_look(self) -> frozenset[str]:
        """The practices of which some liaison is told that they are worth a look."""
        return frozenset(key for keys in self.plan.worth_a_look.values() for key in keys)

    @cached_property
    def continued(self) -> frozenset[str]:
        """Who goes on under another name, or took another in, and is nobody new."""
        likes = self.findings.lookalikes.values()
        return frozenset(like.other_id for like in likes if like.other_id)

    @cached_property
    def our_part(self) -> OurPart:
        """How we treated the practices' referrals until the date."""
        return OurPart(self.intake.access, self.as_of)

    @cached_property
    def _by_liaison(self) -> dict[str, list[str]]:
        practices: defaultdict[str, list[str]] = defaultdict(list)
        for key, liaison in self.liaison_of.items():
            practices[liaison].append(key)
        return practices

    @cached_property
    def _territories(self) -> dict[str, set[str]]:
        territories: defaultdict[str, set[str]] = defaultdict(set)
        for practice in self.intake.practices.values():
            if practice.territory:
                territories[practice.liaison].add(practice.territory)
        return territories

    @cached_property
    def _checkins(self) -> dict[tuple[str, date], CheckIn]:
        """Those that this date opened or told anew stand before what was recorded of them."""
        every = (*self.plan.opened, *self.plan.worse, *self.history.checkins)
        return {(one.practice_id, one.opened_on): one for one in reversed(every)}

    @cached_property
    def _people(self) -> dict[str, list[Person]]:
        return group_by_practice(self.intake.people)

    @cached_property
    def _grouped(self) -> tuple[pd.DataFrame, dict[str, slice]]:
        """The rows of `counts`, each practice's together in their order, and where they stand."""
        codes, ids = pd.factorize(self.counts["practice_id"])
        ends = np.cumsum(np.bincount(codes, minlength=len(ids))).tolist()
        spans = map(slice, [0, *ends[:-1]], ends)
        rows: pd.DataFrame = self.counts
        if (codes[1:] < codes[:-1]).any():
            rows = rows.iloc[np.argsort(codes, kind="stable")]
        return rows, dict(zip(map(str, ids), spans, strict=False))
