"""Who goes on elsewhere is told soon, stays told, and is not confused with who merely pauses."""

from __future__ import annotations

import pytest
from tests.builders.scene import ALVAREZ, LEE, NOVAK, Scene, kind

from quietdrop.domain.directory import Practice
from quietdrop.findings.practice_matching import alike
from quietdrop.messages.compose import Briefing


def row(briefing: Briefing, key: str = "A") -> dict[str, object]:
    values = briefing.table.set_index("practice_id").loc[key]
    return {str(column): value for column, value in values.items()}


class TestSoon:
    def test_a_new_name_is_told_before_the_drift_is_sure(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 102, npi=ALVAREZ)
        scene.sends("B", 2, 102, npi=ALVAREZ)
        briefing = scene.briefing()
        assert float(str(row(briefing)["drift_probability"])) < 0.5
        assert kind(briefing) == "renamed"

    @pytest.mark.parametrize(("since", "named"), [(103, False), (101, True)])
    def test_one_empty_week_is_no_stop(self, scene: Scene, since: int, named: bool) -> None:
        scene.sends("A", 2, 0, since, npi=ALVAREZ)
        scene.sends("B", 2, since, npi=ALVAREZ)
        assert (kind(scene.briefing()) == "renamed") is named

    def test_it_stays_told_where_a_slow_time_came_before(self, scene: Scene) -> None:
        scene.sends("A", 3, 0, 84, npi=ALVAREZ)
        scene.sends("A", 1, 84, 94, npi=ALVAREZ)
        scene.sends("B", 2, 94, npi=ALVAREZ)
        briefing = scene.briefing()
        assert kind(briefing) == "renamed"
        assert not row(briefing)["listed"]

    def test_a_small_part_that_moves_is_told_while_the_total_holds(self, scene: Scene) -> None:
        scene.sends("A", 1, 0, 92, npi=ALVAREZ, name="Dr. Alvarez")
        scene.sends("A", 3, npi=LEE)
        scene.sends("B", 1, npi=NOVAK)
        scene.sends("B", 1, 92, npi=ALVAREZ, name="Dr. Alvarez")
        briefing = scene.briefing()
        assert kind(briefing) == "moved"
        assert "Dr. Alvarez seems to have moved to Practice B" in str(row(briefing)["reason"])
        assert "A" not in briefing.evaluation.findings.parts
        assert not row(briefing)["listed"]

    def test_who_always_sent_from_both_may_move_too(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 92, npi=ALVAREZ)
        scene.sends("B", 0.25, 0, 92, npi=ALVAREZ)
        scene.sends("B", 2.25, 92, npi=ALVAREZ)
        scene.sends("B", 1, npi=NOVAK)
        briefing = scene.briefing()
        assert kind(briefing) == "moved"
        assert not row(briefing)["listed"]


class TestNot:
    def test_a_second_site_is_no_move(self, scene: Scene) -> None:
        scene.sends("A", 2, npi=ALVAREZ)
        scene.sends("B", 1, npi=NOVAK)
        scene.sends("B", 1, 92, npi=ALVAREZ)
        assert kind(scene.briefing()) is None

    def test_the_second_of_two_sites_of_old_explains_no_stop(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 92, npi=ALVAREZ)
        scene.sends("B", 2, npi=ALVAREZ)
        briefing = scene.briefing()
        assert kind(briefing) is None
        assert row(briefing)["listed"]

    def test_a_trickle_elsewhere_explains_no_stop(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 88, npi=ALVAREZ)
        scene.sends("B", 1, npi=NOVAK)
        scene.sends("B", 0.25, 88, npi=ALVAREZ)
        briefing = scene.briefing()
        assert kind(briefing) is None
        assert row(briefing)["listed"]

    def test_a_place_where_he_began_long_before_explains_no_stop(self, scene: Scene) -> None:
        """Five weeks after he began there he still sent as ever."""
        scene.sends("A", 2, 0, 92, npi=ALVAREZ)
        scene.sends("B", 1, npi=NOVAK)
        scene.sends("B", 2, 87, npi=ALVAREZ)
        briefing = scene.briefing()
        assert kind(briefing) is None
        assert row(briefing)["listed"]


def office(name: str = "", town: str = "", phone: str = "", address: str = "") -> Practice:
    return Practice("P", name, town=town, phone=phone, address=address)


@pytest.mark.parametrize(
    ("entry", "other", "same"),
    [
        (office("Stonegate Clinic", "Salem"), office("Sotnegate Clinic", "Salem"), True),
        (office("Elm Street Clinic", "Salem"), office("Elm Stree tClinic", "Salem"), True),
        (
            office("Elm Family Clinic", address="12 Oak Road"),
            office("Elm Clinic", address="12 Oak Rd"),
            True,
        ),
        (
            office("Elm Family Clinic", address="12 Oak Road"),
            office("Elm Clinic", address="120 Oak Road"),
            False,
        ),
        (
            office("Elm Family Clinic", address="12 Oak Road"),
            office("Elm Clinic", address="12 Elm Road"),
            False,
        ),
    ],
    ids=["letters", "a slip between words", "an abbreviation", "another house", "another road"],
)
def test_one_office_in_two_entries(entry: Practice, other: Practice, same: bool) -> None:
    assert (alike(entry, other) is not None) is same
