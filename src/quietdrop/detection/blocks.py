"""A network's streams in blocks, and how all of them are asked.

A pass asks every block the same question. The answers come in the order of the blocks, so that
their sum is always the same bits, wherever the blocks lie and whichever answers first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

from quietdrop.detection.block import Block
from quietdrop.detection.chunks import each_chunk, one_thread
from quietdrop.domain.arrays import FloatArray
from quietdrop.lib.progress import Progress, silent

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Arrays = TypeVar("Arrays", bound="DataclassInstance")
Answer = TypeVar("Answer")
Step = Callable[..., tuple[Block, Answer]]
Theirs = Sequence[tuple[object, ...]]  # what a pass hands to each block of its own


class Blocks(Protocol):
    """A network's blocks, wherever they lie."""

    sizes: Sequence[int]  # streams of each block

    def each(
        self, step: Step[Answer], *of_all: object, theirs: Theirs | None = None
    ) -> list[Answer]:
        """What every block answers, in the order of the blocks.

        Args:
            step: Takes a block, what is `theirs`, and what is the same for `of_all`; gives the
                block as the next pass is to have it, and an answer. Pure.
            of_all: What every block is handed.
            theirs: What each block is handed, in the order of the blocks.
        """


class LocalBlocks:
    """Blocks in the memory of this process; several are worked on by one thread a core.

    Each begins as what the first step takes, a block or what one is read from. `tell` hears what
    is under way; `sizes` are known once the blocks are.
    """

    def __init__(self, begin: Sequence[object], tell: Progress = silent) -> None:
        self._blocks = list(begin)
        self._tell = tell
        self.sizes: Sequence[int] = [
            len(block.counts.ids) for block in begin if isinstance(block, Block)
        ]

    def each(
        self, step: Step[Answer], *of_all: object, theirs: Theirs | None = None
    ) -> list[Answer]:
        """As `Blocks` has it."""
        total = len(self._blocks)

        def ask(number: int) -> Answer:
            mine = theirs[number] if theirs else ()
            block, answer = step(self._blocks[number], *mine, *of_all)
            self._blocks[number] = block.slim()
            self._tell(words_of(step), number + 1, total)
            return answer

        if total == 1:
            return [ask(0)]

        def ask_one(one: slice) -> Answer:
            with one_thread():
                return ask(one.start)

        return each_chunk(ask_one, (slice(number, number + 1) for number in range(total)))


def words_of(step: Step[Answer]) -> str:
    """What a pass is called for whoever waits."""
    return step.__name__.replace("_", " ").capitalize()


def split(blocks: Blocks, values: FloatArray) -> list[FloatArray]:
    """The values of all streams as each block has them."""
    return np.split(values, np.cumsum(blocks.sizes)[:-1])


def handed(blocks: Blocks, *values: FloatArray) -> Theirs:
    """What each block is handed of the values of all streams."""
    return list(zip(*(split(blocks, each) for each in values), strict=True))


def joined(parts: Sequence[Arrays]) -> Arrays:
    """Values with one array a field, those of all blocks one below the other."""
    columns = (
        np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(parts[0])
    )
    return type(parts[0])(*columns)
