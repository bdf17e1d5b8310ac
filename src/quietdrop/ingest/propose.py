"""Which of a stranger's columns are ours: proposed by their names, confirmed by their rows.

Only headers are compared; of the rows no column is read but those that are proposed, and none
that speaks of a patient, by its name or by its content, is ever proposed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice, pairwise
from pathlib import Path

from quietdrop.domain import patient_guard
from quietdrop.domain.errors import SourceError
from quietdrop.domain.joined import JOIN
from quietdrop.domain.patient_guard import Values
from quietdrop.domain.patient_words import speaks_of_patient
from quietdrop.ingest import database, files, profiles
from quietdrop.ingest.columns import Record, Wanted
from quietdrop.ingest.dates import day_part, form_of, parse
from quietdrop.ingest.files import Surveyed
from quietdrop.ingest.header import is_header
from quietdrop.ingest.names import nearest, words_of
from quietdrop.ingest.periods import period_day, period_order
from quietdrop.ingest.pivots import period_columns
from quietdrop.ingest.regularity import period_of
from quietdrop.ingest.settings import DateOrder, Period
from quietdrop.ingest.shape import Shape
from quietdrop.lib.text import clean

Reader = Callable[[Wanted], list[Record]]

SAMPLE_ROWS = 2000
MOSTLY = 0.8  # of a column's filled cells that are days, where it is the referral's day
BLANK_BELOW = 0.5  # of a practice column's cells that are blank, where one stands for those below
PRACTICE = ("practice_id", "practice_name")
OWN_NUMBERS = 0.8  # of the rows have a number of their own, where it is the referral's
MIN_NUMBERS = 20  # rows, of which so much can be said
_SENDER = re.compile(r"\b(referr\w*|provider|physician|doctor|ordering)\b")


@dataclass(frozen=True)
class Proposal:
    """What was recognized of a source.

    `columns` is our column -> theirs; `patients` are the columns that speak of patients and are
    never read, `unused` the others that nothing was recognized in. Of the `rows` sampled `days`
    could be read as the day, from `first` to `last`; `ambiguous`: month-first or day-first.
    `unread` names a column that is called a day of which nothing could be read, with the form of
    its cells. `remarks` are sentences for a person; the other fields are settings of [source].
    """

    table: str | None
    columns: dict[str, str]
    patients: tuple[str, ...]
    unused: tuple[str, ...]
    rows: int = 0
    days: int = 0
    first: date | None = None
    last: date | None = None
    ambiguous: bool = False
    unread: str = ""
    is_pivot: bool = False
    period: Period | None = None
    fill_down: tuple[str, ...] = ()
    only: dict[str, str] = field(default_factory=dict)
    query: str = ""
    remarks: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()  # why columns of a fitting name were not proposed
    named: bool = True  # whether the first line is known to be a header, so that it may be shown

    @property
    def is_enough(self) -> bool:
        """Whether a day and a practice were recognized."""
        return ("referred_on" in self.columns or self.is_pivot) and bool(
            set(PRACTICE) & set(self.columns)
        )


def propose(source: str) -> Proposal:
    """Return what is recognized of a file, folder, glob or database URL, `#table` behind it or not.

    Of a database without a named table it is the table that fits best, of a workbook the sheet.
    Raises:
        SourceError: The source cannot be read, or no line of it names its columns.
    """
    if "://" not in source:
        return _of_files(source)
    url, _, named = source.partition("#")
    tables = [named] if named else database.tables(url)
    if not tables:
        raise SourceError("the database holds no table that this login can see")
    system = profiles.of_tables(tables)
    if system and system.query:
        return _of_query(url, system)
    headers = {table: database.header(url, table) for table in tables}
    best = max(tables, key=lambda table: _fit(headers[table]))

    def read(wanted: Wanted) -> list[Record]:
        return list(database.records(f"{url}#{best}", wanted, limit=SAMPLE_ROWS))

    return _confirmed(_bare(headers[best], best), headers[best], read)


def _of_query(url: str, system: profiles.Profile) -> Proposal:
    """Return a system's ready query, tried on the database."""

    def read(wanted: Wanted) -> list[Record]:
        return list(database.records(url, wanted, limit=SAMPLE_ROWS, query=system.query))

    header = database.query_header(url, system.query)
    bare = replace(_bare(header, None), query=system.query)
    said = f"looks like {system.name}: a query of its own reads only incoming referrals"
    return replace(_confirmed(bare, header, read), remarks=(said,), table=None)


