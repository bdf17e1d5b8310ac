"""Thresholds of their own for a territory or a tier: the `[[override]]` tables."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import Field

from quietdrop.config.section import Count, Section, Text, Years
from quietdrop.config.values import Where
from quietdrop.domain.directory import LONGEST_TERRITORY
from quietdrop.lib.folding import folded

NAMES = ("territory", "tier")
VALUES = (
    *("alert_probability", "watch_probability", "false_alarm_years"),
    *("min_referrals", "every_weeks"),
)
Territory = Annotated[str, Field(min_length=1, max_length=LONGEST_TERRITORY)]
Share = Annotated[float, Field(ge=0, le=1)]


class OverrideSettings(Section):
    """What holds otherwise for the practices of a territory, of a tier, or of both at once."""

    territory: Territory | None = None
    tier: Text | None = None
    alert_probability: Share | None = None
    watch_probability: Share | None = None
    false_alarm_years: Years | None = None
    min_referrals: Count | None = None
    every_weeks: Count | None = None

    def holds_for(self, territory: str, tier: str) -> bool:
        """Whether it holds for a practice, however both are spelled."""
        return all(
            mine is None or folded(mine) == folded(theirs)
            for mine, theirs in ((self.territory, territory), (self.tier, tier))
        )

    @property
    def title(self) -> str:
        """ "[[override]] territory = "North", tier = "A"": which one is meant."""
        chosen = [(name, getattr(self, name)) for name in NAMES]
        named = (
            f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in chosen if value
        )
        return f"[[override]] {', '.join(named)}"


def faults(
    overrides: Sequence[OverrideSettings], alert: float, watch: float
) -> Iterator[tuple[Where, str]]:
    """What is wrong with the tables beside what is wrong with a value, and where.

    Args:
        overrides: The tables, in their order.
        alert: `[drift] alert_probability`.
        watch: `[drift] watch_probability`.
    """
    seen: dict[tuple[str, str], int] = {}
    for place, one in enumerate(overrides):
        where = ("override", str(place))
        if one.territory is None and one.tier is None:
            yield where, "names no territory and no tier; for all practices use [drift]"
            continue
        if all(getattr(one, name) is None for name in VALUES):
            yield where, f"changes nothing; give one of {', '.join(VALUES)}"
        same = (folded(one.territory or ""), folded(one.tier or ""))
        if same in seen:
            yield where, f"holds for the same practices as table {seen[same] + 1}; join them"
        seen.setdefault(same, place)
        if one.false_alarm_years is not None:  # the threshold is learned, the watch goes with it
            continue
        its_alert = alert if one.alert_probability is None else one.alert_probability
        its_watch = watch if one.watch_probability is None else one.watch_probability
        if its_watch > its_alert:
            key = "watch_probability" if one.watch_probability is not None else "alert_probability"
            yield (
                (*where, key),
                f"watches from {its_watch:g} on and lists from {its_alert:g} on; the first must "
                "not be above the second",
            )
