"""The pictures of the results page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.detection.measure import CAP, Calibration
from benchmarks.detection.methods import INFORMED, OURS, RATES, Case

# Okabe and Ito's colors, told apart by nearly everybody.
COLORS = (
    "#E69F00",
    "#56B4E9",
    "#009E73",
    "#CC79A7",
    "#D55E00",
    "#F0E442",
    "#999999",
    "#7B5EA7",
    "#8B4513",
)
OUR_COLOR, INFORMED_COLOR = "#0072B2", "#000000"
WIDE = (7.0, 4.4)  # inches


def found(cases: Sequence[Case], shown: Sequence[str], path: Path) -> None:
    """How many of 100 drifts each method has found by how many weeks after they began."""
    figure, axes = _drawing("weeks since it began", "of 100 practices that drop, found")
    weeks = np.arange(1, CAP)
    for name, color in _colors([*shown, OURS, INFORMED]):
        share = np.mean([each.methods[name].detected for each in cases], axis=0)
        width = 2.6 if name == OURS else 1.4
        style = "--" if name == INFORMED else "-"
        axes.plot(weeks, 100 * share, style, color=color, linewidth=width, label=name)
    axes.set_xlim(0, CAP)
    axes.set_ylim(0, 100)
    axes.legend(fontsize=8, frameon=False)
    _save(figure, path)


def delays(cases: Sequence[Case], path: Path) -> None:
    """Mean delay of every method against its false alarms."""
    figure, axes = _drawing("false-alarm episodes a practice and year", "mean delay, weeks (≤ 26)")
    for name, color in _colors(cases[0].methods):
        curve = np.mean([each.methods[name].curve for each in cases], axis=0)
        width = 2.6 if name in (OURS, INFORMED) else 1.2
        style = "--" if name == INFORMED else "-"
        axes.plot(RATES, curve, style, color=color, linewidth=width, label=name, marker=".")
    axes.set_xscale("log")
    axes.set_xticks(RATES, [f"{rate:g}" for rate in RATES])
    axes.minorticks_off()
    axes.legend(fontsize=8, frameon=False, ncol=2)
    _save(figure, path)


def calibration(by_kind: dict[str, Calibration], least: int, path: Path) -> None:
    """What happened against what was said, for each kind of network."""
    figure, axes = _drawing("said", "happened")
    axes.plot([0, 1], [0, 1], color="#000000", linewidth=0.8)
    axes.fill_between([0, 1], [-0.05, 0.95], [0.05, 1.05], color="#DDDDDD", label="within 5 points")
    for (kind, each), color in zip(by_kind.items(), (*COLORS, OUR_COLOR), strict=False):
        bins = each.bins[each.bins[:, 2] >= least]
        axes.plot(bins[:, 3], bins[:, 4], color=color, marker=".", label=kind)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.legend(fontsize=8, frameon=False)
    _save(figure, path)


def listings(cases: Sequence[Case], path: Path) -> None:
    """What stood behind each method's listings."""
    names = list(cases[0].methods)
    parts = np.array([[each.methods[name].behind for each in cases] for name in names]).sum(axis=1)
    shares = 100.0 * parts / parts.sum(axis=1, keepdims=True)
    order = np.argsort(shares[:, 0])
    figure, axes = _drawing("of 100 listings", "")
    left = np.zeros(len(names))
    labels = ("a drift of the last 26 weeks", "an older drift", "nothing")
    for column, (label, color) in enumerate(
        zip(labels, ("#0072B2", "#56B4E9", "#DDDDDD"), strict=True)
    ):
        width = shares[order, column]
        axes.barh(np.arange(len(names)), width, left=left, color=color, label=label)
        left += width
    axes.set_yticks(np.arange(len(names)), [names[place] for place in order], fontsize=8)
    axes.legend(fontsize=8, frameon=False, ncol=3, loc="lower center", bbox_to_anchor=(0.4, 1.0))
    _save(figure, path)


def _colors(names: Iterable[str]) -> list[tuple[str, str]]:
    peers = [name for name in names if name not in (OURS, INFORMED)]
    pairs = list(zip(peers, COLORS, strict=False))
    return [*pairs, (INFORMED, INFORMED_COLOR), (OURS, OUR_COLOR)]


def _drawing(below: str, beside: str) -> tuple[Figure, Axes]:
    mpl.use("Agg")
    figure = Figure(figsize=WIDE, layout="constrained")
    axes = figure.subplots()
    axes.set_xlabel(below)
    axes.set_ylabel(beside)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path, dpi=110, metadata={"Software": None})
