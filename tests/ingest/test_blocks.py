"""Rows that are read many at a time are what they are one by one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from quietdrop import ingest
from quietdrop.config import SourceSettings
from quietdrop.domain.intake import Intake
from quietdrop.ingest import delimited
from quietdrop.ingest import lines as text_lines
from quietdrop.ingest.blocks import Block, block_of, large_block_of
from quietdrop.ingest.grids import Grid

HEADER = "referral_id,referred_on,practice_id,payer"
PLAIN = st.builds(
    "R{},2026-06-{:02},P{},{}".format,
    st.integers(0, 40),
    st.integers(1, 30),
    st.integers(0, 5),
    st.sampled_from(["", "Aetna", " Aetna  ", '"A, B"', "É"]),
)
HOSTILE = st.sampled_from(
    [
        *("", ",,,", "-----,---,---,---", HEADER, "Printed on: Monday", "R1", "R1,2026-06-01"),
        *('R1,"2026-06-01,P1,', 'R2,2026-06-02,"P', '2",Aetna', "R3,2026-06-03,P3,a,b", "\x00,,,"),
        *("R4,2026-06-04,P4,,", "R5,not a day,P5,", "Total,,,12", ",2026-06-05,P1,", '"""",,,'),
    ]
)
LINES = st.lists(st.one_of(PLAIN, PLAIN, PLAIN, HOSTILE), max_size=25)


def read(folder: Path) -> Intake:
    source = SourceSettings(referrals=str(folder / "referrals.csv"))
    return ingest.read(source, date(2026, 7, 6), date(2026, 7, 7))


def outcome(intake: Intake) -> tuple[object, ...]:
    return (
        intake.counts.to_dict("list"),
        intake.rejects,
        intake.notes,
        intake.rows_read,
        intake.newest,
        intake.remarks,
        intake.reading.unread.to_dict("list"),
    )


ONE_BY_ONE = property(lambda _: False, lambda _, __: None)  # a grid that never comes in blocks


@settings(deadline=None, max_examples=60)
@given(
    lines=LINES,
    sizes=st.sampled_from([(1, 64), (3, 200), (256, 1000), (256, 1024 * 1024)]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["cp1252", "utf-8", "utf-16"]),
)
def test_a_hostile_file_comes_to_the_same(
    lines: list[str], sizes: tuple[int, int], end: str, encoding: str
) -> None:
    first = [f"S{i},2026-05-{1 + i % 28:02},P{i % 6},Aetna" for i in range(40)]
    text = end.join([HEADER, *first, *lines, *first[:5], *lines[:5], ""])
    with TemporaryDirectory() as name:
        (Path(name) / "referrals.csv").write_bytes(text.encode(encoding))
        with (
            patch.object(delimited, "LINES", sizes[0]),
            patch.object(text_lines, "_CHUNK", sizes[1]),
        ):
            fast = outcome(read(Path(name)))
        with patch.object(Grid, "in_blocks", ONE_BY_ONE):
            assert outcome(read(Path(name))) == fast


PLACED = st.sampled_from(["R1", "", None, "-----", "referral_id", "Printed on: Monday", "É "])
DATED = st.sampled_from(["2026-06-01", "6/22/2026", "46000", "", None, "Total"])


@settings(deadline=None, max_examples=40)
@given(
    rows=st.lists(st.tuples(PLACED, DATED, PLACED, PLACED), max_size=60),
    typed=st.sampled_from([None, pa.date32(), pa.int64(), pa.float64(), pa.timestamp("us")]),
    text=st.sampled_from([pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())]),
)
@example(rows=[("R1", None, "R1", "R1"), ("", "", "", "")], typed=None, text=pa.large_string())
def test_a_parquet_file_comes_to_the_same(
    rows: list[tuple[str | None, ...]], typed: pa.DataType | None, text: pa.DataType
) -> None:
    columns = [
        list(column) for column in zip(*[("R", "2026-05-01", "P1", "A")] * 40, *rows, strict=True)
    ]
    texts = [pa.array(column, pa.string()).cast(text) for column in columns]
    arrays = dict(zip(HEADER.split(","), texts, strict=True))
    if typed is not None:
        days = [46_000 + place % 9 for place in range(len(columns[0]))]
        day = pa.array(days, pa.int32() if typed == pa.date32() else pa.int64())
        arrays["referred_on"] = day.cast(typed)
    with TemporaryDirectory() as name:
        path = Path(name) / "referrals.parquet"
        pq.write_table(pa.table(arrays), path, row_group_size=37)
        source = SourceSettings(referrals=str(path))
        days_of_run = date(2026, 7, 6), date(2026, 7, 7)
        fast = outcome(ingest.read(source, *days_of_run))
        with patch.object(Grid, "in_blocks", ONE_BY_ONE):
            assert outcome(ingest.read(source, *days_of_run)) == fast


@pytest.mark.parametrize(
    "raw",
    [
        b'a,"b\n',
        b'a,"b"c\n',
        b'a,b"c\n',
        b'a, "b"\n',
        b'a,"b""c"\n',
        b'a,"b\nc",d\n',
        b"a,b,c\n",
        b"a\n",
        b"\n",
        b"a,b\rc,d\n",
        b"a,\0\n",
        b"a,b\n\n",
        b"\xef\xbb\xbfa,b\n",
        b"a," + b"b" * 140_000 + b"\n",
    ],
)
def test_where_there_is_any_doubt_lines_are_read_the_careful_way(raw: bytes) -> None:
    assert large_block_of(raw, ",", 2, 1) is None


def test_a_large_block_is_what_its_lines_say() -> None:
    raw = 'a,"b, c"\r\n"",É\n "x",\n'.replace(' "x"', "x").encode()
    block = large_block_of(raw, ",", 2, 5)
    assert block is not None
    assert list(block.rows()) == [(5, ("a", "b, c")), (6, ("", "É")), (7, ("x", ""))]


def test_a_quote_that_stays_open_is_no_block() -> None:
    assert block_of(["a,b\n", 'c,"d\n'], ",", 2, 1) is None


def test_a_block_knows_the_lines_of_its_rows() -> None:
    block = block_of(["a,b\n", 'c,"d,e"\n'], ",", 2, 7)
    assert block is not None
    assert list(block.picked([1, None]).rows()) == [(7, ("b", "")), (8, ("d,e", ""))]


@pytest.mark.parametrize("odd", ["", 'R0,"2026-06-01,P1,Aetna\n'])
def test_a_regular_file_is_read_in_blocks(tmp_path: Path, odd: str) -> None:
    """Where a line may be odd they are small."""
    rows = "".join(f"R{i},2026-06-01,P1,Aetna\n" for i in range(600))
    (tmp_path / "referrals.csv").write_text(f"{HEADER}\n{rows}{odd}")
    seen = {"block_of": 0, "large_block_of": 0}

    def counted(name: str, block: Block | None) -> Block | None:
        seen[name] += len(block) if block else 0
        return block

    with (
        patch.object(delimited, "block_of", lambda *given: counted("block_of", block_of(*given))),
        patch.object(
            delimited,
            "large_block_of",
            lambda *given: counted("large_block_of", large_block_of(*given)),
        ),
    ):
        assert read(tmp_path).rows_read == 600 + bool(odd)
    assert seen["block_of" if odd else "large_block_of"] >= 500
    assert seen["large_block_of" if odd else "block_of"] == 0
