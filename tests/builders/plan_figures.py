"""Plans of four practices, on figures that are set by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tests.builders.counted import AS_OF, counted

from quietdrop.checkins import planning
from quietdrop.checkins.history import History
from quietdrop.checkins.plan import Plan
from quietdrop.checkins.roster import Roster
from quietdrop.config.settings import DigestSettings
from quietdrop.domain.assessment import Status
from quietdrop.domain.checkin import CheckIn, Kind
from quietdrop.domain.findings import Findings

ANN, BEN = "ann@x.example", "ben@x.example"
WEEK, DAY = timedelta(weeks=1), timedelta(days=1)
IDS = ("A", "B", "C", "D")
LATER = History(first_run=False)
FALLEN: dict[str, Any] = {
    "status": Status.DRIFTING,
    "drift_probability": 0.9,
    "onset": AS_OF - 8 * WEEK,
    "onset_low": AS_OF - 9 * WEEK,
    "onset_high": AS_OF - 7 * WEEK,
    "remaining_share": 0.2,
    "lost_per_week": 1.6,
    "observed": 3,
    "expected": 16.0,
}
WATCHED = FALLEN | {"status": Status.WATCHING, "drift_probability": 0.4}
TOLD = CheckIn(
    "A",
    "A",
    ANN,
    Kind.DRIFT,
    AS_OF - 3 * WEEK,
    onset=AS_OF - 8 * WEEK,
    baseline_per_week=2.0,
    remaining_share=0.05,
    notified_on=AS_OF - 3 * WEEK,
    id=1,
)


def planned(
    history: History = LATER,
    findings: Findings | None = None,
    roster: Roster | None = None,
    settings: Mapping[str, object] | None = None,
    **figures: Mapping[str, Any],
) -> Plan:
    """Four practices of two a week, steady but for these figures, all of them Ann's."""
    assessed = counted(dict.fromkeys(IDS, [2.0] * 44 + [0.4] * 8), figures)
    everybody = roster or Roster({}, dict.fromkeys(IDS, ANN))
    digest = DigestSettings().model_copy(update=dict(settings or {}))
    return planning.plan(assessed, history, findings or Findings(), everybody, digest)


def ids(checkins: list[CheckIn]) -> list[str]:
    return [checkin.practice_id for checkin in checkins]


def fallen(**lost: float) -> dict[str, Any]:
    return {key: FALLEN | {"lost_per_week": each} for key, each in lost.items()}
