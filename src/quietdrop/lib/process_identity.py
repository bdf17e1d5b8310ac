"""Which process this is, and whether another one is known to be dead.

A process is named by its host, the kernel's boot, its PID namespace, its PID and its start time.
Only one that shares the first three with us can be looked up; of nothing is known about any other.
On a system without /proc nothing is known about any process.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
LONGEST_HOST = 64  # characters; Linux allows no more (HOST_NAME_MAX)
DEAD_STATES = ("Z", "X")  # proc(5): a zombie has ended and only waits for its parent


@dataclass(frozen=True)
class ProcessIdentity:
    """A process, such that no other one at any time has the same identity."""

    host: str
    boot: str
    namespace: str
    pid: int
    started: str  # clock ticks since the boot

    def __str__(self) -> str:
        return "|".join((self.host, self.boot, self.namespace, str(self.pid), self.started))

    @property
    def is_dead(self) -> bool:
        """Whether the process is known to have ended. Also False if that cannot be known."""
        here = own_identity()
        if not self.boot or (self.host, self.boot, self.namespace) != (
            here.host,
            here.boot,
            here.namespace,
        ):
            return False
        try:
            os.kill(self.pid, 0)  # sends nothing; /proc may hide other users' processes
        except ProcessLookupError:
            return True
        except OSError:
            pass
        state, started = _stat(self.pid)
        return state in DEAD_STATES or (started not in ("", self.started))


def parse_identity(text: str) -> ProcessIdentity | None:
    """The process named by `str(identity)`, ignoring any text after it; None if there is none."""
    parts = text.split("|")
    if len(parts) < 5 or not parts[3].isdecimal() or int(parts[3]) == 0:
        return None
    return ProcessIdentity(parts[0], parts[1], parts[2], int(parts[3]), parts[4])


def own_identity() -> ProcessIdentity:
    """This process."""
    pid = os.getpid()
    host = socket.gethostname().replace("|", "-")[:LONGEST_HOST]
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
        namespace = os.readlink(PROC / "self/ns/pid")  # noqa: PTH115 (it names no file)
    except OSError:
        return ProcessIdentity(host, "", "", pid, "")
    started = _stat(pid)[1]
    return ProcessIdentity(host, boot if started else "", namespace, pid, started)


def _stat(pid: int) -> tuple[str, str]:
    """A process's state and start time (proc(5), fields 3 and 22); empty where not to be read."""
    try:
        text = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return "", ""
    fields = text.rpartition(")")[2].split()  # the name in brackets may hold anything
    return fields[0], fields[19]
