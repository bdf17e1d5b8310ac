"""Find the one thing that a person means by a key or a name, or near matches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from quietdrop.lib.folding import folded

NEAR = 75  # of 100, by rapidfuzz's WRatio: a letter wrong, a word left out or added
MOST_NEAR = 3  # suggestions


@dataclass(frozen=True)
class Lookup:
    """What a text means: exactly one key, or none with the keys that it may mean.

    Args:
        key: The one that is meant; None where there is none, or several.
        several: The keys that it fits equally well.
        near: The keys that it nearly fits, the nearest first, where it fits none.
    """

    key: str | None = None
    several: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


def look_up(asked: str, names: Mapping[str, str]) -> Lookup:
    """Find a key by itself or by its name: exactly as written first, then folded.

    Args:
        asked: What a person wrote.
        names: Each key's name; several keys may share one.

    Returns:
        The one key, or the several that fit, or those that nearly do.
    """
    if asked in names:
        return Lookup(asked)
    wanted = folded(asked)
    steps = (
        [key for key, name in names.items() if name == asked],
        [key for key in names if folded(key) == wanted],
        [key for key, name in names.items() if folded(name) == wanted],
    )
    for hits in steps:
        if len(hits) == 1:
            return Lookup(hits[0])
        if hits:
            return Lookup(several=tuple(sorted(hits)))
    return Lookup(near=_near(wanted, names))


def _near(wanted: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """The keys whose own or whose name's spelling is close, the nearest first."""
    choices = [(key, form) for key, name in names.items() for form in {folded(key), folded(name)}]
    close = process.extract(
        wanted,
        [form for _, form in choices],
        scorer=fuzz.WRatio,
        score_cutoff=NEAR,
        limit=2 * MOST_NEAR,
    )
    nearest = dict.fromkeys(choices[place][0] for _, _, place in close)
    return tuple(nearest)[:MOST_NEAR]
