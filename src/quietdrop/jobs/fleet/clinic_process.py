"""One clinic's work in a process of its own, which ends with the one that asked for it."""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import time
from contextlib import closing
from datetime import timedelta

from quietdrop.config.clinic_secrets import environment_of
from quietdrop.jobs.fleet.order import Figure, Order, Outcome, State
from quietdrop.lib.fork_server import ForkServer
from quietdrop.lib.text import single_line
from quietdrop.store.run_lock import LEASE

_CLINICS = ForkServer("quietdrop.cli.clinics")
atexit.register(_CLINICS.close)
BUSY = 75  # exit code of a clinic that another process is at, as EX_TEMPFAIL of sysexits.h
HELD = 3
PAUSE = timedelta(seconds=5)  # between two tries of a busy clinic
# A lost worker's claim ends after a lease where nobody can know that the worker is dead.
PATIENCE = LEASE + timedelta(minutes=1)
MOST_WORDS = 300  # characters
# The lines of standard error that are our own words; nothing else of it is passed on.
_OURS = ("quietdrop: ", "Held: ", "Mail not sent")
_FIGURES = (
    *("as_of", "due", "listed", "rows_read", "sent", "failed", "to_retry", "unknown"),
    *("last_run", "last_state", "next_run", "newest_referral", "feed_age_days", "open_checkins"),
)


class Lifeline:
    """Processes that have `end` as standard input go on until it is cut, or until this process
    ends, however it does; then they end at once."""

    def __init__(self) -> None:
        self.end, self._held = os.pipe()
        self._is_cut = False

    def cut(self) -> None:
        """Ends them, and those that begin later."""
        if not self._is_cut:
            self._is_cut = True
            os.close(self._held)

    def close(self) -> None:
        """Cuts it and gives it back: no process may begin with it any more."""
        self.cut()
        os.close(self.end)


def run_clinic(order: Order) -> Outcome:
    """Does one clinic's work in a process that ends with this one."""
    with closing(Lifeline()) as line:
        return begin(order, line)


def begin(order: Order, line: Lifeline) -> Outcome:
    """Does one clinic's work in a process that ends when the lifeline is cut. A clinic that another
    process is at is tried again until that process's claim must have ended."""
    for _ in range(PATIENCE // PAUSE):
        ended = _once(order, line)
        if ended.returncode != BUSY:
            break
        time.sleep(PAUSE.total_seconds())
    return _outcome(order, ended)


def _once(order: Order, line: Lifeline) -> subprocess.CompletedProcess[str]:
    env = environment_of(order.name, os.environ) | {"OMP_NUM_THREADS": "1"}
    return _CLINICS.run(order.name, order.to_json(), env, line.end)


def _outcome(order: Order, ended: subprocess.CompletedProcess[str]) -> Outcome:
    code, figures, problem = ended.returncode, *_said(ended.stdout)
    if code == 0:
        return Outcome(order.name, State.DONE, figures=figures)
    state = State.HELD if code == HELD else State.FAILED
    ours = [line for line in ended.stderr.splitlines() if line.startswith(_OURS)]
    why = ours[0].removeprefix("quietdrop: ") if ours else problem or _by_code(order, code)
    return Outcome(order.name, state, single_line(why, MOST_WORDS), figures)


def _said(text: str) -> tuple[dict[str, Figure], str]:
    """The figures that a process printed, and the first problem of its status."""
    try:
        said = json.loads(text)
    except ValueError:
        return {}, ""
    figures = {name: said[name] for name in _FIGURES if name in said}
    problems = said.get("problems", [])
    waiting = said.get("outbox", {})
    if waiting:
        figures["waiting"] = waiting.get("pending", 0) + waiting.get("sending", 0)
    return figures, problems[0]["words"] if problems else ""


def _by_code(order: Order, code: int) -> str:
    """Why a process ended that said nothing itself."""
    if code == -signal.SIGALRM:
        return f"It took longer than {order.minutes} minutes ([fleet] minutes)."
    if code == -signal.SIGKILL:
        return "It was ended from outside; on a machine with little memory the system does that."
    if code < 0:
        return f"It was ended by {signal.Signals(-code).name}."
    return f"It ended with exit code {code}; call its command by itself to see more."
