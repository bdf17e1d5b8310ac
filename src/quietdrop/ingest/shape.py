"""How the referrals are laid out in their files, apart from column names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from quietdrop.config.settings import SourceSettings
from quietdrop.lib.periods import Period


@dataclass(frozen=True)
class Shape:
    """What [source] says of sheets, header, blank cells, rows that count, and periods.

    `is_1904`: bare numbers in the place of days count from 1904.
    """

    sheet: str | None = None
    header: tuple[str, ...] = ()
    fill_down: tuple[str, ...] = ()
    only: Mapping[str, str] = field(default_factory=dict)
    period: Period | None = None
    is_1904: bool = False


def shape_of(source: SourceSettings) -> Shape:
    """Return the shape that the [source] section describes."""
    return Shape(
        source.sheet,
        tuple(source.header),
        tuple(source.fill_down),
        dict(source.only),
        source.period,
        source.dates == "serial-1904",
    )
