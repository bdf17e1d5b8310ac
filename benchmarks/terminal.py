"""Run a command in a terminal of its own, answer its questions, and keep what is on the screen."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

COLUMNS, ROWS = 110, 40
ENDS_AFTER = 300.0  # seconds; a command that hangs fails
# An escape sequence with its number and letter, a line's end or begin, or words.
_MOVES = re.compile(
    r"(\x1b(?:\[[<=>?]?([0-9;]*)([A-Za-z])|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][A-Z0-9]|[=>78c]))"
    r"|([\r\n])|([^\x1b\r\n]+|\x1b)"
)


@dataclass(frozen=True)
class Screen:
    """What stood on the screen at the end, and the exit code."""

    text: str
    code: int


def run(
    words: Sequence[str],
    folder: Path,
    env: Mapping[str, str],
    answers: Sequence[tuple[str, str]] = (),
) -> Screen:
    """Runs a command in a terminal.

    Args:
        words: The command.
        folder: Where it runs.
        env: Its environment.
        answers: What is typed, each after the question whose words come first and ": " last.

    Raises:
        TimeoutError: where a question does not come, or the command does not end.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    process = subprocess.Popen(
        words, cwd=folder, env=dict(env), stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    try:
        text = _talk(ours, list(answers))
    except BaseException:
        process.kill()
        process.wait()
        raise
    finally:
        os.close(ours)
    return Screen(on_screen(text), process.wait())


def _talk(terminal: int, waiting: list[tuple[str, str]]) -> str:
    """Reads until the command has ended, and types each answer when its question is there."""
    text, seen, ends = "", 0, time.monotonic() + ENDS_AFTER
    while time.monotonic() < ends:
        if not select.select([terminal], [], [], 0.5)[0]:
            continue
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # Linux says so where the other end is closed
            return text
        if not piece:
            return text
        text += piece.decode("utf-8", "replace")
        if waiting and waiting[0][0] in text[seen:] and text.endswith(": "):
            seen = len(text)
            os.write(terminal, f"{waiting.pop(0)[1]}\n".encode())
    raise TimeoutError(f"the command did not end; it waits for an answer after: {text[-300:]}")


def on_screen(text: str) -> str:
    """What is left to read of a terminal's output: no colors, and nothing of what was overwritten.

    Known are the moves that a progress bar makes: up, to the line's begin, and erasing a line.
    """
    lines, row, column = [""], 0, 0
    for move, amount, letter, sign, words in _MOVES.findall(text):
        if letter == "A":
            row = max(0, row - int(amount or 1))
        elif letter == "K":
            lines[row] = "" if amount == "2" else lines[row][:column]
        elif sign == "\r":
            column = 0
        elif sign == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif not move:
            line = lines[row].ljust(column)
            lines[row] = line[:column] + words + line[column + len(words) :]
            column += len(words)
    return "\n".join(line.rstrip() for line in lines)
