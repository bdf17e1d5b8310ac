"""open: the pages on this machine, for whoever sits at it; in a demo the local inbox too."""

from __future__ import annotations

import getpass
import logging
import secrets
import signal
import threading
from dataclasses import replace
from typing import Annotated

import typer

from quietdrop.cli.browser import show
from quietdrop.cli.desk import desk_of
from quietdrop.cli.in_demo import begin_inbox, links
from quietdrop.cli.serve import Latest
from quietdrop.demo.folder import HOST, TOKEN_BYTES, demo_folder, is_free
from quietdrop.domain.errors import UsageError
from quietdrop.lib import logs
from quietdrop.messages.links import Links
from quietdrop.store import Store
from quietdrop.web import LocalSignIn, create_app, open_url, serving


def open_pages(
    port: Annotated[
        int | None, typer.Option(help="The port; that of [web] bind if left out.", min=1, max=65535)
    ] = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the address, and open nothing.")
    ] = False,
) -> None:
    """Serve the pages on this machine and sign you in; needs no mail, no key and no server."""
    if not logging.getLogger("quietdrop").handlers:
        logs.begin("text", level=logging.WARNING)
    latest = Latest()
    of = latest()
    folder = demo_folder(of.path)
    port = port or int(of.web.bind.rpartition(":")[2])
    if not is_free(port):
        raise UsageError(
            f"{HOST}:{port} is in use, perhaps by another `quietdrop open` or `serve`: stop it, or "
            "name another port by --port."
        )
    base_url = f"http://{HOST}:{port}"
    page_links = links(of, base_url) or Links(base_url, secrets.token_hex())
    token = (folder and folder.take_token()) or secrets.token_urlsafe(TOKEN_BYTES)
    local = LocalSignIn(getpass.getuser(), token, {f"{HOST}:{port}", f"localhost:{port}"})
    desk = replace(desk_of(latest, Store.open(of.store.url), page_links), local=local)
    app = create_app(desk)
    begin_inbox(of)
    if folder is not None:
        from quietdrop.demo.inbox_pages import inbox_pages

        app.register_blueprint(inbox_pages(desk, folder.inbox))
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with serving(app, f"{HOST}:{port}"):
        address = open_url(base_url, token)
        typer.echo(f"pages:    {address}")
        if folder is not None:
            typer.echo(f"inbox:    {desk.desk_url('/inbox')}")
        typer.echo("The first address signs one browser in, once. Ctrl-C stops the pages.")
        if not no_browser:
            show(address)
        stopped.wait()
