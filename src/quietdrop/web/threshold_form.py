"""The form for trying settings: sliders, each with its effect on the list. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from quietdrop.config import Settings
from quietdrop.config.override_key import OverrideKey, override_key
from quietdrop.detection.tiers import SHARES
from quietdrop.jobs.trial import OF_A_GROUP

PER_CENT = 100.0
LEAST_BUDGET, MOST_BUDGET = 0.5, 50.0  # check-ins a liaison and week that are asked for


@dataclass(frozen=True)
class Tick:
    """A mark of a slider's scale: where in per cent, its label, and whether it is today's value."""

    x: float
    label: str
    is_today: bool = False


@dataclass(frozen=True)
class Slider:
    """One setting. `unit` stands behind its value; `hint` says what it does to the list."""

    name: str
    key: str
    label: str
    unit: str
    hint: str
    least: int
    most: int
    step: int
    today: int
    value: int
    marks: tuple[int, ...]

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """The scale: round values and today's; a round value too close to today's is left out."""
        span = self.most - self.least
        near = 0.12 * span
        kept = [mark for mark in self.marks if abs(mark - self.today) > near]
        return tuple(
            Tick(
                round(PER_CENT * (value - self.least) / span, 2),
                f"today {value}" if value == self.today else str(value),
                value == self.today,
            )
            for value in sorted({*kept, self.today})
        )


def sliders(
    of: Settings, tried: Mapping[str, str], group: OverrideKey | None = None
) -> tuple[Slider, ...]:
    """The form's sliders at the values that are `tried` ("section.key" to TOML), else today's.
    Those of a `group` are what can differ for a territory or a tier."""
    alert, watch, least = _keys(group)
    shown = (
        _slider(
            ("alert", alert, "List a practice when we are", " % sure"),
            "Higher: fewer check-ins, and later ones; fewer that would have come back anyway.",
            (30, 90, 5),
            (round(PER_CENT * _today(of, group, "alert_probability")), _per_cent(tried, alert)),
            (30, 50, 70, 90),
        ),
        _slider(
            ("watch", watch, "Watch it from", " %"),
            "Higher: fewer names under “watching”. It asks nobody to do anything.",
            (10, 50, 5),
            (round(PER_CENT * _today(of, group, "watch_probability")), _per_cent(tried, watch)),
            (10, 25, 40, 50),
        ),
        _slider(
            ("budget", "digest.budget", "At most, in one digest", " check-ins"),
            "Lower: a shorter week. What is left out stays in line, and may wait.",
            (2, 10, 1),
            (of.digest.budget, _whole(tried, "digest.budget")),
            (2, 4, 6, 8, 10),
        ),
        _slider(
            ("least", least, "Judge from", " referrals on"),
            "Higher: the small ones are left alone.",
            (1, 10, 1),
            (int(_today(of, group, "min_referrals")), _whole(tried, least)),
            (1, 3, 5, 7, 10),
        ),
    )
    return tuple(one for one in shown if group is None or one.name != "budget")


def groups(of: Settings, territories: Iterable[str]) -> tuple[OverrideKey, ...]:
    """Whom settings can be tried for: territories, tiers, and whom `[[override]]` names."""
    offered = [OverrideKey(name, None, "") for name in territories]
    offered += [OverrideKey(None, tier, "") for tier, _ in SHARES]
    for table in of.override:
        named = OverrideKey(table.territory, table.tier, "")
        if not any(one.is_of(named.names) for one in offered):
            offered.append(named)
    return tuple(offered)


def group_of(offered: Iterable[OverrideKey], whom: str) -> OverrideKey | None:
    """The one of those offered that a form names; None where it is none of them."""
    return next((one for one in offered if one.whom == whom), None)


def group_tried(tried: Mapping[str, str]) -> OverrideKey | None:
    """Whom settings were tried for; None where that was everybody."""
    return next(filter(None, map(override_key, tried)), None)


def budget_asked(sent: str) -> float | None:
    """The check-ins a liaison and week that a form asks a proposal for; None if it is not a number
    in range."""
    if not re.fullmatch(r"\d{1,2}([.,]\d)?", sent.strip()):
        return None
    budget = float(sent.strip().replace(",", "."))
    return budget if LEAST_BUDGET <= budget <= MOST_BUDGET else None


def changes(
    of: Settings, sent: Mapping[str, str], group: OverrideKey | None = None
) -> dict[str, str] | None:
    """What a form that was sent changes, as "section.key" to TOML; None if the form is not ours."""
    values: dict[str, str] = {}
    for slider in sliders(of, {}, group):
        text = sent.get(slider.name, "")
        if not text.isdecimal() or len(text) > 3:
            return None
        number = int(text)
        if not slider.least <= number <= slider.most:
            return None
        if number != slider.today:
            is_share = slider.key.endswith("_probability")
            values[slider.key] = f"{number / PER_CENT:g}" if is_share else str(number)
    return values


def _keys(group: OverrideKey | None) -> Iterator[str]:
    for key in OF_A_GROUP:
        yield f"drift.{key}" if group is None else str(replace(group, key=key))


def _today(of: Settings, group: OverrideKey | None, key: str) -> float:
    """Today's values: for everybody, or a group's own."""
    for table in of.override if group else ():
        value = getattr(table, key)
        if group and group.is_of(table.model_dump(exclude_none=True)) and value is not None:
            return float(value)
    return float(getattr(of.drift, key))


def _slider(
    names: tuple[str, str, str, str],
    hint: str,
    span: tuple[int, int, int],
    values: tuple[int, int | None],
    marks: tuple[int, ...],
) -> Slider:
    name, key, label, unit = names
    today, tried = values
    least, most, step = span
    if (today - least) % step:
        step = 1  # so that today's value can be chosen
    return Slider(
        name,
        key,
        label,
        unit,
        hint,
        min(least, today),
        max(most, today),
        step,
        today,
        today if tried is None else tried,
        marks,
    )


def _per_cent(tried: Mapping[str, str], key: str) -> int | None:
    return round(PER_CENT * float(tried[key])) if key in tried else None


def _whole(tried: Mapping[str, str], key: str) -> int | None:
    return int(tried[key]) if key in tried else None