def _of_files(source: str) -> Proposal:
    paths = files.find(source)
    path, sheet = _best(source, paths)
    bare = _bare(sheet.header, None)
    columns = period_columns(sheet.header, sheet.below)
    if columns and "referred_on" not in bare.columns:
        bare = _pivot(bare, columns)
    shape = Shape(period=bare.period)

    def read(wanted: Wanted) -> list[Record]:
        return list(islice(files.records(path, replace(wanted, shape=shape)), SAMPLE_ROWS))

    proposal = _confirmed(bare, sheet.header, read)
    remarks = [*sheet.remarks, *proposal.remarks]
    if proposal.is_enough and path.name.lower().endswith(SEVERAL):
        remarks += _of_parts(path, proposal)
    if not proposal.is_enough and _is_grouped(sheet):
        remarks.append(GROUPED)
    return replace(proposal, remarks=tuple(remarks))


SEVERAL = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".zip")  # files of several tables


def _of_parts(path: Path, proposal: Proposal) -> list[str]:
    """Return what to say of a workbook's sheets or an archive's files: how many are read, which
    are not."""
    columns = tuple(proposal.columns)
    wanted = Wanted("referrals", columns, (), proposal.columns, shape=Shape(period=proposal.period))
    tables, rows = [], 0
    try:
        for table in files.tables(path, wanted):
            tables.append(table)
            rows += sum(1 for _ in table.records)
    except SourceError as error:
        return [str(error)]
    said = dict.fromkeys(remark for table in tables for remark in table.remarks)
    parts = [remark for remark in said if "one table" in remark or remark.startswith("left out")]
    return [f"{remark}, {rows:,} rows" if "one table" in remark else remark for remark in parts]


GROUPED = (
    "the report seems to be grouped (a line a referrer, their referrals below it): export the list "
    "with the referrer in a column of its own, as a detail report without groups"
)


def _is_grouped(sheet: Surveyed) -> bool:
    """Whether lines of one cell stand among the rows of several."""
    alone = [sum(bool(cell.strip()) for cell in row) == 1 for row in sheet.below]
    groups = sum(a and not b for a, b in pairwise(alone))
    return groups >= 2 and sum(alone) < len(alone)


def _best(source: str, paths: list[Path]) -> tuple[Path, Surveyed]:
    """Return the file and sheet whose header fits best; a folder's files that fit not at all do
    not matter."""
    surveyed: list[tuple[Path, Surveyed]] = []
    wrong: SourceError | None = None
    for path in paths[:MOST_FILES]:
        try:
            surveyed += [(path, sheet) for sheet in files.survey(path, header_score)]
        except SourceError as error:
            wrong = wrong or error
            if not files.may_be_left_out(source, path):
                raise
        if surveyed and not Path(source).is_dir():
            break
    if not surveyed:
        raise wrong or SourceError(f"{source}: is empty")
    return max(
        surveyed, key=lambda one: (bool(one[1].below), _fit(one[1].header), len(one[1].below))
    )


MOST_FILES = 50  # of a folder, that are looked at for the columns


def header_score(cells: Sequence[str]) -> int:
    """Return how well a row does as a header: how many of its cells have a name in use."""
    system = profiles.of_header([cell for cell in cells if cell.strip()])
    return len(nearest([cell.strip() for cell in cells])) + (len(system.signature) if system else 0)


def matched(header: Sequence[str]) -> dict[str, str]:
    """Return our column -> theirs, the nearest names first, each used once."""
    allowed = [name for name in header if name.strip() and not speaks_of_patient(name)]
    system = profiles.of_header(header)
    given = profiles.columns_of(system, allowed) if system else {}
    taken = set(given.values())
    others = nearest([name for name in allowed if name not in taken])
    return given | {our: name for our, name in others.items() if our not in given}


