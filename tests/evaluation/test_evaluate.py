"""From the evidence of a date to what is decided, on evidence that is set by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest
from tests.builders.counted import AS_OF, counted

from quietdrop.checkins.history import History
from quietdrop.config import Settings, SourceSettings
from quietdrop.config.settings import CalendarSettings, DigestSettings
from quietdrop.domain.assessment import Status
from quietdrop.domain.checkin import CheckIn, Kind, State, Touch
from quietdrop.domain.directory import Practice
from quietdrop.domain.findings import Cause, Lookalike, Part, PartKind, Slow
from quietdrop.domain.identity import SAME_NAME_OTHER_ID
from quietdrop.domain.intake import Intake
from quietdrop.domain.promise import Promise
from quietdrop.evaluation import evaluate
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.evaluation.weigh import Weighed
from quietdrop.findings.rekeyed import Rekeying

ANN = "ann@x.example"
WEEK, DAY = timedelta(weeks=1), timedelta(days=1)
SETTINGS = Settings(
    source=SourceSettings(referrals="-"),
    calendar=CalendarSettings(country=""),
    digest=DigestSettings(default_liaison=ANN),
)
LATER = History(first_run=False)
FALLEN = {
    "status": Status.DRIFTING,
    "drift_probability": 0.9,
    "onset": AS_OF - 8 * WEEK,
    "remaining_share": 0.2,
    "lost_per_week": 1.6,
}
COUNTS = pd.DataFrame({"practice_id": ["A"], "day": [20600], "recorded": [-1], "referrals": [1]})
INTAKE = Intake(COUNTS, {"A": Practice("A", "Lake")}, {}, (), 9, AS_OF - DAY)
MOVED = Lookalike(Cause.MOVED, "A", "B", explains=False)
PAIR = Rekeying("A", "Z", "Lake", AS_OF - 8 * WEEK, AS_OF - 7 * WEEK, SAME_NAME_OTHER_ID, 200.0)


def evidence(
    intake: Intake = INTAKE,
    likely: Mapping[str, Lookalike] | None = None,
    pairs: tuple[Rekeying, ...] = (),
) -> Weighed:
    """Four practices, of which A has fallen."""
    assessed = counted({key: [2.0] * 44 + [0.4] * 8 for key in "ABCD"}, {"A": FALLEN})
    return cast(
        Weighed,
        SimpleNamespace(
            intake=intake,
            counts=intake.counts,
            cadence=assessed.cadence,
            surroundings=None,
            streams=[],
            pairs=list(pairs),
            active=4,
            asked_closures=(),
            together=(),
            hazard=None,
            known_before=None,
            alerts=None,
            assessed=lambda _: assessed,
            lookalikes=lambda _: dict(likely or {}),
        ),
    )


def decided(weighed: Weighed, history: History = LATER, **given: Any) -> Evaluation:
    return evaluate.decide(SETTINGS, weighed, history, **given)


def opened(evaluation: Evaluation) -> list[str]:
    return [checkin.practice_id for checkin in evaluation.plan.opened]


def test_a_fall_opens_a_check_in_of_its_liaison() -> None:
    evaluation = decided(evidence())
    assert opened(evaluation) == ["A"]
    assert evaluation.liaison_of == dict.fromkeys("ABCD", ANN)
    assert (evaluation.faults, evaluation.as_of) == ([], AS_OF)


def test_who_is_asked_about_or_complained_has_a_liaison_though_nothing_is_read_of_them() -> None:
    asked = CheckIn("gone", "gone", "", Kind.DRIFT, AS_OF - WEEK, notified_on=AS_OF - WEEK)
    closed = replace(asked, practice_id="closed", state=State.CLOSED, resolved_on=AS_OF - DAY)
    said = Touch(AS_OF - DAY, "angry", kind="complaint")
    evaluation = decided(evidence(), replace(LATER, checkins=(asked, closed), touches=(said,)))
    assert set(evaluation.liaison_of) == {*"ABCD", "gone", "angry"}


def test_what_the_tables_name_is_added_to_what_is_remembered() -> None:
    remembered, read = Touch(AS_OF - WEEK, "B"), Touch(AS_OF - DAY, "C")
    promises = tuple(Promise(key, "call", AS_OF - DAY, AS_OF + DAY) for key in ("B", "C"))
    intake = replace(INTAKE, touches=(read,), promises=promises)
    evaluation = decided(
        evidence(intake), replace(LATER, touches=(remembered,), promises=promises[:1])
    )
    assert evaluation.history.touches == (remembered, read)
    assert evaluation.history.promises == promises


class TestPeriods:
    """Of counts by period nothing opens where no period is new since the last run."""

    @pytest.mark.parametrize(
        ("period", "newest", "before", "opens"),
        [
            ("month", AS_OF - DAY, AS_OF - 2 * DAY, True),
            ("month", AS_OF - DAY, AS_OF - DAY, False),
            ("month", AS_OF - DAY, AS_OF, False),
            ("month", AS_OF - DAY, None, True),
            (None, AS_OF - DAY, AS_OF - DAY, True),
        ],
    )
    def test_a_fall(
        self, period: Any, newest: date | None, before: date | None, opens: bool
    ) -> None:
        intake = replace(INTAKE, period=period, newest=newest)
        evaluation = decided(evidence(intake), replace(LATER, newest=before))
        assert opened(evaluation) == (["A"] if opens else [])
        assert evaluation.assessed.thresholds.alert.general == 0.5

    def test_not_even_a_certain_one(self) -> None:
        assert evaluate.NEVER > 1.0


class TestExplained:
    def test_what_a_fall_likely_is_may_be_known_already(self) -> None:
        given = {"A": replace(MOVED, explains=True)}
        weighed = evidence(likely={"A": MOVED})
        assert decided(weighed).findings.lookalikes == {"A": MOVED}
        evaluation = decided(weighed, likely=given)
        assert evaluation.findings.lookalikes == given
        assert opened(evaluation) == []
        assert decided(weighed, likely={}).findings.lookalikes == {}

    @pytest.mark.parametrize(
        ("likely", "is_said"),
        [
            ({}, True),
            ({"A": MOVED}, True),
            ({"A": replace(MOVED, kind=Cause.RENAMED, explains=True)}, False),
            ({"B": replace(MOVED, practice_id="B", explains=True)}, True),
        ],
    )
    def test_another_id_is_said_where_nothing_else_explains_the_fall(
        self, likely: dict[str, Lookalike], is_said: bool
    ) -> None:
        evaluation = decided(evidence(likely=likely, pairs=(PAIR,)))
        lookalike = evaluation.findings.lookalikes["A"]
        assert (lookalike.evidence == SAME_NAME_OTHER_ID) is is_said

    def test_of_who_is_not_assessed_no_other_id_is_said(self) -> None:
        evaluation = decided(evidence(pairs=(replace(PAIR, old_id="Y"),)))
        assert evaluation.findings.lookalikes == {}


class TestParts:
    """A part that leaves is told, unless it is known where it goes on."""

    PART = Part(PartKind.PROVIDER, "1", "Dr. Lee", 9.0, 0, 0.4, 0.9, AS_OF - 8 * WEEK)

    @pytest.mark.parametrize(
        ("kind", "part", "is_told"),
        [
            (None, "provider", True),
            ("renamed", "provider", False),
            ("merged", "service_line", False),
            ("moved", "provider", False),
            ("moved", "service_line", True),
            ("closure", "provider", True),
        ],
    )
    def test_each_cause(
        self, monkeypatch: pytest.MonkeyPatch, kind: Any, part: Any, is_told: bool
    ) -> None:
        likely = {"A": replace(MOVED, kind=kind)} if kind else {}
        parts = {"A": replace(self.PART, kind=part), "B": self.PART}
        slow = {"C": Slow("C", AS_OF - 30 * WEEK, 2.0, 1.0)}
        taken_over = {key: Lookalike(Cause.REDISTRIBUTED, key, explains=False) for key in "AD"}
        monkeypatch.setattr(evaluate, "leaving", lambda *_: (parts, taken_over))
        monkeypatch.setattr(evaluate, "slowly_down", lambda _: slow)
        evaluation = evaluate.with_parts(SETTINGS, decided(evidence(likely=likely)))
        findings = evaluation.findings
        assert set(findings.parts) == ({"A", "B"} if is_told else {"B"})
        assert findings.slow == slow
        assert findings.lookalikes == taken_over | likely
