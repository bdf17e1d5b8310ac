"""The phrase book: ours, theirs in its place, and what is wrong with a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from quietdrop.domain.errors import ConfigError
from quietdrop.messages.wording.phrasebook import (
    CAUSES,
    LONGEST,
    Phrase,
    fitting,
    phrase_book,
)

OURS = phrase_book()


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "phrases.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refused(folder: Path, text: str | bytes) -> str:
    path = written(folder, text)
    with pytest.raises(ConfigError) as error:
        phrase_book(path)
    assert str(error.value).startswith(f"{path}: ")
    return str(error.value).replace(f"{path}: ", "")


def test_our_own_book_has_a_phrase_for_each_cause() -> None:
    assert set(phrase_book()) == set(OURS) == set(CAUSES)
    assert all(phrase.first for phrase in OURS.values())


def test_a_file_replaces_what_it_says_and_nothing_else(tmp_path: Path) -> None:
    book = phrase_book(written(tmp_path, '[wait]\nfirst = "Too long?"\n[notes]\nbring = ""\n'))
    assert book["wait"] == Phrase("Too long?", OURS["wait"].bring)
    assert book["notes"] == Phrase(OURS["notes"].first, "")
    assert {cause: book[cause] for cause in CAUSES[3:]} == {c: OURS[c] for c in CAUSES[3:]}


LIMIT = f"needs words, at most {LONGEST} characters"
ONLY = 'takes first = "…" and bring = "…", and nothing else'


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('[weather]\nfirst = "Hot?"', f"[weather] is not one of: {', '.join(CAUSES)}"),
        ("wait = 1", f"[wait] {ONLY}"),
        ('[wait]\nsecond = "?"', f"[wait] {ONLY}"),
        ("[wait]\nfirst = 1", f"[wait] first: {LIMIT}"),
        ("[wait]\nbring = 1", f"[wait] bring: {LIMIT}"),
        (f'[wait]\nbring = "{"x" * 301}"', f"[wait] bring: {LIMIT}"),
        ('[wait]\nfirst = " "', f"[wait] first: {LIMIT}"),
        ("[wait]\nfirst = 1\n[notes]\nfirst = 2", f"[wait] first: {LIMIT}\n[notes] first: {LIMIT}"),
        (b'[wait]\nfirst = "\xff"', "the phrase book is not UTF-8"),
    ],
)
def test_each_fault_is_named(tmp_path: Path, text: str | bytes, fault: str) -> None:
    assert refused(tmp_path, text) == fault


def test_what_is_no_toml_is_said_with_its_place(tmp_path: Path) -> None:
    assert refused(tmp_path, "[wait\n").startswith("the phrase book is not valid TOML: ")


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.toml: the phrase book cannot be read: "):
        phrase_book(tmp_path / "gone.toml")


def test_the_longest_phrase_and_nothing_to_bring_are_allowed(tmp_path: Path) -> None:
    words = "x" * LONGEST
    book = phrase_book(written(tmp_path, f'[wait]\nfirst = "{words}"\nbring = " "'))
    assert book["wait"] == Phrase(words, " ")
    assert LONGEST == 300


@pytest.mark.parametrize(
    ("causes", "first"),
    [
        (("service_line", "complaint"), "complaint"),
        (("provider", "notes"), "notes"),
        (("thanks",), "thanks"),
        ((), "nothing"),
        (("weather",), "nothing"),
    ],
)
def test_the_first_cause_in_the_books_order_has_its_phrase(
    causes: tuple[str, ...], first: str
) -> None:
    assert fitting(OURS, causes) == OURS[first]
