"""Which of a table's columns are ours."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from quietdrop.config.settings import SourceSettings
from quietdrop.domain import patient_guard
from quietdrop.domain.errors import SourceError
from quietdrop.domain.joined import parts_of
from quietdrop.domain.patient_words import plain, speaks_of_patient
from quietdrop.ingest.header import is_data, is_header
from quietdrop.ingest.rows import COLUMNS
from quietdrop.ingest.shape import Shape, shape_of
from quietdrop.lib.folding import folded
from quietdrop.lib.text import clean

NEAR = 0.6  # of difflib's 0 to 1; anything less is a different name
LONGEST_SHOWN = 60  # characters of a column's name in an error
# Words of a header in which a day or a practice may stand, the surest first.
_HINTS = {
    "referred_on": ("referral date", "date referred", "date"),
    "practice_name": ("practice", "facility", "clinic", "office", "organization", "source"),
}
# What counts as the same name, the strictest first.
SAME: tuple[Callable[[str], str], ...] = (str, str.casefold, folded)
# A row's first line, and its wanted columns' text; None where the row is broken.
Record = tuple[int | None, tuple[str, ...] | None]


@dataclass(frozen=True)
class Wanted:
    """The columns to read of one table; of each group in `needed` one must be there."""

    table: str
    columns: tuple[str, ...]
    needed: tuple[tuple[str, ...], ...]
    mapping: Mapping[str, str] = field(default_factory=dict)
    allow: Sequence[str] = ()
    shape: Shape = field(default_factory=Shape)

    def score(self, cells: Sequence[str]) -> int:
        """Return how many of a row's cells name a column that is meant: our own or a mapped one."""
        names = {folded(part) for name in self.mapping.values() for part in parts_of(name)}
        names |= {folded(our) for our in self.columns if our not in self.mapping}
        names |= {folded(name) for name in self.shape.only}
        return len(names & ({folded(cell) for cell in cells} - {""}))

    def locate(self, header: Sequence[str], where: str) -> dict[str, int]:
        """Returns our columns' places in a header of the named file or table.

        An explicit mapping wins; a column that bears our name maps itself. Raises SourceError where
        a needed or mapped column is missing or stands there twice, or where a mapped one is a
        patient's. A line that is not known to be a header is not shown.
        """
        self._refuse_patients(where)
        names = [name.strip() for name in header]
        spelled = [list(map(same, names)) for same in SAME]
        explicit = {
            our: self._place(spelled, self.mapping[our], our, where)
            for our in self.columns
            if self.mapping.get(our)
        }
        places: dict[str, int] = {}
        for our in self.columns:
            place = explicit.get(our)
            if our not in self.mapping:
                place = self._place(spelled, our, our, where)
                place = None if place in explicit.values() else place
            elif self.mapping[our] and place is None:
                raise self._missing(names, our, self.mapping[our], where)
            if place is not None:
                places[our] = place
        for group in self.needed:
            if not any(our in places for our in group):
                raise self._missing(names, group[0], " or ".join(group), where)
        return places

    def _place(self, spelled: list[list[str]], name: str, our: str, where: str) -> int | None:
        """`spelled`: the header's names in each of the SAME forms, of which the first wins."""
        for same, names in zip(SAME, spelled, strict=True):
            wanted = same(name)
            number = names.count(wanted)
            if number > 1:
                raise SourceError(f'{where}: "{name}", read as {our}, heads several columns')
            if number:
                return names.index(wanted)
        return None

    def _refuse_patients(self, where: str) -> None:
        """Raises SourceError where a patient's column is mapped, or decides which rows count."""
        read = [(our, theirs) for our, theirs in self.mapping.items() if our in self.columns]
        read += [("only", name) for name in self.shape.only]
        for our, theirs in read:
            if fault := patient_guard.fault_by_name(theirs, self.allow, table=self.table):
                raise SourceError(f"{where}: {our} = {fault}")

    def _missing(self, names: Sequence[str], our: str, name: str, where: str) -> SourceError:
        if is_data(names):
            return no_header(where)
        section = "source.columns" + ("" if self.table == "referrals" else f".{self.table}")
        if not is_header(names):
            return SourceError(
                f"{where}: no column {name}, and the first line is not known to name columns, so "
                f'it is not shown; name yours in the config: [{section}] {our} = "..."'
            )
        offered = [theirs for theirs in names if theirs and not speaks_of_patient(theirs)]
        folded = {theirs.casefold(): theirs for theirs in offered}
        near = difflib.get_close_matches(name.split(" or ")[0].casefold(), folded, 3, NEAR)
        nearest = [folded[key] for key in near]
        wanted = "practice_name" if name == "practice_id or practice_name" else our
        our, hinted = _hinted(offered, wanted, our)
        nearest = [*hinted, *(theirs for theirs in nearest if theirs not in hinted)][:6]
        theirs = json.dumps(clean(nearest[0]) if nearest else "...", ensure_ascii=False)
        nearest = [clean(theirs)[:LONGEST_SHOWN] for theirs in nearest or offered[:6]]
        return SourceError(
            f"{where}: no column {name}; nearest in the header: {', '.join(nearest) or 'none'}; "
            f"name yours in the config: [{section}] {our} = {theirs}"
        )

    def pick(self, places: Mapping[str, int], cells: Sequence[str]) -> tuple[str, ...]:
        """Returns a row's wanted cells, empty if unmapped."""
        return tuple(cells[places[our]] if our in places else "" for our in self.columns)

    def reach(self, places: Mapping[str, int]) -> int:
        """Returns how many fields a row has up to the last needed one."""
        groups = [[places[our] for our in group if our in places] for group in self.needed]
        return max((min(group) + 1 for group in groups if group), default=0)

    def tear(
        self, places: Mapping[str, int], cells: Sequence[str], surplus: int, separator: str
    ) -> None:
        """Records a broken row: its cells, and how many too many it has. Most readers ignore it."""


W = TypeVar("W", bound=Wanted)


def wanted_referrals(source: SourceSettings, kind: type[W]) -> W:
    """Return the columns of the referrals that are counted, as the [source] section has them."""
    needed = (("referred_on",), ("practice_id", "practice_name"))
    columns = (*COLUMNS, "referrals") if is_counted(source) else COLUMNS
    return kind("referrals", columns, needed, source.columns, source.allow, shape_of(source))


def is_counted(source: SourceSettings) -> bool:
    """Whether a row is a count of referrals, and not one of them."""
    return "referrals" in source.columns or source.period is not None


def no_header(where: str) -> SourceError:
    """The error for a file whose first line does not name its columns; it shows none of it."""
    return SourceError(
        f'{where} has no line that names its columns; give them: [source] header = ["..."] (by '
        'position, with "" for a column that is not to be read, such as a patient\'s), or '
        "`quietdrop init --header DAY,,PRACTICE`"
    )


def _hinted(names: Sequence[str], wanted: str, our: str) -> tuple[str, list[str]]:
    """Returns the column to mention in an error, and header names that are likely to be it."""
    for hint in _HINTS.get(wanted, ()):
        words = set(hint.split())
        likely = [name for name in names if words <= set(plain(name).split())]
        if likely:
            return wanted, likely
    return our, []
