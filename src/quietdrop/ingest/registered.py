"""What an offline NPPES file says of the directory's providers: deactivated, or listed elsewhere.

The monthly file holds over eight million providers. It is read in blocks, and only the rows of
the NPIs in the directory are kept. Columns: https://download.cms.gov/nppes/NPI_Files.html.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from rapidfuzz.fuzz import token_sort_ratio

from quietdrop.domain.directory import LeftBy, Person, Practice
from quietdrop.domain.errors import SourceError
from quietdrop.lib.folding import folded
from quietdrop.lib.foreign import in_our_words

NPI = "NPI"
DEACTIVATED, REACTIVATED = "NPI Deactivation Date", "NPI Reactivation Date"
UPDATED = "Last Update Date"
ADDRESS = "Provider First Line Business Practice Location Address"
TOWN = "Provider Business Practice Location Address City Name"
COLUMNS = (NPI, DEACTIVATED, REACTIVATED, UPDATED, ADDRESS, TOWN)
SAME = 80  # of 100: "St. Paul" and "SAINT PAUL" are one town


@dataclass(frozen=True)
class Registered:
    """What NPPES has of one provider; of a deactivated one it keeps the dates alone."""

    deactivated_on: date | None = None
    reactivated_on: date | None = None
    updated_on: date | None = None
    address: str = ""
    town: str = ""

    @property
    def is_deactivated(self) -> bool:
        """Whether the NPI is not in use now."""
        off, on = self.deactivated_on, self.reactivated_on
        return off is not None and (on is None or on < off)


def registered(path: Path, npis: Iterable[str]) -> dict[str, Registered]:
    """Return what the file has of these NPIs.

    Raises:
        SourceError: where it cannot be read, or is no NPPES file.
    """
    import pyarrow as pa
    from pyarrow import compute, csv

    wanted = pa.array(sorted(set(npis)), pa.string())
    types = dict.fromkeys(COLUMNS, pa.string())
    convert = csv.ConvertOptions(column_types=types, include_columns=list(COLUMNS))
    parse = csv.ParseOptions(newlines_in_values=True)
    result: dict[str, Registered] = {}
    try:
        with csv.open_csv(path, parse_options=parse, convert_options=convert) as blocks:
            for block in blocks:
                kept = block.filter(compute.is_in(block.column(NPI), value_set=wanted))
                result |= {row[NPI]: _of(row) for row in kept.to_pylist()}
    except KeyError:
        raise SourceError(
            f"{path}: is no NPPES file: it needs the columns {', '.join(COLUMNS)}. "
            "Give [source] nppes the extracted npidata_pfile."
        ) from None
    except (OSError, pa.ArrowInvalid) as error:
        raise SourceError(f"{path}: [source] nppes cannot be read: {in_our_words(error)}") from None
    return result


def with_registered(
    people: Iterable[Person],
    practices: Mapping[str, Practice],
    entries: Mapping[str, Registered],
) -> Iterator[Person]:
    """Yield the people; who is deactivated or listed in another town has left on that day, unless
    the directory has a day of its own."""
    for person in people:
        here = entries.get(person.npi)
        if here is None or person.left_on is not None:
            yield person
        elif here.is_deactivated:
            yield replace(person, left_on=here.deactivated_on, left_by=LeftBy.DEACTIVATED)
        elif _is_elsewhere(here, practices.get(person.practice_id)):
            elsewhere = here.town.title()
            left = LeftBy.MOVED
            yield replace(person, left_on=here.updated_on, left_by=left, now_in=elsewhere)
        else:
            yield person


def _is_elsewhere(here: Registered, practice: Practice | None) -> bool:
    """Whether NPPES has a provider in another town and at another address than her practice."""
    if practice is None or not practice.town or not here.town or here.updated_on is None:
        return False
    return not (_alike(here.town, practice.town) or _alike(here.address, practice.address))


def _alike(one: str, other: str) -> bool:
    return bool(one and other) and token_sort_ratio(folded(one), folded(other)) >= SAME


def _of(row: Mapping[str, str | None]) -> Registered:
    off, on, updated = (_day(row[name]) for name in (DEACTIVATED, REACTIVATED, UPDATED))
    return Registered(off, on, updated, (row[ADDRESS] or "").strip(), (row[TOWN] or "").strip())


def _day(text: str | None) -> date | None:
    """NPPES writes 05/31/2026; what is no day is none."""
    try:
        return datetime.strptime((text or "").strip(), "%m/%d/%Y").date()
    except ValueError:
        return None
