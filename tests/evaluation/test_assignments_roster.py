"""Who looks after the directory's practices on a day, covers and budgets included."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from quietdrop.config import Settings, SourceSettings
from quietdrop.config.settings import DigestSettings
from quietdrop.domain.directory import Liaison, Practice
from quietdrop.domain.intake import Intake
from quietdrop.evaluation.assignments import assignments, roster_of, without_a_liaison

AS_OF = date(2026, 7, 6)
ANN, BEN, MANAGER = "ann@x.example", "ben@x.example", "m@x.example"
PRACTICES = {
    "A": Practice("A", "A", ANN),
    "B": Practice("B", "B", BEN),
    "C": Practice("C", "C"),
}
LIAISONS = {
    ANN: Liaison(ANN, budget=0, away_from=AS_OF, cover=BEN),
    BEN: Liaison(BEN),
}
INTAKE = Intake(pd.DataFrame(), PRACTICES, LIAISONS, (), 0, None)


def settings(default: str | None = None, liaisons: str | None = None) -> Settings:
    return Settings(
        source=SourceSettings(referrals="-", liaisons=liaisons),
        digest=DigestSettings(default_liaison=default, managers=(MANAGER,), budget=5),
    )


@pytest.mark.parametrize(("default", "fallback"), [(ANN, ANN), (None, MANAGER)])
def test_who_has_no_liaison_is_the_default_s_else_the_first_manager_s(
    default: str | None, fallback: str
) -> None:
    whose = assignments(settings(default), INTAKE, ["A", "new"])
    assert whose == {"A": ANN, "B": BEN, "C": fallback, "new": fallback}


def test_without_anybody_a_practice_is_nobody_s() -> None:
    nobody = Settings(source=SourceSettings(referrals="-"))
    assert assignments(nobody, INTAKE, [])["C"] == ""


def test_who_covers_has_both_lists_and_both_budgets() -> None:
    roster = roster_of(settings(), INTAKE, ["new"], AS_OF)
    assert roster.liaison_of == {"A": BEN, "B": BEN, "C": MANAGER, "new": MANAGER}
    assert roster.practices is PRACTICES
    assert roster.budgets == {ANN: 0, BEN: 5}


def test_only_where_there_is_a_table_somebody_is_missing_from_it() -> None:
    only_ben = Intake(pd.DataFrame(), PRACTICES, {BEN: Liaison(BEN)}, (), 0, None)
    assert without_a_liaison(settings(), only_ben, AS_OF) == []
    assert without_a_liaison(settings(liaisons="l.csv"), only_ben, AS_OF) == [(ANN, 1)]
    by_config = settings(default=ANN.upper(), liaisons="l.csv")
    assert without_a_liaison(by_config, only_ben, AS_OF) == []
