"""Pictures of the fleet's page: one fleet in which everything happens, and one without clinics."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser

from benchmarks.screenshots import View, keep
from benchmarks.showcase.mondays import KEY
from benchmarks.showcase.network import LAST
from benchmarks.showcase.pages import LINKS_END, NOW, STATES
from quietdrop.config.settings import Settings, SourceSettings, WebSettings
from quietdrop.jobs.fleet.looks import Look
from quietdrop.jobs.fleet.order import Figure, Outcome, State
from quietdrop.messages.links import Grant, Links
from quietdrop.store import Store
from quietdrop.web import Desk, serving
from quietdrop.web.fleet import fleet_app

OPERATOR = "ops@vendor.example"
WELL: dict[str, Figure] = {
    "last_run": LAST.isoformat(),
    "last_state": "done",
    "next_run": f"{LAST + timedelta(days=7)} 07:25:00+00:00",
    "feed_age_days": 2,
    "waiting": 0,
}
STALE = "The newest referral is of June 14, 2026, 22 days ago; more was due by June 22, 2026."
GONE = "The run of July 6, 2026 failed: harbor/referrals.csv: there is no such file."
HELD = WELL | {"last_state": "held", "feed_age_days": 22, "waiting": 1}
LONGEST_NAME = "the-very-reverend-saint-bartholomew-hosp"
OUTCOMES = (
    Outcome("harbor", State.FAILED, GONE, WELL | {"last_state": "failed"}),
    Outcome("lake-side", State.HELD, STALE, HELD),
    *(Outcome(name, State.DONE, "", WELL) for name in ("bay", "dale", "hill", LONGEST_NAME)),
)
LOOKS = (*(Look(one.name, one, NOW) for one in OUTCOMES), Look("moor"))


def take_fleet(browser: Browser, to: Path) -> None:
    """Writes the pictures, as those of the other pages."""
    for state, view in STATES.items():
        _take(browser, LOOKS, view, to / f"page-fleet-{state}.png")
    _take(browser, (), STATES["phone"]._replace(dark=False), to / "page-fleet-empty.png")


def _take(browser: Browser, looks: Sequence[Look], view: View, to: Path) -> None:
    with TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as probe:
        bind = f"127.0.0.1:{probe.getsockname()[1]}"
        probe.close()
        desk = _desk(Store.open(f"sqlite:///{folder}/fleet.db"), f"http://{bind}")
        with serving(fleet_app(desk, lambda: looks), bind):
            page = browser.new_context(
                viewport={"width": view.width, "height": 800},
                color_scheme="dark" if view.dark else "light",
            ).new_page()
            page.goto(
                desk.links.url("manager", desk.links.token(Grant("manager", OPERATOR, LINKS_END)))
            )
            page.get_by_role("button", name="Continue").click()
            page.wait_for_url("**/desk")
            keep(page.screenshot(full_page=True), to)
            page.context.close()


def _desk(store: Store, base_url: str) -> Desk:
    settings = Settings(
        source=SourceSettings(referrals="none"), web=WebSettings(operators=(OPERATOR,))
    )
    return Desk(
        settings=lambda: settings,
        store=store,
        links=Links(base_url, KEY),
        clock=lambda: NOW,
        release=lambda _: None,
        post=lambda *_: None,
        nonce=lambda: "once",
        accept_rekeyed=lambda *_: None,
    )
