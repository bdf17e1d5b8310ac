"""The demo's folder: the key that only a demo keeps in a file, and the ports that it listens on.

A real installation has its key in the environment, never in a file of ours. A demo signs nothing
but links to practices that do not exist, on this machine alone, so it keeps one of its own beside
its store. The file also marks the folder as a demo's.
"""

from __future__ import annotations

import os
import secrets
import socket
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from quietdrop.domain.errors import ConfigError
from quietdrop.lib import safe_files

KEY_FILE = "demo.key"
TOKEN_FILE = "demo.token"
FIRST_PORT = 20_000  # below 32768, where Linux begins to give ports to outgoing connections
PORTS = 10_000
HOST = "127.0.0.1"
TOKEN_BYTES = 24


@dataclass(frozen=True)
class DemoFolder:
    """A folder that `quietdrop demo` made. `key` signs its links."""

    path: Path
    key: str

    @property
    def inbox(self) -> Path:
        """Where its mails are kept."""
        return self.path / "inbox"

    @property
    def banner(self) -> str:
        """How its inbox greets, so that no other demo's is taken for it."""
        return f"quietdrop-demo-{crc32(self.key.encode()):08x}"

    def leave_token(self) -> str:
        """Leaves a token with which the next `quietdrop open` lets one browser in."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        safe_files.write_text(self.path / TOKEN_FILE, token)
        return token

    def take_token(self) -> str | None:
        """Takes the token that was left; None where none was, or somebody took it."""
        file = self.path / TOKEN_FILE
        try:
            token = _read_private(file)
            file.unlink()
        except FileNotFoundError:
            return None
        return token


def make_demo_folder(path: Path) -> DemoFolder:
    """Makes the folder with a key of its own; one that is there already is kept."""
    safe_files.make_folder(path)
    with suppress(FileExistsError):
        safe_files.create(path / KEY_FILE, secrets.token_hex().encode())
    folder = demo_folder(path / "quietdrop.toml")
    assert folder is not None
    return folder


def demo_folder(config: Path | None) -> DemoFolder | None:
    """The demo's folder that a config file stands in; None where it is no demo's.

    Raises:
        ConfigError: where somebody else could have read or written the key.
    """
    if config is None:
        return None
    file = config.absolute().parent / KEY_FILE
    try:
        return DemoFolder(file.parent, _read_private(file))
    except FileNotFoundError:
        return None


def _read_private(file: Path) -> str:
    """A secret of this folder's. ConfigError where others could read it; FileNotFoundError."""
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}.") from None
    with os.fdopen(handle, encoding="utf-8", errors="replace") as opened:
        state = os.fstat(handle)
        if state.st_uid != os.geteuid() or stat.S_IMODE(state.st_mode) & 0o077:
            raise ConfigError(f"{file}: is a key that others could read: make the demo again.")
        return opened.read().strip()


def free_ports(folder: Path) -> tuple[int, int]:
    """Two ports on which nobody listens, for the pages and for the mail.

    The same folder asks for the same ones, and two demos for different ones, as a rule.
    """
    begin = crc32(str(folder.absolute()).encode()) % PORTS
    ports = (FIRST_PORT + (begin + step) % PORTS for step in range(PORTS))
    free = (port for port in ports if is_free(port))
    return next(free), next(free)


def is_free(port: int) -> bool:
    """Whether nobody listens on the port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
