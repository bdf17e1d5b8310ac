"""Which of a table's columns are ours."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from quietdrop.errors import SourceError
from quietdrop.ingest.rows import KEY
from quietdrop.ingest.settings import SourceSettings
from quietdrop.ingest.shape import Shape, shape_of
from quietdrop.ingest.text import clean
from quietdrop.lib.folding import folded

LONGEST_SHOWN = 60  # characters of a column's name in an error
JOIN = " + "  # between the names of columns that are read as one
# A row's first line, and its wanted columns' text; None where the row is broken.
Record = tuple[int | None, tuple[str, ...] | None]


def parts_of(name: str) -> list[str]:
    """Return the columns that a mapping names: "Last + First" names two."""
    return [part.strip() for part in name.split(JOIN)]


@dataclass(frozen=True)
class Wanted:
    """The columns to read of one table; of each group in `needed` one must be there."""

    table: str
    columns: tuple[str, ...]
    needed: tuple[tuple[str, ...], ...]
    mapping: Mapping[str, str] = field(default_factory=dict)
    shape: Shape = field(default_factory=Shape)

    def score(self, cells: Sequence[str]) -> int:
        """Return how many of a row's cells name a column that is meant: our own or a mapped one."""
        names = {folded(part) for name in self.mapping.values() for part in parts_of(name)}
        names |= {folded(our) for our in self.columns if our not in self.mapping}
        names |= {folded(name) for name in self.shape.only}
        return len(names & ({folded(cell) for cell in cells} - {""}))

    def locate(self, header: Sequence[str], where: str) -> dict[str, int]:
        """In: a header, the file or table it heads. Out: our column -> its place.

        An explicit mapping wins; a column that bears our name maps itself.
        Errors: SourceError where a needed or mapped column is missing or stands there twice.
        """
        names = [name.strip() for name in header]
        explicit = {
            our: self._place(names, self.mapping[our], our, where)
            for our in self.columns
            if our in self.mapping
        }
        places: dict[str, int] = {}
        for our in self.columns:
            place = explicit.get(our)
            if our not in self.mapping:
                place = self._place(names, our, our, where)
                place = None if place in explicit.values() else place
            elif place is None:
                raise self._missing(names, our, self.mapping[our], where)
            if place is not None:
                places[our] = place
        for group in self.needed:
            if not any(our in places for our in group):
                raise self._missing(names, group[0], " or ".join(group), where)
        return places

    def _place(self, names: Sequence[str], name: str, our: str, where: str) -> int | None:
        for same in (str, str.casefold, folded):
            found = [i for i, theirs in enumerate(names) if same(theirs) == same(name)]
            if len(found) > 1:
                raise SourceError(f'{where}: "{name}", read as {our}, heads several columns')
            if found:
                return found[0]
        return None

    def _missing(self, names: Sequence[str], our: str, name: str, where: str) -> SourceError:
        folded = {theirs.casefold(): theirs for theirs in names}
        near = difflib.get_close_matches(name.split(" or ")[0].casefold(), folded, 3, 0.3)
        nearest = [folded[key] for key in near] or [theirs for theirs in names if theirs][:6]
        nearest = [clean(theirs)[:LONGEST_SHOWN] for theirs in nearest]
        section = "source.columns" + ("" if self.table == "referrals" else f".{self.table}")
        theirs = json.dumps(nearest[0] if nearest else "their name", ensure_ascii=False)
        return SourceError(
            f"{where}: no column {name}; nearest in the header: {', '.join(nearest) or 'none'}; "
            f"name yours in the config: [{section}] {our} = {theirs}"
        )

    def pick(self, places: Mapping[str, int], cells: Sequence[str]) -> tuple[str, ...]:
        """In: where our columns are, a row. Out: its wanted cells, empty where unmapped."""
        return tuple(cells[places[our]] if our in places else "" for our in self.columns)


def wanted_referrals(source: SourceSettings) -> Wanted:
    """Return the columns of the referrals that are counted, as the [source] section has them."""
    needed = (("referred_on",), ("practice_id", "practice_name"))
    is_counted = "referrals" in source.columns or source.period is not None
    columns = (*KEY, "referrals") if is_counted else KEY
    return Wanted("referrals", columns, needed, source.columns, shape_of(source))
