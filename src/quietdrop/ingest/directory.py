"""The directory: practices, their people, liaisons, touches, and our closures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from quietdrop.config.settings import SourceSettings
from quietdrop.domain.checkin import Touch
from quietdrop.domain.directory import Announcement, Closure, Liaison, Person, Practice
from quietdrop.domain.promise import Promise
from quietdrop.ingest.not_practices import placeholders
from quietdrop.ingest.registered import registered, with_registered
from quietdrop.ingest.same_practice import id_form
from quietdrop.ingest.tables import (
    days_of,
    email_of,
    left_out,
    optional_days,
    rows_of,
    states_a_day,
    territory_of,
)
from quietdrop.ingest.touches import read_touches
from quietdrop.lib.amounts import cents_of
from quietdrop.lib.folding import folded
from quietdrop.lib.text import clean

NO_VALUE = "practices: value is not an amount above 0, taken for none"


@dataclass(frozen=True)
class Directory:
    """What is known of practices and those about them. `given` says whether practices are listed,
    `lookup` holds ids by folded id, name or alias; `notes` counts the rows that could not be used,
    by reason. `apart` holds folded words that the store has a decision about: no name or alias
    stands for them. `placeholders` are folded words that do not name a practice."""

    given: bool = False
    practices: dict[str, Practice] = field(default_factory=dict)
    lookup: dict[str, str] = field(default_factory=dict)
    liaisons: dict[str, Liaison] = field(default_factory=dict)
    people: tuple[Person, ...] = ()
    touches: tuple[Touch, ...] = ()
    promises: tuple[Promise, ...] = ()
    closures: tuple[Closure, ...] = ()
    news: tuple[Announcement, ...] = ()
    notes: Counter[str] = field(default_factory=Counter)
    apart: frozenset[str] = frozenset()
    placeholders: frozenset[str] = frozenset()

    def find(self, word: str) -> str:
        """Returns the id of a practice given its id, name or alias; empty if there is none."""
        if word in self.practices:
            return word
        return "" if folded(word) in self.apart else self.listed_as(word)

    def listed_as(self, word: str) -> str:
        """The id that the directory gives a word, regardless of the store's decisions."""
        return word if word in self.practices else self.lookup.get(folded(word), "")

    def is_apart(self, word: str) -> bool:
        """Whether the store has a decision about a word."""
        return bool(word) and folded(word) in self.apart

    def names_nobody(self, word: str) -> bool:
        """Whether a word is a placeholder that does not name a practice."""
        return bool(word) and folded(word) in self.placeholders


def read_directory(source: SourceSettings, apart: Iterable[str] = ()) -> Directory:
    """Reads the directory. `apart` are the words that the store has a decision about. Raises
    SourceError."""
    notes: Counter[str] = Counter()
    listed = replace(
        _practices(source, notes),
        apart=frozenset(map(folded, apart)),
        placeholders=placeholders(source.not_practices),
    )
    people = tuple(_people(source, listed, notes))
    if source.nppes is not None:
        entries = registered(Path(source.nppes), (one.npi for one in people if one.npi))
        people = tuple(with_registered(people, listed.practices, entries))
    logged = read_touches(source, listed.find, notes)
    return replace(
        listed,
        lookup=_of_people(people) | listed.lookup,
        liaisons=_liaisons(source, notes),
        people=people,
        touches=logged.touches,
        promises=logged.promises,
        closures=tuple(closures_of(source, notes)),
        news=tuple(_news(source, listed, notes)),
        notes=notes,
    )


def _practices(source: SourceSettings, notes: Counter[str]) -> Directory:
    """Returns a directory of the practices alone; of two with one id the first counts."""
    practices: dict[str, Practice] = {}
    aliases: list[tuple[str, str]] = []
    rows = list(rows_of(source, "practices", notes))
    opened, closed = (
        optional_days(rows, c, "practices", source, notes) for c in ("opened_on", "closed_on")
    )
    for row in rows:
        practice_id = row["practice_id"] or row["practice_name"]
        if not practice_id or practice_id in practices:
            left_out(notes, "practices", "repeated" if practice_id else "no practice")
            continue
        practices[practice_id] = Practice(
            practice_id,
            row["practice_name"] or practice_id,
            email_of(row["liaison_email"], notes),
            territory_of(row["territory"], "practices", notes),
            row["town"],
            row["phone"],
            opened[row["opened_on"]],
            closed[row["closed_on"]],
            row["address"],
            row["health_system"],
            row["tier"],
            row["hours"],
            row["preferred_contact"],
            row["specialty"],
            _value(row["value"], notes),
        )
        aliases += [(alias, practice_id) for alias in map(clean, row["aliases"].split(";"))]
    return Directory(source.practices is not None, practices, _lookup(practices, aliases))


