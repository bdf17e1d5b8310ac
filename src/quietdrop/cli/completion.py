"""Shell completion of practices, as the last run left them.

A name reaches a shell's script here, and names come from data: only words of harmless signs are
offered, and no store is made, migrated or waited for.
"""

from __future__ import annotations

import os
import re
import warnings
from typing import Annotated

import typer

MOST_OFFERED = 50  # words; more would fill the terminal
_HARMLESS = re.compile(r"[\w .,+@-]{1,80}")


class Word(str):
    """A word that fits what was typed. Typer asks again, and knows neither case nor escapes."""

    __slots__ = ()

    def startswith(self, *_: object) -> bool:
        """Say that it fits: it was chosen so."""
        return True


Offer = tuple[str, str]  # the word to complete to, and what a shell may say of it


def practices(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Offer ids and names that begin as typed; none where the store cannot be read at once."""
    try:
        return offers(_practices(ctx.find_root().params.get("config")), incomplete)
    except Exception:  # a shell that completes nothing is better than a traceback in the prompt
        return []


PracticeName = Annotated[
    str, typer.Argument(help="The practice's id or name.", autocompletion=practices)
]


def offers(names: dict[str, str], incomplete: str) -> list[Offer]:
    """Return the ids that begin as typed, then the names that do, each with the other beside it."""
    typed = incomplete.casefold()
    by_id = [(key, name) for key, name in names.items() if key.casefold().startswith(typed)]
    by_name = [
        (name, key) for key, name in names.items() if typed and name.casefold().startswith(typed)
    ]
    offered = {word: beside for word, beside in by_name + by_id if _HARMLESS.fullmatch(word)}
    first = sorted(offered.items())[:MOST_OFFERED]
    return [
        (Word(_quoted(word)), " ".join(re.findall(r"[\w .,-]+", beside))) for word, beside in first
    ]


def _quoted(word: str) -> str:
    """Bash takes a completion as if it were typed, so that a space must be escaped."""
    in_bash = os.environ.get("_QUIETDROP_COMPLETE", "").endswith("bash")
    return re.sub(r"([^\w.,+@-])", r"\\\1", word) if in_bash else word


def _practices(config: str | None) -> dict[str, str]:
    """The practices' names by id, as the last run left them."""
    from pathlib import Path

    from quietdrop.config import find_config, load
    from quietdrop.store import Store
    from quietdrop.store.database import connect, parse

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        url = load(find_config(config, os.environ, Path.cwd()), os.environ).store.url
    if url.startswith("sqlite") and not Store.exists(url):
        return {}
    parsed = parse(url)
    return Store(parsed, connect(parsed)).names.of_practices()  # not opened: that would migrate it
