"""NPPES extracts (npidata): providers by NPI, and where they practice.

Source of the columns: https://download.cms.gov/nppes/NPI_Files.html, the header file of the
monthly data. NPPES does not say who employs a provider: those at one address are one practice.
"""

from __future__ import annotations

from pathlib import Path

from quietdrop.ingest import files
from quietdrop.lib.folding import folded

_PLACE = "Provider {} Business Practice Location Address"
MAPPING = {
    "practice_id": " + ".join(
        (_PLACE.format("First Line"), "Provider Business Practice Location Address City Name")
    ),
    "npi": "NPI",
    "name": "Provider Last Name (Legal Name) + Provider First Name",
}


def mapping_of(paths: list[Path]) -> dict[str, str]:
    """Return the columns of an NPPES extract, {} where the files are none."""

    def score(cells: list[str] | tuple[str, ...]) -> int:
        names = {folded(cell) for cell in cells}
        wanted = {folded(part) for name in MAPPING.values() for part in name.split(" + ")}
        return len(names & wanted)

    sheets = files.survey(paths[0], lambda cells: score(tuple(cells))) if paths else []
    is_nppes = any(score(sheet.header) == 5 for sheet in sheets)
    return dict(MAPPING) if is_nppes else {}
