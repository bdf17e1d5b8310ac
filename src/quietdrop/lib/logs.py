"""One line per event, for a person or a program; no patient, no secret, no line break."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Literal, TextIO

Format = Literal["text", "json"]
FIELDS = "fields"


def event(logger: logging.Logger, what: str, /, **fields: object) -> None:
    """Logs an event: a few words, and its fields (`run` is the run's id)."""
    logger.info(what, extra={FIELDS: fields})


def begin(form: Format, stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Sends every quietdrop event to `stream` from now on (standard error by default)."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Json() if form == "json" else _Text())
    ours = logging.getLogger("quietdrop")
    ours.handlers, ours.propagate = [handler], False
    ours.setLevel(level)


def _entry_of(record: logging.LogRecord) -> dict[str, object]:
    entry: dict[str, object] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "event": record.getMessage(),
    }
    entry |= getattr(record, FIELDS, {})
    if record.exc_info and record.exc_info[0] is not None:
        entry["error"] = record.exc_info[0].__name__  # its words may hold data
    return entry


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_entry_of(record), default=str, ensure_ascii=True)


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = _entry_of(record)
        head = f"{entry.pop('at')} {entry.pop('level')} {_plain(entry.pop('event'))}"
        return " ".join([head, *(f"{key}={_plain(value)}" for key, value in entry.items())])


def _plain(value: object) -> str:
    """A value on one line; quoted where a space or sign of its own could mislead."""
    text = str(value)
    return json.dumps(text) if not text.isprintable() else text
