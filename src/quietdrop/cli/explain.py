"""explain: one practice as a screen, a page or JSON."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quietdrop.cli.app import AsOf, Json, judged, settings, show_json
from quietdrop.cli.app import today as today_in
from quietdrop.cli.completion import PracticeName
from quietdrop.cli.days import parse_day
from quietdrop.cli.screen import progress
from quietdrop.domain.card import Share
from quietdrop.domain.errors import UsageError
from quietdrop.lib import safe_files
from quietdrop.lib.folding import folded
from quietdrop.lib.reader import decimal, full_day
from quietdrop.lib.text import single_line
from quietdrop.messages.text_chart import ASCII, BLOCKS, key, text_chart
from quietdrop.messages.wording import uncounted
from quietdrop.messages.wording.figures import count, number

if TYPE_CHECKING:
    from quietdrop.messages.compose import Briefing
    from quietdrop.messages.explanation import Explanation

WIDTH = 80  # columns, also where nobody's terminal is known
LABEL = 10  # columns of a label
NAME = 48  # columns of a name beside two figures


def explain(
    practice: PracticeName,
    as_of: AsOf = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", "-o", "--output", help="Write it as a page instead."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Why a practice is listed or not: its cadence, baseline, evidence and decision."""
    from quietdrop.cli.practices import practices_of, resolve
    from quietdrop.messages.explanation import explanation, for_a_program
    from quietdrop.web.explain_page import standalone

    if html is not None:
        safe_files.refuse_link(html, "--html")
        if as_json:
            raise UsageError("--html and --json: give one of them.")
    of = settings()
    day = parse_day(as_of, today_in(of), source=of.source)
    briefing = judged(of, day)
    _refuse_lost(briefing, practice, day)
    asked = resolve(practice, practices_of(briefing.intake, briefing.table["practice_id"]))
    with progress() as tell:
        tell("Judging it again with other counts")
        explained = explanation(of, briefing, asked)
    if as_json:
        show_json(for_a_program(explained))
        return
    if html is not None:
        _write(html, standalone(explained))
        typer.echo(html)
        return
    for line in screen(explained, can_draw=_can_draw()):
        typer.echo(line)


def screen(of: Explanation, *, can_draw: bool = True) -> Iterator[str]:
    """Yield the lines of the screen, at most 80 columns wide; `can_draw` blocks, not only ASCII."""
    card = of.card
    name = single_line(card.name, WIDTH - len(card.status) - 2)
    yield f"{name:<{WIDTH - len(card.status)}}{card.status}"
    where = [single_line(part, 30) for part in (card.practice_id, card.town, card.phone) if part]
    yield " · ".join(where)
    yield ""
    yield from _wrapped(card.sentence)
    marks = BLOCKS if can_draw else ASCII
    if lines := text_chart(card, marks):
        weeks = count(len(card.weeks), "week", "weeks")
        weeks = f"{weeks} to {full_day(card.as_of - timedelta(days=1))}"
        yield from ("", weeks, *lines, key(card, marks))
    yield ""
    for label, value in of.facts:
        yield from _labeled(label, value)
    about = (
        *(("Who", card.who), ("Ask for", card.staff), ("What", card.what)),
        *(("Us", card.our_side), ("Say", card.opening), ("Bring", card.bring)),
    )
    for label, value in about:
        if value:
            yield from _labeled(label, value)
    yield from _shares("Who sends", card.providers)
    yield from _shares("What they send", card.lines)
    yield ""
    yield from _wrapped(of.verdict)
    if of.changes:
        yield "What would change that:"
    for sentence in of.said_of_changes:
        yield from _wrapped(sentence, "  - ")
    for fault in of.faults:
        yield ""
        yield from _wrapped(f"A run of {full_day(card.as_of)} is held back: {fault}")


def _shares(heading: str, shares: Sequence[Share]) -> Iterator[str]:
    """A small table: who or what, in the last 13 weeks, and in 13 weeks of the year before."""
    if not shares:
        return
    yield ""
    yield f"{heading:<{NAME}}{'last 13 weeks':>16}{'usual':>14}"
    for share in shares:
        name = single_line(share.name, NAME - 4) or "(not said)"
        yield f"  {name:<{NAME - 2}}{decimal(share.recent):>16}{number(share.usual, 1):>14}"


def _labeled(label: str, value: str) -> list[str]:
    return _wrapped(single_line(value, 600), f"{label:<{LABEL}}")


def _wrapped(text: str, begin: str = "") -> list[str]:
    whole = single_line(text, 1000)
    return textwrap.wrap(whole, WIDTH, initial_indent=begin, subsequent_indent=" " * len(begin))


def _can_draw() -> bool:
    """Whether the output takes block characters."""
    try:
        BLOCKS.levels.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _write(file: Path, page: str) -> None:
    try:
        safe_files.write_text(file, page)
    except OSError as error:
        raise UsageError(f"--html {file}: cannot be written: {error.strerror}.") from None


def _refuse_lost(briefing: Briefing, practice: str, day: date) -> None:
    """Raise UsageError where the source no longer has any row of the practice."""
    present = set(briefing.table["practice_id"])
    for loss in briefing.evaluation.findings.losses.by_practice.values():
        is_meant = folded(practice) in (folded(loss.practice_id), folded(loss.name))
        if is_meant and loss.practice_id not in present:
            reason = uncounted.lost(loss.referrals, loss.seen_on, day, whole=True)
            raise UsageError(f"{loss.name}: {reason}")
