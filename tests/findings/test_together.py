"""Who has something in common, and what is told of those who fell together."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from tests.builders.scene import AS_OF, Scene

from quietdrop.checkins.history import History
from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Practice
from quietdrop.findings.together import groups_of
from quietdrop.messages.wording import together

DAY = date(2026, 7, 6)
END = (DAY - EPOCH).days
Sent = tuple[str, str, int, int]  # practice, location, days ago, referrals


def counts(*rows: Sent) -> pd.DataFrame:
    """In: practice, location, days ago, referrals."""
    frame = pd.DataFrame(rows, columns=["practice_id", "location", "ago", "referrals"])
    return frame.assign(day=END - frame.pop("ago"))


def groups(practices: dict[str, Practice], *rows: Sent) -> dict[str, list[int]]:
    ids = tuple("ABCDEFGH")
    by = groups_of(ids, practices, counts(*rows), DAY)
    return {f"{kind} {key}": rows_.tolist() for (kind, key), rows_ in by.items()}


def test_the_directory_says_territory_and_health_system() -> None:
    practices = {
        "A": Practice("A", "A", territory="North"),
        "B": Practice("B", "B", territory="North", health_system="Mercy"),
    }
    assert groups(practices) == {"territory North": [0, 1], "health_system Mercy": [1]}


@pytest.mark.parametrize(("there", "belongs"), [(6, True), (5, False)])
def test_a_practice_belongs_where_most_of_its_year_went(there: int, belongs: bool) -> None:
    rows = (("A", "Salem", 10, there), ("A", "Dover", 20, 10 - there))
    assert ("location Salem" in groups({}, *rows)) is belongs


def test_what_is_older_than_a_year_says_nothing() -> None:
    assert groups({}, ("A", "Salem", 400, 9), ("A", "Dover", 9, 1)) == {"location Dover": [0]}


def test_nearly_everybody_is_no_group() -> None:
    practices = {each: Practice(each, each, territory="All") for each in "ABCDEFG"}
    assert groups(practices) == {}


class TestTold:
    """Six of ten practices whose patients have Medicaid lose three of four in one week."""

    @pytest.fixture
    def medicaid(self, scene: Scene) -> Scene:
        for number in range(10):
            scene.sends(f"E{number}", 4.0, 0, 94, payer="Medicaid")
            scene.sends(f"E{number}", 4.0 if number >= 6 else 1.0, 94, payer="Medicaid")
        return scene

    def test_managers_are_told_who_and_since_when(self, medicaid: Scene) -> None:
        fallen = dict(medicaid.briefing().summaries[0].fallen)
        who = fallen["Practices whose patients mostly have Medicaid"]
        assert who.startswith("6 of 10 began to send less in the same weeks, about April 27: ")
        assert who.endswith(
            "They likely have one cause: a new competitor, perhaps, or a change of ours."
        )

    @pytest.mark.parametrize(("weeks", "is_told"), [(25, False), (26, True)])
    def test_and_only_once_in_half_a_year(self, medicaid: Scene, weeks: int, is_told: bool) -> None:
        before = {("payer", "Medicaid"): AS_OF - timedelta(weeks=weeks)}
        history = History(first_run=False, told_together=before)
        names = [name for name, _ in medicaid.briefing(history=history).summaries[0].fallen]
        assert ("Practices whose patients mostly have Medicaid" in names) is is_told

    def test_the_listings_stand_together_and_say_so(self, medicaid: Scene) -> None:
        [digest] = medicaid.briefing().digests
        others = {item.practice_id: item.others for item in digest.items}
        assert len(others) >= 3
        assert set(others.values()) == {
            "One of 6 practices whose patients mostly have Medicaid that began to send less about "
            "then."
        }


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("territory", "Practices in North"),
        ("health_system", "Practices of North"),
        ("location", "Practices that send to North"),
        ("service_line", "Practices that mostly send North referrals"),
        ("payer", "Practices whose patients mostly have North"),
    ],
)
def test_each_kind_of_group_has_its_words(kind: str, name: str) -> None:
    assert together.name(kind, "North") == name


def test_a_long_list_is_shortened() -> None:
    said = together.who([f"P{n}" for n in range(8)], 30, date(2026, 6, 1), DAY)
    assert "about June 1: P0, P1, P2, P3, P4 and 3 more. They" in said
    assert np.char.count(said, "P") == 5
