"""Logging a visit as whoever has signed in: any practice, with the form that a liaison has."""

from __future__ import annotations

from flask import Blueprint, g

from quietdrop.domain.card import Card
from quietdrop.web.context import Desk
from quietdrop.web.practice import card_asked
from quietdrop.web.signed_in import navigation_of
from quietdrop.web.undo import undo_of_manager
from quietdrop.web.visit import Page, Way, Writer, owners_of, read_form, save, show_form
from quietdrop.web.visit_form import blank


def add_pages(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/visit")
    def ask() -> str:
        card, writer = card_asked(desk), _manager(desk)
        owner = next(iter(owners_of(desk, writer.who, card)), "")
        return show_form(desk, writer, card, blank(desk.today(), owner))

    @pages.post("/visit")
    def keep() -> Page:
        card, writer = card_asked(desk), _manager(desk)
        return save(desk, writer, card, read_form(desk, writer, card), _way(desk, writer, card))


def _manager(desk: Desk) -> Writer:
    return Writer(g.visitor.who, navigation_of(desk, "Practices"), g.visitor.mark, once="once")


def _way(desk: Desk, writer: Writer, card: Card) -> Way:
    key = card.practice_id
    links = ((desk.practice_url(key), card.name), (desk.desk_url("/book"), "Practices"))
    return Way(undo_of_manager(desk, key, writer.navigation.form), links)
