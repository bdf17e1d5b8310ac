"""Summaries as tests tell them: one with everything in it."""

from __future__ import annotations

from datetime import date

from tests.builders.digests import AS_OF

from quietdrop.detection.aggregates import Stream
from quietdrop.domain.assessment import Status
from quietdrop.domain.digest import Alike, AtStake, Line, Summary, Waiting
from quietdrop.domain.headlines import Headline, Number
from quietdrop.domain.reports import Coverage
from quietdrop.messages.wording import sentences

NUMBERS = (
    Number("Referrals last week", 0, Headline(312, (330.0,) * 6, 302, 374)),
    Number("At stake a week, over 23 practices", 1, Headline(33.2, (25.0,) * 6, 22.1, 30.4)),
    Number("Check-ins that wait too long, of 24", 0, Headline(6, (3.0,) * 6, 2, 5)),
)
HUDSON = Stream("location", "Hudson", 0.9, date(2026, 6, 1), 40.2, 12, 0.3, (0.3, 0.3))
EVERYTHING = Summary(
    recipient="mo@example.com",
    as_of=AS_OF,
    practices=412,
    by_status=(("steady", 361), ("watching", 18), ("drifting", 14), ("quiet", 9), ("new", 10)),
    coverage=(
        Coverage("ann@example.com", 4, 9, 3, 1, 6, 2, "Ann Whitaker"),
        Coverage("ben@example.com", 1, 4, 2, 0, 0, 0, "Ben Ortiz"),
        Coverage("cleo@example.com", 2, 6, 4, 2, 3, 0, "Cleo Brandt"),
        Coverage("dan@example.com", 1, 5, 0, 3, 4, 0, "Dan <b>Mbeki"),
        Coverage("eve@example.com", 0, 0, 0, 0, 0, 0, "Eve Idle"),
    ),
    came_back=(Line("Riverbend Pediatrics", "Usually 2 a week; back after a visit."),),
    review=(("Old Clinic", "Usually 3 a week; none since before May 1, 2025."),),
    data_through=date(2026, 7, 5),
    rows_read=17_117,
    reject_reasons=(("no usable date", 3),),
    notes=(("not referrals", 162),),
    lookalikes=(
        Alike("look renamed", 2, ("Harbor Valley Pediatrics", "Elm Park Clinic")),
        Alike("is away", 1, ("Brookfield Women's Health",)),
    ),
    aliases=(
        Waiting(
            "Harbor Valley Pediatrics", "It seems that it now goes by Harbor Valley Health.", "H&1"
        ),
    ),
    held_out=2,
    fallen=(sentences.whole(HUDSON, AS_OF),),
    data=("Maple Clinic: 31 of its rows could not be read.",),
    promises=(
        Waiting("Cedar Clinic", "Send the card, by June 25, 11 days late, Scheduling", "C1"),
    ),
    unlisted_liaisons=(("zoe@example.com", "3 practices need a home."),),
    settings=(("[drift] alert_probability", "0.5 → 0.4"),),
    settings_since=date(2026, 6, 29),
    numbers=NUMBERS,
    at_stake=(
        AtStake("Prairie Park Internal Medicine", "Dan Mbeki", Status.DRIFTING, 3.3, 0.96),
        AtStake("Stonebridge Clinic", "Ann Whitaker", Status.QUIET, 1.9, 0.8),
    ),
    without_liaison=tuple(
        Waiting(f"Practice {number}", practice_id=f"P{number}") for number in range(1, 8)
    ),
    unwanted=(Waiting("Elm Clinic", "Ann Whitaker", "E1"),),
    closures=("Were you closed in Salem from May 25 to June 12?",),
    track_record="of the last 20 at 4 in 5, 17 were down",
)
