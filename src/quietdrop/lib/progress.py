"""Progress of a piece of work, for whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")
EVERY = 10_000  # items between two steps


class Progress(Protocol):
    """Receives each step of the work."""

    def __call__(self, words: str, done: int = 0, total: int = 0, /) -> None:
        """Report what is under way now and, if it is counted, as number `done` of `total`."""


def silent(words: str, done: int = 0, total: int = 0, /) -> None:
    """Reports to nobody."""


def counted(
    items: Iterable[T], what: str, tell: Progress, size: Callable[[T], int] = lambda _: 1
) -> Iterator[T]:
    """Pass the items on, and report the count now and then. `size` gives an item's size."""
    number = 0
    for item in items:
        before, number = number, number + size(item)
        if number // EVERY > before // EVERY:
            tell(f"{what}: {number:,} rows")
        yield item
