"""Good news beside the drops: of whom it may be told, in an evaluation that is set by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import pytest
from tests.builders.counted import AS_OF, counted

from quietdrop.checkins.history import History
from quietdrop.checkins.plan import Plan
from quietdrop.domain.assessment import Status
from quietdrop.domain.checkin import CheckIn, Kind
from quietdrop.domain.digest import Digest, Line
from quietdrop.domain.directory import Liaison, Practice
from quietdrop.domain.findings import Findings, Lookalike
from quietdrop.domain.intake import Intake
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.messages.sections import with_sections
from quietdrop.messages.wording.phrasebook import phrase_book

HER = "ann@clinic.org"
BOOK = phrase_book()
NEW = [0.0] * 9 + [2.0]  # the third referral came last week
HUNDRED = [1.0] * 99  # and the very first before
WELCOME = "New to us: 3 patients so far. Get to know them."
COLUMNS = ["practice_id", "provider", "service_line", "day", "referrals"]


def digest(
    weeks: Mapping[str, Sequence[float]],
    *,
    status: Mapping[str, Status] | None = None,
    findings: Findings | None = None,
    plan: Plan | None = None,
    owner: Mapping[str, str] | None = None,
    liaisons: Mapping[str, Liaison] | None = None,
    came_back: tuple[Line, ...] = (),
) -> Digest:
    """Her digest, whose practices are called as their keys."""
    practices = {key: Practice(key, key, liaison=(owner or {}).get(key, HER)) for key in weeks}
    counts = pd.DataFrame(columns=COLUMNS)
    figures: Any = {key: {"status": one} for key, one in (status or {}).items()}
    of = Evaluation(
        intake=Intake(counts, practices, dict(liaisons or {}), (), 0, None),
        counts=counts,
        assessed=counted(weeks, figures),
        streams=[],
        history=History(),
        plan=plan or Plan(),
        liaison_of=dict.fromkeys(weeks, HER),
        faults=[],
        findings=findings or Findings(),
    )
    bare = Digest(HER, "Ann", AS_OF, "", (), (), came_back, (), 0, None, 0)
    return with_sections(of, bare, BOOK)


def like(key: str, kind: Any, other: str = "") -> Findings:
    return Findings(lookalikes={key: Lookalike(kind, key, other_id=other)})


def test_who_is_new_is_welcomed() -> None:
    assert digest({"Lake": NEW}).growing == (Line("Lake", WELCOME, practice_id="Lake"),)


def test_who_goes_on_under_another_name_is_nobody_new() -> None:
    shown = digest({"Hill": NEW, "Lake": NEW}, findings=like("Old Lake", "renamed", "Lake"))
    assert [line.name for line in shown.growing] == ["Hill"]
    unnamed = digest({"Lake": NEW}, findings=like("Old", "absence"))
    assert [line.name for line in unnamed.growing] == ["Lake"]


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        (like("Lake", "absence"), []),
        (like("Lake", "batch"), ["Lake"]),
        (like("Hill", "absence"), ["Lake"]),
    ],
)
def test_good_news_of_what_looks_like_a_fall_is_kept_back(
    findings: Findings, expected: list[str]
) -> None:
    assert [line.name for line in digest({"Lake": NEW}, findings=findings).growing] == expected


@pytest.mark.parametrize("status", [Status.STEADY, Status.NEW, Status.DRIFTING, Status.WATCHING])
def test_good_news_of_who_falls_is_kept_back(status: Status) -> None:
    shown = digest({"Lake": NEW}, status={"Lake": status})
    assert bool(shown.growing) is (status in (Status.STEADY, Status.NEW))


def test_nor_is_it_told_of_who_is_visited_closed_or_back() -> None:
    checkin = CheckIn("Lake", "Lake", HER, Kind.DRIFT, AS_OF)
    for plan in (Plan(opened=[checkin]), Plan(closed={"Lake"}), Plan(recovered=[checkin])):
        shown = digest({"Lake": NEW, "Hill": NEW}, plan=plan)
        assert [line.name for line in shown.growing] == ["Hill"]


def test_a_milestone_is_thanked_for() -> None:
    (line,) = digest({"Lake": HUNDRED}).thanks
    bring = BOOK["thanks"].bring.rstrip(".")
    how = f"{bring[:1].upper()}{bring[1:]}."
    assert line == Line(
        "Lake", f"Their hundredth patient came last week. {how}", practice_id="Lake"
    )


def test_who_is_welcomed_is_not_thanked_as_well() -> None:
    shown = digest({"Lake": [0.0] * 9 + [99.0]})
    assert (len(shown.growing), shown.thanks) == (1, ())


def test_who_came_back_is_greeted_in_our_words() -> None:
    shown = digest({"Lake": NEW}, came_back=(Line("Hill", "Back again."),))
    first = BOOK["thanks"].first
    assert shown.came_back == (Line("Hill", f"Back again. Say: “{first}”"),)


def test_whose_practices_are_here_besides() -> None:
    bea, cid = "bea@clinic.org", "cid@clinic.org"
    liaisons = {
        bea: Liaison(bea, "Bea", away_to=date(2026, 8, 3)),
        cid: Liaison(cid, ""),
        HER: Liaison(HER, "Ann"),
    }
    owner = {"A": cid, "B": bea, "C": "", "D": HER, "E": "nobody@clinic.org"}
    shown = digest(dict.fromkeys(owner, NEW), owner=owner, liaisons=liaisons)
    assert shown.cover_for == "Bea, who is away until August 3; cid@clinic.org, who is away"
    assert digest({"D": NEW}, liaisons=liaisons).cover_for == ""
