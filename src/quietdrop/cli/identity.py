"""What `check` and `init` print about spellings of practices."""

from __future__ import annotations

from collections import Counter

from quietdrop.domain.decisions import Register
from quietdrop.domain.intake import Intake
from quietdrop.findings.like_practices import proposals

MOST_NAMED = 10  # names in one line on a terminal


def who_is_who(intake: Intake, register: Register) -> list[str]:
    """Return the lines about spellings, look-alikes, decisions and what is no practice."""
    lines = []
    joined = intake.identity.joined
    if joined:
        lines.append(f"names    ok  {joined} spellings joined to practices that they are")
    if alike := len(proposals(intake, register)):
        lines.append(
            f"names    --  {alike} may be another spelling: `quietdrop aliases` lists them"
        )
    if nobody := intake.identity.not_practices:
        named = ", ".join(f"{_plain(name)} {rows}" for name, rows in [*nobody.items()][:MOST_NAMED])
        more = f" and {len(nobody) - MOST_NAMED} more" if len(nobody) > MOST_NAMED else ""
        lines.append(f"names    --  not practices, left out: {named}{more}")
    if kinds := Counter(decision.kind.value for decision in register.decisions):
        counted = ", ".join(f"{kind} {number}" for kind, number in sorted(kinds.items()))
        lines.append(f"decided  ok  {counted}: `quietdrop aliases` lists them")
    return lines


def _plain(name: str) -> str:
    """A name from data, harmless on a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in name)[:60]
