"""The clinics on an existing Dask cluster: each is a task that any worker may do.

A task is the same process of a clinic as on the own cores. The order that goes to a worker holds no
secret: the worker's own environment and keyring have them. If a worker is lost, the scheduler gives
its clinics to others, and the store's run lock and outbox see to it that nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib import import_module
from typing import Any
from uuid import uuid4

from quietdrop.jobs.dask_cluster import (
    RETRIES,
    connected,
    given_up_without_workers,
    machines_of_workers,
)
from quietdrop.jobs.fleet.clinic_process import run_clinic
from quietdrop.jobs.fleet.disk import this_machine
from quietdrop.jobs.fleet.order import Order, Outcome, State


def on_dask(orders: Sequence[Order], address: str) -> Iterator[Outcome]:
    """Yield the outcomes as they come from the cluster's workers. Whoever stops listening cancels
    what has not begun. ClusterError where the cluster cannot be used."""
    distributed: Any = import_module("distributed")  # its functions have no types
    with connected(address) as client:
        futures = {
            client.submit(
                run_clinic,
                order,
                key=f"quietdrop-{order.name}-{uuid4().hex}",
                retries=RETRIES,
                pure=False,
            ): order
            for order in placed(client, orders)
        }
        with given_up_without_workers(client, list(futures)):
            for future in distributed.as_completed(futures, loop=client.loop):
                yield _outcome(futures[future], future)


def placed(client: Any, orders: Sequence[Order]) -> list[Order]:
    """The orders, without the disk of their store where not every worker shares it. ClusterError
    as `machines_of_workers` raises it."""
    shared = machines_of_workers(client) == {this_machine()}
    return [order if shared else replace(order, disk="") for order in orders]


def _outcome(order: Order, future: Any) -> Outcome:
    """What a task gave; a task that is lost gave nothing."""
    if future.status == "finished":
        outcome: Outcome = future.result()
        return outcome
    kind = type(future.exception()).__name__ if future.status == "error" else future.status
    why = f"The cluster lost it ({kind}). Nothing is lost or sent twice: run the fleet again."
    return Outcome(order.name, State.FAILED, why)
