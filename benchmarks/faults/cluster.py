"""A PostgreSQL server of our own in a temporary folder, to be shut down without mercy."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.ports import free_port

SERVANT = "nobody"  # PostgreSQL refuses to run as root
PLACES = "/usr/lib/postgresql/*/bin"


def programs() -> Path | None:
    """Where PostgreSQL's server programs are; None where they are not installed."""
    places = [Path(place).parent for place in [shutil.which("pg_ctl")] if place]
    places += sorted(Path("/").glob(PLACES.lstrip("/")), reverse=True)
    return next((p for p in places if (p / "pg_ctl").exists() and (p / "postgres").exists()), None)


class Cluster:
    """While entered, a PostgreSQL server at `url`."""

    def __init__(self) -> None:
        binaries = programs()
        if binaries is None:
            raise FileNotFoundError("PostgreSQL's server programs are not installed")
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        self._programs, self._data = binaries, folder / "data"
        port = free_port()
        self._options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
        self.url = f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
        if os.geteuid() == 0:
            shutil.chown(folder, SERVANT)

    def __enter__(self) -> Self:
        self._call("initdb", "--username=postgres", "--auth=trust", "-D", str(self._data))
        self._call("pg_ctl", "-w", "-D", str(self._data), "-o", self._options, "start")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._call("pg_ctl", "-D", str(self._data), "-m", "immediate", "stop")
        self._folder.cleanup()

    def restart(self) -> None:
        """Ends every connection and transaction as a crash would, and comes back."""
        self._call(
            "pg_ctl", "-w", "-D", str(self._data), "-m", "immediate", "-o", self._options, "restart"
        )

    def _call(self, program: str, *words: str) -> None:
        servant = SERVANT if os.geteuid() == 0 else None
        subprocess.run(
            [self._programs / program, *words],
            check=True,
            user=servant,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
