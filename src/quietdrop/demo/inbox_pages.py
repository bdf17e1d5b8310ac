"""The local inbox in a browser: a list of its mails, and each as its reader sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from email.policy import default
from html import escape
from pathlib import Path

from flask import Blueprint, Response, abort, render_template

from quietdrop.lib.text import single_line
from quietdrop.web import Desk
from quietdrop.web.navigation import Role
from quietdrop.web.signed_in import navigation_of, pages_for

MOST_SHOWN = 200  # mails in the list; a demo of 26 Mondays has 130
NAME = re.compile(r"\d{4,}-[A-Za-z0-9@-]+", re.ASCII)
# A mail carries its styles and pictures in itself, and may do nothing but be looked at and lead on.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class Mail:
    """A line of the list."""

    name: str
    subject: str
    recipient: str
    sent: str


def inbox_pages(desk: Desk, folder: Path) -> Blueprint:
    """Pages under `/desk/inbox`, for whoever has signed in as a manager."""
    pages = pages_for(desk, "inbox", Role.MANAGER)
    pages.template_folder = str(Path(__file__).with_name("templates"))

    @pages.get("/inbox")
    def inbox() -> str:
        files = sorted(folder.glob("*.eml"), key=_number, reverse=True)
        return render_template(
            "inbox.html.j2",
            mails=[_mail(file) for file in files[:MOST_SHOWN]],
            others=len(files[MOST_SHOWN:]),
            navigation=navigation_of(desk),
        )

    @pages.get("/inbox/<name>")
    def mail(name: str) -> Response:
        if not NAME.fullmatch(name):
            abort(404)
        page, text = folder / f"{name}.html", folder / f"{name}.txt"
        if page.is_file():
            shown = page.read_text(encoding="utf-8")
        elif text.is_file():
            shown = (
                f"<!DOCTYPE html><title>Mail</title><pre>{escape(text.read_text('utf-8'))}</pre>"
            )
        else:
            abort(404)
        return Response(shown, headers={"Content-Security-Policy": POLICY}, mimetype="text/html")

    return pages


def _mail(file: Path) -> Mail:
    headers = BytesHeaderParser(policy=default).parsebytes(file.read_bytes())
    sent = headers["Date"].datetime if headers["Date"] else None
    return Mail(
        name=file.stem,
        subject=single_line(str(headers["Subject"] or "")),
        recipient=single_line(str(headers["To"] or "")),
        sent=f"{sent:%Y-%m-%d %H:%M}" if sent else "",
    )


def _number(file: Path) -> int:
    digits = file.name.partition("-")[0]
    return int(digits) if digits.isdecimal() else 0
