"""Values whose arrays arrive in another process as they were, to the bit in all that follows."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True)
class Aligned(Generic[Value]):
    """A value that is sent in one piece.

    A cluster sends each array apart, and it arrives as a part of one large message, at any address.
    With numbers across the borders of eight bytes numpy computes in other steps, whose last bits
    differ. What pickle itself brings along gets memory of its own.
    """

    value: Value

    def __reduce__(self) -> tuple[Callable[[bytes], Aligned[Value]], tuple[bytes]]:
        return _arrived, (pickle.dumps(self.value, protocol=pickle.HIGHEST_PROTOCOL),)


def _arrived(sent: bytes) -> Aligned[Value]:
    return Aligned(pickle.loads(sent))
