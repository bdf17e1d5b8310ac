"""JSON: lines, arrays and wrapped arrays of objects; dotted keys are the columns."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

import ijson

from quietdrop.domain.errors import SourceError
from quietdrop.ingest.grids import Grid, Line

LARGE = 32 * 1024**2  # bytes; a larger array is read piece by piece
MOST_KEYS = 300  # distinct dotted keys; with more, the keys themselves are data
_DEEPEST = 6
_LONGEST_LINE = 16 * 1024**2  # bytes
_ASIDE = ("link", "signature", "errors")  # lists that stand beside the one that counts

Object = dict[str, Any]


def opened(path: Path) -> IO[bytes]:
    """Open a file that may be compressed by gzip, whatever its name."""
    with path.open("rb") as file:
        is_packed = file.read(2) == b"\x1f\x8b"
    return cast(IO[bytes], gzip.open(path)) if is_packed else path.open("rb")


def objects(path: Path) -> Iterator[tuple[int, Object | None]]:
    """Yield the objects of a JSON file and where each stands: its line, or its place in the array.

    None stands for a line that is not an object.
    Raises:
        SourceError: The file is not JSON; none of its content is in the message.
    """
    try:
        if _is_lines(path):
            yield from _lines(path)
        else:
            yield from enumerate(_items(path), 1)
    except (ValueError, RecursionError, ijson.JSONError):
        raise SourceError(f"{path}: is damaged or not valid JSON") from None


def _is_lines(path: Path) -> bool:
    """Whether the first line is an object by itself, and not the beginning of one."""
    with opened(path) as file:
        first = next((line for line in file if line.strip()), b"").removeprefix(b"\xef\xbb\xbf")
        is_alone = not file.read(4096).strip()
    try:
        value = json.loads(first)
    except ValueError:
        return not is_alone and first.lstrip().startswith(b'{"') and len(first.strip()) > 2
    return isinstance(value, dict) and not (is_alone and _wrapped(value))


def _lines(path: Path) -> Iterator[tuple[int, Object | None]]:
    with opened(path) as file:
        number = 0
        while line := file.readline(_LONGEST_LINE):
            number += 1
            text = line.strip().removeprefix(b"\xef\xbb\xbf")
            if not text:
                continue
            try:
                value = json.loads(text)
            except (ValueError, RecursionError):
                value = None
            yield number, value if isinstance(value, dict) else None


def _items(path: Path) -> Iterator[Object | None]:
    if path.stat().st_size > LARGE:
        yield from _streamed(path)
        return
    with opened(path) as file:
        whole = json.loads(file.read().removeprefix(b"\xef\xbb\xbf"))
    items = whole if isinstance(whole, list) else _wrapped(whole) or [whole]
    for item in items:
        yield item if isinstance(item, dict) else None


def _wrapped(value: Object) -> list[Any] | None:
    """Return the longest list of objects that an object holds, such as {"data": [...]}.

    A resource of FHIR is one object, whatever lists it holds.
    """
    if "resourceType" in value:
        return None
    lists = [v for v in value.values() if isinstance(v, list) and v and isinstance(v[0], dict)]
    return max(lists, key=len, default=None)


def _streamed(path: Path) -> Iterator[Object | None]:
    """Yield the items of a large array, or of the first array in a large object."""
    with opened(path) as file:
        prefix = next(
            (
                f"{place}.item" if place else "item"
                for place, event, _ in ijson.parse(file)
                if event == "start_array" and "." not in place and place not in _ASIDE
            ),
            None,
        )
    if prefix is None:
        raise ValueError("no array")
    with opened(path) as file:
        for item in ijson.items(file, prefix, use_float=True):
            yield item if isinstance(item, dict) else None


def grid(path: Path) -> Grid:
    """Return a JSON file's objects as rows; the keys of all its objects are the columns."""
    keys: dict[str, int] = {}
    for _, item in objects(path):
        for key in _flat(item or {}):
            keys.setdefault(key, len(keys))
        if len(keys) > MOST_KEYS:
            raise SourceError(
                f"{path}: its objects have more than {MOST_KEYS} different keys; "
                "export it as one flat object a referral, or as CSV"
            )
    if not keys:
        raise SourceError(f"{path}: holds no object with a key")
    return Grid("", _rows(path, list(keys)), is_named=True)


def _rows(path: Path, keys: list[str]) -> Iterator[Line]:
    yield 0, keys
    for place, item in objects(path):
        if item is None:
            yield place, None
        elif item:
            flat = _flat(item)
            yield place, [flat.get(key, "") for key in keys]


def _flat(item: Object, prefix: str = "", depth: int = 0) -> dict[str, object]:
    """Return an object's values by dotted key; of a list its items by their places."""
    flat: dict[str, object] = {}
    for key, value in item.items():
        name = f"{prefix}{key}"
        if isinstance(value, list):
            value = {str(place): one for place, one in enumerate(value[:3])}
        if isinstance(value, dict) and depth < _DEEPEST:
            flat |= _flat(value, f"{name}.", depth + 1)
        elif not isinstance(value, dict):
            flat[name] = value
    return flat
