"""An event as another system takes it: plain JSON, a Slack message or a Teams card. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Literal

from quietdrop.domain.event import Event, EventKind
from quietdrop.lib.reader import full_day
from quietdrop.lib.text import single_line
from quietdrop.messages.wording.figures import rate

Format = Literal["json", "slack", "teams"]


def event_body(event: Event, form: Format) -> bytes:
    """The body to post. In a chat nothing of it is read as markup, a link or a mention."""
    return json.dumps(_FORMS[form](event), ensure_ascii=False, default=_iso).encode("utf-8")


def listed_fields(event: Event) -> dict[str, object]:
    """The fields that leave, by the names that other systems know."""
    values = asdict(event)
    return {"id": values.pop("event_id"), "event": values.pop("kind")} | values


def sentence(event: Event) -> str:
    """What happened, in a line."""
    name = single_line(event.practice_name or event.practice_id)
    about = "complaint" if event.checkin_kind == "complaint" else "check-in"
    whose = f" Liaison: {single_line(event.liaison)}." if event.liaison else ""
    since = f" since {full_day(event.onset)}" if event.onset else ""
    lost = ""
    if event.lost_per_week and event.kind is not EventKind.CLOSED:
        lost = f" Down by about {rate(event.lost_per_week)}{since}."
    what = {
        EventKind.OPENED: f"{about} opened",
        EventKind.WORSENED: "fell further",
        EventKind.CLOSED: f"{about} closed ({single_line(event.outcome)})",
    }[event.kind]
    return f"{name}: {what} on {full_day(event.happened_on)}.{lost}{whose}"


def _slack(event: Event) -> dict[str, object]:
    """https://api.slack.com/reference/surfaces/formatting#escaping: these three, and no more."""
    text = sentence(event).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {"text": text, "mrkdwn": False}


def _teams(event: Event) -> dict[str, object]:
    """A TextRun of a RichTextBlock: unlike a TextBlock, it reads no Markdown."""
    run = {"type": "TextRun", "text": sentence(event)}
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [{"type": "RichTextBlock", "inlines": [run]}],
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "content": card}]}


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


_FORMS: dict[Format, Callable[[Event], dict[str, object]]] = {
    "json": listed_fields,
    "slack": _slack,
    "teams": _teams,
}
