"""Tells systemd that the service is ready, alive, or about to stop (sd_notify(3))."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

READY, STOPPING, ALIVE = "READY=1", "STOPPING=1", "WATCHDOG=1"


@dataclass(frozen=True)
class ServiceManager:
    """Its socket, if any, and how often a sign of life is due, in seconds."""

    address: str = ""
    watchdog_seconds: float | None = None

    def notify(self, state: str) -> None:
        """Sends one state. Never waits or fails: there may be no listener any more."""
        if not self.address:
            return
        name = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as telling:
            telling.setblocking(False)
            telling.sendto(state.encode(), name)


def service_manager(env: Mapping[str, str], pid: int) -> ServiceManager:
    """The service manager that started this process; a silent one if none did.

    Args:
        env: The environment: NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID.
        pid: This process; a watchdog may be meant for another one.
    """
    address = env.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")) or len(address) < 2:
        return ServiceManager()
    microseconds = env.get("WATCHDOG_USEC", "")
    ours = env.get("WATCHDOG_PID", str(pid)) == str(pid)
    wanted = ours and microseconds.isdecimal() and int(microseconds) > 0
    return ServiceManager(address, int(microseconds) / 1e6 if wanted else None)
