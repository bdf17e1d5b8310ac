"""ZIP files of data files: unpacked within bounds into a folder that only the owner reads."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from quietdrop.domain.errors import SourceError
from quietdrop.ingest.kinds import MOST_UNPACKED
from quietdrop.lib.file_settings import ENDINGS, MARKUP
from quietdrop.lib.text import clean

MOST_ENTRIES = 10_000
_PIECE = 1024 * 1024  # bytes


def entries(path: Path) -> Iterator[tuple[str, Path]]:
    """Yield the data files of an archive: the name in it, and a copy that lives until the next.

    Raises:
        SourceError: It holds no data file, an archive, an encrypted file or a path that leads out
            of it, or is too large.
    """
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
        inside = [entry for entry in archive.infolist() if not entry.is_dir()]
        chosen = [entry for entry in inside if _is_data(path, entry)]
        if not chosen or len(inside) > MOST_ENTRIES:
            raise SourceError(f"{path}: is a ZIP file with no data file, or too many, in it")
        left = MOST_UNPACKED
        for entry in chosen:
            name = PurePosixPath(entry.filename).name
            copy = Path(folder, f"entry{''.join(PurePosixPath(name.lower()).suffixes[-2:])}")
            left -= _unpack(path, archive, entry, copy, left)
            yield clean(name), copy
            copy.unlink()


def _is_data(path: Path, entry: zipfile.ZipInfo) -> bool:
    name = PurePosixPath(entry.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
        raise SourceError(f"{path}: holds a file whose path leads out of the archive")
    if entry.flag_bits & 1:
        raise SourceError(f"{path}: is protected with a password; save a copy without one")
    lower = name.name.lower()
    if lower.endswith((".zip", ".7z", ".rar", ".tar", ".tgz", ".tar.gz")):
        raise SourceError(f"{path}: holds another archive; unpack it first")
    hidden = lower.startswith((".", "~$")) or "__MACOSX" in name.parts
    return lower.endswith((*ENDINGS, *MARKUP, ".txt")) and not hidden


def _unpack(
    path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, copy: Path, most: int
) -> int:
    """Copy an entry out; return its size. An archive may understate its sizes: bytes count."""
    size = 0
    with archive.open(entry) as packed, copy.open("wb") as file:
        while piece := packed.read(_PIECE):
            size += len(piece)
            if size > most:
                raise SourceError(f"{path}: would unpack to more than 2 GB")
            file.write(piece)
    return size
