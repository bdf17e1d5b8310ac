"""The service's health, for operators; no practice appears in it."""

from __future__ import annotations

from flask import Blueprint, render_template

from quietdrop.jobs.health import Freshness, health
from quietdrop.lib.cron import next_slot
from quietdrop.web.context import Desk
from quietdrop.web.signed_in import navigation_of


def add_pages(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/service")
    def service() -> str:
        of, now = desk.settings(), desk.clock()
        due = next_slot(of.schedule.cron, of.schedule.timezone, now)
        fresh = Freshness(of.feed.max_age_days, of.source.period)
        state = health(desk.store, fresh, desk.today(), now, due)
        navigation = navigation_of(desk, "The service")
        return render_template("service.html.j2", state=state, navigation=navigation)
