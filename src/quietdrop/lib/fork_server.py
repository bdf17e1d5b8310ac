"""Processes that begin with everything imported: one process imports it and is forked for each.

What a child is to do comes to it through a pipe, so that the server never sees it: one child's
environment cannot reach another. A keeper, forked between the server and the child, waits for the
child and writes its exit code into a pipe, so that the server never waits.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

_FILES = 5  # the request, input, output, errors, and where the exit code goes
# What the server has of its client's environment: where programs and modules are.
_KEPT = ("HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "PYTHONHOME", "PYTHONPATH", "TMPDIR")
LONGEST_END = 1.0  # seconds for a server that has no child at work any more
_NAME_BYTES = 15  # Linux keeps no more of a process's name


@dataclass(frozen=True)
class _Request:
    name: str
    argument: str
    env: dict[str, str]
    folder: str  # in which the child works


class ForkServer:
    """The client's side. The server begins with the first request, and again if it is killed; it
    ends with `close`, or with this process, however it ends."""

    def __init__(self, module: str) -> None:
        """In: a module whose `python -m` calls `serve` on its standard input."""
        self._module = module
        self._lock = threading.Lock()
        self._server: subprocess.Popen[bytes] | None = None
        self._requests: socket.socket | None = None

    def run(
        self, name: str, argument: str, env: Mapping[str, str], stdin: int
    ) -> subprocess.CompletedProcess[str]:
        """Runs one child to its end.

        Args:
            name: What the child is called in lists of processes.
            argument: What the server's function is called with.
            env: The child's whole environment.
            stdin: The file that is its standard input.

        Returns:
            Its exit code, below 0 if a signal ended it, its output and its errors.
        """
        request = json.dumps(asdict(_Request(name, argument, dict(env), str(Path.cwd()))))
        question, order = os.pipe()
        pipes = [os.pipe() for _ in range(3)]
        readers, writers = [pipe[0] for pipe in pipes], [pipe[1] for pipe in pipes]
        try:
            self._send([question, stdin, *writers])
        finally:
            for file in (question, *writers):
                os.close(file)
        with suppress(OSError), os.fdopen(order, "wb") as pipe:  # nobody may be there to read it
            pipe.write(request.encode())
        out, errors, code = (text.decode(errors="replace") for text in _drained(readers))
        # Where no keeper says anything, it or the server was killed.
        ended = int(code) if code else -signal.SIGKILL
        return subprocess.CompletedProcess([name, argument], ended, out, errors)

    def _send(self, files: Sequence[int]) -> None:
        """Has a child begun, and once more if the server has been killed. One that does not begin
        looks like one that was killed."""
        with self._lock:
            for _ in range(2):
                try:
                    socket.send_fds(self._begun(), [b"1"], files)
                except OSError:
                    self._end(killed=True)
                else:
                    return

    def _begun(self) -> socket.socket:
        if self._requests is None:
            self._requests, theirs = socket.socketpair()
            with theirs:
                self._server = subprocess.Popen(
                    [sys.executable, "-m", self._module],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env={name: os.environ[name] for name in _KEPT if name in os.environ},
                    start_new_session=True,  # Ctrl-C is for the client
                )
        return self._requests

    def _end(self, *, killed: bool = False) -> None:
        if self._requests is not None:
            self._requests.close()
        if self._server is not None:
            try:
                self._server.wait(0 if killed else LONGEST_END)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()
        self._requests = self._server = None

    def close(self) -> None:
        """Ends the server. Children that are at work go on, as their input tells them."""
        with self._lock:
            self._end()


def _drained(readers: Sequence[int]) -> list[bytes]:
    """What comes out of pipes until all are closed; they are closed here, too."""
    texts: dict[int, list[bytes]] = {reader: [] for reader in readers}
    with selectors.DefaultSelector() as waiting:
        for reader in readers:
            waiting.register(reader, selectors.EVENT_READ)
        while waiting.get_map():
            for key, _ in waiting.select():
                piece = os.read(key.fd, 65_536)
                texts[key.fd].append(piece)
                if not piece:
                    waiting.unregister(key.fd)
                    os.close(key.fd)
    return [b"".join(texts[reader]) for reader in readers]


def serve(act: Callable[[str], None]) -> None:
    """The server's side: forks a child for each request on standard input, until it is closed.

    Args:
        act: What a child does with its request's argument. A SystemExit is its exit code.
    """
    with socket.socket(fileno=0) as requests:
        while True:
            message, files, _, _ = socket.recv_fds(requests, 1, _FILES)
            if not message:
                break
            if os.fork() == 0:
                requests.close()
                _keep(files, act)
            for file in files:
                os.close(file)
            _reap(os.WNOHANG)
    _reap(0)


def _reap(options: int) -> None:
    """Waits for keepers; their seconds of the processor then count as ours."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, options)[0]:
            pass


def _keep(files: Sequence[int], act: Callable[[str], None]) -> None:
    """Forks the child, waits for it, says how it ended, and ends."""
    *ours, report = files
    if (child := os.fork()) == 0:
        os.close(report)
        os._exit(_child(ours, act))
    for file in ours:
        os.close(file)
    _, status = os.waitpid(child, 0)
    with suppress(OSError):  # the client may have been killed
        os.write(report, str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _child(files: Sequence[int], act: Callable[[str], None]) -> int:
    """What a child does, and its exit code."""
    question, *standard = files
    with os.fdopen(question, "rb") as order:
        request = _Request(**json.loads(order.read()))
    os.setsid()
    os.chdir(request.folder)
    for number, file in enumerate(standard):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(request.env)
    time.tzset()
    with suppress(OSError), Path("/proc/self/comm").open("wb") as comm:
        comm.write(request.name.encode()[:_NAME_BYTES])
    code: object = 0
    try:
        act(request.argument)
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        code = 1
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    return code if isinstance(code, int) else int(code is not None)
