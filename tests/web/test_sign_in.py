"""Nobody learns from the pages, or from the time that they take, who is a manager."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from tests.builders.forms import form_of
from tests.builders.office import ANN, MANAGER, Office

from quietdrop.cli import desk
from quietdrop.messages import render
from quietdrop.store.claims import Claims
from quietdrop.store.links import Links
from quietdrop.web import Desk

ADDRESSES = [MANAGER, MANAGER.upper(), ANN, "nobody@example.com", "", "x" * 5000, "é@example.com"]


def ask(office: Office, address: str) -> str:
    form = form_of(office.client.get("/m").text)
    sent = office.client.post("/m", data={"form": form, "email": address})
    assert sent.status_code == 200
    return re.sub(r'name="form" value="[^"]+"', "", sent.text)


def test_every_address_gets_the_same_page(office: Office) -> None:
    assert len({ask(office, address) for address in ADDRESSES}) == 1
    assert [recipient for recipient, _ in office.posted] == [MANAGER]


def test_every_address_makes_the_same_work(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same calls in the same order, up to the mail itself."""
    done: list[str] = []

    def noted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            done.append(name)
            return real(*args, **more)

        return call

    monkeypatch.setattr(Claims, "take", noted("claim", Claims.take))
    monkeypatch.setattr(Links, "generation", noted("generation", Links.generation))
    monkeypatch.setattr(render, "render_sign_in", noted("render", render.render_sign_in))
    monkeypatch.setattr(type(office.links), "token", noted("token", type(office.links).token))
    work = set()
    for address in ADDRESSES:
        done.clear()
        ask(office, address)
        work.add(tuple(done))
    assert work == {("token", "claim", "generation", "token", "render", "token")}


def test_the_answer_does_not_wait_for_the_work(office: Office) -> None:
    waiting: list[Callable[[], None]] = []
    office.serve(replace(office.desk, later=waiting.append))
    before = office.tables()
    for address in (MANAGER, "nobody@example.com"):
        ask(office, address)
    assert len(waiting) == 2
    assert (office.tables(), office.posted) == (before, [])
    for work in waiting:
        work()
    assert [recipient for recipient, _ in office.posted] == [MANAGER]


def test_strangers_cannot_fill_the_store(office: Office) -> None:
    for number in range(400):
        ask(office, f"stranger{number}@example.com")
    assert len(office.tables()["claim"]) <= 256


def test_later_work_is_done_one_after_the_other_whatever_fails() -> None:
    done: list[int] = []
    later, all_done = desk.Later(), threading.Event()

    def fail() -> None:
        raise RuntimeError("of no consequence")

    began = time.monotonic()
    later.do(fail)
    for number in range(3):
        later.do(partial(done.append, number))
    later.do(all_done.set)
    assert time.monotonic() - began < desk.PAUSE
    assert all_done.wait(10)
    assert done == [0, 1, 2]


def test_too_much_later_work_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "MOST_WAITING", 2)
    done: list[int] = []
    go_on, later = threading.Event(), desk.Later()
    later.do(lambda: done.append(go_on.wait(10)))
    time.sleep(3 * desk.PAUSE)
    for number in range(5):
        later.do(partial(done.append, number))
    go_on.set()
    time.sleep(10 * desk.PAUSE)
    assert done == [True, 0, 1]


def test_without_a_queue_the_work_is_done_at_once(office: Office) -> None:
    assert isinstance(office.desk, Desk)
    ask(office, MANAGER)
    assert len(office.posted) == 1
