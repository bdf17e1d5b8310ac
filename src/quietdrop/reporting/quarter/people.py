"""Who the people behind the referrals are: names, roles, and who is at the desk. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import pandas as pd

from quietdrop.checkins.contacts import is_at_desk
from quietdrop.domain.directory import Person
from quietdrop.findings.provider_flows import is_identifier
from quietdrop.reporting.quarter.moves import day_of

# Roles that are told in short, however they are spelled, and known behind a name.
DOCTORS = ("MD", "DO", "MBBS", "DPM", "DC", "OD", "DDS", "DMD", "PHD")
NURSES = ("NP", "APRN", "ARNP", "CNP", "DNP", "FNP", "CNM", "CRNA")
SHORT = frozenset((*DOCTORS, *NURSES, "PA", "PA-C", "PT", "DPT", "OT"))


@dataclass(frozen=True)
class Staff:
    """Somebody at the desk of a practice, who sends nothing in her own name."""

    practice_id: str
    name: str
    role: str


@dataclass(frozen=True)
class People:
    """The directory's people by practice and by what the counts call them."""

    listed: Mapping[tuple[str, str], Person]
    names: Mapping[str, str]
    as_of: date

    def name_of(self, practice_id: str, provider: str) -> str:
        """The referrals' own name, else the directory's, else the identifier."""
        person = self.listed.get((practice_id, provider))
        return self.names.get(provider) or (person.name if person else "") or provider

    def role_of(self, practice_id: str, provider: str) -> str:
        """The directory's role; else the one behind the name, as in "Lee, NP"; "" for none."""
        person = self.listed.get((practice_id, provider))
        if person and person.role:
            return spelled(person.role)
        _, comma, last = self.names.get(provider, provider).rpartition(",")
        role = spelled(last)
        return role if comma and role in SHORT else ""

    def at_desk(self, sending: Iterable[tuple[str, str]]) -> list[Staff]:
        """Who is at a desk now, and sends nothing in her own name."""
        busy = set(sending)
        return [
            Staff(person.practice_id, person.name, spelled(person.role))
            for key, person in self.listed.items()
            if key not in busy and is_at_desk(person, self.as_of)
        ]


def staff_of(people: Iterable[Person], names: Mapping[str, str], as_of: date) -> People:
    """In: the directory's people, the providers' names. Out: both, to be asked."""
    listed = {(person.practice_id, person.npi or person.name): person for person in people}
    return People(listed, names, as_of)


def spelled(role: str) -> str:
    """One spelling of a role: "N.P." and "np" are NP, "Front Desk" is front desk."""
    short = role.replace(".", "").strip().upper()
    return short if short in SHORT else " ".join(role.lower().split())


def goes_on(persons: pd.DataFrame, first: date) -> dict[tuple[str, str], str]:
    """In: a row a person and practice with first_day, last_day, sign, is_new, is_gone; the
    quarter's first day. Out: where those of the new came from and those of the gone went on, by
    another of our practices; only for people with an identifier, since many share a name. Nobody
    came from where she still sends as ever."""
    is_identified = persons["provider"].map(is_identifier).astype(bool)
    asked = persons[is_identified & (persons["is_new"] | persons["is_gone"])]
    theirs: dict[str, list[_Sent]] = {}
    for sent in _each(persons[persons["provider"].isin(asked["provider"])]):
        theirs.setdefault(sent.provider, []).append(sent)
    destinations = {}
    for one in _each(asked):
        others = [each for each in theirs[one.provider] if _went_on(one, each, day_of(first))]
        if others:
            there = max(others, key=lambda each: (each.last_day, each.practice_id))
            destinations[one.practice_id, one.provider] = there.practice_id
    return destinations


class _Sent(NamedTuple):
    """What one person sent from one practice; days since 1970-01-01."""

    practice_id: str
    provider: str
    first_day: int
    last_day: int
    sign: int
    is_new: bool
    is_gone: bool


def _each(persons: pd.DataFrame) -> Iterator[_Sent]:
    return map(_Sent._make, zip(*(persons[name].tolist() for name in _Sent._fields), strict=True))


def _went_on(one: _Sent, other: _Sent, quarter: int) -> bool:
    """Whether somebody new came from another practice, or somebody gone went on there. `quarter`
    is its first day."""
    if other.practice_id == one.practice_id:
        return False
    if one.is_new:
        left = other.is_gone or other.sign < 0 or other.last_day < one.first_day
        return left and other.first_day < quarter
    return other.last_day > one.last_day
