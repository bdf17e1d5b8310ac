"""A network's blocks on the workers of an existing Dask cluster.

A block stays on the worker that read it, and each pass is a task beside it. If a worker is lost,
the scheduler has others read its blocks again and repeat the passes so far; all of them are pure,
and a file is written in one step, so that nothing is lost and nothing written twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

from quietdrop.detection.block import Block
from quietdrop.detection.blocks import Answer, Blocks, Step, Theirs, words_of
from quietdrop.detection.chunks import one_thread
from quietdrop.domain.errors import ClusterError, QuietdropError
from quietdrop.jobs.dask_cluster import (
    RETRIES,
    connected,
    given_up_without_workers,
    machines_of_workers,
)
from quietdrop.jobs.network.aligned import Aligned
from quietdrop.jobs.network.reading import BlockSource
from quietdrop.lib import safe_files
from quietdrop.lib.progress import Progress
from quietdrop.lib.text import LONGEST_PATH, single_line

TOKEN = "reachable"  # a file by which a worker sees that it has the same folder as we


@contextmanager
def on_dask(
    address: str, tell: Progress
) -> Iterator[Callable[[Sequence[BlockSource], Path], Blocks]]:
    """Enters with an engine of `assess_network`. ClusterError where the cluster cannot be used."""
    with connected(address) as client:
        machines_of_workers(client)

        def begin(sources: Sequence[BlockSource], folder: Path) -> Blocks:
            refuse_unreachable(client, sources, folder)
            return DaskBlocks(client, sources, tell)

        yield begin


class DaskBlocks:
    """Blocks on a cluster's workers; each begins as what the first step takes."""

    def __init__(self, client: Any, begin: Sequence[object], tell: Progress) -> None:
        self._client = client
        self._blocks: list[Any] = [Aligned(one) for one in begin]
        self._tell = tell
        self.sizes: Sequence[int] = []

    def each(
        self, step: Step[Answer], *of_all: object, theirs: Theirs | None = None
    ) -> list[Answer]:
        """As `Blocks` has it. ClusterError where the cluster has lost a task for good."""
        both = [
            self._submit(
                asked, step, block, Aligned((tuple(theirs[number]) if theirs else (), of_all))
            )
            for number, block in enumerate(self._blocks)
        ]
        self._blocks = [self._submit(block_of, one) for one in both]
        answers = [self._submit(answer_of, one) for one in both]
        del both
        self._wait(answers, words_of(step))
        return [answer.value for answer in self._client.gather(answers)]

    def _submit(self, task: Callable[..., object], *given: object) -> Any:
        key = f"quietdrop-{task.__name__}-{uuid4().hex}"
        return self._client.submit(task, *given, key=key, retries=RETRIES, pure=False)

    def _wait(self, answers: list[Any], words: str) -> None:
        """Until all are there."""
        distributed: Any = import_module("distributed")
        with given_up_without_workers(self._client, answers):
            every = distributed.as_completed(answers, loop=self._client.loop)
            for done, future in enumerate(every, 1):
                if future.status != "finished":
                    raise _error(future)
                self._tell(words, done, len(answers))


Given = tuple[tuple[object, ...], tuple[object, ...]]


def asked(
    step: Step[Answer], block: Aligned[object], given: Aligned[Given]
) -> tuple[Aligned[Block], Aligned[Answer]]:
    """A block's part of a pass, on a worker: by one thread, also of the libraries beneath, since
    several would add in another order. It is given what is the block's, and what is for all."""
    threadpoolctl: Any = import_module("threadpoolctl")
    theirs, of_all = given.value
    with one_thread(), threadpoolctl.threadpool_limits(1):
        kept, answer = step(block.value, *theirs, *of_all)
        return Aligned(kept.slim()), Aligned(answer)


def block_of(both: tuple[Aligned[Block], object]) -> Aligned[Block]:
    """The block as the next pass is to have it."""
    return both[0]


def answer_of(both: tuple[object, Aligned[Answer]]) -> Aligned[Answer]:
    """What the network hears of it."""
    return both[1]


def refuse_unreachable(client: Any, sources: Sequence[BlockSource], folder: Path) -> None:
    """ClusterError where a worker cannot read the files, or cannot write to the folder, as here."""
    token = uuid4().hex
    safe_files.write_text(folder / TOKEN, token)
    sizes = [(source.file, source.file.stat().st_size) for source in sources]
    try:
        for place in client.run(unreachable, sizes, folder, token).values():
            if place:
                shown = single_line(place, LONGEST_PATH)
                raise ClusterError(
                    f"A Dask worker does not have {shown} as this machine does. All "
                    "need the folders of counts and of the output under the same paths, and "
                    "the rights to read and write there: mount them on every worker."
                )
    finally:
        (folder / TOKEN).unlink()


def unreachable(sizes: Sequence[tuple[Path, int]], folder: Path, token: str) -> str:
    """On a worker: the first path that it does not have as the caller does; empty: it has all."""
    try:
        for file, size in sizes:
            if not file.is_file() or file.stat().st_size != size:
                return str(file)
        probe = folder / f"{TOKEN}-{uuid4().hex}"
        if (folder / TOKEN).read_text(encoding="utf-8") != token:
            return str(folder)
        safe_files.write_text(probe, token)
        probe.unlink()
    except (OSError, QuietdropError):
        return str(folder)
    return ""


def _error(future: Any) -> Exception:
    """Why a task gave nothing: an error that a user can act on, or the cluster's loss."""
    error = future.exception() if future.status == "error" else None
    if isinstance(error, QuietdropError):
        return error
    kind = type(error).__name__ if error is not None else future.status
    return ClusterError(
        f"The cluster lost a block ({kind}). Nothing was written: run the command again."
    )
