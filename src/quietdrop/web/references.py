"""Which practice or reader a link means, without hashing every one of them for each page.

A link names people and practices by keyed hashes. The meaning of a hash never changes under one
key, so it is kept in memory; a new key needs a new process.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from quietdrop.messages.links import Links


class References:
    """The names behind the hashes of one kind of thing.

    Args:
        links: their key makes the hashes.
        kind: "reader" or "practice".
        names: reads every name that there is now; asked for again only where a genuine link
            names one that is new since.
    """

    def __init__(self, links: Links, kind: str, names: Callable[[], Iterable[str]]) -> None:
        self._links, self._kind, self._names = links, kind, names
        self._by_reference: dict[str, str] = {}
        self._lock = threading.Lock()

    def name(self, reference: str) -> str | None:
        """The name that was hashed; None if nothing here has or had that name."""
        name = self._by_reference.get(reference)
        if name is None:
            self._learn()
            name = self._by_reference.get(reference)
        return name

    def _learn(self) -> None:
        with self._lock:
            hashed = set(self._by_reference.values())
            for name in self._names():
                if name not in hashed:
                    self._by_reference[self._links.reference(self._kind, name)] = name
