"""What the quarter's tables are made from, and how a row of them is judged. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from quietdrop.domain.arrays import FloatArray, IntArray
from quietdrop.domain.quarter import Tally
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.reporting.quarter import dates
from quietdrop.reporting.quarter.moves import (
    NEW_AFTER_DAYS,
    Chances,
    Rhythms,
    beyond_chance,
    chances,
    day_of,
    gone,
    sums,
)

REACH = timedelta(days=7)  # a quarter is whole if the data begin within its first week
SIGNS = {1: "up", -1: "down", 0: ""}


@dataclass(frozen=True)
class Scene:
    """What every table is made from. `spans` are the quarter, and those it is compared with."""

    evaluation: Evaluation
    liaison: Mapping[str, str]  # by practice
    status: Mapping[str, str]
    spans: dict[str, tuple[date, date]]
    whole: dict[str, bool]
    days: dict[str, int]  # working days of each span
    knows_new: bool
    had: Chances
    row: dict[str, int]
    phi: FloatArray

    @property
    def first(self) -> date:
        return self.spans["now"][0]

    @property
    def end(self) -> date:
        return self.spans["now"][1]


def scene_of(
    evaluation: Evaluation, table: pd.DataFrame, first: date, begins: date, shut: Collection[date]
) -> Scene:
    """In: a decided date, its table, the quarter's first day and the data's, the days that are no
    working days. Out: the scene."""
    previous, last_year = dates.before(first), dates.before(first, 4)
    spans = {
        "now": (first, dates.after(first)),
        "before": (previous, first),
        "year": (last_year, dates.after(last_year)),
    }
    assessed = evaluation.assessed
    return Scene(
        evaluation,
        dict(zip(table["practice_id"], table["liaison"], strict=True)),
        dict(zip(table["practice_id"], table["status"], strict=True)),
        spans,
        {name: begins - span[0] < REACH for name, span in spans.items()},
        {name: dates.working_days(*span, shut) for name, span in spans.items()},
        first - begins >= timedelta(days=NEW_AFTER_DAYS),
        chances(assessed),
        {name: row for row, name in enumerate(assessed.cadence.ids)},
        np.maximum(assessed.frame["dispersion"].to_numpy(dtype=float), 1.0),
    )


def senders(scene: Scene, by: list[str]) -> pd.DataFrame:
    """A row a practice, or a person of a practice: what they sent, and how that moved."""
    counts = scene.evaluation.counts
    totals = sums(counts[counts[by[-1]] != ""], by, scene.spans).reset_index()
    row = np.array([scene.row[key] for key in totals["practice_id"]], dtype=np.int64)
    totals["row"] = row
    begun = np.array(totals["first_day"], dtype=np.int64)
    last = np.array(totals["last_day"], dtype=np.int64)
    came, had = {}, {}
    for name, (first, end) in scene.spans.items():
        first_of_all = (begun >= day_of(first)) & (begun < day_of(end))
        came[name] = totals[name].to_numpy(dtype=float) - first_of_all
        had[name] = scene.had.between(row, np.maximum(begun + 1, day_of(first)), day_of(end))
    phi = scene.phi[row]
    for name, column in (("before", "sign"), ("year", "sign_year")):
        beside = beyond_chance(came["now"], came[name], had["now"], had[name], phi)
        alone = _by_working_days(scene, name, came["now"], came[name], phi)
        totals[column] = _agreed(beside, alone)
    totals["tried"] = (
        scene.whole["before"] & (had["before"] > 0) & (came["now"] + came["before"] > 0)
    )
    is_new = (begun >= day_of(scene.first)) & (begun < day_of(scene.end))
    totals["is_new"] = is_new & scene.knows_new
    pace = totals["pace"].to_numpy(dtype=float)
    rhythms = Rhythms(row, begun, last, pace, phi)
    totals["is_gone"] = gone(scene.had, rhythms, scene.first, scene.end)
    sent = totals[["now", "before", "year"]].sum(axis=1) > 0
    return totals[sent | totals["is_gone"]].reset_index(drop=True)


def _by_working_days(
    scene: Scene, name: str, now: FloatArray, then: FloatArray, phi: FloatArray
) -> IntArray:
    """The signs by the working days of both spans; none where the data do not reach over them."""
    if not (scene.whole["now"] and scene.whole[name]):
        return np.zeros(len(now), dtype=np.int64)
    now_days, then_days = (np.full(len(now), float(scene.days[n])) for n in ("now", name))
    return beyond_chance(now, then, now_days, then_days, phi)


def _agreed(beside: IntArray, alone: IntArray) -> IntArray:
    """The signs beside the others that hold by working days, too: nobody is up who sent no more,
    nor down because of a season."""
    return np.asarray(np.where(alone == beside, alone, 0), dtype=np.int64)


def move_of(sender: Mapping[Any, Any]) -> str:
    """How a sender moved: new, lost, up, down or ""."""
    if sender["is_new"]:
        return "new"
    return "lost" if sender["is_gone"] else SIGNS[int(sender["sign"])]


def with_figures(tally: Tally, scene: Scene, sender: Mapping[Any, Any]) -> Tally:
    """With what was sent in each span; None where the data do not reach over it."""

    def sent_in(name: str) -> int | None:
        return int(sender[name]) if scene.whole[name] else None

    return tally._replace(now=int(sender["now"]), before=sent_in("before"), year=sent_in("year"))


def shares(scene: Scene, figures: dict[str, IntArray], part: str) -> tuple[Tally, ...]:
    """Tallies of what was sent by group, each held against all the others together."""
    if not figures:
        return ()
    sent = np.stack([row[:3] for row in figures.values()]).astype(float)
    rest = sent.sum(axis=0) - sent
    phi = np.full(len(sent), float(scene.phi.mean()))
    signs = {}
    for place, name in ((1, "before"), (2, "year")):
        theirs, others = sent[:, 0] + sent[:, place], rest[:, 0] + rest[:, place]
        spread = phi * (1.0 + theirs / np.maximum(others, 1e-9))  # the rest varies by chance, too
        beside = beyond_chance(sent[:, 0], sent[:, place], rest[:, 0], rest[:, place], spread)
        alone = _by_working_days(scene, name, sent[:, 0], sent[:, place], phi)
        signs[name] = _agreed(beside, alone)
    return largest(
        with_figures(
            Tally(
                name=name,
                move=SIGNS[int(signs["before"][place])],
                yearly=SIGNS[int(signs["year"][place])],
                people=int(row[3]) if part == "role" else 0,
            ),
            scene,
            dict(zip(scene.spans, row, strict=False)),
        )
        for place, (name, row) in enumerate(figures.items())
    )


def largest(tallies: Iterable[Tally]) -> tuple[Tally, ...]:
    """The largest first."""

    def order(tally: Tally) -> tuple[int, int, int, str, str]:
        before, year = tally.before or 0, tally.year or 0
        return (-tally.now, -before, -year, tally.name, tally.practice_id)

    return tuple(sorted(tallies, key=order))
