"""What looks like a drift and is none: named, told in its own words, counted, not listed."""

from __future__ import annotations

import pytest
from tests.builders.scene import (
    ALVAREZ,
    LEE,
    NOVAK,
    Scene,
    counted,
    found,
    is_listed,
    kind,
    reason,
    told,
)


def test_without_any_of_it_a_stop_is_a_drift(scene: Scene) -> None:
    scene.sends("A", 2, 0, 92, npi=ALVAREZ)
    briefing = scene.briefing()
    assert kind(briefing) is None
    assert is_listed(briefing)


class TestRenamed:
    def test_the_same_provider_goes_on_under_a_new_name(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 92, npi=ALVAREZ)
        scene.sends("B", 2, 92, npi=ALVAREZ)
        briefing = scene.briefing()
        assert found(briefing).kind == "renamed"
        assert not is_listed(briefing)
        assert reason(briefing).startswith("Looks renamed: Practice B began when they stopped")
        assert "%" not in reason(briefing)  # no odds of a drop that is none
        assert told(briefing) == ["Practice A"]
        assert counted(briefing) == {"looks renamed": 1}

    def test_an_alias_is_proposed_to_the_manager_and_never_made(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 92, npi=ALVAREZ)
        scene.sends("B", 2, 92, npi=ALVAREZ)
        briefing = scene.briefing()
        [(name, line, _)] = briefing.summaries[0].aliases
        assert name == "Practice A"
        assert 'add "A" to the aliases of "B"' in line
        assert {"A", "B"} <= set(briefing.table["practice_id"])

    @pytest.mark.parametrize(
        ("entry", "other"),
        [
            ({"phone": "(555) 010-2030"}, {"phone": "555.010.2030"}),
            (
                {"name": "Lakeside Family Medicine", "town": "Salem"},
                {"name": "Family Medicine Lakesid", "town": "SALEM"},
            ),
            (
                {"name": "Lakeside Family Medicine", "address": "12 Main Street"},
                {"name": "Lakeside Medical", "address": "12 main street"},
            ),
            ({"phone": "(555) 010-2030"}, {"phone": "+1 555 010 2030"}),
            ({"phone": "(555) 010-2030"}, {"phone": "1-555-010-2030 ext. 12"}),
            (
                {"name": "Elm Clinic", "town": "Salem"},
                {"name": "Elm Clinic, PLLC", "town": "Salem"},
            ),
            (
                {"name": "Elm Family Medicine", "town": "Salem"},
                {"name": "The Elm Fam. Med. L.L.C.", "town": "Salem"},
            ),
        ],
        ids=[
            "phone",
            "name and town",
            "address and kindred name",
            "phone with the country",
            "phone with an extension",
            "a legal form",
            "abbreviations",
        ],
    )
    def test_the_directory_tells_where_no_provider_does(
        self, scene: Scene, entry: dict[str, str], other: dict[str, str]
    ) -> None:
        scene.practice("A", **entry)
        scene.practice("B", **other)
        scene.sends("A", 2, 0, 92)
        scene.sends("B", 2, 92)
        assert kind(scene.briefing()) == "renamed"

    @pytest.mark.parametrize(
        ("entry", "other"),
        [
            ({"phone": "(555) 010-2030"}, {"phone": "(555) 010-2031"}),
            ({"phone": "2030"}, {"phone": "2030"}),
            (
                {"name": "Lakeside Family Medicine", "town": "Salem"},
                {"name": "Lakeside Family Medicine", "town": "Dover"},
            ),
            (
                {"name": "Lakeside Family Medicine", "address": "12 Main Street"},
                {"name": "Dr. Kim", "address": "12 Main Street"},
            ),
            (
                {"name": "Lakeside Family Medicine", "town": "Salem"},
                {"name": "Lakeside Sports Medicine", "town": "Salem"},
            ),
            ({"name": "The LLC", "town": "Salem"}, {"name": "PLLC", "town": "Salem"}),
        ],
        ids=[
            "another phone",
            "an extension",
            "another town",
            "a neighbor in the house",
            "a kindred clinic",
            "legal forms alone",
        ],
    )
    def test_what_is_only_near_is_a_drift(
        self, scene: Scene, entry: dict[str, str], other: dict[str, str]
    ) -> None:
        scene.practice("A", **entry)
        scene.practice("B", **other)
        scene.sends("A", 2, 0, 92)
        scene.sends("B", 2, 92)
        assert is_listed(scene.briefing())

    @pytest.mark.parametrize(("began", "named"), [(89, True), (87, False), (101, True)])
    def test_the_new_name_begins_beside_the_end_of_the_old(
        self, scene: Scene, began: int, named: bool
    ) -> None:
        """Four weeks before the onset at the earliest."""
        scene.practice("A", phone="(555) 010-2030")
        scene.practice("B", phone="(555) 010-2030")
        scene.sends("A", 2, 0, 92)
        scene.sends("B", 2, began)
        assert (kind(scene.briefing()) == "renamed") is named

    @pytest.mark.parametrize(("a_week", "named"), [(1.25, True), (0.5, False)])
    def test_the_new_name_brings_at_least_half(
        self, scene: Scene, a_week: float, named: bool
    ) -> None:
        scene.practice("A", phone="(555) 010-2030")
        scene.practice("B", phone="(555) 010-2030")
        scene.sends("A", 2, 0, 92)
        scene.sends("B", a_week, 92)
        assert (kind(scene.briefing()) == "renamed") is named

    def test_a_hostile_name_stays_text(self, scene: Scene) -> None:
        scene.practice("A", "<script>alert(1)</script>\r\nBcc: x@evil.example")
        scene.sends("A", 2, 0, 92, npi=ALVAREZ)
        scene.practice("B", "{0.__class__} {other}")
        scene.sends("B", 2, 92, npi=ALVAREZ)
        said = reason(scene.briefing())
        assert "{0.__class__} {other} began" in said
        assert "\n" not in said


