"""Digests as tests tell them: an empty one, a full one, one with links, and one with everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from quietdrop.domain.assessment import Assessment, Status
from quietdrop.domain.checkin import CheckInKey
from quietdrop.domain.digest import Digest, Item, Line
from quietdrop.domain.figures import Stakes
from quietdrop.messages.stakes import stakes_of
from quietdrop.messages.wording import sentences
from quietdrop.messages.wording.stakes import as_ever, complaint_tag

AS_OF = date(2026, 7, 6)
GOLDEN = Path(__file__).parents[1] / "messages" / "golden"


ASSESSMENT = Assessment(
    "P1",
    Status.DRIFTING,
    baseline_per_week=3.0,
    observed=4,
    expected=20.4,
    drift_probability=0.97,
    onset=date(2026, 5, 18),
    onset_low=date(2026, 5, 11),
    onset_high=date(2026, 5, 25),
    remaining_share=0.2,
)
STAKES = stakes_of(ASSESSMENT, AS_OF)
COMPLAINED = "They told us on June 24 that something went wrong, and it is not answered yet."
COMPLAINT = Stakes(as_ever(1.2), complaint_tag(12), COMPLAINED)


def item(name: str, **more: object) -> Item:
    sentence = sentences.reason(ASSESSMENT, AS_OF)
    values: dict[str, object] = {
        "practice_id": "P1",
        "name": name,
        "town": "Brookfield",
        "phone": "(555) 010-2030",
        "sentence": sentence,
        "weeks": (3.0, 2.0, 4.0, 3.0) * 11 + (1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0),
        "expected": (3.0,) * 52,
        "onset_index": 44,
        "onset_label": "about May 18",
        "last_touch": "visit March 9, Dana",
        "opening": "What is working with us, and what is not?",
        "stakes": STAKES,
    }
    return Item(**(values | more))  # type: ignore[arg-type]


def digest(*items: Item) -> Digest:
    return Digest(
        recipient="ann@example.com",
        recipient_name="Ann",
        as_of=AS_OF,
        territory="North territory",
        items=items,
        still_open=(Line("Cedar Clinic", "3 weeks, seen"),) if items else (),
        came_back=(Line("Maple Pediatrics", "at their usual 2 a week again."),) if items else (),
        watching=("Harbor Family", "Summit Primary Care") if items else (),
        left_out=4 if items else 0,
        data_through=date(2026, 7, 5),
        rejected_rows=3,
    )


FULL = digest(
    item("Lakeside Family Medicine"),
    item("Willow Clinic", is_complaint=True, sentence=COMPLAINED, stakes=COMPLAINT),
)


class Somewhere:
    """Links as a test can read them."""

    def answer(self, checkin: CheckInKey, action: str) -> str:
        return f"https://desk.example/{checkin.practice_id}/{action}"

    def my_list(self, reader: str) -> str:
        return f"https://desk.example/list?{reader.partition('@')[0]}"

    def how(self) -> str:
        return "https://desk.example/#how"

    def desk(self, rest: str = "") -> str:
        return f"https://desk.example/desk{rest}"

    def sign_in(self) -> str:
        return "https://desk.example/m"

    def release(self, reader: str, as_of: date) -> str:
        return f"https://desk.example/release?{reader.partition('@')[0]}&{as_of}"


ASKED = CheckInKey("P1", "ann@example.com", AS_OF)
LINKED = replace(
    digest(item("Lakeside Family Medicine", checkin=ASKED)),
    still_open=(Line("Cedar Clinic", "2 weeks", ASKED._replace(practice_id="P2")),),
)


WAITING = replace(digest(), older=2, hidden=1)


EVERYTHING = replace(
    LINKED,
    items=(
        item(
            "Lakeside Family Medicine",
            checkin=ASKED,
            who="Dr. Alvarez 14 → 1 · NP Lee as ever",
            staff="Dana (front desk), Robin (coordinator)",
            what="Mostly Spine referrals: none since then, where 9 were expected.",
            our_side="the wait for their patients rose from 9 to 23 days; "
            "2 notes not sent back, of 8 visits; 3 referrals declined or cancelled, of 9",
            bring="a direct number for urgent cases, and the next open slots",
        ),
        item(
            "Willow Clinic",
            checkin=ASKED._replace(practice_id="P3"),
            is_complaint=True,
            sentence=COMPLAINED,
            stakes=COMPLAINT,
            weeks=(1.0, 2.0, 0.0, 2.0) * 13,
            expected=(1.2,) * 52,
            onset_index=None,
            opening="You told us about something that went wrong. Here is what we did.",
            bring="the answer",
        ),
    ),
    worth_a_look=(
        Line(
            "Granite Ridge Medicine",
            "−2 a week · more likely than not",
            ASKED._replace(practice_id="P4"),
        ),
    ),
    promised=(Line("Send the spine pathway card", "Cedar Hill Clinic · by July 3, 3 days late"),),
    unseen=(Line("Ashford Family Health", "Salem, not seen for 15 weeks."),),
    track_record="of the last 20 at 4 in 5, 17 were down",
    leaving=(Line("Maple Clinic", "Total about as ever, but Spine referrals went to none."),),
    thanks=(
        Line("Dover Family", "Their hundredth patient came last week. A note: Dana (front desk)."),
        Line("Salem Family", "Steady for 2 years. A handwritten note, and one to the staff."),
    ),
    growing=(
        Line("Hudson Clinic", "New to us: 4 patients so far. Get to know them."),
        Line("Milton Clinic", "26 patients in the last 13 weeks, where 13 were usual."),
    ),
    news=(
        Line("Our new hand clinic in Salem takes patients within a week.", ""),
        Line("Spine has open slots.", "For Maple Clinic."),
    ),
    lookalikes=(Line("Cedar Health", "Nothing for a short while: perhaps a vacation."),),
    cover_for="Ben Ortiz, who is away until August 3",
)
