"""The sections of visits and gifts."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field, field_validator

from quietdrop.config.section import Count, Section, Text


class VisitSettings(Section):
    """When a practice has not been seen for long, and what is promised there."""

    every_weeks: dict[Text, Count] = {"A": 6, "B": 13, "C": 26}
    most_listed: Annotated[int, Field(ge=0)] = 3
    owners: tuple[Text, ...] = ()
    calendar_feed: bool = False
    calendar_names: bool = False


class GiftSettings(Section):
    """What a physician may be given in a year."""

    limits: dict[str, Annotated[float, Field(gt=0)]] = {"2026": 535}

    @field_validator("limits")
    @classmethod
    def _by_year(cls, value: dict[str, float]) -> dict[str, float]:
        for year in value:
            if not re.fullmatch(r"20\d\d", year):
                raise ValueError(f'is by year, such as {{ 2026 = 535 }}; "{year}" is not one')
        return value

    def limit_cents(self, year: int) -> int | None:
        """The most that a physician may be given in a year, in cents; None where none is set."""
        limit = self.limits.get(str(year))
        return None if limit is None else round(limit * 100)
