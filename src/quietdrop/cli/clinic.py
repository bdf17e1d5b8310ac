"""What the process does that works for one clinic of a fleet.

It has bounds on memory and time, and ends with the fleet's. It prints the JSON of `run` or
`status`, and exits as they do.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from zoneinfo import ZoneInfo

import typer

from quietdrop.cli import app, prepare_process, unexpected
from quietdrop.cli.app import chosen, fail, now, settings, show_json
from quietdrop.config.clinic_secrets import OF_QUIETDROP, from_keyring
from quietdrop.domain.errors import QuietdropError, RunBusy, StoreAway, StoreError
from quietdrop.jobs.fleet.clinic_process import BUSY
from quietdrop.jobs.fleet.disk import disk_of
from quietdrop.jobs.fleet.order import Order, Work
from quietdrop.lib.cron import due_day, next_slot
from quietdrop.lib.urls import NAME

if TYPE_CHECKING:
    from quietdrop.config import Settings
    from quietdrop.store import Store

LIFELINE_CUT = 1  # exit code; nobody is there any more to read it


def main(text: str) -> None:
    """Does what the order says, and exits."""
    prepare_process()
    order = Order.from_json(text)
    _limit(order)
    threading.Thread(target=_end_with_the_fleet, daemon=True).start()
    try:
        _take_from_keyring(order)
        chosen["config"] = order.config
        _WORK[order.work](order)
    except typer.Exit as ended:
        sys.exit(ended.exit_code)
    except (RunBusy, StoreAway) as error:
        fail(error)
        sys.exit(BUSY)
    except QuietdropError as error:
        sys.exit(fail(error))
    except MemoryError:
        what = f"it needs more than {order.memory_mb} MB of memory ([fleet] memory_mb)."
        sys.exit(fail(QuietdropError(what)))
    except Exception as error:
        sys.exit(fail(unexpected(error)))


def _limit(order: Order) -> None:
    bytes_ = order.memory_mb * 1024**2
    with suppress(ValueError, OSError):  # a lower limit is set already
        resource.setrlimit(resource.RLIMIT_DATA, (bytes_, bytes_))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(order.minutes * 60)


def _end_with_the_fleet() -> None:
    """The fleet holds the other end of our input: it closes when the fleet ends, however it does.
    A run that is cut off so is taken up again by the next, as after a power cut."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(LIFELINE_CUT)


def _take_from_keyring(order: Order) -> None:
    """Puts into our own environment what it lacks and the keyring has."""
    named: set[str] = set()
    with suppress(OSError, UnicodeDecodeError):  # what is wrong with the file is said later
        named = set(NAME.findall(Path(order.config).read_text(encoding="utf-8-sig")))
    missing = [name for name in sorted({*OF_QUIETDROP, *named}) if name not in os.environ]
    os.environ.update(from_keyring(order.name, missing))


def _run(order: Order) -> None:
    _refuse_a_distant_file(order)
    app(["--config", order.config, "run", "--json", *order.options], prog_name="quietdrop")


def _run_if_due(order: Order) -> None:
    """The weekly job of its slot, if that has come and is not done; else what is owed is sent.

    Most rounds have nothing to do for a clinic. They read its config and ask its store.
    """
    from quietdrop.jobs.fleet.waiting import is_anything_to_send
    from quietdrop.store import Store

    _refuse_a_distant_file(order)
    of, offset = settings(), timedelta(seconds=order.offset_seconds)
    store = Store.open(of.store.url)
    cron, timezone = order.cron or of.schedule.cron, of.schedule.timezone
    at = now()
    last = store.runs.last_finished(at.astimezone(ZoneInfo(timezone)).date())
    since = store.heartbeats.first_seen(f"fleet {cron} {timezone}", at)
    done = last.as_of if last else None
    day = due_day(cron, timezone, at - offset, done, since - offset)
    if day is not None:
        options = ("--as-of", day.isoformat(), "--send")
        app(["--config", order.config, "run", "--json", *options], prog_name="quietdrop")
    if is_anything_to_send(store, at, tells_others=of.webhook.url is not None):
        _send(of, store)
    show_json(_NOTHING_DUE)


def _send(of: Settings, store: Store) -> NoReturn:
    from quietdrop.cli.bootstrap import deliver

    report = deliver(of, store=store)
    sent = asdict(report)
    show_json(_NOTHING_DUE | {"to_retry": report.retry} | {n: sent[n] for n in _SENT})
    for why in report.why:
        typer.echo(f"Mail not sent: {why}.", err=True)
    raise typer.Exit(0 if report.went_well else 1)


def _status(order: Order) -> None:
    from quietdrop.cli.status import as_json_of, condition_of, recorded

    _refuse_a_distant_file(order)
    of, offset = settings(), timedelta(seconds=order.offset_seconds)
    store = recorded(of)
    slot = next_slot(order.cron or of.schedule.cron, of.schedule.timezone, now() - offset)
    condition = condition_of(of, store, slot + offset if slot else None)
    show_json(as_json_of(condition))
    raise typer.Exit(condition.exit_code)


def _refuse_a_distant_file(order: Order) -> None:
    """StoreError where the store is a SQLite file and this is not the machine that it lies on."""
    if order.disk is None:
        return
    from quietdrop.store.database import file_of, parse

    file = file_of(parse(settings().store.url))
    if file is not None and (not order.disk or disk_of(file) != order.disk):
        raise StoreError(
            "[store] url is a SQLite file, and this worker does not share its disk: use PostgreSQL "
            "or MariaDB, or run this clinic on the own cores."
        )


_SENT = ("sent", "failed", "unknown")
_NOTHING_DUE = {"due": False, "to_retry": 0} | dict.fromkeys(_SENT, 0)
_WORK = {Work.RUN: _run, Work.DUE: _run_if_due, Work.STATUS: _status}
