"""A run whose digests are held back."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests.builders.office import MONDAY, Office

from quietdrop.store.runs import RunEnd, RunState

NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)


def held(
    office: Office,
    as_of: date = MONDAY,
    state: str = "held",
    why: str = "Nothing newer than June 1.",
) -> None:
    run = office.store.runs.begin(as_of, True, NOW)
    faults = {"faults": [why]}
    with office.store.begin() as conn:
        office.store.runs.finish(conn, run, RunEnd(RunState(state), str(run), faults), NOW)
