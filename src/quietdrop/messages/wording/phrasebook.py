"""The phrase book: first words that listen, and what to bring, by what stands out."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

from quietdrop.domain.errors import ConfigError
from quietdrop.lib.foreign import in_our_words, toml_place

CAUSES = (
    *("complaint", "wait", "notes", "declined", "provider", "staff", "service_line"),
    *("nothing", "thanks"),
)
LONGEST = 300  # characters of a phrase


@dataclass(frozen=True)
class Phrase:
    """What a liaison might say first, and what she might bring; "" where that is nothing."""

    first: str
    bring: str


def phrase_book(path: Path | None = None) -> dict[str, Phrase]:
    """The phrases by cause: our own, and those of `path` in their place. ConfigError names the
    file and the key of whatever is wrong."""
    packaged = (
        resources.files("quietdrop.messages.wording")
        .joinpath("phrases.toml")
        .read_text(encoding="utf-8")
    )
    book = _read(packaged, "phrases.toml")
    if path is None:
        return book
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"{path}: the phrase book cannot be read: {in_our_words(error)}"
        ) from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: the phrase book is not UTF-8") from None
    return book | _read(text, str(path), book)


def _read(text: str, where: str, book: Mapping[str, Phrase] | None = None) -> dict[str, Phrase]:
    """The phrases of one file; what it leaves out of one is taken from `book`."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"{where}: the phrase book is not valid TOML: {toml_place(error)}"
        ) from None
    wrong = [
        f"{where}: [{cause}] {fault}"
        for cause, said in content.items()
        if (fault := _fault(cause, said))
    ]
    if wrong:
        raise ConfigError("\n".join(wrong))
    if book is None:
        return {cause: Phrase(**said) for cause, said in content.items()}
    return {cause: replace(book[cause], **said) for cause, said in content.items()}


def _fault(cause: str, said: object) -> str:
    if cause not in CAUSES:
        return f"is not one of: {', '.join(CAUSES)}"
    if not isinstance(said, dict) or not set(said) <= {"first", "bring"}:
        return 'takes first = "…" and bring = "…", and nothing else'
    for key, words in said.items():
        if not isinstance(words, str) or len(words) > LONGEST:
            return f"{key}: needs words, at most {LONGEST} characters"
        if key == "first" and not words.strip():
            return f"{key}: needs words, at most {LONGEST} characters"
    return ""


def fitting(book: Mapping[str, Phrase], causes: tuple[str, ...]) -> Phrase:
    """The phrase for the first of the causes in the book's order: complaints, then our side, then
    theirs."""
    for cause in CAUSES:
        if cause in causes:
            return book[cause]
    return book["nothing"]
