"""Which settings changed, in words."""

from __future__ import annotations

import pytest

from quietdrop.config.remembered import SettingChange
from quietdrop.messages.wording.settings import changed


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        ("0.5", "0.4", "0.5 → 0.4"),
        ("null", '"North"', 'not set → "North"'),
        ('"volume"', '"sure"', '"volume" → "sure"'),
        ("[]", None, "changed"),
        (None, None, "changed"),
        ('["Self"]', '["Self", "Google"]', '"Google" added'),
        ('["Self", "Google"]', '["Google", "Ad"]', '"Ad" added; "Self" removed'),
        ('["a", "b"]', '["b", "a"]', "in another order"),
        ('{"A": 6, "B": 13}', '{"A": 4, "B": 13}', "A: 6 → 4"),
        ('{"A": 6}', '{"B": 13}', "A: 6 → not set; B: not set → 13"),
    ],
)
def test_a_setting_is_told_from_what_to_what(
    before: str | None, now: str | None, said: str
) -> None:
    assert changed(SettingChange("drift.some_key", before, now)) == ("[drift] some_key", said)


def test_a_long_value_is_cut_and_stays_one_line() -> None:
    value = '"' + "x" * 10_000 + '\\n"'
    _, said = changed(SettingChange("source.sheet", "null", value))
    assert len(said) < 120
    assert "\n" not in said
