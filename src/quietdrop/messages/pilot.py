"""A run's mails as a pilot has them: all to one address, each saying whose it would be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from markupsafe import escape

from quietdrop.lib.text import single_line
from quietdrop.messages import render
from quietdrop.messages.compose import Briefing
from quietdrop.messages.render import Rendered

_BODY = re.compile(r"<body[^>]*>")
_STYLE = "margin:0;padding:12px 20px;border-bottom:2px solid #0b57a8;font-size:14px"
LONGEST = 100  # characters of a reader's name and address


@dataclass(frozen=True)
class PilotMail:
    """One mail of a pilot, and whose it would be."""

    reader: str  # the address it would go to
    rendered: Rendered


def pilot_mails(
    briefing: Briefing, managers: Iterable[str], faults: list[str]
) -> Iterator[PilotMail]:
    """Yield what a run would send: digests and summaries, or with `faults` what holds them.

    No mail has links: a pilot records no check-in that they could answer.
    """
    as_of: date = briefing.evaluation.as_of
    if faults:
        for manager in managers:
            yield _mail(manager, "", render.render_held(manager, as_of, faults))
        return
    for digest in briefing.digests:
        yield _mail(digest.recipient, digest.recipient_name, render.render_digest(digest))
    for summary in briefing.summaries:
        yield _mail(summary.recipient, "", render.render_summary(summary))


def _mail(reader: str, name: str, rendered: Rendered) -> PilotMail:
    """The mail with a line above it, and a subject, that say whose it would be."""
    whose = single_line(f"{name} <{reader}>" if name else reader, LONGEST)
    line = f"A pilot: this mail would go to {whose}. Nothing was recorded."
    banner = f'<p style="{_STYLE}">{escape(line)}</p>'
    html = _BODY.sub(lambda tag: tag[0] + banner, rendered.html, count=1)
    return PilotMail(
        reader,
        replace(
            rendered,
            subject=f"[{single_line(reader, LONGEST)}] {rendered.subject}",
            text=f"{line}\n\n{rendered.text}",
            html=html,
        ),
    )
