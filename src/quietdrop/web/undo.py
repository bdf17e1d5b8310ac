"""The forms that undo what was recorded about a practice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from quietdrop.web.context import Desk, mark_of
from quietdrop.web.forms import FORM_LASTS


@dataclass(frozen=True)
class UndoForm:
    """The target and fields of a form with one button."""

    url: str
    fields: Mapping[str, str]


Undo = Callable[[int], UndoForm]  # by the number of what was recorded


def undo_of_liaison(desk: Desk, token: str) -> Undo:
    """The forms on the pages of a liaison's link."""
    url = desk.links.url("list", token, "/undo")

    def form(number: int) -> UndoForm:
        sent = desk.form(about_undoing(token, str(number)), FORM_LASTS)
        return UndoForm(url, {"form": sent, "answer": str(number)})

    return form


def undo_of_manager(desk: Desk, practice_id: str, session_form: str) -> Undo:
    """The forms on the pages of whoever has signed in."""
    url = desk.practice_url(practice_id)

    def form(number: int) -> UndoForm:
        return UndoForm(url, {"form": session_form, "do": "take back", "answer": str(number)})

    return form


def about_undoing(token: str, number: str) -> str:
    """What a liaison's form is about."""
    return f"undo {mark_of(token)} {number}"