def _fit(header: Sequence[str]) -> tuple[bool, bool, int]:
    columns = matched(header)
    is_pivot = bool(period_columns(header, []))
    bare = Proposal(None, columns, (), (), is_pivot=is_pivot)
    return bare.is_enough, profiles.of_header(header) is not None, len(columns)


def _bare(header: Sequence[str], table: str | None) -> Proposal:
    """Return what the names alone tell."""
    columns = matched(header)
    counts = columns.pop("referrals", None)
    remarks: list[str] = []
    system = profiles.of_header(header)
    if system:
        remarks.append(f"looks like {system.name}")
    columns = _with_year(columns, header)
    columns = _with_sender(columns, header, remarks)
    only = dict(system.only) if system else {}
    proposal = Proposal(table, columns, (), (), remarks=tuple(remarks), only=only)
    return (
        proposal if counts is None else replace(proposal, columns={**columns, "referrals": counts})
    )


def _with_year(columns: dict[str, str], header: Sequence[str]) -> dict[str, str]:
    """Return the columns with year and month as the day, where they stand in two columns."""
    by_word = {" ".join(words_of(name)): name for name in header}
    if (
        "year" in by_word
        and "month" in by_word
        and columns.get("referred_on")
        in (
            None,
            by_word["month"],
            by_word["year"],
        )
    ):
        return columns | {"referred_on": f"{by_word['year']}{JOIN}{by_word['month']}"}
    return columns


def _with_sender(
    columns: dict[str, str], header: Sequence[str], remarks: list[str]
) -> dict[str, str]:
    """Return the columns with the provider's name joined, and the provider as the practice where
    no practice is there."""
    parts = {}
    for name in header:
        words = words_of(name)
        if _SENDER.search(" ".join(words)) and {"last", "first"} & set(words):
            parts["last" if "last" in words else "first"] = name
    if len(parts) == 2 and "provider_name" not in columns:
        columns = columns | {"provider_name": f"{parts['last']}{JOIN}{parts['first']}"}
    if set(PRACTICE) & set(columns):
        return columns
    sender = {
        our: columns[theirs]
        for our, theirs in (("practice_id", "provider_npi"), ("practice_name", "provider_name"))
        if theirs in columns
    }
    if sender:
        remarks.append(
            "No column names a practice, so the referring provider stands for it: each referring "
            "provider counts as a practice. A people table (practice_id, npi) or an NPPES extract "
            "folds providers into their practices."
        )
    return columns | sender


def _pivot(bare: Proposal, columns: dict[int, str]) -> Proposal:
    """Return the proposal for periods across."""
    names = list(columns.values())
    period = period_of(names)
    kept = {our: name for our, name in bare.columns.items() if our in PRACTICE or our in _TEXTS}
    return replace(
        bare,
        columns=kept,
        is_pivot=True,
        period=period,
        remarks=(
            *bare.remarks,
            f"{len(columns)} columns are {period}s: a row is a practice, a cell how many referrals",
        ),
    )


_TEXTS = ("provider_npi", "provider_name", "service_line", "payer", "location")


def _confirmed(bare: Proposal, header: Sequence[str], read: Reader) -> Proposal:
    """Return the proposal as its rows confirm it. A column that does not hold what it is called,
    be it a day or a practice, is not one: then the next best name is tried."""
    refused: dict[str, str] = {}
    unread = ""
    while True:
        if refused:
            names = [name if name not in refused else "" for name in header]
            why = tuple(dict.fromkeys(filter(None, refused.values())))
            again = _bare(names, bare.table)
            if bare.is_pivot:
                again = _pivot(again, period_columns(header, []))
            bare = replace(again, query=bare.query, unread=unread, refused=why)
        proposal = _named(bare, header)
        if "referred_on" not in bare.columns and not bare.is_pivot:
            return proposal
        sample = _Sample(proposal, read)
        if fault := sample.fault(proposal.columns):
            refused |= dict.fromkeys((fault[0], *fault[0].split(JOIN)), fault[1])
            continue
        proposal = _sampled(proposal, sample)
        days = proposal.days
        if not sample.texts or proposal.ambiguous or days >= MOSTLY * len(sample.texts):
            return proposal
        if bare.is_pivot:
            return proposal
        name = proposal.columns["referred_on"]
        unread = unread or (
            f'"{name}" looks like a day, but {days:,} of {len(sample.texts):,} could be '
            f"read, such as {form_of(sample.raw[0])}"
        )
        refused |= dict.fromkeys((name, *name.split(JOIN)), "")


