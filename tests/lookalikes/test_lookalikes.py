"""What looks like a drift and is none: named, told in its own words, counted, not listed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.lookalikes.scene import AS_OF, Scene

from quietdrop.judge import Judged
from quietdrop.model import Lookalike

ALVAREZ, LEE, NOVAK = "2000000001", "2000000002", "2000000003"


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """A folder with nothing in it yet but thirty steady practices."""
    return Scene(tmp_path)


def found(judged: Judged, key: str = "A") -> Lookalike:
    return judged.decided.lookalikes[key]


def kind(judged: Judged, key: str = "A") -> str | None:
    like = judged.decided.lookalikes.get(key)
    return like.kind if like else None


def reason(judged: Judged, key: str = "A") -> str:
    return str(judged.table.set_index("practice_id").loc[key, "reason"])


def is_listed(judged: Judged, key: str = "A") -> bool:
    return bool(judged.table.set_index("practice_id").loc[key, "listed"])


def told(judged: Judged) -> list[str]:
    """The practices that the liaison's digest names beside the check-ins."""
    return [line.name for line in judged.digests[0].lookalikes]


def counted(judged: Judged) -> dict[str, int]:
    return dict(judged.summaries[0].lookalikes)


def test_without_any_of_it_a_stop_is_a_drift(scene: Scene) -> None:
    scene.sends("A", 2, 0, 92, npi=ALVAREZ)
    judged = scene.judged()
    assert kind(judged) is None
    assert is_listed(judged)


class TestRenamed:
    def test_the_same_provider_goes_on_under_a_new_name(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 92, npi=ALVAREZ)
        scene.sends("B", 2, 92, npi=ALVAREZ)
        judged = scene.judged()
        assert found(judged).kind == "renamed"
        assert not is_listed(judged)
        assert reason(judged).startswith("Looks renamed: Practice B began when they stopped")
        assert "%" not in reason(judged)  # no odds of a drop that is none
        assert told(judged) == ["Practice A"]
        assert counted(judged) == {"looks renamed": 1}

    def test_an_alias_is_proposed_to_the_manager_and_never_made(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 92, npi=ALVAREZ)
        scene.sends("B", 2, 92, npi=ALVAREZ)
        judged = scene.judged()
        [(name, line)] = judged.summaries[0].aliases
        assert name == "Practice A"
        assert 'add "A" to the aliases of "B"' in line
        assert {"A", "B"} <= set(judged.table["practice_id"])

    @pytest.mark.parametrize(
        ("own", "other"),
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
        self, scene: Scene, own: dict[str, str], other: dict[str, str]
    ) -> None:
        scene.practice("A", **own)
        scene.practice("B", **other)
        scene.sends("A", 2, 0, 92)
        scene.sends("B", 2, 92)
        assert kind(scene.judged()) == "renamed"

    @pytest.mark.parametrize(
        ("own", "other"),
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
            "a neighbour in the house",
            "a kindred clinic",
            "legal forms alone",
        ],
    )
    def test_what_is_only_near_is_a_drift(
        self, scene: Scene, own: dict[str, str], other: dict[str, str]
    ) -> None:
        scene.practice("A", **own)
        scene.practice("B", **other)
        scene.sends("A", 2, 0, 92)
        scene.sends("B", 2, 92)
        assert is_listed(scene.judged())

    @pytest.mark.parametrize(("began", "named"), [(89, True), (87, False), (101, True)])
    def test_the_new_name_begins_beside_the_end_of_the_old(
        self, scene: Scene, began: int, named: bool
    ) -> None:
        """Four weeks before the onset at the earliest."""
        scene.practice("A", phone="(555) 010-2030")
        scene.practice("B", phone="(555) 010-2030")
        scene.sends("A", 2, 0, 92)
        scene.sends("B", 2, began)
        assert (kind(scene.judged()) == "renamed") is named

    @pytest.mark.parametrize(("a_week", "named"), [(1.25, True), (0.5, False)])
    def test_the_new_name_brings_at_least_half(
        self, scene: Scene, a_week: float, named: bool
    ) -> None:
        scene.practice("A", phone="(555) 010-2030")
        scene.practice("B", phone="(555) 010-2030")
        scene.sends("A", 2, 0, 92)
        scene.sends("B", a_week, 92)
        assert (kind(scene.judged()) == "renamed") is named

    def test_a_hostile_name_stays_text(self, scene: Scene) -> None:
        scene.practice("A", "<script>alert(1)</script>\r\nBcc: x@evil.example")
        scene.sends("A", 2, 0, 92, npi=ALVAREZ)
        scene.practice("B", "{0.__class__} {other}")
        scene.sends("B", 2, 92, npi=ALVAREZ)
        said = reason(scene.judged())
        assert "{0.__class__} {other} began" in said
        assert "\n" not in said


