"""Rehearsals in separate processes: starting, stopping and cleaning up."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from quietdrop.domain.audit import Actor, AuditAction
from quietdrop.domain.trial import TrialState
from quietdrop.store import Store

TOO_LONG = "it would have taken more than half an hour"
ENDED = "it was ended from outside; on a machine with little memory the system does that"
BROKE = "a fault of ours ended it; the log has the line"

_log = logging.getLogger(__name__)


class TrialProcesses:
    """The rehearsal that this server runs, if any. The store knows those of other servers."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._running: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, config: Path, number: int) -> None:
        """Starts the rehearsal with that number in a process that ends with this one."""
        words = [sys.executable, "-m", "quietdrop.web.trial_child", str(config), str(number)]
        child = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,  # it ends when we do: the pipe closes then
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            start_new_session=True,  # Ctrl-C at the server is not for it
        )
        self._running[number] = child
        threading.Thread(target=self._wait, args=(number, child), daemon=True).start()

    def cancel(self, number: int, actor: Actor) -> None:
        """Ends a rehearsal at once. One of another server stops at its next week."""
        if self._store.trials.end(number, TrialState.cancelled, f"cancelled by {actor.who}"):
            self._store.audit.note(actor.did(AuditAction.STOPPED, "", f"rehearsal {number}"))
        child = self._running.get(number)
        if child is not None and child.poll() is None:
            child.kill()

    def _wait(self, number: int, child: subprocess.Popen[bytes]) -> None:
        with child:
            assert child.stderr is not None
            last = child.stderr.read()[-2000:].decode(errors="replace").strip().splitlines()
            code = child.wait()
        self._running.pop(number, None)
        why = {-signal.SIGALRM: TOO_LONG, -signal.SIGKILL: ENDED}.get(code, BROKE)
        if self._store.trials.end(number, TrialState.failed, why) and why == BROKE:
            # The last line of a traceback may quote a driver: only the error's type is kept.
            kind = last[-1].partition(":")[0] if last else "no message"
            _log.error("a rehearsal ended with code %s: %s", code, kind)
