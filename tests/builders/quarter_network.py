"""A network in a table: thirty steady practices, and what a test adds to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

import pandas as pd

from quietdrop.checkins.history import History
from quietdrop.checkins.plan import Plan
from quietdrop.config.settings import DriftSettings
from quietdrop.detection.assess import assess
from quietdrop.detection.weekly_counts import events, weekly
from quietdrop.domain.checkin import CheckIn
from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Closure, Person, Practice
from quietdrop.domain.findings import Cause, Findings, Lookalike
from quietdrop.domain.intake import Intake, known_on
from quietdrop.domain.quarter import Quarter, Tally
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.reporting.quarter import quarter
from quietdrop.store import Store

AS_OF = date(2026, 7, 6)
FIRST, END = date(2026, 4, 1), date(2026, 7, 1)
BEGINS = date(2024, 7, 1)
HOSTILE = '<script>alert("x")</script>'
COLUMNS = ["practice_id", "provider", "service_line", "payer", "location", "day", "recorded"]


def weekdays(first: date, end: date) -> list[date]:
    days = (first + timedelta(days=number) for number in range((end - first).days))
    return [day for day in days if day.weekday() < 5]


@dataclass
class QuarterNetwork:
    """`begins` is when the thirty begin to send, each on two weekdays a week."""

    begins: date = BEGINS
    as_of: date = AS_OF
    steady: int = 30
    rows: list[tuple[object, ...]] = field(default_factory=list)
    practices: dict[str, Practice] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    lookalikes: dict[str, Lookalike] = field(default_factory=dict)
    checkins: list[CheckIn] = field(default_factory=list)
    closures: list[Closure] = field(default_factory=list)
    kinds: bool = True

    def on(
        self, key: str, days: Iterable[date], provider: str = "", line: str = "", payer: str = ""
    ) -> None:
        """One referral on each of the days."""
        self.rows += [(key, provider, line, payer, "", (day - EPOCH).days, -1) for day in days]

    def sends(
        self,
        key: str,
        every: int,
        first: date | None = None,
        end: date | None = None,
        provider: str = "",
        line: str = "",
    ) -> None:
        """One referral every so many working days."""
        days = weekdays(first or self.begins, end or self.as_of)
        self.on(key, days[::every], provider, line)

    def evaluation(self) -> Evaluation:
        for number in range(self.steady):
            days = weekdays(self.begins, self.as_of)
            wanted = (number % 5, (number + 2) % 5)
            self.on(f"S{number:02d}", [day for day in days if day.weekday() in wanted])
        counts = pd.DataFrame(self.rows, columns=COLUMNS).assign(referrals=1)
        keys = COLUMNS if self.kinds else ["practice_id", "provider", "day", "recorded"]
        counts = counts.groupby(keys, as_index=False).agg({"referrals": "sum"})
        assessed = assess(weekly(events(counts), self.as_of), DriftSettings())
        intake = Intake(
            counts=counts,
            practices=self.practices,
            liaisons={},
            touches=(),
            rows_read=len(self.rows),
            newest=None,
            people=tuple(self.people),
            provider_names=self.names,
            closures=tuple(self.closures),
        )
        history = History(checkins=tuple(self.checkins))
        known_counts = known_on(counts, self.as_of)
        return Evaluation(
            intake, known_counts, assessed, [], history, Plan(), {}, [], Findings(self.lookalikes)
        )

    def quarter(self, holidays: Iterable[date] = ()) -> Quarter:
        report = self.quarter_or_none(holidays)
        assert report is not None
        return report

    def quarter_or_none(self, holidays: Iterable[date] = ()) -> Quarter | None:
        evaluation = self.evaluation()
        frame = evaluation.assessed.frame.reset_index().assign(liaison="ann@example.com")
        return quarter(evaluation, frame, frozenset(holidays))


def of(report: Quarter, part: str, name: str) -> Tally:
    """The one tally of that name."""
    [match] = [tally for tally in report.parts[part] if tally.name == name]
    return match


def moves(report: Quarter, part: str = "practice") -> Counter[str]:
    return Counter(tally.move for tally in report.parts[part] if tally.move)


def full() -> Quarter:
    """A quarter in which everything happens."""
    network = QuarterNetwork()
    network.practices = {
        "A": Practice("A", "Lakeside Family Medicine", territory="North", town="Salem"),
        "B": Practice("B", "Cedar Clinic", territory="North"),
        "C": Practice("C", HOSTILE, territory="South"),
        "D": Practice("D", "=HYPERLINK(1)"),
        "OLD": Practice("OLD", "Willow Clinic"),
        "NEW": Practice("NEW", "Willow Health"),
    }
    network.people = [Person("A", "1", "Alvarez", "MD"), Person("A", "", "Dana", "front desk")]
    network.names = {"2": "Lee, NP"}
    network.sends("A", 1, provider="1", line="Joint")
    network.sends("A", 2, end=FIRST, provider="2", line="Spine")
    network.sends("A", 9, first=FIRST, provider="2", line="Spine")
    network.sends("B", 2, end=date(2026, 4, 20), line="Joint")
    network.sends("C", 4, first=date(2026, 5, 4), line="Hand")
    network.sends("D", 4, end=FIRST)
    network.sends("D", 1, first=FIRST)
    network.sends("OLD", 2, end=date(2026, 4, 10))
    network.sends("NEW", 2, first=date(2026, 4, 10))
    network.lookalikes = {"OLD": Lookalike(Cause.RENAMED, "OLD", "NEW", "Willow Health")}
    return network.quarter({date(2026, 5, 25)})


def stored(store: Store, quarter: Quarter) -> None:
    """Puts it where the pages find it."""
    with store.begin() as conn:
        store.quarters.save(conn, quarter)
