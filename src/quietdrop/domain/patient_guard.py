"""The guard: no column of a patient's is read, whoever asks for it.

`init`, `check`, the config and the readers all ask here. A column is refused by its name, before
anything of it is read, or by its content, before anything of it is used. `[source] allow` lets a
column through that its owner knows better.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from stdnum import luhn
from stdnum.gb import nhs

from quietdrop.domain.joined import parts_of
from quietdrop.domain.patient_words import plain, speaks_of_patient
from quietdrop.lib.folding import folded

OF_STAFF = {"practices", "people", "liaisons"}  # tables whose names are those of colleagues
MIN_ROWS = 200  # of fewer rows the content says nothing: a week's export may name each once
MOSTLY = 0.8  # of the rows
SELDOM_REPEATED = 0.25  # distinct values over rows: a patient is referred a few times, not often
FEW_VALUES = 5  # fewer over MIN_ROWS are kinds of something, not practices
NPI_PREFIX = "80840"  # goes before an NPI's digits in its Luhn check (45 CFR 162.406)

_IDENTIFIER = r"(?:\"[^\"]+\"|`[^`]+`|\[[^\]]+\]|\w+)"
_RENAMED = re.compile(
    rf"({_IDENTIFIER})(?:\s*::\s*\w+|\s+as\s+\w+\s*\))?\s+as\s+({_IDENTIFIER})", re.IGNORECASE
)
_MONTH = r"(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-z]*\.?"
_DATE = re.compile(
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})"
    r"|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    rf"|\d{{1,2}}[-\s.]*{_MONTH}[-\s,]*\d{{2,4}}|{_MONTH}[-\s]*\d{{1,2}}[-\s,]+\d{{2,4}})"
    r"(?:[T\s]+\d{1,2}:\d.*)?",
    re.IGNORECASE | re.ASCII,
)
_SOCIAL_SECURITY = re.compile(r"\d{3}[- ]\d{2}[- ]\d{4}", re.ASCII)
_NHS = re.compile(r"\d{3}[- ]?\d{3}[- ]?\d{4}", re.ASCII)
_RECORD = re.compile(r"(?:mrn?|pat|patient|pid)[-_#: ]*\d{4,}", re.IGNORECASE | re.ASCII)
_MAYBE_RECORD = re.compile(r"[A-Z]{0,6}[-_# ]?\d{6,9}", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class Values:
    """A column's distinct texts that are not empty, and the number of rows that hold each."""

    texts: Sequence[str]
    rows: Sequence[int]

    @property
    def total(self) -> int:
        """The number of rows that hold a value."""
        return sum(self.rows)


def fault_by_name(name: str, allow: Collection[str] = (), *, table: str = "referrals") -> str:
    """Say why a column must not be read, judging by its name.

    Args:
        name: The column's name where the data is, or the names of several that are joined.
        allow: The names that `[source] allow` lets through.
        table: Our name of the table that it is in.

    Returns:
        The reason, and the line that would allow it; "" where it may be read.
    """
    if is_allowed(name, allow):
        return ""
    for part in parts_of(name):
        if speaks_of_patient(part, of_staff=table in OF_STAFF) and not is_allowed(part, allow):
            return (
                f"{shown(part)} speaks of a patient, and a patient's column is never read; "
                f"if it does not, allow it: {allow_line(part, allow)}"
            )
    return ""


def faults_in_query(
    query: str, read: Collection[str], allow: Collection[str] = ()
) -> Iterator[str]:
    """Find the patients' columns that a query hands on under a name that is read.

    Args:
        query: The SQL text, such as `SELECT p.PatNum AS practice_id FROM …`.
        read: The names of the columns that are read of its result.
        allow: The names that `[source] allow` lets through.

    Yields:
        The reason for each, as `fault_by_name` states it.
    """
    names = {name.casefold() for name in read}
    for column, alias in _RENAMED.findall(query):
        if _unquoted(alias).casefold() in names:
            yield from filter(None, [fault_by_name(_unquoted(column), allow)])


