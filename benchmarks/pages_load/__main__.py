"""The readers' side: `python -m benchmarks.pages_load`, which starts the server itself.

For each kind of page: the CPU that the server spends on one, measured alone, and how long a
reader waits while 50 connections ask one page after another (closed loop).
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from typing import IO
from urllib.parse import urlsplit

from benchmarks.ports import free_port

CONNECTIONS = 50
ALONE, TOGETHER = 300, 2_000  # requests a kind of page
WARM = 30


async def ask(port: int, path: str, peer: int = 0) -> float:
    """In: which of the readers asks; each has an address of her own, since a peer has few
    connections. Out: the seconds until the whole page was there."""
    start = time.perf_counter()
    address = (f"127.0.1.{peer + 1}", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=address)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 200"), answer[:200]
    return time.perf_counter() - start


async def together(port: int, addresses: list[str]) -> list[float]:
    """In: where to ask and for what, again and again. Out: how long each answer took."""
    waiting = islice(cycle(addresses), TOGETHER)
    times: list[float] = []

    async def connection(peer: int) -> None:
        for path in waiting:
            times.append(await ask(port, path, peer))

    await asyncio.gather(*map(connection, range(CONNECTIONS)))
    return times


def cpu(server: subprocess.Popen[str]) -> float:
    stdin, stdout = _pipes(server)
    stdin.write("\n")
    stdin.flush()
    return float(stdout.readline())


def _pipes(server: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    assert server.stdin is not None
    assert server.stdout is not None
    return server.stdin, server.stdout


async def measured(port: int, server: subprocess.Popen[str], urls: list[str]) -> str:
    """Out: one kind of page in a line."""
    addresses = [urlsplit(url).path for url in urls]
    for path in islice(cycle(addresses), WARM):
        await ask(port, path)
    before = cpu(server)
    alone = [await ask(port, path) for path in islice(cycle(addresses), ALONE)]
    spent = (cpu(server) - before) / ALONE
    waits = sorted(await together(port, addresses))
    return (
        f"{1000 * spent:.1f} ms CPU; alone p50 {1000 * statistics.median(alone):.1f} ms; "
        f"{CONNECTIONS} connections p50 {1000 * statistics.median(waits):.0f} ms, "
        f"p95 {1000 * waits[int(0.95 * len(waits))]:.0f} ms"
    )


def main() -> None:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.pages_load.served", folder, str(port)]
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # waitress names each request that waits
            text=True,
        ) as server:
            stdin, stdout = _pipes(server)
            for name, urls in json.loads(stdout.readline()).items():
                print(f"{name}: {asyncio.run(measured(port, server, urls))}", flush=True)
            stdin.close()


if __name__ == "__main__":
    main()
