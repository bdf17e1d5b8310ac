"""Which of a stranger's columns are ours: proposed by their names, confirmed by their dates.

Only headers are compared; of the rows no column is read but those that are proposed, and none
that speaks of a patient, by its name or by its content, is ever proposed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from rapidfuzz import fuzz

from quietdrop.domain import patient_guard
from quietdrop.domain.patient_guard import Values
from quietdrop.domain.patient_words import plain, speaks_of_patient
from quietdrop.errors import SourceError
from quietdrop.ingest import database, files
from quietdrop.ingest.columns import Record, Wanted
from quietdrop.ingest.dates import convention, day_part, parse
from quietdrop.ingest.file_names import shown_path
from quietdrop.ingest.header import is_data, is_header
from quietdrop.ingest.rows import KEY
from quietdrop.ingest.text import clean

NEAR = 88.0  # of 100: a plural or a typo is near, another word is not
SAMPLE_ROWS = 2000
MOSTLY = 0.8  # of a column's filled cells that are days, where it is the referral's day
OWN_NUMBERS = 0.8  # of the rows have a number of their own, where it is the referral's
MIN_NUMBERS = 20  # rows, of which so much can be said
_WORDS = {
    "referred_on": "referral date|date of referral|referred on|date referred|ref date|order date"
    "|referral received|received date|authored on|date",
    "recorded_on": "recorded on|entered on|date entered|entry date|created on|created at"
    "|created date|loaded at|inserted at",
    "practice_id": "practice id|referring practice id|practice number|practice no"
    "|organization id|clinic id|referring facility id|office id",
    "practice_name": "practice name|referring practice|practice|referring facility|facility name"
    "|referring organization|referring office|office name|referring clinic|clinic name|clinic"
    "|account name|referral source|referral from facility|referral from practice"
    "|referred from|source",
    "provider_npi": "provider npi|npi|referring npi|referring provider npi|referring physician npi",
    "provider_name": "provider name|referring provider|referring physician|referring doctor"
    "|referring clinician|referred by|referral from provider|physician name|provider"
    "|ordering provider",
    "service_line": "service line|referred service|service|referred to specialty|department|dept"
    "|specialty requested|procedure group",
    "payer": "payer|payor|insurance|primary insurance|insurance name|plan|payer name",
    "location": "location|our location|referred to location|site|referred to facility|branch",
    "status": "status|referral status|order status",
    "referral_id": "referral id|referral number|referral no|order id|order number|id",
    "scheduled_on": "scheduled on|scheduled date|date scheduled|booked on",
    "seen_on": "seen on|date seen|visit date|appointment date|first visit|completed date",
    "note_sent_on": "note sent on|note sent|consult note sent|report sent|letter sent",
}


@dataclass(frozen=True)
class Proposal:
    """`columns` is our column -> theirs; `patients` are the columns that speak of patients and
    are never read, `unused` the others that nothing was found for. Of the `rows` sampled `days`
    could be read as the day, from `first` to `last`; `ambiguous`: month-first or day-first."""

    table: str | None
    columns: dict[str, str]
    patients: tuple[str, ...]
    unused: tuple[str, ...]
    rows: int = 0
    days: int = 0
    first: date | None = None
    last: date | None = None
    ambiguous: bool = False
    refused: tuple[str, ...] = ()  # why columns of a fitting name were not proposed
    named: bool = True  # whether the first line is known to be a header, so that it may be shown

    @property
    def is_enough(self) -> bool:
        """Whether a day and a practice were found."""
        return "referred_on" in self.columns and bool(
            {"practice_id", "practice_name"} & set(self.columns)
        )


def propose(source: str) -> Proposal:
    """In: a file, folder, glob, or a database URL, `#table` behind it or not. Out: the proposal.

    Of a database without a named table the one that fits best. Errors: SourceError.
    """
    if "://" not in source:
        path = files.find(source)[0]
        header = files.header(path)
        if is_data(header):
            raise Wanted("referrals", (), ()).no_header(shown_path(path))
        found = _confirmed(None, header, lambda wanted: files.records(path, wanted))
        return replace(found, named=is_header(header))
    url, _, named = source.partition("#")
    tables = [named] if named else database.tables(url)
    if not tables:
        raise SourceError("the database holds no table that this login can see")
    headers = {table: database.header(url, table) for table in tables}
    best = max(tables, key=lambda table: _fit(matched(headers[table])))
    return _confirmed(
        best,
        headers[best],
        lambda wanted: database.records(f"{url}#{best}", wanted, limit=SAMPLE_ROWS),
    )


def matched(header: Sequence[str]) -> dict[str, str]:
    """In: a header. Out: our column -> theirs, the nearest names first, each used once."""
    pairs = [
        (-_nearness(name, ours), KEY.index(ours), place, name)
        for place, name in enumerate(header)
        if name.strip() and not speaks_of_patient(name) and header.count(name) == 1
        for ours in _WORDS
        if ours in KEY
    ]
    found: dict[str, str] = {}
    for score, ours, _, name in sorted(pairs):
        if -score >= NEAR and KEY[ours] not in found and name not in found.values():
            found[KEY[ours]] = name
    return {ours: found[ours] for ours in KEY if ours in found}


def _nearness(name: str, ours: str) -> float:
    words = plain(name)
    if words == plain(ours):
        return 101.0
    # A synonym further down the list is a weaker sign, so a better name beside it wins.
    return max(
        fuzz.ratio(words, word) - 0.1 * place for place, word in enumerate(_WORDS[ours].split("|"))
    )


def _fit(columns: dict[str, str]) -> tuple[bool, int]:
    return Proposal(None, columns, (), ()).is_enough, len(columns)


_Reader = Callable[[Wanted], Iterator[Record]]


class _Sample:
    """Rows of the proposed columns, at most SAMPLE_ROWS."""

    def __init__(self, columns: dict[str, str], records: Iterator[Record]) -> None:
        taken = [cells for _, cells in islice(records, SAMPLE_ROWS) if cells is not None]
        self.rows = len(taken)
        self._columns, self._taken = list(columns), taken
        self.texts = [day_part(text) for text in self._cells("referred_on")]

    def _cells(self, ours: str) -> list[str]:
        if ours not in self._columns:
            return []
        place = self._columns.index(ours)
        return [text for cells in self._taken if (text := clean(cells[place]))]

    def values(self, ours: str) -> Values:
        """What one of our columns holds."""
        counted = Counter(self._cells(ours))
        return Values(list(counted), list(counted.values()))

    def fault(self, columns: dict[str, str]) -> tuple[str, str] | None:
        """The first of the columns that does not hold what its name says, and why."""
        for ours in ("practice_id", "practice_name"):
            name, values = columns.get(ours, ""), self.values(ours)
            if why := patient_guard.what_is_no_practice(values):
                return name, f"{patient_guard.shown(name)}: {why}"
            if patient_guard.has_few_values(values):
                return name, f"{patient_guard.shown(name)}: only {len(values.texts)} values"
        npis = self.values("provider_npi")
        if npis.total and patient_guard.share_of(npis, patient_guard.is_npi) < MOSTLY:
            name = columns["provider_npi"]
            return name, f"{patient_guard.shown(name)}: its values fail the check digit of an NPI"
        numbers = self.values("referral_id")
        if numbers.total >= MIN_NUMBERS and len(numbers.texts) < OWN_NUMBERS * numbers.total:
            name = columns["referral_id"]
            return name, f"{patient_guard.shown(name)}: it repeats, so it is not the referral's own"
        return None


def _confirmed(table: str | None, header: Sequence[str], read: _Reader) -> Proposal:
    """The proposal for a header. A column that is called a day and holds none is not one: then
    the next best name is tried."""
    refused: dict[str, str] = {}
    while True:
        columns = matched([name if name not in refused else "" for name in header])
        left = [name for name in header if name.strip() and name not in columns.values()]
        patients = tuple(name for name in left if speaks_of_patient(name))
        unused = tuple(name for name in left if not speaks_of_patient(name))
        why = tuple(filter(None, refused.values()))
        bare = Proposal(table, _stood_in(columns), patients, unused, refused=why)
        if "referred_on" not in columns:
            return bare
        wanted = Wanted("referrals", tuple(columns), (), columns)
        sample = _Sample(columns, read(wanted))
        made = _with_days(bare, sample)
        if fault := sample.fault(columns):
            refused[fault[0]] = fault[1]
            continue
        if not sample.texts or made.ambiguous or made.days >= MOSTLY * len(sample.texts):
            return made
        refused[columns["referred_on"]] = ""


def _stood_in(columns: dict[str, str]) -> dict[str, str]:
    """The columns; where none is a practice's, the referring provider stands for it."""
    if {"practice_id", "practice_name"} & set(columns) or "provider_name" not in columns:
        return columns
    practice = {"practice_name": columns["provider_name"]}
    if "provider_npi" in columns:
        practice["practice_id"] = columns["provider_npi"]
    whole = columns | practice
    return {ours: whole[ours] for ours in KEY if ours in whole}


def _with_days(bare: Proposal, sample: _Sample) -> Proposal:
    try:
        order = convention(set(sample.texts), "auto", "referred_on")
    except SourceError:
        return replace(bare, rows=sample.rows, ambiguous=True)
    days = [day for text in sample.texts if (day := parse(text, order))]
    first, last = (min(days), max(days)) if days else (None, None)
    return replace(bare, rows=sample.rows, days=len(days), first=first, last=last)
