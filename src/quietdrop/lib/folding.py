"""Fold texts so that spellings of one name compare equal."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Straight, curly, modifier and prime apostrophes, and the grave and acute accents typed for one.
APOSTROPHES = re.compile(
    "['`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201a\u201b\u2032\uff07]"
)
_ASCII_APOSTROPHES = str.maketrans("", "", "'`")
_ASCII_SPACES = {sign: " " for sign in range(128) if not chr(sign).isalnum()}
CACHED_TEXTS = 100_000  # texts; about as many names as the largest network spells


@lru_cache(maxsize=CACHED_TEXTS)
def folded(text: str) -> str:
    """Return the form in which spellings of one name are the same.

    Unicode NFKC and case folding; apostrophes and hidden characters are dropped; dashes, other
    punctuation and runs of space become one space. Accents count: they tell names apart.

    Args:
        text: Any text, such as a practice's name, a referral's status or a column's header.

    Returns:
        The folded text; where it would be empty ("--"), the text itself, normalized and stripped.
    """
    if text.isascii():
        lowered = text.translate(_ASCII_APOSTROPHES).lower()
        return " ".join(lowered.translate(_ASCII_SPACES).split()) or lowered.strip()
    plain = unicodedata.normalize("NFKC", APOSTROPHES.sub("", text)).casefold()
    plain = unicodedata.normalize("NFKC", APOSTROPHES.sub("", plain))
    letters = (_kept(character) for character in plain)
    return " ".join("".join(letters).split()) or plain.strip()


def _kept(character: str) -> str:
    """The character where it is part of a word, "" where it is hidden, else a space."""
    category = unicodedata.category(character)
    if category[0] in "LMN":
        return character
    return "" if category == "Cf" else " "
