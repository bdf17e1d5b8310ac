"""What a digest says beside the drops, of an evaluation that is set by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest
from tests.builders.counted import AS_OF, counted

from quietdrop.checkins.history import History
from quietdrop.checkins.plan import Plan
from quietdrop.domain.checkin import CheckIn, Kind
from quietdrop.domain.days import EPOCH
from quietdrop.domain.digest import Item
from quietdrop.domain.directory import LeftBy, Person, Practice
from quietdrop.domain.intake import Intake
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.messages.sections import in_full
from quietdrop.messages.wording.phrasebook import phrase_book

WEEK, DAY = timedelta(weeks=1), timedelta(days=1)
BOOK = phrase_book()
ONSET = AS_OF - 10 * WEEK
CHECKIN = CheckIn("A", "Lake", "", Kind.DRIFT, AS_OF, onset=ONSET, baseline_per_week=2.0)
ITEM = Item("A", "Lake", "", "", "", checkin=CHECKIN.key)
NAMES = {"1": "Dr. Lee", "2": "Dr. Roe", "3": "Dr. Poe"}
Sent = tuple[str, int, int]  # provider, days after the onset, referrals


def evaluation(
    *sent: Sent, people: tuple[Person, ...] = (), opened: CheckIn = CHECKIN
) -> Evaluation:
    """The check-in's ten weeks promise twenty referrals."""
    begin = (ONSET - EPOCH).days
    rows = [("A", who, begin + after, number) for who, after, number in sent]
    counts = pd.DataFrame(rows, columns=["practice_id", "provider", "day", "referrals"])
    practices = {"A": Practice("A", "Lake")}
    intake = Intake(counts, practices, {}, (), 0, None, people=people, provider_names=NAMES)
    return Evaluation(
        intake=intake,
        counts=counts,
        assessed=counted({"A": [2.0] * 60}),
        streams=[],
        history=History(),
        plan=Plan(opened=[opened]),
        liaison_of={"A": ""},
        faults=[],
    )


def said(*sent: Sent, item: Item = ITEM, people: tuple[Person, ...] = ()) -> tuple[str, str]:
    """Who fell, and the cause by whose phrase it is opened."""
    full = in_full(evaluation(*sent, people=people), item, BOOK)
    cause = next(cause for cause, phrase in BOOK.items() if phrase.first == full.opening)
    assert full.bring == BOOK[cause].bring
    return full.who, cause


class TestProviders:
    BOTH: tuple[Sent, ...] = (("1", -9, 50), ("2", -9, 50))

    @pytest.mark.parametrize(
        ("came", "who", "cause"),
        [
            (0, "Dr. Lee 10 → 0 · Dr. Roe as ever", "provider"),
            (6, "Dr. Lee 10 → 6 · Dr. Roe as ever", "provider"),
            (7, "Dr. Lee as ever · Dr. Roe as ever", "nothing"),
        ],
    )
    def test_who_fell_more_than_the_rest(self, came: int, who: str, cause: str) -> None:
        assert said(*self.BOTH, ("1", 0, came), ("2", 0, 10)) == (who, cause)

    def test_where_all_fell_nobody_is_the_cause(self) -> None:
        assert said(*self.BOTH) == ("Dr. Lee 10 → 0 · Dr. Roe 10 → 0", "nothing")

    @pytest.mark.parametrize(
        ("small", "who"), [(10, "Dr. Lee as ever · Dr. Roe 2 → 0"), (9, "Dr. Lee as ever")]
    )
    def test_a_tenth_is_enough_to_be_named(self, small: int, who: str) -> None:
        assert said(("1", -9, 100 - small), ("2", -9, small), ("1", 0, 18))[0] == who

    def test_of_two_expected_a_fall_can_be_seen(self) -> None:
        """A tenth of 19.8 are 1.98."""
        checkin = replace(CHECKIN, baseline_per_week=1.98)
        of = evaluation(("1", -9, 90), ("2", -9, 10), ("1", 0, 18), opened=checkin)
        assert in_full(of, ITEM, BOOK).who == "Dr. Lee as ever · Dr. Roe as ever"

    @pytest.mark.parametrize(("days", "counts"), [(-364, True), (-365, False), (-1, True)])
    def test_the_year_before_the_onset_counts(self, days: int, counts: bool) -> None:
        who, _ = said(("1", -9, 50), ("2", days, 50), ("1", 0, 20))
        assert ("Dr. Roe" in who) is counts

    def test_four_are_named_the_largest_first_and_nobody_without_a_name(self) -> None:
        sent = [(str(n), -9, 30 - n) for n in range(1, 6)]
        assert said(*sent)[0] == "Dr. Lee 4 → 0 · Dr. Roe 4 → 0 · Dr. Poe 4 → 0"
        people = tuple(Person("A", str(n), f"P{n}", "NP") for n in (4, 5))
        assert said(*sent, people=people)[0].endswith("Dr. Poe 4 → 0 · NP P4 4 → 0")

    @pytest.mark.parametrize(
        ("name", "role", "called"),
        [("Lee", "NP", "NP Lee"), ("Lee", "", "Dr. Lee"), ("", "NP", "Dr. Lee")],
    )
    def test_a_role_stands_before_a_name(self, name: str, role: str, called: str) -> None:
        people = (Person("A", "1", name, role),)
        assert said(("1", -9, 50), ("1", 0, 20), people=people)[0] == f"{called} as ever"

    def test_of_two_who_sent_as_many_the_first_key_is_first(self) -> None:
        assert said(*self.BOTH[::-1])[0] == said(*self.BOTH)[0]

    def test_of_a_practice_that_is_gone_from_the_data_nobody_is_named(self) -> None:
        gone = replace(CHECKIN, practice_id="B")
        of = evaluation(*self.BOTH, opened=gone)
        item = replace(ITEM, practice_id="B", checkin=gone.key)
        assert in_full(of, item, BOOK).who == ""

    def test_without_a_past_an_onset_or_a_check_in_nobody_is_named(self) -> None:
        assert said(("1", 0, 5)) == ("", "nothing")
        assert said(*self.BOTH, item=replace(ITEM, checkin=None)) == ("", "nothing")
        no_onset = evaluation(*self.BOTH, opened=replace(CHECKIN, onset=None))
        assert in_full(no_onset, ITEM, BOOK).who == ""


class TestCauses:
    @pytest.mark.parametrize(
        ("left_on", "cause"),
        [
            (None, "nothing"),
            (AS_OF, "staff"),
            (AS_OF + DAY, "nothing"),
            (AS_OF - 13 * WEEK, "staff"),
            (AS_OF - 13 * WEEK - DAY, "nothing"),
        ],
    )
    def test_somebody_who_left_within_thirteen_weeks(
        self, left_on: date | None, cause: str
    ) -> None:
        assert said(people=(Person("A", "9", "Kim", left_on=left_on),)) == ("", cause)

    def test_what_nppes_says_stands_after_what_the_item_had(self) -> None:
        gone = Person("A", "9", "Kim", left_on=AS_OF - 5 * WEEK, left_by=LeftBy.DEACTIVATED)
        words, cause = said(people=(gone,), item=replace(ITEM, who="Mostly Dr. Lee"))
        assert words == "Mostly Dr. Lee. Kim: NPI deactivated June 1, by NPPES"
        assert cause == "staff"

    def test_a_complaint_goes_first_and_a_line_is_one_of_the_last(self) -> None:
        line = replace(ITEM, what="Mostly Spine referrals")
        assert said(item=line) == ("", "service_line")
        assert said(item=replace(line, is_complaint=True)) == ("", "complaint")
