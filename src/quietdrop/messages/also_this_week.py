"""What a digest tells beside its check-ins, as one compact block. Pure."""

from __future__ import annotations

from quietdrop.domain.digest import Digest, Line
from quietdrop.messages.wording.sections import stays_in_line

Group = tuple[str, tuple[Line, ...]]


def also_this_week(digest: Digest) -> list[Group]:
    """The groups that have something to tell, by label, in the order in which they stand."""
    watching = (Line(", ".join(digest.watching), ""),) if digest.watching else ()
    left_out = (Line("", stays_in_line(digest.left_out)),) if digest.left_out else ()
    groups: list[Group] = [
        ("A part", digest.leaving),
        ("Slowly", digest.slow),
        ("Back", digest.came_back),
        ("Thanks", digest.thanks),
        ("New", digest.growing),
        ("News", digest.news),
        ("Visit", digest.unseen),
        ("No drop", digest.lookalikes),
        ("Watching", watching),
        ("Next", left_out),
    ]
    return [(label, lines) for label, lines in groups if lines]
