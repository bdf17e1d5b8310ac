"""How far a piece of work has come, for whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")
EVERY = 10_000  # items between two steps


class Progress(Protocol):
    """Hears of each step of the work."""

    def __call__(self, words: str, done: int = 0, total: int = 0, /) -> None:
        """Say what is under way now, and where it is counted, as number `done` of `total`."""


def silent(words: str, done: int = 0, total: int = 0, /) -> None:
    """Nobody waits."""


def counted(
    items: Iterable[T], what: str, tell: Progress, size: Callable[[T], int] = lambda _: 1
) -> Iterator[T]:
    """Pass the items on; every so many, tell how many there have been. `size` is an item's."""
    number = 0
    for item in items:
        before, number = number, number + size(item)
        if number // EVERY > before // EVERY:
            tell(f"{what}: {number:,} rows")
        yield item
