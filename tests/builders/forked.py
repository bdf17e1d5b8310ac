"""What the children of `tests/lib/test_fork_server.py` do: `python -m tests.builders.forked`."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from quietdrop.lib.fork_server import serve


def act(argument: str) -> None:
    """Does one thing by its first word."""
    what, _, rest = argument.partition(" ")
    match what:
        case "exit":
            sys.exit(int(rest))
        case "refuse":
            sys.exit(rest)
        case "raise":
            raise ValueError(rest)
        case "signal":
            os.kill(os.getpid(), int(rest))
        case "write":
            print("o" * int(rest))
            print("e" * int(rest), file=sys.stderr)
        case "say":
            print(os.environ.get(rest), sorted(os.environ), Path.cwd(), os.getpid(), os.getppid())
        case "read":
            print(sys.stdin.read())
        case "wait":
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            time.sleep(float(rest))


if __name__ == "__main__":
    serve(act)
