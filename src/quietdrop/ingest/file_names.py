"""How a file is named in what quietdrop prints, logs and stores."""

from __future__ import annotations

import re
from pathlib import Path

from quietdrop.domain.patient_guard import looks_like_date
from quietdrop.domain.patient_words import plain, speaks_of_patient
from quietdrop.ingest.header import COLUMN_WORDS

_OTHER_FILE_WORDS = (
    "all csv data dump excel export exports extract file files gz incoming list lists log new old"
    " parquet patients pull records report reports sheet tsv weekly daily monthly xls xlsm xlsx"
)
_FILE_WORDS = COLUMN_WORDS | set(_OTHER_FILE_WORDS.split())
_LONG_NUMBER = re.compile(r"(?<!\d)\d{5,}(?!\d)", re.ASCII)


def shown_path(path: Path) -> str:
    """A file's path, for messages and lists.

    A name that may be a patient's (a record number, "Last, First", or "Patient" with words that are
    not usual in export names) is replaced by the file's place among its neighbors.
    """
    if not _may_name_patient(path.name.partition(".")[0]):
        return str(path)
    try:
        names = sorted(one.name for one in path.parent.iterdir() if one.is_file())
    except OSError:
        names = [path.name]
    place = names.index(path.name) + 1 if path.name in names else 1
    return str(path.parent / f"file {place} of {len(names)} by name")


def shown_part(name: str, place: int) -> str:
    """The name of a sheet or of an archive's file, for messages and lists, as `shown_path`.

    Args:
        name: The name, "" where there is none; an archive's workbook has ", SHEET" behind it.
        place: Its place in the file, from 1.
    """
    stems = [name.partition(".")[0], *(part.partition(".")[0] for part in name.split(", "))]
    return f"part {place}" if any(map(_may_name_patient, stems)) else name


def _may_name_patient(stem: str) -> bool:
    numbers = _LONG_NUMBER.findall(stem)
    dated = any(map(_is_date, numbers))
    if "," in stem or not all(_is_date(one) or (dated and _is_time(one)) for one in numbers):
        return True
    words = [word for word in plain(stem).split() if not word.isdecimal()]
    return speaks_of_patient(stem) and not _FILE_WORDS.issuperset(words)


def _is_date(number: str) -> bool:
    """Whether digits are a day, a month (202607), or a day with a time."""
    month = re.fullmatch(r"(19|20)\d\d(0[1-9]|1[0-2])(\d{2,8})?", number, re.ASCII)
    return month is not None or looks_like_date(number)


def _is_time(number: str) -> bool:
    return re.fullmatch(r"[0-2]\d[0-5]\d[0-5]\d", number, re.ASCII) is not None
