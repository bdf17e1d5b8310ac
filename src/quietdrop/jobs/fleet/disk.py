"""Whether two processes see the same disk of the same machine.

SQLite locks its file and shares memory beside it. Neither holds between machines, whatever file
system they share, so a SQLite store is worked on only where it lies.
"""

from __future__ import annotations

from pathlib import Path

from quietdrop.lib.process_identity import own_identity


def this_machine() -> str:
    """The running system; containers on it share it. Empty where the system does not say."""
    return own_identity().boot


def disk_of(file: Path) -> str:
    """The folder that a file lies in, as only this machine knows it; empty where it is not there
    or the machine cannot be told from others."""
    machine = this_machine()
    try:
        state = file.absolute().parent.stat()
    except OSError:
        return ""
    return f"{machine}|{state.st_dev}|{state.st_ino}" if machine else ""
