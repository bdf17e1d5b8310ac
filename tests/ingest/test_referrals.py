"""From rows to counts: which rows count, for whom, and what is said of the others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from quietdrop.config import SourceSettings
from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Practice
from quietdrop.domain.intake import Reject
from quietdrop.ingest.directory import Directory
from quietdrop.ingest.referrals import Counted, count
from quietdrop.ingest.rows import COLUMNS, Rows

AS_OF, TODAY = date(2024, 2, 1), date(2024, 3, 1)
ANY = Directory()
Row = Mapping[str, str]


def on(day: str, practice: str = "p", **named: str) -> dict[str, str]:
    return {"referred_on": f"2024-{day}", "practice_id": practice, **named}


def counted(
    *files: list[dict[str, str]],
    directory: Directory = ANY,
    names: tuple[str, ...] = ("d/a.csv", "d/b.csv", "d/c.csv"),
    **settings: Any,
) -> Counted:
    """What files of these rows come to; each row stands two lines below its place."""
    rows = Rows(names[: len(files)])
    for source, each in enumerate(files):
        for line, row in enumerate(each, 2):
            rows.add(source, line, tuple(row.get(name, "") for name in COLUMNS))
    return count(rows, directory, SourceSettings(referrals="-", **settings), (AS_OF, TODAY))


def day_of(number: int) -> date:
    return EPOCH + timedelta(days=number)


def days(of: Counted) -> list[tuple[str, str, int]]:
    """Practice, month and day, referrals of each row of the counts."""
    rows = of.counts[["practice_id", "day", "referrals"]].itertuples(index=False, name=None)
    return [(practice, f"{day_of(day):%m-%d}", number) for practice, day, number in rows]


class TestWhatCounts:
    def test_each_combination_once_in_order(self) -> None:
        of = counted([on("01-15", "q"), on("01-16"), on("01-15"), on("01-16")])
        assert days(of) == [("p", "01-15", 1), ("p", "01-16", 2), ("q", "01-15", 1)]
        assert (of.newest, of.rejects, of.notes) == (date(2024, 1, 16), [], {})

    def test_only_what_was_known_on_the_morning(self) -> None:
        of = counted(
            [
                on("01-31"),
                on("02-01"),
                on("01-15", recorded_on="2024-01-31"),
                on("01-15", recorded_on="2024-02-01"),
                on("02-02", recorded_on="2024-02-02"),
            ]
        )
        assert days(of) == [("p", "01-15", 1), ("p", "01-31", 1)]
        assert of.notes == {"after the as-of date": 2, "recorded after the as-of date": 1}

    def test_by_status_before_anything_else(self) -> None:
        of = counted([on("01-15"), on("99-99", status="Draft"), on("01-15", status="x")],
                     not_referrals=("draft",))  # fmt: skip
        assert days(of) == [("p", "01-15", 2)]
        assert (of.notes, of.rejects) == ({"not a referral": 1}, [])

    def test_a_reject_says_where_why_and_what_was_there(self) -> None:
        of = counted([on("01-15"), on("99-99", payer="Aetna"), {"referred_on": "2024-01-15"}])
        assert of.rejects == [
            Reject(
                "d/a.csv",
                3,
                "not a date",
                (("referred_on", "2024-99-99"), ("practice_id", "p"), ("payer", "Aetna")),
            ),
            Reject("d/a.csv", 4, "no practice", (("referred_on", "2024-01-15"),)),
        ]

    def test_a_row_without_a_day_is_a_reject(self) -> None:
        of = counted([on("01-15"), {"practice_id": "p"}])
        assert [(one.line, one.reason) for one in of.rejects] == [(3, "no date")]

    def test_the_first_in_order_counts_whatever_was_recorded_first(self) -> None:
        of = counted([on("01-15", recorded_on="2024-01-17"), on("01-16", recorded_on="2024-01-16")])
        assert days(of) == [("p", "01-15", 1), ("p", "01-16", 1)]

    def test_nothing_is_newest_of_nothing(self) -> None:
        of = counted([on("02-20")])
        assert (of.newest, days(of)) == (None, [])
        of = counted()
        assert (of.newest, days(of)) == (None, [])


class TestTotals:
    @pytest.mark.parametrize(
        ("row", "is_total"),
        [
            ({"referred_on": "Total", "practice_id": "p"}, True),
            (on("01-15", "Total"), True),
            (on("01-15", "p", practice_name="Grand Total"), True),
            ({"referred_on": "", "practice_id": "Lakeside Total"}, True),
            ({"referred_on": "", "practice_id": "p", "practice_name": "Lakeside Total"}, True),
            ({"referred_on": "Total 2024", "practice_id": "p"}, True),
            (on("01-15", "Lakeside Total"), False),  # a practice may be called so
            (on("01-15", "p", practice_name="Lakeside Total"), False),
        ],
    )
    def test_a_row_that_sums_up_others_is_none_itself(
        self, row: dict[str, str], is_total: bool
    ) -> None:
        of = counted([on("01-15"), row])
        assert of.notes == ({"total row": 1} if is_total else {})
        assert int(of.counts["referrals"].sum()) == (1 if is_total else 2)
        assert of.rejects == []


class TestOnce:
    def test_an_id_counts_once_on_its_first_day_from_its_first_recording(self) -> None:
        of = counted(
            [
                on("01-20", referral_id="7", recorded_on="2024-01-21"),
                on("01-15", referral_id="7"),
                on("01-16", referral_id="7", recorded_on="2024-01-17"),
                on("01-16", referral_id="8"),
            ]
        )
        assert days(of) == [("p", "01-15", 1), ("p", "01-16", 1)]
        first, second = of.counts["recorded"].tolist()
        assert (day_of(first), second) == (date(2024, 1, 17), -1)
        assert of.notes == {"repeated": 2}

    def test_a_recording_before_the_day_is_of_the_day(self) -> None:
        of = counted(
            [
                on("01-20", referral_id="7", recorded_on="2024-01-22"),
                on("01-21", referral_id="7", recorded_on="2024-01-21"),
            ]
        )
        assert days(of) == [("p", "01-20", 1)]
        assert of.counts["recorded"].tolist() == [(date(2024, 1, 21) - EPOCH).days]

    def test_when_no_row_of_an_id_says_so_its_recording_is_not_known(self) -> None:
        of = counted([on("01-20", referral_id="7"), on("01-15", referral_id="7")])
        assert days(of) == [("p", "01-15", 1)]
        assert of.counts["recorded"].tolist() == [-1]

    def test_rows_without_an_id_all_count(self) -> None:
        assert days(counted([on("01-15"), on("01-15")])) == [("p", "01-15", 2)]

    def test_an_id_counts_once_whatever_the_file(self) -> None:
        row = on("01-15", referral_id="7")
        of = counted([row], [row])
        assert days(of) == [("p", "01-15", 1)]
        sums = of.by_source.groupby("source")["referrals"].sum().to_dict()
        assert sums == {"a.csv": 1, "b.csv": 1}


class TestBySource:
    def test_each_file_has_its_own_days_until_the_as_of_day(self) -> None:
        of = counted(
            [on("01-15"), on("01-15", "q"), on("02-01")],
            [on("01-20"), on("01-21", recorded_on="2024-02-01")],
        )
        day = (date(2024, 1, 15) - EPOCH).days
        assert of.by_source.to_numpy().tolist() == [["a.csv", day, 2], ["b.csv", day + 5, 1]]
        assert of.streams == [0, 1]

    def test_one_file_alone_has_none(self) -> None:
        assert counted([on("01-15")]).by_source.empty

    def test_names_carry_the_folder_that_tells_them_apart(self) -> None:
        of = counted([on("01-15")], [on("01-16")], names=("d/x/r.csv", "d/y/r.csv"))
        assert of.by_source["source"].tolist() == ["x/r.csv", "y/r.csv"]

    def test_a_snapshot_that_grows_counts_its_rows_once(self) -> None:
        first = [on(f"01-{day:02d}", f"p{day % 4}") for day in range(1, 29)]
        of = counted(first, [*first, on("01-30", "p1")])
        assert int(of.counts["referrals"].sum()) == 29
        assert of.notes == {"in another file as well": 28}
        assert of.reading.overlapping == (("a.csv", "b.csv"),)
        assert of.streams == [1, 1]


class TestNames:
    def test_the_latest_name_of_a_practice_is_its_name(self) -> None:
        of = counted(
            [
                on("01-20", practice_name="Lake Clinic"),
                on("01-15", practice_name="Lake"),
                on("01-21"),
                on("01-15", "q"),
            ]
        )
        assert of.names == {"p": "Lake Clinic", "q": "q"}

    def test_a_word_that_names_nobody_is_a_name_only_where_there_is_no_other(self) -> None:
        directory = Directory(placeholders=frozenset({"n a"}))
        rows = [
            on("01-15", practice_name="Lake"),
            on("01-20", practice_name="n/a"),
            on("01-20", "q", practice_name="n/a"),
        ]
        assert counted(rows, directory=directory).names == {"p": "Lake", "q": "n/a"}

    def test_a_provider_s_name_is_that_of_the_npi(self) -> None:
        npi = "1234567893"
        of = counted(
            [
                on("01-15", provider_npi=npi, provider_name="Dr. Lee"),
                on("01-20", provider_npi=npi, provider_name="A. Lee, MD"),
                on("01-21", provider_npi=npi),
                on("01-21", provider_name="Dr. Roe"),
            ]
        )
        assert of.provider_names == {npi: "A. Lee, MD"}

    def test_who_is_only_spelled_by_a_name_is_told(self) -> None:
        of = counted(
            [
                {"referred_on": "2024-01-15", "practice_name": "Lake"},
                {"referred_on": "2024-01-15", "practice_name": "Hill"},
                on("01-15", "Hill", practice_name="p"),
            ]
        )
        assert of.by_name == {"Lake"}

    def test_the_directory_says_who_a_word_means(self) -> None:
        listed = {"1": Practice("1", "Lake")}
        directory = Directory(given=True, practices=listed, lookup={"lake": "1"})
        of = counted([on("01-15", "LAKE"), on("01-15", "Elm")], directory=directory)
        assert days(of) == [("1", "01-15", 1)]
        assert [(one.line, one.reason) for one in of.rejects] == [(3, "unknown practice")]


class TestUnreadable:
    """A source of which hardly a day can be read is no source of referrals."""

    @pytest.mark.parametrize(
        ("bad", "good", "is_said"), [(2, 2, False), (3, 2, True), (1, 0, True)]
    )
    def test_more_than_half(self, bad: int, good: int, is_said: bool) -> None:
        rows = [on("01-15")] * good + [{"referred_on": "soon 12", "practice_id": "p"}] * bad
        said = counted(rows).remarks
        assert bool(said) is is_said
        if said:
            every = good + bad
            shown = f'"referred_on": {good} of {every} could be read as a day, such as AAAA 99'
            assert said == (shown,)

    def test_of_the_first_two_thousand_the_most_frequent_form_is_shown(self) -> None:
        words = ["soon", "12"] * 1000 + ["12"]
        [said] = counted([{"referred_on": word, "practice_id": "p"} for word in words]).remarks
        assert said.endswith("such as AAAA")

    def test_by_the_name_that_the_source_gives_the_column(self) -> None:
        rows = [{"referred_on": "soon", "practice_id": "p"}]
        [said] = counted(rows, columns={"referred_on": "Date In"}).remarks
        assert said.startswith('"Date In": 0 of 1 ')


class TestPeriods:
    """A row is the count of a month, known from the day after its last."""

    def month(self, text: str, number: int, as_of: date = AS_OF) -> Counted:
        rows = Rows(["r.csv"])
        row = {"referred_on": text, "practice_id": "p"}
        rows.add(0, 2, tuple(row.get(name, "") for name in COLUMNS), rows=1, kept=number)
        settings = SourceSettings(referrals="-", period="month")
        return count(rows, ANY, settings, (as_of, TODAY))

    def test_a_month_that_is_over_counts_to_its_last_day(self) -> None:
        of = self.month("January 2024", 7)
        assert days(of) == [("p", "01-01", 7)]
        assert of.newest == date(2024, 1, 31)
        assert of.notes == {}

    def test_a_month_that_is_not_over_does_not_count(self) -> None:
        of = self.month("February 2024", 7)
        assert (days(of), of.newest) == ([], None)
        assert of.notes == {"after the as-of date": 7}

    def test_a_month_that_has_begun_is_named_so(self) -> None:
        of = self.month("February 2024", 7, date(2024, 2, 15))
        assert (days(of), of.newest) == ([], None)
        assert of.notes == {"in a period that is not over": 7}

    def test_a_month_of_none_says_only_that_it_is_there(self) -> None:
        of = self.month("January 2024", 0)
        assert (days(of), of.newest) == ([], date(2024, 1, 31))
