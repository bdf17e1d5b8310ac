"""Rows that are read many at a time are what they are one by one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from quietdrop import ingest
from quietdrop.config import SourceSettings
from quietdrop.domain.intake import Intake
from quietdrop.ingest import delimited
from quietdrop.ingest.blocks import Block, block_of

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


@settings(deadline=None, max_examples=60)
@given(lines=LINES, size=st.sampled_from([1, 3, 256]), end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_a_hostile_file_comes_to_the_same(lines: list[str], size: int, end: str) -> None:
    first = [f"S{i},2026-05-{1 + i % 28:02},P{i % 6},Aetna" for i in range(40)]
    text = end.join([HEADER, *first, *lines])
    with TemporaryDirectory() as name:
        (Path(name) / "referrals.csv").write_bytes(text.encode("cp1252"))
        with patch.object(delimited, "LINES", size):
            fast = outcome(read(Path(name)))
        with patch.object(delimited, "block_of", return_value=None):
            assert outcome(read(Path(name))) == fast


def test_a_quote_that_stays_open_is_no_block() -> None:
    assert block_of(["a,b\n", 'c,"d\n'], ",", 2, 1) is None


def test_a_block_knows_the_lines_of_its_rows() -> None:
    block = block_of(["a,b\n", 'c,"d,e"\n'], ",", 2, 7)
    assert block is not None
    assert list(block.picked([1, None]).rows()) == [(7, ("b", "")), (8, ("d,e", ""))]


def test_a_regular_file_is_read_in_blocks(tmp_path: Path) -> None:
    rows = "".join(f"R{i},2026-06-01,P1,Aetna\n" for i in range(600))
    (tmp_path / "referrals.csv").write_text(f"{HEADER}\n{rows}")
    seen: list[int] = []

    def counted(*given: object) -> Block | None:
        block = block_of(*given)  # type: ignore[arg-type]
        seen.append(len(block) if block else 0)
        return block

    with patch.object(delimited, "block_of", counted):
        assert read(tmp_path).rows_read == 600
    assert sum(seen) >= 500
