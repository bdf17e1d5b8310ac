"""A liaison's whole digest, from files: news, covers, who fell, who is no newcomer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.builders.scene import AS_OF, LIAISON, Scene

from quietdrop.checkins.history import History
from quietdrop.domain.checkin import CheckIn, Kind, State, Touch
from quietdrop.domain.digest import Item
from quietdrop.findings.good_news import its_turn
from quietdrop.messages.wording.phrasebook import phrase_book


class TestTogether:
    def test_news_reaches_whom_it_concerns_while_it_is_news(self, tmp_path: Path) -> None:
        scene = Scene(tmp_path)
        scene.sends("A", 2, 0, 92, line="Spine")
        text = "text,shown_from,shown_until,service_line\n"
        text += "Old news,2026-01-01,2026-07-05,\nA new clinic,2026-07-06,,\n"
        text += "Spine slots,,2026-07-06,spine\nHand slots,,,Hand\nLater,2026-07-07,,\n"
        (tmp_path / "news.csv").write_text(text)
        digest = scene.briefing('news = "news.csv"').digests[0]
        assert [(line.name, line.text) for line in digest.news] == [
            ("A new clinic", ""),
            ("Spine slots", "For Practice A."),
        ]

    def test_news_whose_day_cannot_be_read_is_left_out_and_counted(self, tmp_path: Path) -> None:
        scene = Scene(tmp_path)
        scene.sends("A", 2)
        text = "text,shown_from,shown_until\nToo soon?,2026-99-01,\nToo long?,,soon\nNow,,\n"
        (tmp_path / "news.csv").write_text(text)
        briefing = scene.briefing('news = "news.csv"')
        assert [line.name for line in briefing.digests[0].news] == ["Now"]
        assert briefing.intake.notes["news: row left out, not a day"] == 2

    def test_whoever_covers_has_the_list_and_is_told_for_whom(self, tmp_path: Path) -> None:
        scene = Scene(tmp_path)
        scene.sends("A", 2, 0, 92)
        text = "liaison_email,name,away_from,away_to,cover_email\n"
        text += "ann@clinic.example,Ann,2026-07-01,2026-08-03,ben@clinic.example\n"
        (tmp_path / "liaisons.csv").write_text(text)
        scene.assign("A", "ann@clinic.example")
        briefing = scene.briefing('liaisons = "liaisons.csv"')
        by = {digest.recipient: digest for digest in briefing.digests}
        [item] = by["ben@clinic.example"].items
        assert item.practice_id == "A"
        assert by["ben@clinic.example"].cover_for == "Ann, who is away until August 3"

    def test_who_fell_and_who_goes_on_as_ever(self, tmp_path: Path) -> None:
        scene = Scene(tmp_path)
        scene.sends("A", 3, 0, 92, npi="2000000001", name="Dr. Alvarez")
        scene.sends("A", 1, npi="2000000002", name="Dr. Lee")
        [item] = scene.briefing().digests[0].items
        assert item.who == "Dr. Alvarez 35 → 0 · Dr. Lee as ever"
        assert item.opening == phrase_book()["provider"].first


WEEK = timedelta(weeks=1)
LONG_OPEN = CheckIn(
    "A", "Practice A", LIAISON, Kind.DRIFT, AS_OF - 18 * WEEK, AS_OF - 20 * WEEK,
    baseline_per_week=3.0, remaining_share=0.5, expected=6.0, observed=3,
    notified_on=AS_OF - 18 * WEEK, id=2,
)  # fmt: skip


class TestLongOpen:
    """What a check-in of long ago says counts until now, not until it was opened."""

    def briefing(self, folder: Path, *before: CheckIn) -> Item:
        scene = Scene(folder)
        scene.sends("A", 3, 0, 84, npi="2000000001", name="Dr. Alvarez")
        history = History(checkins=(*before, LONG_OPEN), first_run=False)
        [item] = scene.briefing(history=history).digests[0].items
        return item

    def test_who_fell_is_set_against_all_that_was_expected_since(self, tmp_path: Path) -> None:
        assert self.briefing(tmp_path).who == "Dr. Alvarez 59 → 0"

    def test_the_sentence_counts_from_its_own_onset_too(self, tmp_path: Path) -> None:
        assert self.briefing(tmp_path).sentence.startswith("Usually 3 a week; none for 20 weeks.")
        scene = Scene(tmp_path)
        scene.sends("A", 3, 0, 84)
        scene.sends("A", 1, 84)
        history = History(checkins=(replace(LONG_OPEN, remaining_share=0.9),), first_run=False)
        [item] = scene.briefing(history=history).digests[0].items
        assert item.sentence.startswith(
            "Usually 3 a week; 20 since February 16, where 59 were expected."
        )
        assert item.sentence.endswith("Open for 18 weeks, and clearly worse now.")

    def test_an_earlier_check_in_of_the_practice_is_another_story(self, tmp_path: Path) -> None:
        earlier = replace(
            LONG_OPEN, opened_on=AS_OF - 60 * WEEK, onset=AS_OF - 62 * WEEK, state=State.RECOVERED,
            resolved_on=AS_OF - 40 * WEEK, id=1,
        )  # fmt: skip
        assert self.briefing(tmp_path, earlier).who == "Dr. Alvarez 59 → 0"


@pytest.mark.parametrize(
    ("changes", "handed"),
    [({"opened_on": AS_OF}, 1), ({"state": "recovered", "resolved_on": AS_OF}, 0)],
    ids=["opened", "came back"],
)
def test_a_day_judged_again_hands_over_what_is_open_and_only_that(
    tmp_path: Path, changes: dict[str, Any], handed: int
) -> None:
    scene = Scene(tmp_path)
    scene.sends("A", 3, 0, 84)
    scene.assign("A", "ben@clinic.example")
    before = replace(LONG_OPEN, **changes)
    plan = scene.briefing(history=History(checkins=(before,), first_run=False)).plan
    assert plan.handed_over == [replace(before, liaison="ben@clinic.example")] * handed


def test_who_is_still_to_be_seen_is_not_thanked_for_being_steady(tmp_path: Path) -> None:
    """A level that has become usual is steady again to the eye of a run."""
    asked = replace(LONG_OPEN, practice_id="D", practice_name="Practice D", remaining_share=0.3)
    visited = Touch(AS_OF - 17 * WEEK, "D", LIAISON, "visit")
    for checkins, thanked in (((), True), ((asked,), False)):
        scene = Scene(tmp_path)
        scene.sends("D", 3, 0, 40)
        scene.sends("D", 2.2, 40)
        history = History(checkins=checkins, touches=(visited,), first_run=False)
        digest = scene.briefing(history=history).digests[0]
        assert its_turn("D", AS_OF)
        assert [line.name for line in digest.still_open] == ([] if thanked else ["Practice D"])
        assert ("Practice D" in [line.name for line in digest.thanks]) is thanked


def test_a_new_name_of_an_old_friend_is_not_welcomed(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.sends("A", 2, 0, 95, npi="2000000001", name="Dr. Alvarez")
    scene.sends("D", 2, 95, npi="2000000001", name="Dr. Alvarez")
    scene.sends("F", 2, 95)
    digest = scene.briefing().digests[0]
    assert its_turn("D", AS_OF)
    assert its_turn("F", AS_OF)
    assert [line.name for line in digest.lookalikes] == ["Practice A"]
    assert [line.name for line in digest.growing] == ["Practice F"]
