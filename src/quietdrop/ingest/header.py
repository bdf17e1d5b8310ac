"""Whether a line is a header. Any other line may name a patient and is never shown."""

from __future__ import annotations

import re
from collections.abc import Sequence

from quietdrop.domain.patient_guard import looks_like_date
from quietdrop.domain.patient_words import plain, speaks_of_patient

MOST_NAMES = 2000  # more cells in a line are data without line breaks, as a JSON array on one line
LONGEST_NAME = 200  # characters of one column's name
MOST_WORDS = 4  # of a name that is known by one word of it
# What columns are called, in headers as we have seen them; a long word also within another.
_NAMES = (
    "date day when on at time week month year created updated entered received recorded sent"
    " scheduled booked seen closed opened id ids no nr number num nbr code key uuid npi name"
    " names who from to by type kind status state stage reason referral referrals referred"
    " referring referrer ref practice clinic office facility provider physician doctor dr"
    " clinician organization organisation company account agency group site branch location"
    " department dept service line specialty procedure order visit appointment appt insurance"
    " payer payor plan coverage patient person client member contact dob mrn ssn sex gender"
    " age address street city town zip phone fax email note notes comment comments priority"
    " urgency value amount count total source record case deal lead owner territory region"
    " aliases tier role first last middle full text reference display identifier subject"
    " requester performer authored datum tag praxis uberweiser zuweiser fecha nombre medico"
    " clinica fuente origen medecin cabinet praktijk verwijzer data origine nom"
)
COLUMN_WORDS = frozenset(_NAMES.split())
_LONG_WORDS = re.compile("referr|practice|provider|physician|patient|facility|insurance|date")
_OPENS_JSON = re.compile(r'\s*(?:\{|\[\s*(?:[\[{"\d]|$))')
_PERSON = re.compile(r"[^\W\d_][\w'\u2019 -]*, ?[^\W\d_][\w'\u2019. -]*")
_NUMBER = re.compile(r"[-+(\d][-+().,:/\s\d]{3,}", re.ASCII)
_CODE = re.compile(r"[A-Z]{0,8}[-_# ]?\d{4,}", re.IGNORECASE | re.ASCII)


def is_data(cells: Sequence[str]) -> bool:
    """Whether a first line certainly is not the columns' names: a cell of it is a day, a number,
    an address, a person or a piece of JSON."""
    if len(cells) > MOST_NAMES or any(len(cell) > LONGEST_NAME for cell in cells):
        return True
    return any(_is_value(cell.strip()) for cell in cells)


def is_header(cells: Sequence[str]) -> bool:
    """Whether a first line is known to be the columns' names, so that it may be shown: no cell is
    a value, and at least half of the cells are made of words that columns are called by."""
    named = [cell for cell in cells if cell.strip()]
    if not named or is_data(named):
        return False
    return 2 * sum(is_name(cell) for cell in named) >= len(named)


def opens_json(line: str) -> bool:
    """Whether a line begins a JSON object or array."""
    return _OPENS_JSON.match(line) is not None


def _is_value(cell: str) -> bool:
    if not cell or set(plain(cell).split()) <= COLUMN_WORDS:
        return False
    if cell.startswith(("{", "[{", '["', "<")) or re.search(r'[@|^]|":', cell):
        return True
    if looks_like_date(cell) or _NUMBER.fullmatch(cell) or _CODE.fullmatch(cell):
        return True
    return _PERSON.fullmatch(cell) is not None and not is_name(cell)


def is_name(cell: str) -> bool:
    """Whether a cell is made of words that columns are called by."""
    words = plain(cell).split()
    if 2 * sum(word in COLUMN_WORDS for word in words) >= len(words) > 0:
        return True
    return len(words) <= MOST_WORDS and (
        _LONG_WORDS.search("".join(words)) is not None or speaks_of_patient(cell)
    )
