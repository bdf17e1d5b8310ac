"""Which settings changed, and from what to what."""

from __future__ import annotations

import pytest

from quietdrop.config.remembered import SettingChange
from quietdrop.messages.wording.settings import changed


@pytest.mark.parametrize(
    ("name", "before", "now", "said"),
    [
        ("digest.budget", "6", "4", ("[digest] budget", "6 → 4")),
        ("override", "1", "null", ("[override]", "1 → not set")),
        ("a.b.c", '"x"', '"y"', ("[a.b] c", '"x" → "y"')),
        ("mail.from", None, "1", ("[mail] from", "changed")),
        ("mail.from", "1", None, ("[mail] from", "changed")),
        (
            "visits.every_weeks",
            '{"A": 4, "B": 8, "D": 1}',
            '{"A": 5, "C": 1, "D": 1}',
            ("[visits] every_weeks", "A: 4 → 5; B: 8 → not set; C: not set → 1"),
        ),
        ("x.y", '["a", "b"]', '["b", "c"]', ("[x] y", '"c" added; "a" removed')),
        ("x.y", '["a", "b"]', '["b", "a"]', ("[x] y", "in another order")),
        ("x.y", '["a"]', '{"a": 1}', ("[x] y", '["a"] → {"a": 1}')),
        ("x.y", '{"a": 1}', '["a"]', ("[x] y", '{"a": 1} → ["a"]')),
    ],
)
def test_a_change(name: str, before: str | None, now: str | None, said: tuple[str, str]) -> None:
    assert changed(SettingChange(name, before, now)) == said


def test_a_long_value_is_cut() -> None:
    _, said = changed(SettingChange("x.y", f'"{"v" * 99}"', "1"))
    assert "v" * 78 in said
    assert "v" * 79 not in said
    _, said = changed(SettingChange("x.y", f'{{"{"k" * 99}": 1}}', "{}"))
    assert "k" * 79 in said
    assert "k" * 80 not in said