class TestMergedAndMoved:
    def test_all_providers_go_on_at_an_older_practice(self, scene: Scene) -> None:
        for npi in (ALVAREZ, LEE):
            scene.sends("A", 1.5, 0, 92, npi=npi)
            scene.sends("B", 1.5, 92, npi=npi)
        scene.sends("B", 1, npi=NOVAK)
        judged = scene.judged()
        assert found(judged).kind == "merged"
        assert "2 of their 2 referring providers" in reason(judged)
        assert not is_listed(judged)
        assert counted(judged) == {"looks merged into another practice": 1}
        assert len(judged.summaries[0].aliases) == 1

    def test_those_who_joined_another_are_judged_together(self, scene: Scene) -> None:
        """Most of their referrals go on there, though of Lee's own only a few."""
        scene.sends("A", 2, 0, 96, npi=ALVAREZ)
        scene.sends("A", 2, 0, 96, npi=LEE)
        scene.sends("B", 1, npi=NOVAK)
        scene.sends("B", 3, 96, npi=ALVAREZ)
        scene.sends("B", 0.5, 96, npi=LEE)
        judged = scene.judged()
        assert found(judged).kind == "merged"
        assert not is_listed(judged)

    def test_one_of_two_moved_and_is_most_of_the_fall(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 92, npi=ALVAREZ, name="Dr. Alvarez")
        scene.sends("A", 1, npi=LEE)
        scene.sends("B", 1, npi=NOVAK)
        scene.sends("B", 2, 92, npi=ALVAREZ, name="Dr. Alvarez")
        judged = scene.judged()
        assert (found(judged).kind, found(judged).who) == ("moved", "Dr. Alvarez")
        assert reason(judged).startswith("Dr. Alvarez seems to have moved to Practice B")
        assert not is_listed(judged)
        assert judged.summaries[0].aliases == ()

    def test_a_provider_without_a_name_is_not_called_by_a_number(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 92, npi=ALVAREZ)
        scene.sends("A", 1, npi=LEE)
        scene.sends("B", 2, 92, npi=ALVAREZ)
        assert ALVAREZ not in reason(scene.judged())

    def test_who_only_moved_in_part_explains_only_a_part(self, scene: Scene) -> None:
        """One of two equal providers moved; the other one stopped, too."""
        scene.sends("A", 2, 0, 92, npi=ALVAREZ, name="Dr. Alvarez")
        scene.sends("A", 2, 0, 92, npi=LEE)
        scene.sends("B", 1, npi=NOVAK)
        scene.sends("B", 2, 92, npi=ALVAREZ, name="Dr. Alvarez")
        judged = scene.judged()
        assert is_listed(judged)
        assert "Dr. Alvarez seems to have moved" in reason(judged)

    def test_a_name_that_many_share_follows_nobody(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 92, name="Dr. Lee")
        scene.sends("B", 1, name="Dr. Kim")
        scene.sends("B", 2, 92, name="Dr. Lee")
        judged = scene.judged()
        assert kind(judged) is None
        assert is_listed(judged)


class TestInsideAPractice:
    def test_the_others_took_over(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 92, npi=ALVAREZ, name="Dr. Alvarez")
        scene.sends("A", 2, 0, 92, npi=LEE)
        scene.sends("A", 4, 92, npi=LEE)
        judged = scene.judged()
        assert found(judged).kind == "redistributed"
        assert "Dr. Alvarez has nearly stopped, and the others there send that much more." in (
            reason(judged)
        )
        assert not is_listed(judged)
        assert "A" not in judged.decided.parts
        assert counted(judged) == {
            "has a provider who stopped while the others took over": 1,
        }

    def test_a_big_referrer_vanishes_while_the_total_nearly_holds(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 93, npi=ALVAREZ, name="Dr. Alvarez")
        scene.sends("A", 8, npi=LEE)
        judged = scene.judged()
        part = judged.decided.parts["A"]
        assert (part.kind, part.name, part.observed) == ("provider", "Dr. Alvarez", 0)
        assert not is_listed(judged)
        [line] = judged.digests[0].leaving
        assert line.name == "Practice A"
        assert line.text == (
            "Total about as ever, but referrals by Dr. Alvarez went from 2 a week to none since "
            "20 April."
        )

    def test_a_service_line_vanishes_while_the_total_holds(self, scene: Scene) -> None:
        scene.sends("A", 1.5, 0, 90, line="Spine")
        scene.sends("A", 5, line="Joint")
        scene.sends("A", 1.5, 90, line="Joint")
        judged = scene.judged()
        part = judged.decided.parts["A"]
        assert (part.kind, part.name) == ("service_line", "Spine")
        assert counted(judged) == {"holds as a whole while a part of it is leaving": 1}

    def test_a_practice_that_falls_as_a_whole_is_a_drift(self, scene: Scene) -> None:
        scene.sends("A", 3, 0, 90, line="Spine")
        scene.sends("A", 3, 0, 90, line="Joint")
        judged = scene.judged()
        assert judged.decided.parts == {}
        assert is_listed(judged)

    def test_a_lull_of_two_weeks_is_no_part_leaving(self, scene: Scene) -> None:
        scene.sends("A", 1.5, 0, 102, line="Spine")
        scene.sends("A", 5, line="Joint")
        assert scene.judged().decided.parts == {}


