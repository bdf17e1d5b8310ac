"""preview: the digests of a date as files, with nothing sent and nothing recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from quietdrop.cli.app import AsOf, judged, settings
from quietdrop.cli.app import today as today_in
from quietdrop.cli.days import parse_day
from quietdrop.cli.digest_files import with_a_reader, write_pages
from quietdrop.cli.run import _would_hold
from quietdrop.lib import safe_files

Output = Annotated[Path, typer.Option("--output", "-o", help="The folder to write to.")]
Open = Annotated[bool, typer.Option("--open", help="Open the fullest digest in the browser.")]


def preview(
    liaison: Annotated[str | None, typer.Argument(help="Only this liaison's e-mail.")] = None,
    as_of: AsOf = None,
    output: Output = Path("preview"),
    in_browser: Open = False,
) -> None:
    """Digests as HTML and text files; nothing sent, nothing recorded."""
    safe_files.refuse_link(output, "-o")
    of = with_a_reader(settings())
    day = parse_day(as_of, today_in(of), source=of.source)
    briefing = judged(of, day)
    for page in write_pages(briefing, output, liaison, in_browser=in_browser):
        typer.echo(page)
    _would_hold(briefing)
