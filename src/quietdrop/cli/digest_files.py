"""Digests as files, even before anybody is configured to receive one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from quietdrop.cli.browser import show
from quietdrop.cli.practices import resolve
from quietdrop.config import Settings
from quietdrop.domain.errors import UsageError
from quietdrop.lib import safe_files
from quietdrop.messages.compose import Briefing

if TYPE_CHECKING:
    from quietdrop.messages.render import Rendered

YOU = "you@localhost"  # who reads a digest before anybody is named
FOR_YOU = "for-you"


def with_a_reader(of: Settings) -> Settings:
    """The settings; where they name nobody who could be written to, with a digest for you."""
    named = of.digest.default_liaison or of.digest.managers or of.source.practices
    if named:
        return of
    return of.model_copy(update={"digest": of.digest.model_copy(update={"default_liaison": YOU})})


def write_pages(
    briefing: Briefing, output: Path, liaison: str | None = None, *, in_browser: bool = False
) -> list[Path]:
    """Writes the digests, of one liaison or of all and the managers' summaries too.

    Returns:
        The pages, each with a text file beside it.

    Raises:
        UsageError: where there is no digest, nobody of that name, or nothing can be written.
    """
    from quietdrop.messages import render  # pictures and templates, which a plain dry run lacks

    if not briefing.digests:
        raise UsageError(
            "There is no digest because nobody would receive one: set [digest] default_liaison."
        )
    names = {d.recipient: d.recipient_name for d in briefing.digests}
    only = resolve(liaison, names, "liaison") if liaison is not None else None
    chosen = [d for d in briefing.digests if only is None or d.recipient == only]
    try:
        safe_files.make_folder(output)
        pages = [_write(output, d.recipient, render.render_digest(d)) for d in chosen]
        summaries = briefing.summaries if liaison is None else ()
        also = [
            _write(output, f"summary-{each.recipient}", render.render_summary(each))
            for each in summaries
        ]
    except OSError as error:
        raise UsageError(f"-o {output}: cannot be written: {error.strerror}.") from None
    if in_browser:
        fullest = max(range(len(chosen)), key=lambda place: len(chosen[place].items))
        show(pages[fullest])
    return pages + also


def _write(folder: Path, name: str, rendered: Rendered) -> Path:
    from quietdrop.messages import render

    safe = "".join(c if c.isalnum() or c in "-." else "-" for c in name)[:80].strip(".-")
    page = folder / f"{FOR_YOU if name == YOU else safe}.html"
    safe_files.write_text(page, render.standalone_html(rendered))
    safe_files.write_text(page.with_suffix(".txt"), rendered.text)
    return page