class TestAbsence:
    def test_a_short_silence_is_told_as_one(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 101)
        judged = scene.judged()
        assert found(judged).kind == "absence"
        assert not is_listed(judged)
        assert "perhaps a vacation" in reason(judged)
        assert counted(judged) == {"seems away for a short while": 1}

    def test_it_is_told_when_some_silence_is_likely_and_a_short_one_the_likeliest(
        self, scene: Scene
    ) -> None:
        scene.sends("A", 1.5, 0, 103)
        judged = scene.judged()
        row = judged.assessed.figures("A")
        assert row["absence_probability"] < 0.5
        assert row["absence_probability"] > row["drift_probability"]
        assert kind(judged) == "absence"

    def test_one_empty_week_of_a_slow_referrer_is_nothing(self, scene: Scene) -> None:
        scene.sends("A", 1, 0, 103)
        assert kind(scene.judged()) is None

    def test_eight_weeks_are_no_vacation(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 96)
        assert is_listed(scene.judged())


class TestOurOwnDoing:
    def test_what_our_closed_location_did_not_get_is_no_fall(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 99, location="North")
        scene.closures.append((AS_OF - timedelta(weeks=5), AS_OF, "North"))
        judged = scene.judged()
        assert found(judged).kind == "closure"
        assert not is_listed(judged)
        assert "That is our doing, not theirs." in reason(judged)
        assert counted(judged) == {"sent fewer while we were closed": 1}

    @pytest.mark.parametrize(("closed", "faults"), [("North", 0), ("South", 1)])
    def test_a_location_that_we_closed_ourselves_is_no_broken_feed(
        self, scene: Scene, closed: str, faults: int
    ) -> None:
        for key in "ABC":
            scene.sends(key, 3, 0, 99, location="North")
            scene.sends(key, 3, 99, location="Main")
        scene.closures.append((AS_OF - timedelta(weeks=5), AS_OF, closed))
        assert len(scene.judged().decided.faults) == faults

    def test_another_location_that_was_closed_explains_nothing(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 96, location="North")
        scene.closures.append((AS_OF - timedelta(weeks=8), AS_OF, "South"))
        judged = scene.judged()
        assert kind(judged) is None
        assert is_listed(judged)


class TestBatch:
    def test_a_health_fair_inflates_no_baseline(self, scene: Scene) -> None:
        scene.sends("A", 1)
        scene.sends("A", 40, 95, 96)
        judged = scene.judged()
        assert found(judged).kind == "batch"
        assert not is_listed(judged)
        assert reason(judged).startswith("Usually 1 a week")
        assert "One very large week, that of 4 May, is left out" in reason(judged)
        assert counted(judged) == {"had one very large week, left out of its usual rate": 1}

    @pytest.mark.parametrize(("size", "named"), [(17, True), (15, False)])
    def test_eight_times_the_usual_and_eight_more(
        self, scene: Scene, size: int, named: bool
    ) -> None:
        """With one a week before: 1 + 16 is very large, 1 + 14 is not."""
        scene.sends("A", 1)
        scene.sends("A", size, 95, 96)
        assert (kind(scene.judged()) == "batch") is named

    def test_a_drift_after_a_batch_is_found(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 94)
        scene.sends("A", 60, 80, 81)
        assert is_listed(scene.judged())


class TestHoneymoon:
    def test_the_first_weeks_of_a_new_practice_were_high(self, scene: Scene) -> None:
        scene.sends("A", 8, 74, 82)
        scene.sends("A", 2, 82)
        judged = scene.judged()
        assert found(judged).kind == "honeymoon"
        assert not is_listed(judged)
        assert reason(judged).startswith("Usually 2 a week")
        assert "Their first weeks were busier than the rest" in reason(judged)
        assert counted(judged) == {"is calmer now than in its first weeks": 1}

    def test_a_new_practice_that_stops_is_a_drift(self, scene: Scene) -> None:
        scene.sends("A", 8, 70, 82)
        judged = scene.judged()
        assert kind(judged) is None
        assert is_listed(judged)

    def test_an_old_practices_high_weeks_are_no_honeymoon(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 60)
        scene.sends("A", 8, 60, 90)
        scene.sends("A", 2, 90)
        assert kind(scene.judged()) != "honeymoon"
