"""Each fault, injected for real: what it does to an office, how often, and what came of it."""

from __future__ import annotations

import random
import time
from datetime import timedelta
from pathlib import Path

from benchmarks.faults.cluster import Cluster
from benchmarks.faults.office import MONDAY
from benchmarks.faults.post import Rule
from benchmarks.faults.trial import Count, Office
from quietdrop.store import Store

OVERTIME = 1.1  # some kills come after the end
OUTAGE = timedelta(hours=6)  # between two tries on the day without a mail server
STUBBORN = "liaison7@practice.example"


def killed(office: Office, times: int, seed: int = 1) -> Count:
    """`kill -9` at a random moment of a run with its sending."""
    expected, seconds = office.unharmed()
    chance, total = random.Random(seed), Count()
    for _ in range(times):
        office.begin()
        process = office.start()
        time.sleep(chance.uniform(0, seconds * OVERTIME))
        process.kill()
        tracebacks = office.end(process)
        where = _struck(office)
        tracebacks += office.rest()
        total += office.count(expected)
        total += Count(tracebacks=tracebacks, struck={where: 1})
    return total


def at_once(office: Office, schedulers: int, times: int) -> Count:
    """Several processes whose hour has come at the same moment."""
    expected, _ = office.unharmed()
    total = Count()
    for _ in range(times):
        office.begin()
        tracebacks = office.end(*office.start_many(schedulers))
        tracebacks += office.rest()
        total += office.count(expected)
        total += Count(tracebacks=tracebacks)
    return total


def misled(office: Office, rule: Rule, times: int = 1) -> Count:
    """A mail server that does not simply take what it is given."""
    expected, _ = office.unharmed()
    total = Count()
    for _ in range(times):
        office.begin()
        office.post.rule = rule
        tracebacks = office.end(office.start())
        tracebacks += office.rest()
        total += office.count(expected)
        total += Count(tracebacks=tracebacks)
    return total


def mail_down_for_a_day(office: Office, times: int = 1) -> Count:
    """Nobody listens for a day; when somebody does, the managers are told of the delay."""
    expected, _ = office.unharmed()
    total = Count()
    for _ in range(times):
        office.begin()
        office.post.close()
        tracebacks = office.end(office.start())
        for _ in range(timedelta(days=1) // OUTAGE):
            office.now += OUTAGE
            tracebacks += office.end(office.start())
        office.post.open()
        tracebacks += office.rest()
        total += office.count(expected)
        notices = [m for m in Store.open(office.url).outbox.messages() if m.kind == "notice"]
        total += Count(tracebacks=tracebacks, lost=int([m.state for m in notices] != ["sent"]))
    return total


def disk_full(office: Office, store: Path, times: int, seed: int = 2) -> Count:
    """No file may grow beyond a size at which the run cannot end (EFBIG, as from a full disk)."""
    expected, _ = office.unharmed()
    files = [file.stat().st_size for file in store.parent.glob(f"{store.name}*")]
    chance, total = random.Random(seed), Count()
    for _ in range(times):
        office.begin()
        process = office.start(file_limit=chance.randrange(4096, max(files)))
        tracebacks = office.end(process)
        where = _struck(office)
        tracebacks += office.rest()
        total += office.count(expected)
        total += Count(tracebacks=tracebacks, struck={where: 1})
    return total


def database_restarted(office: Office, cluster: Cluster, times: int, seed: int = 3) -> Count:
    """The store's server crashes at a random moment of a run with its sending, and comes back."""
    expected, seconds = office.unharmed()
    chance, total = random.Random(seed), Count()
    for _ in range(times):
        office.begin()
        process = office.start()
        time.sleep(chance.uniform(0, seconds))
        cluster.restart()
        tracebacks = office.end(process)
        where = _struck(office)
        tracebacks += office.rest()
        total += office.count(expected)
        total += Count(tracebacks=tracebacks, struck={where: 1})
    return total


def _struck(office: Office) -> str:
    """How far the run had come."""
    store = Store.open(office.url)
    messages = store.outbox.messages(MONDAY)
    if not messages:
        return "before the commit"
    return "after the end" if all(m.state == "sent" for m in messages) else "while sending"


def first_times(fate: str, times: int, only: str = "") -> Rule:
    """That fate for each recipient's first attempts, or those of one; then all is taken."""

    def rule(recipient: str, before: int) -> str:
        return fate if before < times and recipient.startswith(only) else "take"

    return rule


def rejects_one(recipient: str, _before: int) -> str:
    """One person is not known here."""
    return "never" if recipient == STUBBORN else "take"