def _value(text: str, notes: Counter[str]) -> int | None:
    """The value of a referral in hundredths; none where the text is not an amount above zero."""
    hundredths = cents_of(text)
    if text and not hundredths:
        notes[NO_VALUE] += 1
    return hundredths or None


def _lookup(practices: dict[str, Practice], aliases: list[tuple[str, str]]) -> dict[str, str]:
    """Returns folded id, name or alias -> id. Ids win; a name of several practices means none."""
    meant: dict[str, set[str]] = {}
    for word, practice_id in [*((p.name, p.practice_id) for p in practices.values()), *aliases]:
        meant.setdefault(folded(word), set()).add(practice_id)
    meant.pop("", None)
    unique = {word: min(ids) for word, ids in meant.items() if len(set(map(id_form, ids))) == 1}
    return unique | {folded(practice_id): practice_id for practice_id in reversed(practices)}


def _liaisons(source: SourceSettings, notes: Counter[str]) -> dict[str, Liaison]:
    """Returns the liaisons by e-mail address; a row without one is left out."""
    liaisons: dict[str, Liaison] = {}
    rows = list(rows_of(source, "liaisons", notes))
    away, back = (
        optional_days(rows, c, "liaisons", source, notes) for c in ("away_from", "away_to")
    )
    for row in rows:
        email = email_of(row["liaison_email"], notes)
        if not email or email in liaisons:
            left_out(notes, "liaisons", "repeated" if email else "no e-mail address")
            continue
        budget = int(row["budget"]) if re.fullmatch("[0-9]{1,4}", row["budget"]) else None
        liaisons[email] = Liaison(
            email,
            row["name"],
            email_of(row["manager_email"], notes),
            budget,
            away[row["away_from"]],
            back[row["away_to"]],
            email_of(row["cover_email"], notes),
            tuple(filter(None, map(clean, row["service_lines"].split(";")))),
        )
    return liaisons


def _people(source: SourceSettings, listed: Directory, notes: Counter[str]) -> Iterator[Person]:
    """Returns the people; one may be at several practices, but at each only once."""
    rows = list(rows_of(source, "people", notes))
    left = optional_days(rows, "left_on", "people", source, notes)
    seen: set[tuple[str, str]] = set()
    for row in rows:
        practice_id = listed.find(row["practice_id"]) or row["practice_id"]
        who = (practice_id, row["npi"] or row["name"])
        if not all(who) or who in seen:
            reason = "repeated" if all(who) else "nobody named" if practice_id else "no practice"
            left_out(notes, "people", reason)
            continue
        seen.add(who)
        yield Person(
            practice_id,
            row["npi"],
            row["name"],
            row["role"],
            left[row["left_on"]],
            row["preferred_contact"],
        )


def _of_people(people: tuple[Person, ...]) -> dict[str, str]:
    """Returns folded NPI or name -> the practice, of those at one practice only: where referrals
    name no practice but the provider, she is counted for hers."""
    meant: dict[str, set[str]] = {}
    for person in people:
        for word in filter(None, (person.npi, person.name)):
            meant.setdefault(folded(word), set()).add(person.practice_id)
    return {word: next(iter(ids)) for word, ids in meant.items() if len(ids) == 1}


def _news(source: SourceSettings, listed: Directory, notes: Counter[str]) -> Iterator[Announcement]:
    """Returns the news; a row without text or date is left out."""
    rows = list(rows_of(source, "news", notes))
    first, last = (days_of(rows, c, "news", source) for c in ("shown_from", "shown_until"))
    for row in rows:
        if not row["text"]:
            left_out(notes, "news", "no text")
            continue
        begin, end = first[row["shown_from"]], last[row["shown_until"]]
        stated = (states_a_day(row["shown_from"]), states_a_day(row["shown_until"]))
        if (stated[0] and begin is None) or (stated[1] and end is None):
            left_out(notes, "news", "not a day")
            continue
        practice_id = listed.find(row["practice_id"]) or row["practice_id"]
        yield Announcement(
            row["text"],
            begin,
            end,
            territory_of(row["territory"], "news", notes),
            row["service_line"],
            practice_id,
        )


def closures_of(source: SourceSettings, notes: Counter[str]) -> Iterator[Closure]:
    """Yield our closures; one without a last day lasts one day."""
    rows = list(rows_of(source, "closures", notes))
    first, last = (days_of(rows, c, "closures", source) for c in ("closed_from", "closed_to"))
    for row in rows:
        begin = first[row["closed_from"]]
        end = last[row["closed_to"]] if states_a_day(row["closed_to"]) else begin
        if begin is None or end is None:
            left_out(notes, "closures", "no day")
        elif end < begin:
            left_out(notes, "closures", "it ends before it begins")
        else:
            yield Closure(begin, end, row["location"])
