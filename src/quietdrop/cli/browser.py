"""Show a file or a page in the reader's browser."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import typer


def show(what: Path | str) -> None:
    """Opens a file or an address in the browser; says where it is if there is no browser."""
    address = what.absolute().as_uri() if isinstance(what, Path) else what
    if not webbrowser.open(address):
        typer.echo(f"No browser could be opened. Open this yourself: {address}")
