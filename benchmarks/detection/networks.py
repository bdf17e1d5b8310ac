"""The section of the results page on simulated networks."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.detection import figures
from benchmarks.detection.measure import LEAST_CASES, REST, Calibration, calibration
from benchmarks.detection.methods import INFORMED, OURS, THRESHOLDS, Case, Method, case
from benchmarks.detection.simulate import KINDS
from benchmarks.detection.tables import bar, table

MIXED = "mixed"


@dataclass(frozen=True)
class Measured:
    """What was measured, by kind of network: each network, and what was said against what was."""

    cases: dict[str, list[Case]]
    calibrations: dict[str, Calibration]


def measured(seeds: Sequence[int], practices: int, pool: ProcessPoolExecutor) -> Measured:
    """Simulates and measures so many networks of each kind."""
    wanted = [(kind, seed, practices, kind == MIXED) for kind in KINDS for seed in seeds]
    every = list(pool.map(case, *zip(*wanted, strict=True)))
    cases = {kind: [each for each in every if each.kind == kind] for kind in KINDS}
    return Measured(cases, {kind: _calibration(those) for kind, those in cases.items()})


def section(of: Measured, folder: Path) -> str:
    """Draws into `folder`. Out: the section as Markdown."""
    by_kind, calibrations = of.cases, of.calibrations
    networks, practices = len(by_kind[MIXED]), len(by_kind[MIXED][0].said)
    figures.delays(by_kind[MIXED], folder / "detection-delays.png")
    figures.calibration(calibrations, LEAST_CASES, folder / "detection-calibration.png")
    figures.listings(by_kind[MIXED], folder / "detection-listings.png")
    parts = [
        f"{networks} seeds of each kind, {practices:,} practices, 61 weekly runs.",
        _delay_table(by_kind[MIXED]),
        "![Delay against false alarms](detection-delays.png)",
        _kinds_table(by_kind),
        _listing_table(by_kind[MIXED]),
        "![What each method would have listed](detection-listings.png)",
        _manager_table(by_kind),
        _false_checkins(by_kind),
        _calibration_table(calibrations),
        "![Calibration](detection-calibration.png)",
    ]
    return "\n\n".join(parts)


def _means(cases: Sequence[Case], figure: str) -> dict[str, float]:
    """Each method's mean of one figure over the networks."""
    return {
        name: float(np.mean([getattr(each.methods[name], figure) for each in cases]))
        for name in cases[0].methods
    }


def best_peer(values: dict[str, float], least: bool) -> str:
    """The name of the peer with the least or the greatest value."""
    peers = [name for name in values if name not in (OURS, INFORMED)]
    return sorted(peers, key=values.__getitem__, reverse=not least)[0]


def _delay_table(cases: Sequence[Case]) -> str:
    mean = _means(cases, "delay")
    peer = best_peer(mean, least=True)
    rows = [
        [name, *(each.methods[name].delay for each in cases), mean[name]]
        for name in sorted(mean, key=mean.__getitem__)
    ]
    head = ["method", *(f"seed {each.seed}" for each in cases), "mean"]
    ratio, gain = mean[OURS] / mean[INFORMED], 1.0 - mean[OURS] / mean[peer]
    limit = 1.0 - mean[INFORMED] / mean[peer]
    crossing = _means(cases, "by_crossing")
    other = best_peer(crossing, least=True)
    return "\n\n".join(
        [
            "### Delay at 0.25 false-alarm episodes a practice and year",
            "Mean weeks from the onset to the alarm, at most 26, on mixed networks. As with a"
            f" listing, a practice whose alarm was false rests {REST} weeks: one that comes back"
            " sooner is the same episode.",
            table(head, rows, "{:.1f}"),
            f"- {ratio:.3f} × the informed detector's: {bar(ratio <= 1.05, 'at most 1.05')}.",
            f"- {gain:.0%} below the best peer's ({peer}): {bar(gain >= 0.12, 'at least 12 %')}."
            f" The informed detector itself is {limit:.0%} below it.",
            "Where each crossing of the threshold counts as an episode of its own, which favors"
            " rules that cannot flicker: "
            f"quietdrop {crossing[OURS]:.1f}, the informed detector {crossing[INFORMED]:.1f}"
            f" ({crossing[OURS] / crossing[INFORMED]:.3f} ×), the best peer {crossing[other]:.1f}"
            f" ({other}; ours {1.0 - crossing[OURS] / crossing[other]:.0%} below it).",
        ]
    )


