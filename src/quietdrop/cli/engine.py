"""Where a large piece of work is done: by this machine's cores, or by a Dask cluster."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from quietdrop.domain.errors import UsageError


class Engine(StrEnum):
    """Who does the work."""

    cores = "cores"
    dask = "dask"


EngineOption = Annotated[
    Engine, typer.Option("--engine", help="cores: this machine's; dask: a Dask cluster.")
]
Scheduler = Annotated[
    str | None, typer.Option("--scheduler", help="With dask: such as tls://host:8786.")
]


def check_engine(engine: Engine, scheduler: str | None) -> None:
    """UsageError where the two do not go together, or a Dask cluster cannot be used as asked."""
    if engine is Engine.cores:
        if scheduler is not None:
            raise UsageError("--scheduler goes with --engine dask.")
        return
    if scheduler is None:
        raise UsageError("--engine dask needs --scheduler, such as tls://host:8786.")
    from quietdrop.jobs.dask_cluster import check_cluster

    check_cluster(scheduler)
