"""Pictures of the pages as the showcase's last Monday leaves them, each in the states that matter.

"-wide" is on a desktop in light, "-phone" on a phone in dark; "-empty" and "-long" show a page
with nothing to tell, and with the longest names.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import sqlalchemy as sa
from playwright.sync_api import Browser, Page

from benchmarks.screenshots import View, keep
from benchmarks.showcase.mondays import KEY
from benchmarks.showcase.network import ANN, BEN, CLEO, LAST, MANAGER
from quietdrop.config import Settings, load
from quietdrop.domain.assessment import Status
from quietdrop.domain.card import Card
from quietdrop.domain.checkin import CheckIn, Kind, State, Touch
from quietdrop.domain.promise import Promise
from quietdrop.messages.links import Grant, Links, MailLinks
from quietdrop.store import Store, tables
from quietdrop.web import Desk, create_app, serving

NOW = datetime(LAST.year, LAST.month, LAST.day, 15, tzinfo=UTC)
LINKS_END = NOW + timedelta(days=21)
PRACTICE = "A01"
STATES = {"wide": View(1200), "phone": View(375, dark=True)}
TALLEST = 2_400  # px of a picture; what is longer goes on as it began
LONG = "The Very Reverend Saint Bartholomew and All Angels Orthopedic, Spine & Sports Medicine "
NAMELESS = ("stop", "audit", "thresholds", "service", "home")  # no practice's name there
BARE = Card("E1", "Elm Clinic", BEN, "Lake", Status.NEW, LAST, "No referral is on record yet.")


def take_all(house: Path, browser: Browser, to: Path) -> None:
    """Writes the pictures.

    Args:
        house: the folder of the showcase's tables, config and store.
        browser: with which they are taken.
        to: the folder of the pictures.
    """
    settings = load(house / "quietdrop.toml", {})
    store = Store.open(settings.store.url)
    _fill(store)
    with _served(settings, store) as desk:
        places = _places(desk, ANN)
        for state, view in STATES.items():
            page = _page(browser, view, desk)
            for name, path in places.items():
                _take(page, path, view, to / f"page-{name}-{state}.png")
            _take_answered(page, places["answer"], view, to / f"page-answered-{state}.png")
            page.context.close()
            _take_sign_in(browser, view, desk, to / f"page-sign-in-{state}.png")
        _rename(store)
        long = {name: path for name, path in places.items() if name not in NAMELESS}
        _on_phones(browser, desk, long, to, "long")
    bare = Store.open(f"sqlite:///{house}/empty.db")
    _know_two(bare)
    with _served(settings, bare) as desk:
        hers, his = _places(desk, CLEO), _places(desk, BEN, BARE.practice_id)
        empty = hers | {name: his[name] for name in ("answer", "practice", "story")}
        _on_phones(browser, desk, empty, to, "empty")


def _on_phones(browser: Browser, desk: Desk, places: dict[str, str], to: Path, how: str) -> None:
    """Takes these pages on a phone in light, and the one after an answer, if one can be given."""
    view = STATES["phone"]._replace(dark=False)
    page = _page(browser, view, desk)
    for name, path in places.items():
        _take(page, path, view, to / f"page-{name}-{how}.png")
    _take_answered(page, places["answer"], view, to / f"page-answered-{how}.png")
    page.context.close()


@contextmanager
def _served(settings: Settings, store: Store) -> Iterator[Desk]:
    """The pages of a store on a free port of this machine, on the last Monday's afternoon."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        bind = f"127.0.0.1:{probe.getsockname()[1]}"
    feeds = settings.visits.model_copy(update={"calendar_feed": True})
    shown = settings.model_copy(update={"visits": feeds})
    numbers = count()
    desk = Desk(
        settings=lambda: shown,
        store=store,
        links=Links(f"http://{bind}", KEY),
        clock=lambda: NOW,
        release=lambda _: None,
        post=lambda *_: None,
        nonce=lambda: str(next(numbers)),
        accept_rekeyed=lambda *_: None,
    )
    with serving(create_app(desk), bind):
        yield desk


