"""What was read from the sources for one as-of date."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import pandas as pd

from quietdrop.domain.checkin import Touch
from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Announcement, Closure, Liaison, Person, Practice
from quietdrop.domain.identity import Identity
from quietdrop.domain.promise import Promise
from quietdrop.domain.reading import Reading
from quietdrop.lib.periods import Period
from quietdrop.lib.reader import decimal


@dataclass(frozen=True)
class Reject:
    """One row (or, from a database, one group of `rows` rows) that could not be used."""

    source: str
    line: int | None
    reason: str
    fields: tuple[tuple[str, str], ...] = ()
    rows: int = 1


@dataclass(frozen=True)
class Intake:
    """What was read for one as-of date.

    `counts` is sorted, one row a combination of its first seven columns: practice_id, provider
    (the NPI, else the name), service_line, payer, location (all str), day and recorded (int64,
    days since 1970-01-01; recorded is −1 where it is not known, and never before day), and
    referrals (int64). Only what was known on the as-of date: days before it, recorded before it.
    `by_source` has the columns source (a file's name), day and referrals, each file's own; it is
    empty where there are not several files. `access` is how we treated referrals: practice_id,
    day, wait (days to the appointment, −1 where not known), seen_on (a day, −1: not seen), noted
    and declined (bool), referrals; empty where no such column is read. `notes` counts rows that
    were rightly left out (repeated, not a referral, after the as-of date) and rows of the
    directory of no use.
    """

    counts: pd.DataFrame
    practices: dict[str, Practice]
    liaisons: dict[str, Liaison]
    touches: tuple[Touch, ...]
    rows_read: int
    newest: date | None
    rejects: tuple[Reject, ...] = ()
    notes: Counter[str] = field(default_factory=Counter)
    people: tuple[Person, ...] = ()
    closures: tuple[Closure, ...] = ()
    open_days: tuple[Closure, ...] = ()  # on which somebody said that we were not closed
    provider_names: dict[str, str] = field(default_factory=dict)  # by what `counts` calls them
    news: tuple[Announcement, ...] = ()
    access: pd.DataFrame = field(default_factory=pd.DataFrame)
    by_source: pd.DataFrame = field(default_factory=pd.DataFrame)
    reading: Reading = field(default_factory=Reading)
    identity: Identity = field(default_factory=Identity)
    # What a row of `counts` stands for, where it is no single referral.
    period: Period | None = None
    promises: tuple[Promise, ...] = ()  # next steps that the table of touches names
    remarks: tuple[str, ...] = ()  # on files: where the header stands, which sheets were left out

    def practice(self, practice_id: str) -> Practice:
        """The directory's practice, or a bare one of that name."""
        return self.practices.get(practice_id) or Practice(practice_id, practice_id)

    @cached_property
    def rejected_rows(self) -> int:
        """Rows that could not be used. (Every digest asks, and there may be many.)"""
        return sum(reject.rows for reject in self.rejects)

    @property
    def reject_share(self) -> float:
        """Rejected rows as a share of the rows read, 0 to 1."""
        return self.rejected_rows / self.rows_read if self.rows_read else 0.0

    def reject_reasons(self) -> dict[str, int]:
        """Rejected rows by reason, the commonest first."""
        reasons: Counter[str] = Counter()
        for reject in self.rejects:
            reasons[reject.reason] += reject.rows
        return dict(reasons.most_common())

    def rejected(self) -> str:
        """The same in a line for a person: "no date 2, not a date 1"."""
        reasons = self.reject_reasons().items()
        return ", ".join(f"{reason} {decimal(rows)}" for reason, rows in reasons) or "none"


def known_on(counts: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The rows of an Intake's counts that were known on the morning of `as_of`."""
    end = (as_of - EPOCH).days
    is_known = counts["day"] < end
    if "recorded" in counts:
        is_known &= counts["recorded"] < end
    return counts if is_known.all() else counts[is_known]
