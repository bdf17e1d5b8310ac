"""People: who has what, who covers, what was decided; the other managers are told."""

from __future__ import annotations

from datetime import date

import pytest
from tests.builders.office import ANN, BEA, MANAGER, Office, card, form_of

from quietdrop.domain.book import BookRow
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
                BookRow("P1", "Lakeside", ANN, "drifting", liaison_name="Ann Whitaker"),
                BookRow("P3", "Harbor", ANN, "steady", liaison_name="Ann Whitaker"),
                BookRow("P9", "Willow", BEA, "steady", liaison_name="Bea Ortiz"),
            ],
        )
    office.sign_in()
    return office


def send(office: Office, **fields: str) -> int:
    form = form_of(office.client.get("/desk/people").text)
    return office.client.post("/desk/people", data={"form": form, **fields}).status_code


def test_each_liaison_stands_there_with_what_she_has(desk: Office) -> None:
    page = desk.client.get("/desk/people").text
    ann = page[page.index("Ann Whitaker") : page.index("Bea Ortiz")]
    assert [n for n in ("2", "1") if f'<td class="number">{n}</td>' in ann] == ["2", "1"]
    assert "book?liaison=ann%40example.com" in page


def test_a_cover_is_decided_told_to_the_others_and_taken_back(desk: Office) -> None:
    assert send(desk, do="cover", away=ANN, by=BEA, first="2026-08-03", last="2026-08-14") == 303
    [decision] = desk.store.decisions.all()
    assert (decision.kind, decision.from_on, decision.decided_by) == (
        *(DecisionKind.COVER, date(2026, 8, 3), MANAGER),
    )
    words = "Bea Ortiz covers for Ann Whitaker from 2026-08-03 to 2026-08-14"
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


@pytest.mark.parametrize(
    "fields",
    [
        {"away": ANN, "by": ANN, "first": "2026-08-03"},
        {"away": "nobody", "by": ANN, "first": "2026-08-03"},
        {"away": ANN, "by": BEA, "first": ""},
        {"away": ANN, "by": BEA, "first": "2026-08-03", "last": "2026-08-02"},
        {"away": ANN, "by": BEA, "first": "2026-08-03", "last": "x"},
        {"do": "undo", "decision": "7"},
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
    assert desk.store.decisions.all() == []
    assert send(desk, by="cleo@clinic.example", **cover) == 303


def test_without_anybody_the_page_says_what_to_do(office: Office) -> None:
    office.sign_in()
    assert "Nobody looks after a practice yet" in office.client.get("/desk/people").text
