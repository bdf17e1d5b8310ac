"""A port of 127.0.0.1 that nobody listens on, for a server that begins in a moment."""

from __future__ import annotations

import random
import socket
from contextlib import suppress

# Below what systems hand out by themselves (Linux: from 32,768), so that nobody who asks for any
# port, as each outgoing connection does, takes it before the server begins.
PORTS = range(20_000, 32_000)
_DRAWN = random.SystemRandom()  # tests that seed `random` would all draw the same


def free_port() -> int:
    while True:
        port = _DRAWN.choice(PORTS)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
