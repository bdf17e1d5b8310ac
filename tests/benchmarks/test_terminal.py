"""What a recording keeps of a terminal."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from benchmarks.terminal import on_screen, run


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("plain\r\n", "plain\n"),
        ("\x1b[1mbold\x1b[0m and \x1b[31mred\x1b[0m", "bold and red"),
        ("1 of 3\r2 of 3\r3 of 3", "3 of 3"),
        ("a longer line\rshort", "shortger line"),
        ("bar\r\x1b[2Kdone", "done"),
        ("one\r\ntwo\r\n\x1b[1A\r\x1b[2Kthree\r\n", "one\nthree\n"),
        ("\x1b[?25lhidden cursor\x1b[?25h", "hidden cursor"),
        ("\x1b]0;title\x07words", "words"),
    ],
)
def test_only_what_stays_on_the_screen_is_kept(written: str, left: str) -> None:
    assert on_screen(written) == left


def test_questions_are_answered_in_their_turn(tmp_path: Path) -> None:
    code = "a = input('First: '); b = input('Then: '); print(a + b); raise SystemExit(3)"
    screen = run(
        [sys.executable, "-c", code], tmp_path, os.environ, [("First", "x"), ("Then", "y")]
    )
    assert screen.code == 3
    assert screen.text == "First: x\nThen: y\nxy\n"
