"""Signing in at the pages, and what it leaves behind."""

from __future__ import annotations

from typing import Any

from tests.builders.office import Office, form_of
from werkzeug.test import TestResponse

from quietdrop.domain.audit import AuditAction


def enter(office: Office, link: str, **more: Any) -> TestResponse:
    """Opens a link to sign in and presses its button."""
    page = office.client.get(link, **more)
    assert page.status_code == 200
    return office.client.post(link, data={"form": form_of(page.text)}, **more)


def signed_out(office: Office) -> bool:
    return office.client.get("/desk").status_code == 303


def actions(office: Office) -> list[tuple[str, AuditAction, str]]:
    return [(e.who, e.action, e.detail) for e in reversed(office.store.audit.entries())]


def another_browser(office: Office) -> None:
    office.client = office.app.test_client()