class TestMergedAndMoved:
    def test_all_providers_go_on_at_an_older_practice(self, scene: Scene) -> None:
        for npi in (ALVAREZ, LEE):
            scene.sends("A", 1.5, 0, 92, npi=npi)
            scene.sends("B", 1.5, 92, npi=npi)
        scene.sends("B", 1, npi=NOVAK)
        briefing = scene.briefing()
        assert found(briefing).kind == "merged"
        assert "2 of their 2 referring providers" in reason(briefing)
        assert not is_listed(briefing)
        assert counted(briefing) == {"looks merged into another practice": 1}
        assert len(briefing.summaries[0].aliases) == 1

    def test_those_who_joined_another_are_judged_together(self, scene: Scene) -> None:
        """Most of their referrals go on there, though of Lee's own only a few."""
        scene.sends("A", 2, 0, 96, npi=ALVAREZ)
        scene.sends("A", 2, 0, 96, npi=LEE)
        scene.sends("B", 1, npi=NOVAK)
        scene.sends("B", 3, 96, npi=ALVAREZ)
        scene.sends("B", 0.5, 96, npi=LEE)
        briefing = scene.briefing()
        assert found(briefing).kind == "merged"
        assert not is_listed(briefing)

    def test_one_of_two_moved_and_is_most_of_the_fall(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 92, npi=ALVAREZ, name="Dr. Alvarez")
        scene.sends("A", 1, npi=LEE)
        scene.sends("B", 1, npi=NOVAK)
        scene.sends("B", 2, 92, npi=ALVAREZ, name="Dr. Alvarez")
        briefing = scene.briefing()
        assert (found(briefing).kind, found(briefing).who) == ("moved", "Dr. Alvarez")
        assert reason(briefing).startswith("Dr. Alvarez seems to have moved to Practice B")
        assert not is_listed(briefing)
        assert briefing.summaries[0].aliases == ()

    def test_a_provider_without_a_name_is_not_called_by_a_number(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 92, npi=ALVAREZ)
        scene.sends("A", 1, npi=LEE)
        scene.sends("B", 2, 92, npi=ALVAREZ)
        assert ALVAREZ not in reason(scene.briefing())

    def test_who_only_moved_in_part_explains_only_a_part(self, scene: Scene) -> None:
        """One of two equal providers moved; the other one stopped, too."""
        scene.sends("A", 2, 0, 92, npi=ALVAREZ, name="Dr. Alvarez")
        scene.sends("A", 2, 0, 92, npi=LEE)
        scene.sends("B", 1, npi=NOVAK)
        scene.sends("B", 2, 92, npi=ALVAREZ, name="Dr. Alvarez")
        briefing = scene.briefing()
        assert is_listed(briefing)
        assert "Dr. Alvarez seems to have moved" in reason(briefing)

    def test_a_name_that_many_share_follows_nobody(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 92, name="Dr. Lee")
        scene.sends("B", 1, name="Dr. Kim")
        scene.sends("B", 2, 92, name="Dr. Lee")
        briefing = scene.briefing()
        assert kind(briefing) is None
        assert is_listed(briefing)


class TestInsideAPractice:
    def test_the_others_took_over(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 92, npi=ALVAREZ, name="Dr. Alvarez")
        scene.sends("A", 2, 0, 92, npi=LEE)
        scene.sends("A", 4, 92, npi=LEE)
        briefing = scene.briefing()
        assert found(briefing).kind == "redistributed"
        assert "Dr. Alvarez has nearly stopped, and the others there send that much more." in (
            reason(briefing)
        )
        assert not is_listed(briefing)
        assert "A" not in briefing.evaluation.findings.parts
        assert counted(briefing) == {
            "has a provider who stopped while the others took over": 1,
        }

    def test_a_big_referrer_vanishes_while_the_total_nearly_holds(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 93, npi=ALVAREZ, name="Dr. Alvarez")
        scene.sends("A", 8, npi=LEE)
        briefing = scene.briefing()
        part = briefing.evaluation.findings.parts["A"]
        assert (part.kind, part.name, part.observed) == ("provider", "Dr. Alvarez", 0)
        assert not is_listed(briefing)
        [line] = briefing.digests[0].leaving
        assert line.name == "Practice A"
        assert line.text == (
            "Total about as ever, but referrals by Dr. Alvarez went from 2 a week to none since "
            "April 20."
        )

    def test_a_service_line_vanishes_while_the_total_holds(self, scene: Scene) -> None:
        scene.sends("A", 1.5, 0, 90, line="Spine")
        scene.sends("A", 5, line="Joint")
        scene.sends("A", 1.5, 90, line="Joint")
        briefing = scene.briefing()
        part = briefing.evaluation.findings.parts["A"]
        assert (part.kind, part.name) == ("service_line", "Spine")
        assert counted(briefing) == {"holds as a whole while a part of it is leaving": 1}

    def test_a_practice_that_falls_as_a_whole_is_a_drift(self, scene: Scene) -> None:
        scene.sends("A", 3, 0, 90, line="Spine")
        scene.sends("A", 3, 0, 90, line="Joint")
        briefing = scene.briefing()
        assert briefing.evaluation.findings.parts == {}
        assert is_listed(briefing)

    def test_a_lull_of_two_weeks_is_no_part_leaving(self, scene: Scene) -> None:
        scene.sends("A", 1.5, 0, 102, line="Spine")
        scene.sends("A", 5, line="Joint")
        assert scene.briefing().evaluation.findings.parts == {}
