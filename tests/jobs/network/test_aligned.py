"""Arrays that are sent in one piece arrive at addresses that numpy computes on as before."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from quietdrop.domain.arrays import FloatArray
from quietdrop.jobs.network.aligned import Aligned


def sent_apart(value: object, offset: int) -> object:
    """As a cluster sends it: arrays as parts of one message, each at the same distance from the
    borders of eight bytes."""
    parts: list[pickle.PickleBuffer] = []
    words = pickle.dumps(value, protocol=5, buffer_callback=parts.append)
    arrived = []
    for part in parts:
        raw = part.raw()
        room = np.zeros(len(raw) + 16, dtype=np.uint8)
        first = -room.ctypes.data % 8 + offset
        room[first : first + len(raw)] = np.frombuffer(raw, dtype=np.uint8)
        arrived.append(memoryview(room.data)[first : first + len(raw)])
    return pickle.loads(words, buffers=arrived)


@pytest.mark.parametrize("offset", [1, 4])
def test_an_array_arrives_aligned(offset: int) -> None:
    values: FloatArray = np.random.default_rng(1).random(31)
    apart = sent_apart({"values": values}, offset)
    assert isinstance(apart, dict)
    assert not apart["values"].flags.aligned
    whole = sent_apart(Aligned({"values": values}), offset)
    assert isinstance(whole, Aligned)
    assert whole.value["values"].flags.aligned
    assert (whole.value["values"] == values).all()
