"""The sentences of a part of a practice, by their whole text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from quietdrop.domain.findings import Part, PartKind
from quietdrop.messages.wording import sentences

AS_OF = date(2026, 7, 6)
ONSET = date(2026, 5, 18)


class TestPart:
    SPINE = Part(PartKind.SERVICE_LINE, "Spine", "\x1bSpine", 14.0, 0, 0.4, 0.9, ONSET)

    def test_that_leaves(self) -> None:
        """Seven weeks since the onset: 14 expected are 2 a week."""
        words = sentences.leaving(self.SPINE, AS_OF, holds=True)
        assert words == (
            "Total about as ever, but Spine referrals went from 2 a week to none since May 18."
        )
        some = replace(self.SPINE, observed=7)
        assert sentences.leaving(some, AS_OF, holds=False) == (
            "Within that, Spine referrals went from 2 a week to 1 a week since May 18."
        )

    def test_by_its_rate_a_week_of_seven_days(self) -> None:
        part = replace(self.SPINE, expected=10.4)
        assert " went from 1 a week to " in sentences.leaving(part, AS_OF, holds=True)

    def test_that_began_to_leave_this_week(self) -> None:
        today = replace(self.SPINE, onset=AS_OF, expected=2.0)
        assert "went from 2 a week to none since July 6" in sentences.leaving(
            today, AS_OF, holds=True
        )

    def test_that_makes_most_of_a_fall(self) -> None:
        words = "Mostly Spine referrals: none since then, where 14 were expected."
        assert sentences.standing_out(self.SPINE) == words
        some = sentences.standing_out(replace(self.SPINE, observed=2, kind=PartKind.PAYER))
        assert some == "Mostly patients insured by Spine: 2 since then, where 14 were expected."
        person = sentences.standing_out(replace(self.SPINE, kind=PartKind.PROVIDER))
        assert person.startswith("Mostly referrals by Spine: none")
