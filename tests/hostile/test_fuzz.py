"""Any bytes, any cells and any settings are read or refused; every row is accounted for."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from benchmarks.mutations import mutated, told_of
from benchmarks.seeds import SEEDS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders.clinic import GOOD, HEADER

EACH = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ENDINGS = st.sampled_from(["csv", "csv.gz", "xlsx", "parquet"])
CELL = st.text(max_size=20) | st.sampled_from(["2026-07-01", "1/2/2026", "Lakeside", '"', ""])
SECTIONS = ("source", "store", "drift", "digest", "schedule", "calendar", "feed", "mail", "web")
KEYS = (
    *("referrals", "query", "columns", "url", "keep_weeks", "alert_probability", "budget"),
    *("managers", "cron", "timezone", "country", "max_age_days", "host", "port", "from", "bind"),
)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)


@EACH
@given(content=st.binary(max_size=400), ending=ENDINGS)
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes, ending: str) -> None:
    path = tmp_path / f"r.{ending}"
    path.write_bytes(content)
    message = told_of(path)
    assert message is None or str(path) in message


@EACH
@given(rows=st.lists(st.tuples(CELL, CELL), max_size=12))
def test_every_row_is_counted_rejected_or_left_out(
    tmp_path: Path, rows: list[tuple[str, str]]
) -> None:
    text = "\n".join([HEADER, *GOOD[:3], *(f"{day},{who}" for day, who in rows)])
    path = tmp_path / "r.csv"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    message = told_of(path)
    assert message is None or "ambiguous" in message


def as_toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(as_toml, value))}]"
    if isinstance(value, str):
        plain = "".join(f"\\U{ord(sign):08x}" for sign in value)
        return f'"{plain}"'
    return "nan" if value is None else str(value)


@EACH
@given(section=st.sampled_from(SECTIONS), key=st.sampled_from(KEYS), value=VALUE)
def test_any_value_of_any_key_is_taken_or_its_fault_is_told(
    tmp_path: Path, section: str, key: str, value: object
) -> None:
    path = tmp_path / "quietdrop.toml"
    text = f"[{section}]\n{key} = {as_toml(value)}\n"
    if section != "source":
        text += '[source]\nreferrals = "r.csv"\n'
    path.write_text(text, encoding="utf-8")
    message = told_of(path)
    assert message is None or str(path) in message


@EACH
@given(content=st.binary(max_size=200))
def test_any_bytes_are_no_config_and_are_told_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "quietdrop.toml"
    path.write_bytes(content)
    message = told_of(path)
    assert message is not None
    assert str(path) in message


@pytest.mark.parametrize("name", sorted(SEEDS))
def test_mutated_files_are_read_or_refused(tmp_path: Path, name: str) -> None:
    """Fifteen of each kind here; the long run is a command of its own."""
    rng = random.Random(name)
    for _ in range(15):
        path = tmp_path / name
        path.write_bytes(mutated(SEEDS[name](), rng))
        message = told_of(path)
        assert message is None or str(path) in message or "ambiguous" in message
