"""An existing Dask cluster: whether it can be used, and for how long it is waited for."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from quietdrop import __version__
from quietdrop.domain.errors import ClusterError, UsageError
from quietdrop.lib.loopback import is_loopback
from quietdrop.lib.process_identity import own_identity
from quietdrop.lib.text import single_line

CONNECT_SECONDS = 30
LOOK_SECONDS = 5.0  # between two looks at whether there are workers
WITHOUT_WORKERS_SECONDS = 600.0  # a cluster that is started again takes less
# Tries of a task that raises; one whose worker is lost is given to another by the scheduler, as
# often as its own setting `allowed-failures` says (3).
RETRIES = 2


def check_cluster(address: str) -> None:
    """UsageError where the extra is not installed, or the address is not one that may be used."""
    if find_spec("distributed") is None:
        raise UsageError("--engine dask needs pip install 'quietdrop[dask]'.")
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("tcp", "tls") and parts.hostname and parts.port
    except ValueError:
        usable = False
    if not usable:
        raise UsageError(
            f"--scheduler {single_line(address)}: give an address such as tls://host:8786."
        )
    if parts.scheme != "tls" and not is_loopback(address):
        raise UsageError(
            f"--scheduler {single_line(address)}: a scheduler on another machine must speak TLS: "
            "tls://host:8786."
        )


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """Enters with a client of the scheduler. ClusterError where none answers."""
    distributed: Any = import_module("distributed")  # its functions have no types
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what it says is said by us
    try:
        asyncio.run(_knock(address))
        client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except Exception:  # whatever the bytes of a mail server mean to Dask: it may want all memory
        raise ClusterError(
            f"--scheduler {address}: no Dask scheduler answers; for tls:// see DASK_DISTRIBUTED__"
            "COMM__TLS in the documentation of Dask."
        ) from None
    with client:
        yield client


async def _knock(address: str) -> None:
    """Connects and leaves again. Where something else listens that says nothing, a client of Dask's
    would wait for ever: its timeout ends with the connection, before the greeting."""
    comm: Any = import_module("distributed.comm")
    security: Any = import_module("distributed.security")
    by = security.Security().get_connection_args("client")
    async with asyncio.timeout(CONNECT_SECONDS):
        greeted = await comm.connect(address, timeout=CONNECT_SECONDS, **by)
        await greeted.close()


@contextmanager
def given_up_without_workers(client: Any, futures: list[Any]) -> Iterator[None]:
    """While entered, tasks are cancelled once no worker has been there for a while: the scheduler
    would keep them for ever, and no other round could begin."""
    ended = threading.Event()

    def watch() -> None:
        looks_in_vain = 0
        while not ended.wait(LOOK_SECONDS):
            there = client.scheduler_info()["workers"]
            looks_in_vain = 0 if there else looks_in_vain + 1
            if looks_in_vain * LOOK_SECONDS >= WITHOUT_WORKERS_SECONDS:
                client.cancel(futures)
                return

    watching = threading.Thread(target=watch, name="workers", daemon=True)
    watching.start()
    try:
        yield
    finally:
        ended.set()
        watching.join()


def machine_of_worker() -> tuple[str, str]:
    """What a worker says of itself: its quietdrop's version, and the machine it runs on."""
    return __version__, own_identity().boot


def machines_of_workers(client: Any) -> set[str]:
    """The machines that the workers run on. ClusterError where there is no worker, or one without
    this release of quietdrop."""
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        workers = client.run(machine_of_worker)
    except TimeoutError:
        raise ClusterError("The Dask cluster has no worker.") from None
    except Exception as error:  # whatever a worker without quietdrop raises
        raise ClusterError(
            f"A Dask worker cannot work for quietdrop ({type(error).__name__}): install quietdrop "
            f"{__version__} on every worker."
        ) from None
    other = sorted({version for version, _ in workers.values()} - {__version__})
    if other:
        raise ClusterError(
            f"A Dask worker has quietdrop {single_line(other[0])}; install {__version__} on all."
        )
    return {machine for _, machine in workers.values()}
