"""Every stream of a network, judged in passes over its blocks, against those who stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from quietdrop.detection.block import Block
from quietdrop.detection.blocks import Blocks, LocalBlocks, handed
from quietdrop.detection.exposure import (
    Circumstances,
    Exposure,
    NetworkIndex,
    in_order,
    network_index,
)
from quietdrop.detection.gap_regularity import weekday_profile
from quietdrop.detection.judged import Finish, Judged, Verdict, judge_block, left_out
from quietdrop.detection.leavers import MATTERS, greatest_gap
from quietdrop.detection.looks import first_look, opening, steady
from quietdrop.detection.network_basis import network_basis
from quietdrop.detection.weekly_counts import WeeklyCounts
from quietdrop.detection.weeks import Weeks
from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.priors import Priors

Result = TypeVar("Result")


@dataclass(frozen=True)
class Network:
    """What all blocks of a network share: its weeks, public holidays, and what is believed before
    any count."""

    weeks: Weeks
    holidays: frozenset[date]
    priors: Priors


def judged_streams(
    cadence: WeeklyCounts,
    priors: Priors,
    circumstances: Circumstances | None = None,
    hazard_ratio: FloatArray | None = None,
) -> tuple[Exposure, Judged]:
    """Weighs every stream's evidence: a network of one block. `hazard_ratio`, streams × window, is
    by how much likelier a drift is to begin in each week than `priors` say."""
    around = circumstances or Circumstances()
    blocks = LocalBlocks([Block(cadence, cadence.weeks, around, hazard_ratio)])
    network = Network(cadence.span, around.holidays, priors)
    [(pool, judged)] = judge(blocks, network, [_exposure_and_evidence])
    return pool, judged


def _exposure_and_evidence(
    _: WeeklyCounts, exposure: Exposure, judged: Judged
) -> tuple[Exposure, Judged]:
    return exposure, judged


def judge(blocks: Blocks, network: Network, finish: Sequence[Finish[Result]]) -> list[Result]:
    """What each block's `finish` makes of its streams, in the order of the blocks.

    Where those who are leaving make a large part of the network, everybody is judged a second
    time, against an index of those who stay; the rates of the exposure stay those of all.
    """
    index, verdicts = _judge(blocks, network, finish)
    gone = in_order(verdict.away for verdict in verdicts)
    if greatest_gap(index.steady, gone) >= MATTERS:
        verdicts.clear()
        blocks.each(left_out, index)
        _, verdicts = _judge(blocks, network, finish)
    return [verdict.result for verdict in verdicts]


def _judge(
    blocks: Blocks, network: Network, finish: Sequence[Finish[Result]]
) -> tuple[NetworkIndex, list[Verdict[Result]]]:
    """All passes against one index."""
    openings = blocks.each(opening)
    index = network_index(
        in_order(each.by_week for each in openings),
        lambda effect: blocks.each(steady, effect),
        network.weeks,
        network.holidays,
    )
    profile = weekday_profile(in_order(each.by_weekday for each in openings))
    looks = blocks.each(first_look, index, profile, network.priors)
    basis, phi, about_season = network_basis(blocks, looks, network.priors)
    theirs = [
        (*rows, one) for rows, one in zip(handed(blocks, phi, about_season), finish, strict=True)
    ]
    return index, blocks.each(judge_block, basis, theirs=theirs)
