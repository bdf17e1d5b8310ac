"""The frozen values in which the stages meet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from quietdrop.domain.identity import Identity
from quietdrop.domain.reading import Reading
from quietdrop.lib.periods import Period

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

NO_CONTACT = "no contact"  # a touch of this kind is none: a reason was known without asking


class Prefer(StrEnum):
    """What stands first in a digest: the surest falls, or those that cost most referrals."""

    SURE = "sure"
    VOLUME = "volume"


@dataclass(frozen=True)
class Practice:
    """A referring office, as the directory describes it. Empty strings mean "not known"."""

    practice_id: str
    name: str
    liaison: str = ""
    territory: str = ""
    town: str = ""
    phone: str = ""
    opened_on: date | None = None
    closed_on: date | None = None
    address: str = ""
    health_system: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody at a practice: a provider, or who picks the specialist."""

    practice_id: str
    npi: str
    name: str = ""
    role: str = ""
    left_on: date | None = None
    preferred_contact: str = ""


@dataclass(frozen=True)
class Closure:
    """Days on which we ourselves were closed, both included; everywhere where `location` is ""."""

    closed_from: date
    closed_to: date
    location: str = ""


@dataclass(frozen=True)
class Liaison:
    """Who looks after practices. `budget` is None where the config's own applies."""

    email: str
    name: str = ""
    manager: str = ""
    budget: int | None = None
    away_from: date | None = None
    away_to: date | None = None
    cover: str = ""


@dataclass(frozen=True)
class Touch:
    """A visit, call, lunch or note. The free-text note is never read into memory here."""

    touched_on: date
    practice_id: str
    liaison: str = ""
    kind: str = "visit"
    whom: str = ""
    outcome: str = ""
    resolved_on: date | None = None
    snooze_until: date | None = None


@dataclass(frozen=True)
class Announcement:
    """Something to tell practices, from `shown_from` to `shown_until`, both included; only those
    of a territory, service line or practice, where one is named."""

    text: str
    shown_from: date | None = None
    shown_until: date | None = None
    territory: str = ""
    service_line: str = ""
    practice_id: str = ""


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
    provider_names: dict[str, str] = field(default_factory=dict)  # by what `counts` calls them
    news: tuple[Announcement, ...] = ()
    access: pd.DataFrame = field(default_factory=pd.DataFrame)
    by_source: pd.DataFrame = field(default_factory=pd.DataFrame)
    reading: Reading = field(default_factory=Reading)
    identity: Identity = field(default_factory=Identity)
    # What a row of `counts` stands for, where it is no single referral.
    period: Period | None = None
    remarks: tuple[str, ...] = ()  # on files: where the header stands, which sheets were left out

    def practice(self, practice_id: str) -> Practice:
        """The directory's practice, or a bare one of that name."""
        return self.practices.get(practice_id) or Practice(practice_id, practice_id)

    @property
    def rejected_rows(self) -> int:
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
        return ", ".join(f"{reason} {rows:,}" for reason, rows in reasons) or "none"


@dataclass(frozen=True)
class Circumstances:
    """What bears on everybody's chances: public holidays, our closures, how late rows arrive.

    `arrived` is the share of each week's referrals that has come in by now (None: all of it);
    `open_share` streams × weeks, the share of its usual days on which we were open (None: all).
    """

    holidays: frozenset[date] = frozenset()
    arrived: FloatArray | None = None
    open_share: FloatArray | None = None


@dataclass(frozen=True)
class Part:
    """One provider, service line or payer of a practice, before and since an onset."""

    kind: str  # provider | service_line | payer
    key: str
    name: str
    expected: float  # since the onset, at its own earlier rate
    observed: int
    share_before: float  # of the practice's referrals before the onset, 0 to 1
    probability: float  # that the part itself drifts
    onset: date


@dataclass(frozen=True)
class Lookalike:
    """Why a fall is not, or not simply, a drift. `evidence` is a clause for the reader."""

    # renamed | merged | moved | redistributed | batch | honeymoon | closure | absence | season
    kind: str
    practice_id: str
    other_id: str = ""  # the practice that goes on in its place
    other_name: str = ""
    who: str = ""  # the provider, where one is meant
    evidence: str = ""
    explains: bool = True  # the whole fall, so that the practice is not listed as drift
    since: date | None = None  # when it began, where that is known


class CheckInKey(NamedTuple):
    """Which check-in is meant: a practice has at most one that is open."""

    practice_id: str
    liaison: str
    opened_on: date


@dataclass(frozen=True)
class CheckIn:
    """The one open item that a practice can have, frozen at its opening."""

    practice_id: str
    practice_name: str
    liaison: str
    kind: str  # drift | complaint
    opened_on: date
    onset: date | None = None
    onset_low: date | None = None
    onset_high: date | None = None
    probability: float | None = None
    baseline_per_week: float | None = None
    remaining_share: float | None = None
    lost_per_week: float | None = None
    expected: float | None = None
    observed: int | None = None
    state: str = "open"  # open | recovered | closed | review | left out | held out
    resolved_on: date | None = None
    outcome: str = ""
    told_on: date | None = None
    reminded_on: date | None = None
    id: int | None = None

    @property
    def key(self) -> CheckInKey:
        """What a link to it is made of."""
        return CheckInKey(self.practice_id, self.liaison, self.opened_on)


@dataclass(frozen=True)
class Snooze:
    """Hides a practice until the day before `until`; closes nothing."""

    practice_id: str
    from_on: date
    until: date
    reason: str = ""


@dataclass(frozen=True)
class Mail:
    """One rendered message, ready for the outbox."""

    recipient: str
    period: date
    kind: str  # digest | summary | held | notice
    reason: str
    subject: str
    message_id: str
    mime: bytes


class News(NamedTuple):
    """How many of one liaison's check-ins are in each part of her digest."""

    opened: int = 0
    worse: int = 0
    recovered: int = 0
    still_open: int = 0


@dataclass(frozen=True)
class Undelivered:
    """A message that managers are told of: not delivered, late, or of unknown fate."""

    recipient: str
    period: date
    kind: str  # digest | summary | held
    state: str  # failed | sent (late) | unknown
    error: str
    sent_on: date | None


class Settled(NamedTuple):
    """What a message becomes after an attempt; `next_try` is None where none follows."""

    state: str
    next_try: datetime | None
    error: str
    to_report: bool = False  # whether the managers are to be told
