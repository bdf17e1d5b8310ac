"""Checking a proposal against a sample of its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from quietdrop.config.settings import DateOrder
from quietdrop.domain import patient_guard
from quietdrop.domain.errors import SourceError
from quietdrop.domain.joined import JOIN
from quietdrop.domain.patient_guard import Values
from quietdrop.domain.patient_words import speaks_of_patient
from quietdrop.ingest.columns import Record, Wanted
from quietdrop.ingest.dates import day_part, form_of, parse
from quietdrop.ingest.header import is_header
from quietdrop.ingest.matching import by_names, pivoted
from quietdrop.ingest.periods import begin_on_sundays, count_of, period_day, period_order
from quietdrop.ingest.pivots import period_columns
from quietdrop.ingest.proposal import PRACTICE, Proposal
from quietdrop.ingest.regularity import period_of
from quietdrop.ingest.rows import KEY
from quietdrop.lib.periods import Period
from quietdrop.lib.text import clean

Reader = Callable[[Wanted], list[Record]]

SAMPLE_ROWS = 2000
MOSTLY = 0.8  # of a column's filled cells that are days, where it is the referral's day
BLANK_BELOW = 0.5  # of a practice column's cells that are blank, where one stands for those below
HELD_SHARE = 0.2  # of rejected rows, above which a run is held unless the config says otherwise
DISTINCT_SHARE = 0.8  # of the rows have distinct numbers if the column is the referral's id
MIN_NUMBERS = 20  # rows; with fewer nothing is concluded


def confirmed(bare: Proposal, header: Sequence[str], read: Reader) -> Proposal:
    """Return the proposal as its rows confirm it. A column that does not hold what it is called, be
    it a day or a practice, is dropped, and the next best name is tried."""
    refused: dict[str, str] = {}
    unread = ""
    while True:
        if refused:
            names = [name if name not in refused else "" for name in header]
            why = tuple(dict.fromkeys(filter(None, refused.values())))
            again = by_names(names, bare.table)
            if bare.is_pivot:
                again = pivoted(again, period_columns(header, []))
            if bare.is_report:
                again = replace(again, is_report=True, period=bare.period)
            barred = tuple(our for our in KEY if our in refused)
            bare = replace(again, query=bare.query, unread=unread, refused=why, barred=barred)
        proposal = _named(bare, header)
        if "referred_on" not in bare.columns and bare.has_day_column:
            return proposal
        sample = _Sample(proposal, read)
        if fault := sample.fault(proposal.columns):
            refused |= dict.fromkeys((fault[0], *fault[0].split(JOIN)), fault[1])
            continue
        proposal = _sampled(proposal, sample)
        days = proposal.days
        if not sample.texts or proposal.ambiguous or days >= MOSTLY * len(sample.texts):
            return proposal
        if not bare.has_day_column:
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
        elif proposal.is_report:
            columns = (*columns, "referred_on")
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
        names = self.values("provider_name")
        if names.total and patient_guard.share_of(names, patient_guard.looks_like_date) >= MOSTLY:
            name = columns["provider_name"]
            return name, f"{patient_guard.shown(name)}: its values are dates"
        counts = self.values("referrals")
        if "referrals" in columns and patient_guard.share_of(counts, _is_count) < MOSTLY:
            name = columns["referrals"]
            return name, f"{patient_guard.shown(name)}: its values are not counts"
        numbers = self.values("referral_id")
        if numbers.total >= MIN_NUMBERS and len(numbers.texts) < DISTINCT_SHARE * numbers.total:
            name = columns["referral_id"]
            return name, f"{patient_guard.shown(name)}: it repeats, so it is not the referral's own"
        return None


def _is_count(text: str) -> bool:
    return isinstance(count_of(text), int) or count_of(text) == "count withheld"


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
    sundays = period is not None and begin_on_sundays(
        sample.texts, order, period, columns.get("referred_on", "")
    )
    if sundays:
        remarks.append("a week begins on the Sunday that dates it")
    days = [day for text in sample.texts if (day := _day(text, order, period, sundays))]
    if not columns.get("referrals") and period is None and sample.texts and not days:
        monthly = [day for text in sample.texts if (day := period_day(text, order, "month"))]
        if len(monthly) >= MOSTLY * len(sample.texts):
            days, period = monthly, "month"
    first, last = (min(days), max(days)) if days else (None, None)
    fill_down = _blank_below(sample, columns)
    if blank := _without_practice(sample, columns, fill_down):
        remarks.append(blank)
    return replace(
        bare,
        rows=sample.rows,
        days=len(days),
        first=first,
        last=last,
        period=period,
        fill_down=fill_down,
        remarks=tuple(remarks),
    )


def _day(text: str, order: DateOrder, period: Period | None, on_sundays: bool) -> date | None:
    if period is None:
        return parse(text, order)
    return period_day(text, order, period, on_sundays=on_sundays)


def _without_practice(sample: _Sample, columns: dict[str, str], filled: Sequence[str]) -> str:
    """Return a remark about rows without a practice, if they would hold a run."""
    named = [sample.column(name) for name in PRACTICE if name in columns and name not in filled]
    blank = sum(not any(cells) for cells in zip(*named, strict=True))
    if blank <= HELD_SHARE * sample.rows:
        return ""
    return (
        f"{blank / sample.rows:.0%} of the rows have no practice and are rejected; above "
        f"{HELD_SHARE:.0%} a run is held, and `check` says what to do"
    )


def _blank_below(sample: _Sample, columns: dict[str, str]) -> tuple[str, ...]:
    """Return the practice's columns whose blank cells seem to mean the last cell above.

    Then a cell is filled only where it differs from the last one: a report that leaves the
    practice out of some rows names it again and again.
    """
    blank = []
    for name in PRACTICE:
        cells = sample.column(name)
        filled = [cell for cell in cells if cell]
        is_sparse = len(cells) - len(filled) >= BLANK_BELOW * len(cells) > 0
        is_changing = len(filled) > 1 and all(one != other for one, other in pairwise(filled))
        if name in columns and is_sparse and cells[0] and is_changing:
            blank.append(name)
    return tuple(blank)