def _named(bare: Proposal, header: Sequence[str]) -> Proposal:
    """Return the proposal with the columns that are left aside."""
    used = {part for name in bare.columns.values() for part in (name, *name.split(JOIN))}
    left = [name for name in header if name.strip() and name not in used]
    names = list(header)
    if bare.is_pivot:
        periods = set(period_columns(header, []).values())
        left, names = (
            [name for name in each if name not in periods and day_part(name) not in periods]
            for each in (left, names)
        )
    return replace(
        bare,
        patients=tuple(name for name in left if speaks_of_patient(name)),
        unused=tuple(name for name in left if not speaks_of_patient(name)),
        named=is_header(names),
    )


class _Sample:
    """Rows of the proposed columns, at most SAMPLE_ROWS."""

    def __init__(self, proposal: Proposal, read: Reader) -> None:
        columns = tuple(proposal.columns)
        if proposal.is_pivot:
            columns = (*columns, "referred_on", "referrals")
        wanted = Wanted("referrals", columns, (), proposal.columns)
        taken = [cells for _, cells in read(wanted) if cells is not None]
        self.rows = len(taken)
        self._by_name = dict(zip(columns, zip(*taken, strict=True), strict=True)) if taken else {}
        self.raw = self.cells("referred_on")
        self.texts = [day_part(text) for text in self.raw]

    def column(self, ours: str) -> list[str]:
        """The cells of one of our columns, the empty ones too."""
        return [clean(text) for text in self._by_name.get(ours, ())]

    def cells(self, ours: str) -> list[str]:
        """The cells of one of our columns that are not empty."""
        return [text for text in self.column(ours) if text]

    def values(self, ours: str) -> Values:
        """What one of our columns holds."""
        counted = Counter(self.cells(ours))
        return Values(list(counted), list(counted.values()))

    def fault(self, columns: dict[str, str]) -> tuple[str, str] | None:
        """The first of the columns that does not hold what its name says, and why."""
        for ours in PRACTICE if not _is_stood_in(columns) else ():
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


def _is_stood_in(columns: dict[str, str]) -> bool:
    """Whether the referring provider stands for the practice."""
    name = columns.get("practice_name")
    return name is not None and name == columns.get("provider_name")


def _sampled(bare: Proposal, sample: _Sample) -> Proposal:
    """Return the proposal with what a sample of its rows shows."""
    period = bare.period
    columns = bare.columns
    remarks = list(bare.remarks)
    if "referrals" in columns and period is None:
        period = period_of(sample.texts)
        remarks.append(f'a row is a practice and a {period}, "{columns["referrals"]}" how many')
    try:
        order = period_order(set(sample.texts), "auto", "referred_on", period)
    except SourceError:
        return replace(
            bare, rows=sample.rows, ambiguous=True, period=period, remarks=tuple(remarks)
        )
    days = [day for text in sample.texts if (day := _day(text, order, period))]
    if not columns.get("referrals") and period is None and sample.texts and not days:
        monthly = [day for text in sample.texts if (day := period_day(text, order, "month"))]
        if len(monthly) >= MOSTLY * len(sample.texts):
            days, period = monthly, "month"
    first, last = (min(days), max(days)) if days else (None, None)
    return replace(
        bare,
        rows=sample.rows,
        days=len(days),
        first=first,
        last=last,
        period=period,
        fill_down=_blank_below(sample, columns),
        remarks=tuple(remarks),
    )


def _day(text: str, order: DateOrder, period: Period | None) -> date | None:
    return parse(text, order) if period is None else period_day(text, order, period)


def _blank_below(sample: _Sample, columns: dict[str, str]) -> tuple[str, ...]:
    """Return the practice's columns whose blank cells seem to mean the last cell above."""
    blank = []
    for name in PRACTICE:
        cells = sample.column(name)
        empty = sum(not cell for cell in cells)
        if name in columns and cells and cells[0] and empty >= BLANK_BELOW * len(cells):
            blank.append(name)
    return tuple(blank)
