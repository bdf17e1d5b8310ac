"""A source that is put together stretch by stretch comes to what it is as a whole."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from quietdrop import ingest
from quietdrop.config import SourceSettings
from quietdrop.domain.errors import SourceError
from quietdrop.ingest import delimited, ids, rows, stretches

HEADER = (
    "referral_id,referred_on,practice_id,practice_name,payer,status,scheduled_on,seen_on,"
    "recorded_on,provider_npi,provider_name"
)
DAY = st.builds("2026-{:02}-{:02}".format, st.integers(5, 7), st.integers(1, 31))  # 06-31 is none
ID = st.sampled_from(["", *(f"R{number}" for number in range(8)), " R1 ", "R\u200b2", "x" * 70])
ROW = st.tuples(
    ID,
    st.one_of(DAY, st.sampled_from(["", "never", "2026-06-03", "2026-06-03 08:00", "1970-01-01"])),
    st.sampled_from(["", "P1", "P2", "P3", "n/a", "Total"]),
    st.sampled_from(["", "Lake Clinic", "Spring Clinic", "self"]),
    st.sampled_from(["", "Aetna", " Aetna", '"A, B"']),
    st.sampled_from(["", "", "draft", "declined", "revoked"]),
    st.one_of(st.just(""), DAY),
    st.one_of(st.just(""), DAY),
    st.one_of(st.just(""), DAY),
    st.sampled_from(["", "1234567893", "17"]),
    st.sampled_from(["", "Dr. A", "Dr. B"]),
).map(",".join)
LINE = st.one_of(
    ROW, ROW, ROW, st.sampled_from(["", "R1,2026-06-01", 'R1,"2026-06', "-,-,-,-", "x"])
)
FILES = st.lists(st.lists(LINE, max_size=14), min_size=1, max_size=2)
WHOLE = 2**40


def write(folder: Path, files: list[list[str]]) -> None:
    """The files share most of their rows, so that some overlap."""
    usual = [f"S{i},2026-06-{1 + i % 28:02},P{i % 3},,Aetna,,,,,," for i in range(12)]
    plain = [f",2026-06-{1 + i % 28:02},P{i % 3},Lake Clinic,,,,,,," for i in range(30)]
    for place, lines in enumerate(files):
        text = "\n".join([HEADER, *usual[place:], *plain, *lines, *plain[:9], *lines[:3], ""])
        (folder / f"{place}.csv").write_text(text, encoding="utf-8")


def outcome(folder: Path, stretch: int, *, size: int = 3) -> list[object]:
    """What a folder comes to, put together after every so many rows, by blocks of `size` rows."""
    with ExitStack() as patched:
        for module, name, value in (
            (ingest, "STRETCH", stretch),
            (delimited, "LINES", size),
            (rows, "WAITING", size),
            (stretches, "_WAITING", 5),
            (ids, "_AT_ONCE", 10),
        ):
            patched.enter_context(patch.object(module, name, value))
        source = SourceSettings(referrals=str(folder))
        try:
            intake = ingest.read(source, date(2026, 7, 6), date(2026, 7, 9))
        except SourceError as error:
            return [str(error)]
    unread, by_source = intake.reading.unread, intake.by_source
    return [
        *(frame.to_dict("list") for frame in (intake.counts, intake.access, unread, by_source)),
        *(intake.rejects, intake.notes, intake.rows_read, intake.newest, intake.remarks),
        *(intake.practices, intake.provider_names, intake.reading.statuses, intake.identity),
        intake.reading.overlapping,
    ]


@settings(deadline=None, max_examples=20)
@given(files=FILES, stretch=st.sampled_from([1, 4, 20, 45]), size=st.integers(1, 9))
@example(files=[["R1,2026-06-03,P1,,,,,,,,"], ["R1,2026-06-02,P2,,,,,,,,"]], stretch=1, size=1)
def test_any_cut_into_stretches_comes_to_the_same(
    files: list[list[str]], stretch: int, size: int
) -> None:
    with TemporaryDirectory() as name:
        write(Path(name), files)
        assert outcome(Path(name), stretch, size=size) == outcome(Path(name), WHOLE)


def test_a_parquet_file_comes_to_the_same(tmp_path: Path) -> None:
    write(tmp_path, [["R1,2026-06-03,P1,,,,,,,,", "R2,never,P1,,,,,,,,"]])
    csv = tmp_path / "0.csv"
    pq.write_table(pyarrow.csv.read_csv(csv), tmp_path / "0.parquet", row_group_size=7)
    csv.unlink()
    in_stretches = outcome(tmp_path, 10)
    assert in_stretches == outcome(tmp_path, WHOLE)
    assert len(in_stretches) > 1


def test_ids_of_one_number_are_told_apart_by_their_texts() -> None:
    """Whatever two texts weigh, they are one only if they are the same."""
    with patch.object(ids, "_WEIGHTS", np.zeros(8, np.uint64)):
        some = ids.Ids()
        some.add(pa.array(["a", "b", "", "c"]), 4)
        some.add(None, 2)
        some.add(pa.array([" b", "d"]), 2)
    codes, alone = some.codes().tolist(), ids.ALONE
    assert [min(code, 1) for code in codes] == [alone, 1, ids.NONE, alone, 0, 0, 1, alone]
    assert [some.text(row) for row in (1, 4, 6)] == ["b", "", " b"]


@pytest.mark.parametrize("length", [8, 9, 64, 65])
def test_ids_of_any_length_are_found_again(length: int) -> None:
    some = ids.Ids()
    texts = [f"{number:0{length}}" for number in range(50)]
    for part in (texts, ["short", texts[7]], [texts[7][:-1]]):
        some.add(pa.array(part), len(part))
        some.set_aside()
    repeated, code = some.repeated()
    assert repeated.tolist() == [7, 51]
    assert len(set(code.tolist())) == 1
    assert some.text(51) == texts[7]


def test_a_temporary_folder_that_is_full_is_named(tmp_path: Path) -> None:
    with patch.object(tempfile, "TemporaryFile", side_effect=OSError(28, "No space")):
        write(tmp_path, [[]])
        assert "set TMPDIR to another folder" in str(outcome(tmp_path, 1)[0])


def test_rows_that_are_the_same_are_one_entry() -> None:
    some = rows.Rows(["a.csv"], stretch=2)
    texts = ["Aetna", "Cigna", "Aetna", "Aetna", "Cigna"]
    for line, payer in enumerate(texts, 2):
        cells = [payer if name == "payer" else "" for name in rows.COLUMNS]
        cells[rows.COLUMNS.index("referral_id")] = "R1" if line in (4, 6) else ""
        with patch.object(rows, "WAITING", 1):
            some.add(0, line, cells)
    assert some.rows.tolist() == [2, 1, 1, 1]
    assert [some.word("payer", entry) for entry in range(4)] == ["Aetna", "Cigna", "Aetna", "Cigna"]
    assert some.ids.tolist() == [ids.NONE, ids.NONE, 1, 1]
    single = pd.DataFrame(some.one_by_one(np.array([0])), columns=["row", "entry", "rows"])
    assert single.to_dict("list") == {"row": [0, 3], "entry": [0, 0], "rows": [1, 1]}
