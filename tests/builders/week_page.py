"""A liaison's week as tests fill it, and what its page holds."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.builders.office import ANN, MONDAY, Office, card, opened

from quietdrop.domain.card import Card
from quietdrop.domain.promise import Promise

CALL = Promise("P3", "Call back", MONDAY, MONDAY + timedelta(days=2), ANN, ANN)


def home(office: Office, liaison: str = ANN) -> str:
    return office.path(office.mail.my_list(liaison))


def week(office: Office, liaison: str = ANN) -> str:
    return office.client.get(home(office, liaison)).text


def place(practice_id: str, name: str, town: str, address: str = "", **more: Any) -> Card:
    plain = card(practice_id, name, ANN)
    return replace(plain, town=town, town_key=town.casefold(), address=address, **more)


def stored(office: Office, *cards: Card, asked: int = 0) -> None:
    """These cards alone, the first so many of them with an open check-in."""
    with office.store.begin() as conn:
        for table in ("checkin", "card"):
            conn.exec_driver_sql(f"DELETE FROM {table}")
        office.store.cards.save(conn, cards)
        for one in cards[:asked]:
            office.store.checkins.save(conn, opened(one.practice_id, one.name, one.liaison))


def promised(office: Office, *promises: Promise) -> list[int]:
    with office.store.begin() as conn:
        return [office.store.promises.save(conn, promise) for promise in promises]


def form_of(page: str, action: str = "") -> str:
    [form] = set(
        re.findall(rf'<form method="post"{action}[^>]*>\s*<input[^>]+value="([^"]+)"', page)
    )
    return str(form)
