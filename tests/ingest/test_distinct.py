"""A column by its distinct texts: nothing is lost, whatever the texts and the chunks."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from quietdrop.ingest.dates import day_part, parter
from quietdrop.ingest.distinct import Distinct, cleaned, compact, day_parts, texts_of
from quietdrop.lib.text import clean

TEXTS = st.one_of(
    st.text(max_size=12),
    st.text("ab \t\u00a0\u200b\u202e\x01-é", max_size=8),
    st.text("0123456789-/: TZ+.", max_size=24),
    st.builds("{}-{}-{}{}".format, *[st.sampled_from(["2026", "07", "6"])] * 3, st.just(" 08:00Z")),
)
SPELLED = st.sampled_from(
    [
        *("2026-07-06", "2026-07-06 08:30", "2026-07-06T23:59:59.9", "2026-07-06 23:30Z"),
        *("2026-07-06T01:00:00+09:00", "2026-07-06 08:30 am", " 2026-07-06", "2026-7-6 8:00"),
        *(
            "20260706",
            "20260706083000-0500",
            "7/6/2026 8:30",
            "2026-07-06 08:30\n",
            "２０２６-07-06",
        ),
    ]
)


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=20))
def test_texts_are_cleaned_as_one_by_one(texts: list[str]) -> None:
    assert cleaned(texts_of(texts)).to_pylist() == [*map(clean, texts)]


@pytest.mark.parametrize("zone", [None, "America/New_York", "Asia/Tokyo"])
@settings(deadline=None)
@given(texts=st.lists(st.one_of(SPELLED, TEXTS), max_size=20))
def test_days_are_what_they_are_one_by_one(zone: str | None, texts: list[str]) -> None:
    one_by_one = [day_part(text, ZoneInfo(zone) if zone else None) for text in texts]
    assert day_parts(texts_of(texts), parter(zone)).to_pylist() == one_by_one


@settings(deadline=None)
@given(chunks=st.lists(st.one_of(st.integers(0, 3), st.lists(TEXTS, max_size=4)), max_size=40))
@example(chunks=[["a"], 1, ["a", "b"], *[["c"]] * 40])
def test_chunks_come_to_one_column(chunks: list[int | list[str]]) -> None:
    """A number stands for so many rows without the column. Codes that were taken stay right."""
    column = Distinct()
    rows: list[str] = []
    codes: list[int] = []
    for place, chunk in enumerate(chunks):
        if place % 3 == 2:
            codes += column.take().tolist()
        texts = [""] * chunk if isinstance(chunk, int) else chunk
        column.add(None if isinstance(chunk, int) else compact(texts_of(chunk)), len(texts))
        rows += texts
    codes += column.take().tolist()
    assert [column.words[code] for code in codes] == rows
    assert column.words == list(dict.fromkeys(rows))


def test_a_surrogate_by_itself_is_hidden_as_ever() -> None:
    assert cleaned(texts_of(["a\ud800b", "a"])).to_pylist() == ["ab", "a"]
