"""People: who has what, who covers, what was decided; the other managers are told."""

from __future__ import annotations

from datetime import date

import pytest
from tests.builders.office import ANN, BEA, MANAGER, Office, card, form_of

from quietdrop.domain.assessment import Status
from quietdrop.domain.book import BookQuery, BookRow
from quietdrop.domain.decisions import DecisionKind

OTHER = "ned@example.com"


@pytest.fixture
def desk(office: Office) -> Office:
    digest = office.settings.digest.model_copy(update={"managers": (MANAGER, OTHER)})
    office.settings = office.settings.model_copy(update={"digest": digest})
    with office.store.begin() as conn:
        office.store.book.save(
            conn,
            [
                BookRow("P1", "Lakeside", ANN, Status.DRIFTING, "Ann Whitaker", territory="North"),
                BookRow("P3", "Harbor", ANN, Status.STEADY, "Ann Whitaker", territory="North"),
                BookRow("P9", "Willow", BEA, Status.STEADY, "Bea Ortiz", territory="South"),
            ],
        )
    office.sign_in()
    return office


def send(office: Office, **fields: str) -> int:
    form = form_of(office.client.get("/desk/people").text)
    return office.client.post("/desk/people", data={"form": form, **fields}).status_code


def test_each_liaison_stands_there_with_what_she_has(desk: Office) -> None:
    page = desk.client.get("/desk/people").text.partition("<tbody>")[2]
    ann = page[page.index("Ann Whitaker") : page.index("Bea Ortiz")]
    assert [n for n in ("2", "1") if f'<td class="number">{n}</td>' in ann] == ["2", "1"]
    assert "book?liaison=ann%40example.com" in page


def test_a_cover_is_decided_told_to_the_others_and_taken_back(desk: Office) -> None:
    assert send(desk, do="cover", away=ANN, by=BEA, first="2026-08-03", last="2026-08-14") == 303
    [decision] = desk.store.decisions.all()
    assert (decision.kind, decision.from_on, decision.decided_by) == (
        *(DecisionKind.COVER, date(2026, 8, 3), MANAGER),
    )
    words = "Bea Ortiz covers for Ann Whitaker from August 3 to August 14"
    assert words in desk.client.get("/desk/people").text
    [(recipient, mail)] = desk.posted
    assert recipient == OTHER
    assert words in " ".join(mail.text.split())
    assert send(desk, do="undo", decision=str(decision.id)) == 303
    assert words not in desk.client.get("/desk/people").text
    assert [entry.action for entry in desk.store.audit.entries()][:2] == ["undid", "decided"]


def test_an_assignment_of_a_practices_page_is_told_and_listed(desk: Office) -> None:
    form = form_of(desk.client.get("/desk/practice?id=P1").text)
    data = {"form": form, "do": "give", "liaison": BEA}
    assert desk.client.post("/desk/practice?id=P1", data=data).status_code == 303
    assert [recipient for recipient, _ in desk.posted] == [OTHER]
    page = desk.client.get("/desk/people").text
    assert 'practice?id=P1">Lakeside</a> given to Bea Ortiz' in page


def test_a_new_name_confirmed_and_taken_back_is_told_to_the_others(desk: Office) -> None:
    alike = card("P1", "Lakeside", ANN, alike_id="P3", alike_name="Harbor Clinic")
    with desk.store.begin() as conn:
        desk.store.cards.save(conn, [alike])
    page = "/desk/practice?id=P1"
    form = form_of(desk.client.get(page).text)
    desk.client.post(page, data={"form": form, "do": "same", "other": "P3"})
    [decision] = desk.store.decisions.all()
    desk.client.post(page, data={"form": form, "do": "undo", "decision": str(decision.id)})
    assert [recipient for recipient, _ in desk.posted] == [OTHER, OTHER]
    joined, undone = (" ".join(mail.text.split()) for _, mail in desk.posted)
    assert "Lakeside is the same practice as Harbor Clinic" in joined
    assert "Taken back: alias, about Lakeside" in undone


