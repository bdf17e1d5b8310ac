"""How we treated a practice's referrals: what stands out, and from where on."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from quietdrop.domain.days import EPOCH
from quietdrop.findings.service_quality import Gap, OurPart, OurSide

AS_OF = date(2026, 7, 6)
END = (AS_OF - EPOCH).days
COLUMNS = ["practice_id", "day", "wait", "seen_on", "noted", "declined", "referrals"]


def rows(
    practice: str,
    number: int,
    *,
    ago: int = 60,
    wait: int = 10,
    seen_ago: int | None = 40,
    noted: bool = True,
    declined: bool = False,
) -> pd.DataFrame:
    """So many referrals alike, made and seen so many days before the as-of day."""
    seen = -1 if seen_ago is None else END - seen_ago
    one = (practice, END - ago, wait, seen, noted, declined, number)
    return pd.DataFrame([one], columns=COLUMNS)


def stands_out(*access: pd.DataFrame) -> list[OurSide]:
    """What stands out of practice A, beside a hundred referrals of others."""
    others = rows("B", 100)
    return OurPart(pd.concat([others, *access], ignore_index=True), AS_OF).stands_out("A")


def test_nothing_stands_out_of_who_is_treated_like_the_others() -> None:
    assert stands_out(rows("A", 20)) == []
    assert OurPart(pd.DataFrame(), AS_OF).stands_out("A") == []
    assert OurPart(rows("B", 5), AS_OF).stands_out("A") == []


class TestWait:
    @pytest.mark.parametrize(("wait", "is_told"), [(14, False), (15, True), (16, True)])
    def test_half_as_long_again(self, wait: int, is_told: bool) -> None:
        expected = [OurSide(Gap.WAIT, 10.0, float(wait))] if is_told else []
        assert stands_out(rows("A", 8, wait=wait)) == expected

    @pytest.mark.parametrize(("wait", "is_told"), [(8, False), (9, True)])
    def test_and_by_five_days_at_least(self, wait: int, is_told: bool) -> None:
        others = rows("B", 100, wait=4)
        part = OurPart(pd.concat([others, rows("A", 8, wait=wait)], ignore_index=True), AS_OF)
        assert part.stands_out("A") == ([OurSide(Gap.WAIT, 4.0, float(wait))] if is_told else [])

    @pytest.mark.parametrize(("number", "is_told"), [(3, False), (4, True)])
    def test_of_four_appointments_of_theirs_and_of_others(self, number: int, is_told: bool) -> None:
        assert bool(stands_out(rows("A", number, wait=30))) is is_told
        few = pd.concat([rows("B", number), rows("A", 60, wait=30)], ignore_index=True)
        assert bool(OurPart(few, AS_OF).stands_out("A")) is is_told

    @pytest.mark.parametrize(("ago", "is_told"), [(91, True), (92, False), (1, True), (0, False)])
    def test_of_the_last_quarter(self, ago: int, is_told: bool) -> None:
        assert bool(stands_out(rows("A", 8, ago=ago, wait=30))) is is_told

    @pytest.mark.parametrize(("wait", "is_told"), [(29, False), (30, True)])
    def test_half_as_long_again_where_others_wait_long(self, wait: int, is_told: bool) -> None:
        access = [rows("B", 100, wait=20), rows("A", 8, wait=wait)]
        part = OurPart(pd.concat(access, ignore_index=True), AS_OF)
        assert bool(part.stands_out("A")) is is_told

    @pytest.mark.parametrize(("ago", "is_told"), [(91, True), (92, False)])
    def test_of_the_others_the_last_quarter_counts(self, ago: int, is_told: bool) -> None:
        access = [rows("B", 100, ago=ago), rows("A", 8, wait=30)]
        part = OurPart(pd.concat(access, ignore_index=True), AS_OF)
        assert bool(part.stands_out("A")) is is_told

    def test_no_appointment_is_no_wait_and_one_on_the_day_is_none_at_all(self) -> None:
        assert stands_out(rows("A", 8, wait=30), rows("A", 99, wait=-1))[0].now == 30.0
        assert stands_out(rows("A", 8, wait=30), rows("A", 9, wait=0)) == []

    @pytest.mark.parametrize(
        ("number", "ago", "before"), [(4, 92, 6.0), (3, 92, 10.0), (4, 456, 6.0), (4, 457, 10.0)]
    )
    def test_before_is_their_own_year_where_four_are_known(
        self, number: int, ago: int, before: float
    ) -> None:
        earlier = rows("A", number, ago=ago, wait=6)
        assert stands_out(rows("A", 8, wait=30), earlier) == [OurSide(Gap.WAIT, before, 30.0)]

    def test_before_is_never_longer_than_now(self) -> None:
        earlier = rows("A", 9, ago=200, wait=50)
        assert stands_out(rows("A", 8, wait=30), earlier) == [OurSide(Gap.WAIT, 30.0, 30.0)]

    def test_beyond_chance(self) -> None:
        """Others wait 0 to 40 days: a few with 35 may be chance, many are not."""
        others = [rows("B", 2, wait=wait) for wait in range(0, 41, 2)]
        few, many = (
            OurPart(pd.concat([*others, rows("A", n, wait=31)], ignore_index=True), AS_OF)
            for n in (4, 12)
        )
        assert few.stands_out("A") == []
        assert many.stands_out("A") == [OurSide(Gap.WAIT, 20.0, 31.0)]


class TestNotes:
    def test_missing_ones_of_those_that_were_due(self) -> None:
        assert stands_out(rows("A", 3, noted=False), rows("A", 5)) == [OurSide(Gap.NOTES, 8.0, 3.0)]

    @pytest.mark.parametrize(("missing", "is_told"), [(1, False), (2, True)])
    def test_one_is_none(self, missing: int, is_told: bool) -> None:
        assert bool(stands_out(rows("A", missing, noted=False))) is is_told

    @pytest.mark.parametrize(
        ("seen_ago", "is_told"), [(14, False), (15, True), (182, True), (183, False), (None, False)]
    )
    def test_a_note_may_take_two_weeks_and_counts_for_half_a_year(
        self, seen_ago: int | None, is_told: bool
    ) -> None:
        late = rows("A", 5, seen_ago=seen_ago, noted=False)
        assert stands_out(late) == ([OurSide(Gap.NOTES, 5.0, 5.0)] if is_told else [])

    def test_where_nobody_records_notes_none_is_missing(self) -> None:
        access = [rows("B", 100, noted=False), rows("A", 5, noted=False)]
        assert OurPart(pd.concat(access, ignore_index=True), AS_OF).stands_out("A") == []

    def test_many_among_many_that_are_missing_elsewhere_too_are_chance(self) -> None:
        elsewhere = rows("B", 60, noted=False)
        assert stands_out(elsewhere, rows("A", 4, noted=False), rows("A", 4)) == []


class TestDeclined:
    def test_declined_ones_of_all(self) -> None:
        sides = stands_out(rows("A", 3, declined=True), rows("A", 5))
        assert sides == [OurSide(Gap.DECLINED, 8.0, 3.0)]

    @pytest.mark.parametrize(("ago", "is_told"), [(0, False), (1, True), (182, True), (183, False)])
    def test_of_the_last_half_year(self, ago: int, is_told: bool) -> None:
        assert bool(stands_out(rows("A", 4, ago=ago, declined=True))) is is_told

    @pytest.mark.parametrize(("others", "is_told"), [(9, False), (10, True)])
    def test_what_chance_would_rarely_make_so_many(self, others: int, is_told: bool) -> None:
        """Four of seven, where one of nine others was: their share is taken as 1.5 of 10, which
        makes it so many by a chance of 0.012; of ten others as 1.5 of 11, by 0.009."""
        access = [rows("B", others - 1), rows("B", 1, declined=True)]
        access += [rows("A", 4, declined=True), rows("A", 3)]
        part = OurPart(pd.concat(access, ignore_index=True), AS_OF)
        assert part.stands_out("A") == ([OurSide(Gap.DECLINED, 7.0, 4.0)] if is_told else [])

    def test_the_others_share_leaves_their_own_out(self) -> None:
        """Three of four, where of the others' hundred a quarter is: 5 % by chance."""
        others = rows("B", 33, declined=True)
        few = [rows("A", 3, declined=True), rows("A", 1)]
        many = [rows("A", 6, declined=True), rows("A", 2)]
        assert stands_out(others, *few) == []
        assert stands_out(others, *many) == [OurSide(Gap.DECLINED, 8.0, 6.0)]


def test_the_wait_stands_first_then_notes_then_refusals() -> None:
    bad = rows("A", 8, wait=40, noted=False, declined=True)
    assert [one.kind for one in stands_out(bad)] == ["wait", "notes", "declined"]
