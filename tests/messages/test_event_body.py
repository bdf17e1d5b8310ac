"""What other systems are sent of an event: listed fields, and nothing that is read as markup."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from quietdrop.domain.event import Event, EventKind
from quietdrop.lib.text import NAME_LIMIT
from quietdrop.messages.event_body import Format, event_body, sentence

EVENT = Event(
    event_id="e" * 32,
    kind=EventKind.OPENED,
    happened_on=date(2026, 7, 6),
    practice_id="P1",
    practice_name="Lakeside Family Medicine",
    liaison="ann@example.com",
    checkin_kind="drift",
    opened_on=date(2026, 7, 6),
    onset=date(2026, 5, 18),
    probability=0.9,
    baseline_per_week=3.0,
    remaining_share=0.25,
    lost_per_week=2.25,
)
HOSTILE = "<!channel> & <https://evil.example|Sons>\n[click](https://evil.example) *bold*\u202e"


def sent(event: Event, form: Format) -> Any:
    return json.loads(event_body(event, form))


def test_json_has_these_fields_and_no_others() -> None:
    assert sent(EVENT, "json") == {
        "id": "e" * 32,
        "event": "opened",
        "happened_on": "2026-07-06",
        "practice_id": "P1",
        "practice_name": "Lakeside Family Medicine",
        "liaison": "ann@example.com",
        "checkin_kind": "drift",
        "opened_on": "2026-07-06",
        "outcome": "",
        "onset": "2026-05-18",
        "probability": 0.9,
        "baseline_per_week": 3.0,
        "remaining_share": 0.25,
        "lost_per_week": 2.25,
    }


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (
            EVENT,
            "Lakeside Family Medicine: check-in opened on July 6, 2026. Down by about 2 a week "
            "since May 18, 2026. Liaison: ann@example.com.",
        ),
        (
            replace(EVENT, kind=EventKind.WORSENED, onset=None, liaison=""),
            "Lakeside Family Medicine: fell further on July 6, 2026. Down by about 2 a week.",
        ),
        (
            replace(EVENT, kind=EventKind.CLOSED, outcome="recovered", liaison=""),
            "Lakeside Family Medicine: check-in closed (recovered) on July 6, 2026.",
        ),
        (
            replace(EVENT, checkin_kind="complaint", lost_per_week=None, practice_name=""),
            "P1: complaint opened on July 6, 2026. Liaison: ann@example.com.",
        ),
    ],
    ids=["opened", "worsened", "closed", "a complaint without a name"],
)
def test_a_chat_gets_one_sentence(event: Event, said: str) -> None:
    assert sentence(event) == said


def test_slack_reads_no_mention_and_no_link_out_of_a_name() -> None:
    body = sent(replace(EVENT, practice_name=HOSTILE), "slack")
    assert set(body) == {"text", "mrkdwn"}
    assert body["mrkdwn"] is False
    assert "<" not in body["text"]
    assert ">" not in body["text"]
    assert "&lt;!channel&gt; &amp; &lt;https" in body["text"]
    assert "\n" not in body["text"]


def test_teams_gets_a_card_whose_text_reads_no_markdown() -> None:
    [attached] = sent(replace(EVENT, practice_name=HOSTILE), "teams")["attachments"]
    assert attached["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attached["content"]
    [block] = card["body"]
    assert (card["type"], block["type"]) == ("AdaptiveCard", "RichTextBlock")
    [run] = block["inlines"]
    assert set(run) == {"type", "text"}  # no selectAction, and a TextRun knows no Markdown
    assert run["type"] == "TextRun"
    assert "\n" not in run["text"]


@pytest.mark.parametrize("length", [NAME_LIMIT, NAME_LIMIT + 1, 10_000])
@pytest.mark.parametrize("form", ["slack", "teams"])
def test_a_chat_gets_a_long_name_cut(form: Format, length: int) -> None:
    text = event_body(replace(EVENT, practice_name="x" * length), form).decode()
    shown = max(text.split('"'), key=len).partition(":")[0]
    assert shown == ("x" * length if length == NAME_LIMIT else "x" * (NAME_LIMIT - 1) + "…")
