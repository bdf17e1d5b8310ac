"""Attacks on the pages, from processes of their own: `python -m benchmarks.attacks`.

`quietdrop serve` runs as a user would run it. First 120 connections say next to nothing for a
while, and whoever wants a page measures how long it takes. Then somebody asks for a link to sign
in, in turn for managers and for strangers, and compares the times.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import multiprocessing
import os
import random
import re
import secrets
import select
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import numpy as np
from scipy import stats

from benchmarks.ports import free_port
from quietdrop.demo.files import write_network
from quietdrop.demo.inbox import Inbox
from quietdrop.demo.network import make_network

CONNECTIONS = 120
SLOW_SECONDS = 40.0
PATIENCE = 5.0  # seconds, after which a reader gives up
ASKED_EVERY = 0.25  # seconds
MANAGERS = 300
RESAMPLES = 2000
HEADERS = b"GET / HTTP/1.1\r\nHost: desk\r\nX-Slow: "
BODY = (
    b"POST /m HTTP/1.1\r\nHost: desk\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 9000\r\n\r\n"
)


def be_slow(port: int, begin: bytes, every: float) -> None:
    """Keeps many connections open with a letter now and then; opens what is closed again."""
    kept: list[socket.socket] = []
    while True:
        while len(kept) < CONNECTIONS:
            try:
                connection = socket.create_connection(("127.0.0.1", port), timeout=1)
                connection.sendall(begin)
            except OSError:
                break
            kept.append(connection)
        gone, _, _ = select.select(kept, [], [], 0)
        for each in kept[:]:
            try:
                if each in gone and not each.recv(4096):
                    raise OSError
                each.sendall(b"a")
            except OSError:
                each.close()
                kept.remove(each)
        time.sleep(every)


def readers(port: int, seconds: float) -> list[float]:
    """How long the home page took for each of many readers; infinite where it did not come."""
    took = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.monotonic()
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            connection.request("GET", "/")
            good = connection.getresponse().status == 200
            connection.close()
        except OSError:
            good = False
        took.append(time.monotonic() - began if good else float("inf"))
        time.sleep(ASKED_EVERY)
    return took


def report(name: str, took: list[float]) -> None:
    came = [each for each in took if each < float("inf")]
    middle = f"median {np.median(came) * 1000:.0f} ms, worst {max(came) * 1000:.0f} ms"
    print(f"{name}: {len(came)} of {len(took)} pages came; {middle if came else '-'}", flush=True)


def slow(port: int, name: str, begin: bytes, every: float) -> None:
    attack = multiprocessing.get_context("spawn").Process(
        target=be_slow, args=(port, begin, every), daemon=True
    )
    attack.start()
    time.sleep(3)
    report(name, readers(port, SLOW_SECONDS))
    attack.kill()
    attack.join()


def ask(connection: http.client.HTTPConnection, form: str, address: str) -> float:
    data = urllib.parse.urlencode({"form": form, "email": address})
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    began = time.perf_counter()
    connection.request("POST", "/m", data, kind)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200
    return time.perf_counter() - began


def sign_in(port: int, managers: list[str], name: str) -> None:
    """Whether the time of an answer tells a manager from a stranger."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/m")
    [form] = re.findall(r'name="form" value="([^"]+)"', connection.getresponse().read().decode())
    pairs = [(address, True) for address in managers]
    pairs += [(f"{secrets.token_hex(4)}@practice.example", False) for _ in managers]
    random.Random(1).shuffle(pairs)
    took: dict[bool, list[float]] = {True: [], False: []}
    for address, is_manager in pairs:
        took[is_manager].append(ask(connection, form, address))
        time.sleep(0.15)
    ours, others = np.array(took[True]) * 1000, np.array(took[False]) * 1000
    rng = np.random.default_rng(1)
    area = float(stats.mannwhitneyu(ours, others).statistic) / len(ours) / len(others)
    again = [
        float(stats.mannwhitneyu(a, b).statistic) / len(a) / len(b)
        for a, b in (
            (rng.choice(ours, len(ours)), rng.choice(others, len(others))) for _ in range(RESAMPLES)
        )
    ]
    low, high = np.percentile(again, [2.5, 97.5])
    print(
        f"{name}, {len(ours)} managers and as many strangers: medians {np.median(ours):.2f} and "
        f"{np.median(others):.2f} ms; a manager takes longer than a stranger with probability "
        f"{area:.3f} (95 % interval {low:.3f} to {high:.3f}, 0.5 tells nothing), "
        f"p = {stats.mannwhitneyu(ours, others).pvalue:.2g}",
        flush=True,
    )


@contextmanager
def served(folder: Path, managers: list[str]) -> Iterator[int]:
    """`quietdrop serve` over the demo's network. Out: its port."""
    port = free_port()
    with Inbox(folder / "inbox") as inbox:
        config = write_network(
            make_network(date(2026, 7, 6)), folder, smtp_port=inbox.port, web=f"127.0.0.1:{port}"
        )
        text = re.sub(r"managers = \[.*\]", f"managers = {managers!r}", config.read_text())
        config.write_text(text + '\n[schedule]\ncron = "0 7 29 2 *"\n')
        words = [sys.executable, "-m", "quietdrop", "--config", str(config), "serve"]
        env = {**os.environ, "QUIETDROP_LINK_KEY": secrets.token_hex()}
        with subprocess.Popen(words, env=env, stderr=subprocess.DEVNULL) as process:
            try:
                while True:
                    with (
                        contextlib.suppress(OSError),
                        socket.create_connection(("127.0.0.1", port)),
                    ):
                        break
                    time.sleep(0.2)
                yield port
            finally:
                process.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("only", nargs="?", choices=["slow", "sign-in"])
    only = parser.parse_args().only
    managers = [f"manager{n}@practice.example" for n in range(MANAGERS)]
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), managers) as port:
        if only != "sign-in":
            report("nobody attacks", readers(port, 5))
            slow(port, f"{CONNECTIONS} connections, a letter of a header a second", HEADERS, 1)
            slow(port, f"{CONNECTIONS} connections, a letter of a form a second", BODY, 1)
            slow(port, f"{CONNECTIONS} connections, reopened ten times a second", HEADERS, 0.1)
        if only != "slow":
            sign_in(port, managers, "asked for the first time")
            sign_in(port, managers, "asked once more")


if __name__ == "__main__":
    main()
