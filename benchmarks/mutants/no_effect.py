"""The faults that change no result, each reviewed and listed with its reason in `no_effect.txt`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from benchmarks.mutants.changes import Mutant

LIST = Path(__file__).with_name("no_effect.txt")


@dataclass(frozen=True)
class Place:
    """A fault in a line of a file; the line's text stands for its number, which moves."""

    file: str
    line: str
    change: str


def place_of(mutant: Mutant) -> Place:
    """Where a fault stands."""
    line = mutant.source.decode().splitlines()[mutant.line - 1].strip()
    return Place(str(mutant.path), line, f"{mutant.before!r} -> {mutant.after!r}")


def listed(text: str) -> dict[Place, str]:
    """The places and reasons of a list.

    Args:
        text: Paragraphs of four lines: file, line of code, change, reason. A line that begins with
            `#` is a remark. A blank line between paragraphs may be missing: git drops it where two
            lists that grew at once are joined.

    Raises:
        ValueError: A paragraph has another number of lines.
    """
    places = {}
    for paragraph in re.split(r"\n+(?=src/|#)", text.strip()):
        if paragraph.startswith("#"):
            continue
        file, line, change, reason = paragraph.strip().splitlines()
        places[Place(file, line.strip(), change)] = reason
    return places
