"""What a digest says beside the drops: each finding on both sides of its boundary."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import resources
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from quietdrop import ingest
from quietdrop.config import SourceSettings
from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import LeftBy, Liaison, Person
from quietdrop.domain.errors import ConfigError
from quietdrop.evaluation.assignments import assign_covers, covered_by
from quietdrop.findings.service_quality import Gap, OurPart, OurSide
from quietdrop.messages.wording import sections
from quietdrop.messages.wording.phrasebook import CAUSES, Phrase, fitting, phrase_book

AS_OF = date(2026, 7, 6)
END = (AS_OF - EPOCH).days
COLUMNS = ["practice_id", "day", "wait", "seen_on", "noted", "declined", "referrals"]


def access(*rows: tuple[str, int, int, int, bool, bool]) -> pd.DataFrame:
    """Rows of (practice, days ago, wait, seen so many days ago or −1, noted, declined)."""
    records = [
        (who, END - ago, wait, END - seen if seen >= 0 else -1, noted, declined, 1)
        for who, ago, wait, seen, noted, declined in rows
    ]
    return pd.DataFrame(records, columns=COLUMNS)


def waits(who: str, *days: int, ago: int = 30) -> list[tuple[str, int, int, int, bool, bool]]:
    return [(who, ago, wait, 20, True, False) for wait in days]


class TestOurSide:
    def test_a_wait_that_rose_is_told_with_both_figures(self) -> None:
        rows = access(
            *waits("A", *[23] * 6), *waits("A", *[9] * 6, ago=200), *waits("B", *[9, 10, 11] * 10)
        )
        assert OurPart(rows, AS_OF).stands_out("A") == [OurSide(Gap.WAIT, 9.0, 23.0)]

    @pytest.mark.parametrize(("wait", "is_told"), [(15, True), (14, False)])
    def test_half_as_long_again_as_the_others(self, wait: int, is_told: bool) -> None:
        rows = access(*waits("A", *[wait] * 8), *waits("B", *[10] * 40))
        assert bool(OurPart(rows, AS_OF).stands_out("A")) is is_told

    @pytest.mark.parametrize(("number", "is_told"), [(4, True), (3, False)])
    def test_four_appointments_make_a_wait(self, number: int, is_told: bool) -> None:
        rows = access(*waits("A", *[40] * number), *waits("B", *[9, 10, 11] * 20))
        assert bool(OurPart(rows, AS_OF).stands_out("A")) is is_told

    def test_everybody_waits_longer_is_nobodys_reason(self) -> None:
        rows = access(*waits("A", *[30] * 8), *waits("B", *[30] * 40))
        assert OurPart(rows, AS_OF).stands_out("A") == []

    @pytest.mark.parametrize(("seen", "is_told"), [(15, True), (14, False)])
    def test_a_note_may_take_two_weeks(self, seen: int, is_told: bool) -> None:
        theirs = [("A", 60, 9, seen, False, False)] * 5
        rows = access(*theirs, *[("B", 60, 9, 40, True, False)] * 40)
        sides = OurPart(rows, AS_OF).stands_out("A")
        assert sides == ([OurSide(Gap.NOTES, 5.0, 5.0)] if is_told else [])

    def test_where_no_note_is_ever_recorded_none_is_missed(self) -> None:
        rows = access(*[(who, 60, 9, 40, False, False) for who in "AAAAABBBBB"])
        assert OurPart(rows, AS_OF).stands_out("A") == []

    @pytest.mark.parametrize(("number", "is_told"), [(2, True), (1, False)])
    def test_two_refusals_among_few_are_beyond_chance(self, number: int, is_told: bool) -> None:
        theirs = [("A", 60, 9, 40, True, place < number) for place in range(4)]
        rows = access(*theirs, *[("B", 60, 9, 40, True, False)] * 60)
        sides = OurPart(rows, AS_OF).stands_out("A")
        assert sides == ([OurSide(Gap.DECLINED, 4.0, 2.0)] if is_told else [])

    def test_what_is_declined_only_later_is_not_known_yet(self) -> None:
        theirs = [("A", ago, 9, 40, True, ago < 0) for ago in (60, 60, -1, -1)]
        rows = access(*theirs, *[("B", 60, 9, 40, True, False)] * 60)
        assert OurPart(rows, AS_OF).stands_out("A") == []

    def test_the_words(self) -> None:
        said = [
            sections.our_side(side)
            for side in (
                OurSide(Gap.WAIT, 9.0, 23.0),
                OurSide(Gap.NOTES, 8.0, 2.0),
                OurSide(Gap.DECLINED, 9.0, 1.0),
            )
        ]
        assert said == [
            "the wait for their patients rose from 9 to 23 days",
            "2 notes not sent back, of 8 visits",
            "1 referral declined or cancelled, of 9",
        ]


class TestAccess:
    HEADER = "referred_on,practice_name,status,scheduled_on,seen_on,note_sent_on,patient"

    def read(self, folder: Path, *rows: str, header: str = HEADER) -> pd.DataFrame:
        (folder / "r.csv").write_text("\n".join([header, *rows]))
        source = SourceSettings(referrals=str(folder / "r.csv"))
        return ingest.read(source, AS_OF, AS_OF).access

    def test_what_is_known_of_a_referral(self, tmp_path: Path) -> None:
        frame = self.read(
            tmp_path,
            "2026-06-01,A,done,2026-06-09,2026-06-10,2026-06-12,Jane",
            "2026-06-01,A,scheduled,2026-07-20,,,Jane",
            "2026-06-02,A,Declined,,,,Jane",
            "2026-06-03,A,,,,,Jane",
        )
        rows = frame.drop(columns=["practice_id", "day"]).to_numpy().tolist()
        seen = (date(2026, 6, 10) - EPOCH).days
        assert rows == [
            [9, seen, True, False, 1],
            [49, -1, False, False, 1],
            [-1, -1, False, True, 1],
        ]

    def test_without_such_columns_nothing_is_known(self, tmp_path: Path) -> None:
        header = "referred_on,practice_name"
        assert self.read(tmp_path, "2026-06-01,A", header=header).empty

    def test_what_lies_in_the_future_is_not_known_yet(self, tmp_path: Path) -> None:
        [row] = self.read(tmp_path, "2026-06-01,A,,2026-07-01,2026-07-06,2026-07-07,Jane").to_dict(
            "records"
        )
        assert (row["seen_on"], row["noted"]) == (-1, False)

    def test_a_wait_of_over_a_year_is_a_mistake(self, tmp_path: Path) -> None:
        rows = self.read(tmp_path, "2026-01-01,A,,,2027-01-02,,", "2026-01-01,B,,2025-12-31,,,")
        assert rows["wait"].tolist() == [-1, -1]

    def test_files_and_databases_say_the_same(self, tmp_path: Path, postgres_url: str) -> None:
        row = "2026-06-01,A,done,2026-06-09,2026-06-10,2026-06-12,Jane"
        from_file = self.read(tmp_path, row)
        engine = sa.create_engine(postgres_url, poolclass=sa.NullPool)
        columns = self.HEADER.split(",")
        table = sa.Table("referrals", sa.MetaData(), *(sa.Column(c, sa.Text) for c in columns))
        table.metadata.create_all(engine)
        with engine.begin() as conn:
            conn.execute(table.insert(), [dict(zip(columns, row.split(","), strict=True))])
        for query in (None, "SELECT * FROM referrals"):
            source = SourceSettings(referrals=postgres_url, query=query)
            from_database = ingest.read(source, AS_OF, AS_OF).access
            pd.testing.assert_frame_equal(from_database, from_file)


class TestCover:
    def away(self, email: str, first: date | None, last: date | None, cover: str) -> Liaison:
        return Liaison(email, email, away_from=first, away_to=last, cover=cover)

    @pytest.mark.parametrize(
        ("first", "last", "covered"),
        [
            (AS_OF, AS_OF, True),
            (AS_OF, None, True),
            (AS_OF + timedelta(days=1), None, False),
            (AS_OF - timedelta(days=9), AS_OF - timedelta(days=1), False),
            (None, None, False),
        ],
    )
    def test_from_the_first_day_to_the_last(
        self, first: date | None, last: date | None, covered: bool
    ) -> None:
        liaisons = {"ann": self.away("ann", first, last, "ben"), "ben": Liaison("ben")}
        assert covered_by(liaisons, AS_OF) == ({"ann": "ben"} if covered else {})

    def test_a_cover_who_is_away_is_covered_too(self) -> None:
        liaisons = {
            "ann": self.away("ann", AS_OF, None, "ben"),
            "ben": self.away("ben", AS_OF, None, "cleo"),
        }
        assert covered_by(liaisons, AS_OF) == {"ann": "cleo", "ben": "cleo"}

    def test_two_who_cover_for_each_other_keep_their_lists(self) -> None:
        liaisons = {
            "ann": self.away("ann", AS_OF, None, "ben"),
            "ben": self.away("ben", AS_OF, None, "ann"),
        }
        assert covered_by(liaisons, AS_OF) == {}

    def test_the_calls_of_both_are_the_covers(self) -> None:
        covered = assign_covers({"P1": "ann", "P2": "ben"}, {"ann": 4}, 6, {"ann": "ben"})
        assert covered == ({"P1": "ben", "P2": "ben"}, {"ann": 4, "ben": 10})


class TestPhrases:
    def test_the_copy_to_edit_is_the_book_that_comes_along(self) -> None:
        shown = Path(__file__).parents[2] / "config" / "phrases.toml"
        packaged = resources.files("quietdrop.messages.wording").joinpath("phrases.toml")
        assert shown.read_text(encoding="utf-8") == packaged.read_text(encoding="utf-8")

    def test_every_cause_has_words(self) -> None:
        assert set(phrase_book()) == set(CAUSES)

    def test_complaints_come_first_then_our_side(self) -> None:
        book = phrase_book()
        assert fitting(book, ("provider", "wait", "complaint")) == book["complaint"]
        assert fitting(book, ("provider", "wait")) == book["wait"]
        assert fitting(book, ()) == book["nothing"]

    def test_a_managers_words_take_the_place_of_ours(self, tmp_path: Path) -> None:
        path = tmp_path / "p.toml"
        path.write_text('[wait]\nfirst = "How long?"\nbring = "slots"\n')
        book = phrase_book(path)
        assert book["wait"].first == "How long?"
        assert book["notes"] == phrase_book()["notes"]
        path.write_text('[wait]\nfirst = "How long?"\n')
        book = phrase_book(path)
        assert book["wait"] == Phrase("How long?", phrase_book()["wait"].bring)

    def test_nothing_may_be_brought(self, tmp_path: Path) -> None:
        path = tmp_path / "phrases.toml"
        path.write_text('[wait]\nbring = ""\n')
        assert phrase_book(path)["wait"].bring == ""
        assert phrase_book()["nothing"].bring == ""

    @pytest.mark.parametrize(
        ("text", "named"),
        [
            ('[wayt]\nfirst = "x"\nbring = "y"\n', "[wayt]"),
            ('[wait]\nsecond = "x"\n', "[wait]"),
            ('[wait]\nfirst = ""\nbring = "y"\n', "first"),
            (f'[wait]\nfirst = "{"x" * 301}"\nbring = "y"\n', "first"),
            ("[wait", "not valid TOML"),
        ],
    )
    def test_what_is_wrong_is_named(self, tmp_path: Path, text: str, named: str) -> None:
        path = tmp_path / "p.toml"
        path.write_text(text)
        with pytest.raises(ConfigError, match=r"p\.toml") as error:
            phrase_book(path)
        assert named in str(error.value)

    def test_a_book_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="cannot be read"):
            phrase_book(tmp_path / "none.toml")


def test_who_left_by_nppes_is_named_with_the_day_and_the_source() -> None:
    day = date(2026, 5, 3)
    off = Person("A", "1", "Dr. Kim", left_on=day, left_by=LeftBy.DEACTIVATED)
    assert sections.left(off, date(2026, 7, 6)) == "Dr. Kim: NPI deactivated May 3, by NPPES"
    moved = Person("A", "2", left_on=day, left_by=LeftBy.MOVED, now_in="Duluth")
    assert sections.left(moved, date(2026, 7, 6)) == "NPI 2: listed in Duluth since May 3, by NPPES"
