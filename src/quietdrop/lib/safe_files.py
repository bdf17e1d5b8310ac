"""Write files that only their owner can read, without following other people's links.

A file is written next to its destination under a temporary name and then moved there in one step.
So a link at the destination is replaced and never written through, a file with wide permissions
gets narrow ones, and a reader never sees half a file.

The folders on the path are opened one by one. A link among them is followed only if root or the
user who runs quietdrop made it: nobody else can redirect a file, not even by swapping a folder for
a link while the file is being written.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from quietdrop.domain.errors import UnsafePath

OWNER_ONLY = 0o600
OWNER_ONLY_FOLDER = 0o700
DRAFT = ".quietdrop-"  # how a file's name begins until it is written; a process killed leaves it
MOST_LINKS = 40  # on the way to one file, as Linux itself allows
# O_PATH: a folder that may be entered but not listed, such as a home of 0711, is on many ways.
_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Opens a file for writing; at the end it replaces whatever `path` was.

    Nothing changes if the body fails.

    Raises:
        UnsafePath: if `path` is a folder or a device, or somebody else's link leads there.
        OSError: if the file cannot be written.
    """
    with _opened_folder(path.parent) as folder:
        _refuse_special(path, folder)
        draft = f"{DRAFT}{secrets.token_hex(8)}"
        try:
            with os.fdopen(os.open(draft, _NEW, OWNER_ONLY, dir_fd=folder), "wb") as file:
                yield file
                file.flush()
                os.fchmod(file.fileno(), OWNER_ONLY)
            os.replace(draft, path.name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(draft, dir_fd=folder)
            raise


@contextmanager
def replacing_text(path: Path) -> Iterator[IO[str]]:
    """Opens a UTF-8 text for writing, line endings unchanged; otherwise as `replacing`."""
    with replacing(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        yield text
        text.flush()
        text.detach()


def write_text(path: Path, text: str) -> None:
    """Writes a UTF-8 text, line endings unchanged; otherwise as `replacing`."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """Writes a file; otherwise as `replacing`."""
    with replacing(path) as file:
        file.write(content)


def create(path: Path, content: bytes = b"") -> None:
    """Writes a file that must not exist yet.

    Raises:
        UnsafePath: where somebody else's link leads there, or `path` is a link.
        FileExistsError, OSError: where it exists, or cannot be written.
    """
    refuse_link(path)
    with (
        _opened_folder(path.parent) as folder,
        os.fdopen(os.open(path.name, _NEW, OWNER_ONLY, dir_fd=folder), "wb") as file,
    ):
        file.write(content)


def make_folder(path: Path) -> None:
    """Makes a folder and its missing parents, for their owner only.

    An existing folder keeps its permissions: others may have been given them on purpose.

    Raises:
        UnsafePath: where somebody else's link leads there.
        OSError: where it cannot be made.
    """
    with _opened_folder(path, make=True):
        pass


def refuse_link(path: Path, what: str = "") -> None:
    """Refuses a path that is a link itself; `what` says what named it, such as `-o`.

    Raises:
        UnsafePath: naming the link's target.
    """
    if path.is_symlink():
        raise UnsafePath(
            f"{what}{' ' if what else ''}{_shown(path)} is a link to {_shown(path.readlink())}. "
            "quietdrop does not write through links: name the target itself, or remove the link."
        )


def make_private(path: Path) -> bool:
    """Removes everyone else's permissions on a file. Returns whether the file exists.

    A file of another user keeps its permissions, unless root runs this.

    Raises:
        UnsafePath: where it is a link, or somebody else's link leads there.
        OSError: where it cannot be looked at.
    """
    refuse_link(path)
    with _opened_folder(path.parent) as folder:
        try:
            state = os.stat(path.name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            return False
        if not stat.S_ISREG(state.st_mode):
            raise UnsafePath(f"{_shown(path)} is not a file.")
        if stat.S_IMODE(state.st_mode) & ~OWNER_ONLY_FOLDER:
            with contextlib.suppress(PermissionError):
                _take_rights_away(path.name, folder)
    return True


def _take_rights_away(name: str, folder: int) -> None:
    handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    try:
        os.fchmod(handle, stat.S_IMODE(os.fstat(handle).st_mode) & OWNER_ONLY_FOLDER)
    finally:
        os.close(handle)


def _refuse_special(path: Path, folder: int) -> None:
    try:
        mode = os.stat(path.name, dir_fd=folder, follow_symlinks=False).st_mode
    except FileNotFoundError:
        return
    if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
        raise UnsafePath(f"{_shown(path)} exists and is not a file: name another one.")


@contextmanager
def _opened_folder(path: Path, *, make: bool = False) -> Iterator[int]:
    """Opens a folder by its parts, so that no part can be swapped for a link on the way."""
    handle = os.open("/" if path.is_absolute() else ".", _FOLDER)
    try:
        parts = [part for part in path.parts if part != path.anchor][::-1]
        links = 0
        while parts:
            part = parts.pop()
            target = _link_at(part, handle, path)
            if target is None:
                step = _step(part, handle, make=make)
            else:
                links += 1
                if links > MOST_LINKS:
                    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
                parts += [each for each in target.parts if each != target.anchor][::-1]
                if not target.is_absolute():
                    continue
                step = os.open("/", _FOLDER)
            os.close(handle)
            handle = step
        yield handle
    finally:
        os.close(handle)


def _link_at(part: str, folder: int, path: Path) -> Path | None:
    """The target of a part of a path, if it is a link that root or we made.

    It is read twice: a different link the second time was swapped in between.
    """
    try:
        before = os.stat(part, dir_fd=folder, follow_symlinks=False)
        if not stat.S_ISLNK(before.st_mode):
            return None
        target = os.readlink(part, dir_fd=folder)
        after = os.stat(part, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    same = (before.st_ino, before.st_ctime_ns) == (after.st_ino, after.st_ctime_ns)
    if not same or before.st_uid not in (0, os.geteuid()):
        raise UnsafePath(
            f"{_shown(path)}: the folder {_shown(part)} on the way is another user's link, to "
            f"{_shown(target)}. Name the folder that you mean itself."
        )
    return Path(target)


def _step(part: str, folder: int, *, make: bool) -> int:
    if make:
        with contextlib.suppress(FileExistsError):
            os.mkdir(part, OWNER_ONLY_FOLDER, dir_fd=folder)
    return os.open(part, _FOLDER, dir_fd=folder)


def _shown(path: Path | str) -> str:
    """A path as one harmless line of a terminal."""
    text = str(path)
    return text if text.isprintable() else ascii(text)