def test_a_territory_is_given_with_its_check_ins_but_for_what_was_given_one_by_one(
    desk: Office,
) -> None:
    send(desk, do="give", practice="Harbor Clinic", liaison=ANN)
    assert send(desk, do="territory", territory="North", liaison=BEA) == 303
    [_, decision] = desk.store.decisions.all()
    assert (decision.kind, decision.subject, decision.value) == ("territory", "North", BEA)
    owners = {row.practice_id: row.liaison for row in desk.store.book.rows(BookQuery())}
    assert owners == {"P1": BEA, "P3": ANN, "P9": BEA}
    assert "P1" in {one.practice_id for one in desk.store.checkins.open(BEA)}
    assert "Lakeside" in desk.client.get(desk.path(desk.mail.my_list(BEA))).text
    words = "North is Bea Ortiz’s territory"
    assert words in " ".join(desk.posted[-1][1].text.split())
    page = desk.client.get("/desk/people").text
    assert words in page
    assert "given to Bea Ortiz" in page
    assert "Ann Whitaker&nbsp;1, Bea Ortiz&nbsp;1" in page
    assert send(desk, do="undo", decision=str(decision.id)) == 303
    assert words not in desk.client.get("/desk/people").text
    assert (
        desk.store.audit.entries()[0].detail == f"decision {decision.id}, territory: North, {BEA}"
    )


@pytest.mark.parametrize("asked", ["P1", "Lakeside Family Medicine", "lakeside family medicine"])
def test_a_practice_is_given_by_its_name_or_id(desk: Office, asked: str) -> None:
    assert send(desk, do="give", practice=asked, liaison=BEA.upper()) == 303
    [decision] = desk.store.decisions.all()
    assert (decision.kind, decision.subject, decision.value) == ("assignment", "P1", BEA)
    assert [recipient for recipient, _ in desk.posted] == [OTHER]


def test_a_name_that_is_nearly_right_is_suggested(desk: Office) -> None:
    form = form_of(desk.client.get("/desk/people").text)
    data = {"form": form, "do": "give", "practice": "Harbour Clinic", "liaison": BEA}
    page = desk.client.post("/desk/people", data=data).text
    assert "Did you mean Harbor Clinic?" in page
    assert 'value="Harbour Clinic"' in page, "what was typed stays"


def test_a_liaisons_name_and_check_ins_are_decided(desk: Office) -> None:
    fields = {"liaison": ANN, "name": "Ann W. Ross", "budget": "4"}
    assert send(desk, do="liaison", **fields) == 303
    [decision] = desk.store.decisions.all()
    assert (decision.kind, decision.subject, decision.value) == ("liaison", ANN, "4 Ann W. Ross")
    words = f"{ANN} is called Ann W. Ross and gets 4 check-ins a week"
    assert words in desk.client.get("/desk/people").text
    assert words in " ".join(desk.posted[-1][1].text.split())


@pytest.mark.parametrize(
    "fields",
    [
        {"away": ANN, "by": ANN, "first": "2026-08-03"},
        {"away": "nobody", "by": ANN, "first": "2026-08-03"},
        {"away": ANN, "by": BEA, "first": ""},
        {"away": ANN, "by": BEA, "first": "2026-08-03", "last": "2026-08-02"},
        {"away": ANN, "by": BEA, "first": "2026-08-03", "last": "x"},
        {"do": "undo", "decision": "7"},
        {"do": "give", "practice": "Nowhere", "liaison": BEA},
        {"do": "give", "practice": "P1", "liaison": "nobody"},
        {"do": "give", "practice": "", "liaison": BEA},
        {"do": "territory", "territory": "West", "liaison": BEA},
        {"do": "territory", "territory": "", "liaison": BEA},
        {"do": "territory", "territory": "North", "liaison": ""},
        {"do": "liaison", "liaison": ANN},
        {"do": "liaison", "liaison": ANN, "budget": "101"},
        {"do": "liaison", "liaison": ANN, "budget": "-1"},
        {"do": "liaison", "liaison": "x", "name": "Ann"},
        {"do": "sell"},
    ],
)
def test_what_makes_no_sense_changes_nothing(desk: Office, fields: dict[str, str]) -> None:
    before = desk.tables()
    assert send(desk, **{"do": "cover", **fields}) == 422
    assert desk.tables() == before
    assert desk.posted == []


def test_nobody_covers_whom_mail_may_not_reach(desk: Office) -> None:
    digest = desk.settings.digest.model_copy(update={"allowed_domains": ("clinic.example",)})
    desk.settings = desk.settings.model_copy(update={"digest": digest})
    cover = {"do": "cover", "away": ANN, "first": "2026-08-03"}
    assert send(desk, by=BEA, **cover) == 422
    for field in ({"do": "give", "practice": "P1"}, {"do": "territory", "territory": "North"}):
        assert send(desk, liaison=BEA, **field) == 422
    assert desk.store.decisions.all() == []
    assert send(desk, by="cleo@clinic.example", **cover) == 303


def test_without_anybody_the_page_says_what_to_do(office: Office) -> None:
    office.sign_in()
    assert "Nobody looks after a practice yet" in office.client.get("/desk/people").text