def fault_by_content(name: str, values: Values, allow: Collection[str] = ()) -> str:
    """Say why a column cannot be that of the practices, judging by what it holds.

    Args:
        name: The column's name where the data is.
        values: What it holds; each referral is counted once, however often it was delivered.
        allow: The names that `[source] allow` lets through.

    Returns:
        The reason, and the line that would allow it; "" where it may be read.
    """
    if is_allowed(name, allow):
        return ""
    if why := what_is_no_practice(values):
        return f"{shown(name)}: {why}; if it is a practice, allow it: {allow_line(name, allow)}"
    return ""


def fault_of_npi(name: str, values: Values, allow: Collection[str] = ()) -> str:
    """As `fault_by_content`, of a column that should hold National Provider Identifiers."""
    if is_allowed(name, allow) or values.total < MIN_ROWS or not (why := _what_is_personal(values)):
        return ""
    return f"{shown(name)}: {why}; if it may be read, allow it: {allow_line(name, allow)}"


def has_few_values(values: Values) -> bool:
    """Whether so few values stand over so many rows that they hardly are practices."""
    return values.total >= MIN_ROWS and len(values.texts) < FEW_VALUES


def is_npi(text: str) -> bool:
    """Whether a text is a National Provider Identifier: ten digits that pass their check."""
    bare = text.strip()
    return re.fullmatch(r"[12]\d{9}", bare, re.ASCII) is not None and bool(
        luhn.is_valid(NPI_PREFIX + bare)
    )


def looks_like_date(text: str) -> bool:
    """Whether a whole text is a date, as a birth date or a referral's day may be written."""
    return _DATE.fullmatch(text.strip()) is not None


def is_allowed(name: str, allow: Collection[str]) -> bool:
    """Whether `[source] allow` names a column, in whatever spelling."""
    return plain(name) in {plain(one) for one in allow} and bool(plain(name))


def allow_line(name: str, allow: Iterable[str] = ()) -> str:
    """The config's line that lets a column through beside those that it lets through already."""
    names = json.dumps([*allow, name], ensure_ascii=not name.isprintable())
    return f"[source] allow = {names}"


def shown(name: str) -> str:
    """A column's name as it may be shown: quoted, and harmless on a terminal."""
    return json.dumps(name, ensure_ascii=not name.isprintable())


def what_is_no_practice(values: Values) -> str:
    """Say what a column's values are where they cannot be practices; "" where they may be."""
    if values.total < MIN_ROWS:
        return ""
    if why := _what_is_personal(values):
        return why
    if len(values.texts) < MOSTLY * values.total:  # whatever of them is the same
        return ""
    if len({folded(text) for text in values.texts}) / values.total < MOSTLY:
        return ""
    return (
        "nearly every row has another value, so it is the patient's or the referral's, "
        "not a practice"
    )


def _what_is_personal(values: Values) -> str:
    """What the values are by their shape, where they look like those of persons."""
    if _are_mostly(values, looks_like_date):
        return "its values are dates"
    if _are_mostly(values, _is_personal_number):
        return "its values look like a person's number, so it is the patient's"
    seldom = len(values.texts) >= SELDOM_REPEATED * values.total
    if seldom and _are_mostly(values, lambda text: bool(_MAYBE_RECORD.fullmatch(text))):
        return "its values look like record numbers, so it is the patient's"
    return ""


def _is_personal_number(text: str) -> bool:
    if _SOCIAL_SECURITY.fullmatch(text) or _RECORD.fullmatch(text):
        return True
    return _NHS.fullmatch(text) is not None and not is_npi(text) and bool(nhs.is_valid(text))


def _unquoted(identifier: str) -> str:
    return identifier.strip('"`[]')


def _are_mostly(values: Values, is_one: Callable[[str], object]) -> bool:
    """Whether `share_of` is MOSTLY or more; it looks at no more values than it takes to know."""
    others, most = 0, (1 - MOSTLY) * max(1, values.total) + 1
    for text, rows in zip(values.texts, values.rows, strict=True):
        if others > most:
            return False
        others += 0 if is_one(text.strip()) else rows
    return (values.total - others) / max(1, values.total) >= MOSTLY


def share_of(values: Values, is_one: Callable[[str], object]) -> float:
    """Return the share of the rows whose value is one, by a rule for single texts."""
    held = sum(
        rows for text, rows in zip(values.texts, values.rows, strict=True) if is_one(text.strip())
    )
    return held / max(1, values.total)
