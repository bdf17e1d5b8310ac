"""What a person sees at a terminal; a pipe, cron and a dumb terminal get plain lines."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout

import pytest

from quietdrop.cli.screen import is_read, progress, show_marked, show_problem, show_table


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.delenv("NO_COLOR", raising=False)


@contextmanager
def screen() -> Iterator[Terminal]:
    """All that is printed within goes to a terminal."""
    stream = Terminal()
    with redirect_stdout(stream), redirect_stderr(stream):
        yield stream


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_dumb_terminal_is_not_read_as_a_screen(
    monkeypatch: pytest.MonkeyPatch, term: str
) -> None:
    assert is_read(Terminal())
    monkeypatch.setenv("TERM", term)
    assert not is_read(Terminal())


def test_a_pipe_is_not_read() -> None:
    assert not is_read(io.StringIO())


def test_a_marked_line_is_plain_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    show_marked("source   ok  12 practices")
    show_problem("No run yet.")
    assert capsys.readouterr().out == "source   ok  12 practices\n!! No run yet.\n"


def test_a_marked_line_has_its_mark_in_color_and_its_words_aligned() -> None:
    with screen() as stream:
        show_marked("source   ok  " + "word " * 20)
    first, second = stream.getvalue().splitlines()[:2]
    assert "\x1b[32mok\x1b[0m" in first
    assert second.startswith(" " * 13 + "word")


def test_without_color_no_color_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    with screen() as stream:
        show_marked("store    ok")
        show_problem("No run yet.")
    assert "\x1b[3" not in stream.getvalue()
    assert "ok" in stream.getvalue()


def test_a_hostile_cell_is_harmless() -> None:
    with screen() as stream:
        show_table(("name",), [("\x1b]0;title\x07[bold]Lakeside[/bold]" + "x" * 10_000,)])
    shown = stream.getvalue()
    assert "\x1b]0" not in shown
    assert "[bold]Lakeside[/bold]" in shown
    assert len(shown) < 500


def test_cron_hears_of_no_step(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as tell:
        tell("Sending to ann@example.com", 1, 3)
    assert capsys.readouterr() == ("", "")


def test_a_dumb_terminal_gets_a_line_a_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    with screen() as stream, progress() as tell:
        tell("Reading referrals")
        tell("Sending to ann@example.com", 2, 3)
    assert stream.getvalue() == "Reading referrals …\nSending to ann@example.com (2 of 3) …\n"


def test_a_screen_gets_a_bar_with_counts_that_is_gone_at_the_end() -> None:
    with screen() as stream, progress() as tell:
        tell("Sending to [red]ann[/red]", 2, 3)
    shown = stream.getvalue()
    assert "Sending to [red]ann[/red]" in shown
    assert "2/3" in shown
    assert shown.endswith("\x1b[1A\x1b[2K")  # a line up, erased


def test_rich_is_imported_only_for_a_screen() -> None:
    code = (
        "import sys; from quietdrop.cli.screen import progress, show_marked\n"
        "with progress() as tell: tell('Reading')\n"
        "show_marked('store    ok'); sys.exit('rich' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0