def _places(desk: Desk, liaison: str, practice: str = PRACTICE) -> dict[str, str]:
    """The address of each page, by name; of those of one practice, this one's."""
    links = MailLinks(desk.links, LINKS_END)
    week = links.my_list(liaison)
    asked = _asked(desk.store, practice)
    return {
        **({"answer": links.answer(asked.key, "known")} if asked else {}),
        "week": week,
        "visit": f"{week}/visit",
        "practices": f"{week}/practices",
        "calendar": f"{week}/calendar",
        "story": desk.story_url(week, practice),
        "stop": f"{week}/stop",
        "overview": desk.desk_url(),
        "book": desk.desk_url("/book"),
        "practice": desk.practice_url(practice),
        "people": desk.desk_url("/people"),
        "gifts": desk.desk_url("/gifts"),
        "audit": desk.desk_url("/audit"),
        "thresholds": desk.desk_url("/thresholds"),
        "coverage": desk.desk_url("/coverage"),
        "back": desk.desk_url("/back"),
        "quarter": desk.desk_url("/quarter"),
        "service": desk.desk_url("/service"),
        "log": desk.desk_url(f"/visit?id={practice}"),
        "home": desk.links.base_url,
    }


def _asked(store: Store, practice: str) -> CheckIn | None:
    return next((one for one in store.checkins.open() if one.practice_id == practice), None)


def _fill(store: Store) -> None:
    """What a week has beside its check-ins: two promises, one of them late, and two gifts."""
    late, soon = LAST - timedelta(days=4), LAST + timedelta(days=3)
    with store.begin() as conn:
        store.promises.save(conn, Promise("C03E", "Send the referral card", late, late, ANN, ANN))
        store.promises.save(conn, Promise("A07", "Bring the new wait times", LAST, soon, ANN, ANN))
        for practice, recipient, cents in (
            ("C03E", "Dr. Okafor", 4_200),
            ("A07", "Dr. Reyes", 51_000),
        ):
            lunch = Touch(late, practice, ANN, "lunch", cost_cents=cents, recipient=recipient)
            store.touches.save(conn, lunch)


def _know_two(store: Store) -> None:
    """Of a store without a run: one liaison who has nothing, and one who is asked about a practice
    of which nothing but its name is known."""
    over = CheckIn("E0", "Old Clinic", CLEO, Kind.DRIFT, LAST, state=State.CLOSED, resolved_on=LAST)
    asked = CheckIn(BARE.practice_id, BARE.name, BEN, Kind.DRIFT, LAST)
    with store.begin() as conn:
        store.cards.save(conn, [BARE])
        store.checkins.save(conn, over)
        store.checkins.save(conn, asked)


def _rename(store: Store) -> None:
    """Gives every practice a long name, and one word of it no place to break."""
    with store.begin() as conn:
        cards = [replace(one, name=f"{LONG}{one.name}{'n' * 40}") for one in store.cards.all()]
        store.cards.save(conn, cards)
        for table, column in ((tables.book_row, "name"), (tables.checkin, "practice_name")):
            held = table.c[column]
            conn.execute(sa.update(table).values({column: LONG + held + "n" * 40}))


def _new_page(browser: Browser, view: View) -> Page:
    return browser.new_context(
        viewport={"width": view.width, "height": 800},
        color_scheme="dark" if view.dark else "light",
    ).new_page()


def _page(browser: Browser, view: View, desk: Desk) -> Page:
    """A page whose browser a manager has signed in."""
    page = _new_page(browser, view)
    token = desk.links.token(Grant("manager", MANAGER, LINKS_END, nonce=desk.nonce()))
    page.goto(desk.links.url("manager", token))
    page.get_by_role("button", name="Continue").click()
    return page


def _take_sign_in(browser: Browser, view: View, desk: Desk, to: Path) -> None:
    """The page on which a manager asks for a link, as one sees it who has not signed in."""
    page = _new_page(browser, view)
    _take(page, f"{desk.links.base_url}/m", view, to)
    page.context.close()


def _take(page: Page, url: str, view: View, to: Path) -> None:
    page.goto(url)
    _keep(page, view, to)


def _keep(page: Page, view: View, to: Path) -> None:
    tall = min(int(page.evaluate("document.documentElement.scrollHeight")), TALLEST)
    page.set_viewport_size({"width": view.width, "height": tall})
    keep(page.screenshot(), to)
    page.set_viewport_size({"width": view.width, "height": 800})


def _take_answered(page: Page, url: str, view: View, to: Path) -> None:
    """The page after an answer, which is taken back."""
    page.goto(url)
    page.get_by_label("It is fixed").check()
    page.get_by_role("button", name="Record it").click()
    _keep(page, view, to)
    page.get_by_role("button", name="Undo").click()
