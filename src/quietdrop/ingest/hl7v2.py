"""HL7 v2: REF^I12 and SIU^S12 messages as rows.

Only MSH, RF1, PRD, SCH and PV1 are parsed; PID, GT1, IN1, DG1 and NTE are dropped as bytes, before
anything reads them. Source of the fields: HL7 v2.5.1, chapters 2, 10 and 11.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hl7

from quietdrop.domain.errors import SourceError
from quietdrop.ingest.grids import Grid, Line

COLUMNS = (
    *("referred_on", "referral_id", "status", "practice_id", "practice_name", "provider_npi"),
    *("provider_name", "service_line", "scheduled_on"),
)
_PARSED = (b"MSH", b"RF1", b"PRD", b"SCH", b"PV1")
_REFERRALS, _BOOKINGS = ("REF^I12", "REF^I13"), ("SIU^S12",)
_LARGEST = 512 * 1024**2  # bytes; a batch of a year has a few dozen MB


def grid(path: Path) -> Grid:
    """Return a file's messages as rows: its referrals, or its bookings if it has none."""
    if path.stat().st_size > _LARGEST:
        raise SourceError(f"{path}: is larger than 512 MB; split it by month")
    kinds = {_event(message) for _, message in _messages(path)}
    wanted = next((k for k in (_REFERRALS, _BOOKINGS) if kinds & set(k)), ())
    if not wanted:
        raise SourceError(f"{path}: holds HL7 messages, but neither REF^I12 nor SIU^S12")
    others = sorted(kinds - set(wanted))
    remark = f"HL7 v2 messages {' and '.join(k for k in wanted if k in kinds)}" + (
        f"; left out: {', '.join(others)}" if others else ""
    )
    return Grid("", _rows(path, wanted), is_named=True, remarks=(remark,))


def _messages(path: Path) -> Iterator[tuple[int, list[bytes]]]:
    """Yield each message's first line, and its segments that may be parsed."""
    message: list[bytes] = []
    start = 0
    content = path.read_bytes()
    for line, raw in enumerate(re.split(rb"\r\n|\r|\n", content), 1):
        segment = raw.strip(b"\x0b\x1c \t")
        if segment.startswith(b"MSH"):
            if message:
                yield start, message
            message, start = [segment], line
        elif message and segment[:3] in _PARSED:
            message.append(segment)
    if message:
        yield start, message


def _event(segments: list[bytes]) -> str:
    """Return a message's type and event, such as "REF^I12"."""
    header = segments[0]
    fields = header.split(header[3:4])
    parts = fields[8].split(header[4:5]) if len(fields) > 8 else []
    event = "^".join(part.decode("ascii", "replace") for part in parts[:2])
    return event if re.fullmatch(r"[A-Z]{3}\^[A-Z]\d\d", event) else "others"


def _rows(path: Path, wanted: tuple[str, ...]) -> Iterator[Line]:
    yield 0, COLUMNS
    for line, segments in _messages(path):
        if _event(segments) not in wanted:
            continue
        try:
            message = hl7.parse(_decoded(b"\r".join(segments)))
            yield line, _referral(message) if wanted == _REFERRALS else _booking(message)
        except (hl7.exceptions.HL7Exception, IndexError, KeyError, ValueError, TypeError):
            yield line, None


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _referral(message: Any) -> list[object]:
    request = message.segment("RF1")
    provider = next(
        (p for p in _segments(message, "PRD") if _part(_at(p, 1), 1) == "RP"),
        None,
    )
    npi, name, practice, practice_id = "", "", "", ""
    if provider is not None:
        npi = next(
            (_part(i, 1) for i in _repeats(_at(provider, 7)) if re.fullmatch(r"\d{10}", _part(i))),
            "",
        )
        name = _person(_at(provider, 2), 1)
        practice, practice_id = _part(_at(provider, 4), 1), _part(_at(provider, 4), 4)
    header = message.segment("MSH")
    return [
        _part(_at(request, 7)) or _part(_at(header, 7)),
        _part(_at(request, 6)),
        _part(_at(request, 1), 2) or _part(_at(request, 1)),
        practice_id or ("" if practice else _part(_at(header, 4))),
        practice,
        npi,
        name,
        _part(_at(request, 3), 2) or _part(_at(request, 3)),
        "",
    ]


def _booking(message: Any) -> list[object]:
    header, booking = message.segment("MSH"), message.segment("SCH")
    visits = _segments(message, "PV1")
    referrer = _at(visits[0], 8) if visits else ""
    npi = _part(referrer, 1)
    name = _person(referrer, 2)
    is_npi = re.fullmatch(r"\d{10}", npi) is not None
    return [
        _part(_at(header, 7)),
        _part(_at(booking, 1)) or _part(_at(booking, 2)),
        "",
        npi or name,
        name,
        npi if is_npi else "",
        name,
        _part(_at(booking, 7), 2) or _part(_at(booking, 7)),
        _part(_at(booking, 11), 4),
    ]


def _segments(message: Any, name: str) -> list[Any]:
    return [segment for segment in message if str(segment[0]) == name]


def _at(segment: Any, place: int) -> Any:
    return segment[place] if place < len(segment) else ""


def _repeats(field: Any) -> list[Any]:
    return list(field) if isinstance(field, hl7.Field) else [field]


def _part(field: Any, place: int = 1) -> str:
    """Return a component of a field's first repetition, counted from 1; "" where it is not there.

    Of a component with subcomponents it is the first.
    """
    while isinstance(field, hl7.Field):
        field = field[0] if len(field) else ""
    if isinstance(field, hl7.Repetition):
        field = field[place - 1] if place <= len(field) else ""
    elif place > 1:
        return ""
    while isinstance(field, (hl7.Component, hl7.Repetition)):
        field = field[0] if len(field) else ""
    return str(field).strip()


def _person(field: Any, place: int) -> str:
    """Return "family, given" of a name that begins at a component."""
    return ", ".join(part for part in (_part(field, place), _part(field, place + 1)) if part)
