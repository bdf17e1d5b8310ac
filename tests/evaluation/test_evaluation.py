"""What an evaluated date answers of a practice, a liaison or a check-in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pandas as pd
from tests.builders.counted import AS_OF, counted

from quietdrop.checkins.history import History
from quietdrop.checkins.plan import Plan
from quietdrop.domain.checkin import CheckIn, Kind, Touch
from quietdrop.domain.directory import Liaison, Person, Practice
from quietdrop.domain.intake import Intake
from quietdrop.evaluation.evaluation import Evaluation

ANN, BEN = "ann@x.example", "ben@x.example"
COUNTS = pd.DataFrame(
    {
        "practice_id": ["B", "A", "B", "A", "C"],
        "day": [5, 4, 3, 2, 1],
        "referrals": [1, 2, 3, 4, 5],
    }
)
INTAKE = Intake(
    COUNTS,
    {
        "A": Practice("A", "Lake", ANN, territory="North"),
        "B": Practice("B", "Hill", ANN, territory="South"),
        "C": Practice("C", "Elm", BEN),
    },
    {ANN: Liaison(ANN, "Ann")},
    (),
    5,
    AS_OF,
    people=(Person("A", "1", "Dr. One"), Person("B", "2", "Dr. Two"), Person("A", "3", "Three")),
)


def checkin(practice_id: str, outcome: str = "", days_ago: int = 0) -> CheckIn:
    day = AS_OF - timedelta(days=days_ago)
    return CheckIn(practice_id, practice_id, ANN, Kind.DRIFT, day, outcome=outcome)


def of(plan: Plan | None = None, history: History | None = None) -> Evaluation:
    return Evaluation(
        intake=INTAKE,
        counts=COUNTS,
        assessed=counted({"A": [1.0], "B": [1.0], "C": [1.0]}),
        streams=[],
        history=history or History(),
        plan=plan or Plan(),
        liaison_of={"A": ANN, "C": BEN, "B": ANN},
        faults=[],
    )


def test_a_practice_has_its_own_rows_in_their_order() -> None:
    evaluation = of()
    assert evaluation.sent_by("A").to_numpy().tolist() == [["A", 4, 2], ["A", 2, 4]]
    assert evaluation.sent_by("B").to_numpy().tolist() == [["B", 5, 1], ["B", 3, 3]]
    assert evaluation.sent_by("C").to_numpy().tolist() == [["C", 1, 5]]
    assert evaluation.sent_by("nobody").empty
    nothing = replace(evaluation, counts=COUNTS[:0])
    assert nothing.sent_by("A").empty


def test_who_is_where() -> None:
    evaluation = of()
    assert evaluation.as_of == AS_OF
    assert evaluation.liaison_names == {ANN: "Ann"}
    assert [person.npi for person in evaluation.people_of("A")] == ["1", "3"]
    assert evaluation.people_of("C") == []
    assert evaluation.practices_of(ANN) == ["A", "B"]
    assert evaluation.practices_of("") == []
    assert evaluation.territories_of(ANN) == {"North", "South"}
    assert evaluation.territories_of(BEN) == set()


def test_touches_are_those_of_the_practice() -> None:
    touches = (Touch(AS_OF, "A"), Touch(AS_OF, "B"))
    evaluation = of(history=History(touches=touches))
    assert evaluation.touches_of("A") == [touches[0]]
    assert evaluation.touches_of("C") == []


def test_who_is_asked_about_now_and_who_came_back() -> None:
    names = ("opened", "worse", "unanswered", "reminded", "waiting", "aging", "asleep")
    plan = Plan(**{name: [checkin(name)] for name in names}, recovered=[checkin("back")])  # type: ignore[arg-type]
    evaluation = of(plan)
    assert evaluation.open_now == set(names)
    assert evaluation.recovered == {"back"}


def test_a_check_in_is_as_this_date_leaves_it() -> None:
    before = (checkin("A", "of before", 9), checkin("A", "today", 0), checkin("B", "of before", 9))
    told_anew = checkin("B", "worse", 9)
    evaluation = of(Plan(opened=[checkin("A", "opened")], worse=[told_anew]), History(before))
    assert evaluation.checkin_of(before[0].key) == before[0]
    assert evaluation.checkin_of(checkin("A").key) == checkin("A", "opened")
    assert evaluation.checkin_of(told_anew.key) == told_anew
    assert evaluation.checkin_of(checkin("C").key) is None


def test_a_liaison_is_told_of_the_lines_that_she_speaks_for() -> None:
    """Ben covers for Ann: of her practices he is told of her lines. He has no row of his own, and
    D has no liaison in the directory but Ann by default."""
    practices = {**INTAKE.practices, "D": Practice("D", "Oak")}
    ann = Liaison(ANN, "Ann", service_lines=("Spine",))
    intake = replace(INTAKE, practices=practices, liaisons={ANN: ann})
    covered = {"A": BEN, "C": BEN, "D": ANN}
    evaluation = replace(of(), intake=intake, liaison_of=covered)
    for practice_id, speaks_for_all in (("A", False), ("C", True), ("D", False), ("nobody", True)):
        assert evaluation.is_told_of(practice_id, "Joint") is speaks_for_all
        assert evaluation.is_told_of(practice_id, "Spine")
