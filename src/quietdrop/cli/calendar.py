"""calendar: the secret address by which a liaison's calendar shows what is promised."""

from __future__ import annotations

from typing import Annotated

import typer

from quietdrop.cli.app import local_user, now, settings
from quietdrop.cli.practices import resolve
from quietdrop.domain.audit import Actor, AuditAction
from quietdrop.domain.errors import UsageError
from quietdrop.lib.text import single_line
from quietdrop.messages.calendar_feed import feed_url, mark_of_secret, new_secret
from quietdrop.store import Store


def calendar(
    liaison: Annotated[str, typer.Argument(help="The liaison's e-mail.")],
    end: Annotated[bool, typer.Option("--end", help="End the address that there is.")] = False,
) -> None:
    """Make, or end, the secret address of a liaison's calendar of promises."""
    of = settings()
    store = Store.open(of.store.url, create=False)
    reader = resolve(liaison, dict.fromkeys(store.names.readers(), ""), "liaison")
    actor = Actor(local_user(), now())
    if end:
        ended = store.calendar_feeds.end(reader)
        if ended:
            store.audit.note(
                actor.did(AuditAction.STOPPED, "", f"the address of a calendar: {reader}")
            )
        typer.echo(f"{single_line(reader)}: {'ended' if ended else 'there was none'}.")
        return
    if not of.visits.calendar_feed:
        raise UsageError("Calendars are off: set [visits] calendar_feed = true first.")
    if not of.web.base_url:
        raise UsageError("There are no pages: set [web] base_url first.")
    secret = new_secret()
    store.calendar_feeds.save(reader, mark_of_secret(secret), actor.at)
    store.audit.note(actor.did(AuditAction.CHANGED, "", f"the address of a calendar: {reader}"))
    typer.echo(feed_url(of.web.base_url, secret))
    typer.echo("Shown only once. Anyone who has it can read what is due; a new one revokes it.")
