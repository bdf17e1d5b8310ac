"""Who is who among the practices that were read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from quietdrop.lib.folding import folded

SAME_PRACTICE = "same practice"  # outcome of a check-in whose practice has an older one
SAME_NAME_OTHER_ID = "the same name under another id"  # a Lookalike's evidence


@dataclass(frozen=True)
class Identity:
    """How the practices of one Intake are spelled, and which spellings are one practice.

    Reading fills the first four, `identified` the others.

    Attributes:
        by_name: Ids that are names, because their rows gave no id.
        listed: Ids of the directory.
        placeholders: Folded words that name no practice, such as "self" or "n a".
        set_aside: Words of which the store holds a decision, each with what it means without
            one: the directory's id, itself, or "" (a practice that is not known).
        keys: Every spelled id that is not its practice's key, with that key.
        names: Folded names, each with the key of the one practice that has it.
        excluded: Ids of what is no practice.
        joined: How many spellings in what was read are not their practice's key.
        not_practices: What was left out as no practice, by name, with its referrals.
    """

    by_name: frozenset[str] = frozenset()
    listed: frozenset[str] = frozenset()
    placeholders: frozenset[str] = frozenset()
    set_aside: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    excluded: frozenset[str] = frozenset()
    not_practices: Mapping[str, int] = field(default_factory=dict)
    joined: int = 0

    def key_of(self, word: str) -> str:
        """Return the key of the practice that an id or name means; the word where none does."""
        return self.keys.get(word) or self.names.get(folded(word), word)