def _kinds_table(by_kind: dict[str, list[Case]]) -> str:
    rows = []
    for kind, cases in by_kind.items():
        mean = _means(cases, "delay")
        rows.append([kind, mean[OURS], mean[INFORMED], mean[OURS] / mean[INFORMED]])
    head = ["networks", OURS, INFORMED, "ratio"]
    title = "### The same on every kind of network, against the informed detector"
    return f"{title}\n\n{table(head, rows, '{:.2f}')}"


def _listing_table(cases: Sequence[Case]) -> str:
    score, value = _means(cases, "by_score"), _means(cases, "by_value")
    best = {name: max(score[name], value[name]) for name in score}
    peer = best_peer(best, least=False)
    rows = [
        [name, score[name], value[name], *_behind(cases, name)]
        for name in sorted(best, key=best.__getitem__, reverse=True)
    ]
    head = ["method", "by score", "by value", "drift behind it", "older drift", "nothing"]
    return "\n\n".join(
        [
            "### At 3 listings a week for 1,000 practices",
            "The share of the first 26 weeks' lost referrals that a listing came in time for, and"
            " what stood behind 100 listings of the better ranking.",
            table(head, rows, "{:.2f}"),
            f"- {best[OURS]:.3f} against the best peer's {best[peer]:.3f} ({peer}): "
            f"{bar(best[OURS] > best[peer], 'above every peer')}.",
        ]
    )


def _behind(cases: Sequence[Case], name: str) -> list[str]:
    kinds = np.array([_method(each, name).behind for each in cases]).sum(axis=0)
    return [f"{100 * share:.0f}" for share in kinds / kinds.sum()]


def _method(each: Case, name: str) -> Method:
    return each.methods[name]


def _manager_table(by_kind: dict[str, list[Case]]) -> str:
    rows = []
    for kind, cases in by_kind.items():
        for place, threshold in enumerate(THRESHOLDS):
            false, delay, detected = np.mean([each.manager[place] for each in cases], axis=0)
            rows.append([kind, f"{threshold}", f"{false:.2f}", f"{delay:.1f}", f"{detected:.0%}"])
    head = ["networks", "alert", "false check-ins", "weeks of delay", "found in 26 weeks"]
    title = "### At the shipped defaults, as a manager sees it"
    note = "False check-ins are those of a liaison of 100 practices in a week."
    return f"{title}\n\n{note}\n\n{table(head, rows)}"


def _false_checkins(by_kind: dict[str, list[Case]]) -> str:
    place = THRESHOLDS.index(0.5)
    usual = float(np.mean([each.manager[place][0] for each in by_kind[MIXED]]))
    newcomers = float(np.mean([each.manager[place][0] for each in by_kind["entrants"]]))
    late = float(np.mean([each.late for each in by_kind[MIXED] if each.late is not None]))
    return "\n".join(
        [
            "At the default alert, in false check-ins a liaison of 100 and week:\n",
            f"- holidays and summer included: {usual:.2f}: {bar(usual <= 1 / 3, 'at most 0.33')};",
            f"- 30 % new practices a year: {newcomers:.2f}: "
            f"{bar(newcomers <= 1 / 3, 'at most 0.33')};",
            f"- every row ten days late: {late:.2f}, {late / usual:.2f} × the usual: "
            f"{bar(late < 1.5 * usual, 'under 1.5 ×')}.",
        ]
    )


def _calibration(cases: Sequence[Case]) -> Calibration:
    said = np.concatenate([each.said for each in cases])
    return calibration(said, np.concatenate([each.so for each in cases]))


def _calibration_table(calibrations: dict[str, Calibration]) -> str:
    rows = [
        [kind, f"{100 * each.worst(LEAST_CASES):.1f}", _worst_interval(each), f"{each.brier:.4f}"]
        for kind, each in calibrations.items()
    ]
    inside = [kind for kind, each in calibrations.items() if each.worst(LEAST_CASES) <= 0.05]
    everywhere = bar(len(inside) == len(calibrations), "on all kinds")
    head = ["networks", "worst bin, points", "happened less said", "Brier score"]
    return "\n\n".join(
        [
            "### Calibration",
            "Over practice-weeks; what was said against a lasting drift of the last 39 weeks that"
            " was under way, in bins of at least 200 cases. Of the worst bin the 95 % bootstrap"
            " interval of what happened less what was said, whole practices drawn anew.",
            table(head, rows),
            f"- Within 5 points in every bin on {len(inside)} of {len(calibrations)} kinds "
            f"({', '.join(inside) or 'none'}): {everywhere}.",
        ]
    )


def _worst_interval(of: Calibration) -> str:
    low, high = of.worst_interval(LEAST_CASES)
    return f"{100 * low:+.1f} to {100 * high:+.1f}"
