"""What `init` prints about a source: a table of recognized columns, and what is never read."""

from __future__ import annotations

import json
from collections.abc import Sequence

from quietdrop.domain.columns import REFERRALS
from quietdrop.ingest.proposal import Proposal

LONGEST = 80  # characters of a column's name that are shown
HEADINGS = ("we call it", "your column", "what it is")
MEANS = {
    "referral_id": "the referral's own number",
    "referred_on": "the day of the referral",
    "referrals": "how many referrals a row stands for",
    "practice_id": "the practice's id",
    "practice_name": "the practice",
    "provider_npi": "the referring provider's NPI",
    "provider_name": "the referring provider",
    "service_line": "what kind of referral",
    "payer": "who pays",
    "status": "what became of it",
    "scheduled_on": "when an appointment was made",
    "seen_on": "when they were seen",
    "note_sent_on": "when your report went back",
    "recorded_on": "when it was entered",
}
NEVER = (
    "Never read, whatever it is called: a patient's name, number, birth date, address, telephone, "
    "insurance, diagnosis or notes."
)


def columns_of(proposal: Proposal) -> list[tuple[str, str, str]]:
    """A row a column that was recognized, for the table under HEADINGS."""
    by_ours = proposal.columns | {name: name for name in _of_our_name(proposal)}
    return [(ours, shown(theirs), MEANS.get(ours, "")) for ours, theirs in by_ours.items()]


def lines_of(proposal: Proposal) -> list[str]:
    """All that was recognized, in plain lines."""
    rows = columns_of(proposal)
    return [*(_table(HEADINGS, rows) if rows else ()), *remarks_of(proposal)]


def remarks_of(proposal: Proposal) -> list[str]:
    """Further remarks about the source, a line each."""
    lines = [f"table: {shown(proposal.table)}"] if proposal.table else []
    if proposal.first and proposal.last:
        lines.append(
            f"{proposal.days} of the first {proposal.rows} rows have a day, "
            f"from {proposal.first} to {proposal.last}."
        )
    if proposal.unread:
        lines.append(proposal.unread)
    lines += list(proposal.remarks)
    if proposal.fill_down:
        lines.append(
            f"most cells of {', '.join(proposal.fill_down)} are blank; each is taken for the last "
            "one above it (fill_down): remove that line from the file if it is wrong"
        )
    lines += [f"not proposed: {why}" for why in proposal.refused]
    if not proposal.named:
        lines.append("The first line is not known to name columns, so the rest of it is not shown.")
        return [*lines, NEVER, *_lacking(proposal)]
    if proposal.patients:
        names = ", ".join(map(shown, proposal.patients))
        lines.append(f"never read, since they speak of patients: {names}")
    if unused := [name for name in proposal.unused if name not in _of_our_name(proposal)]:
        lines.append(f"not used: {', '.join(map(shown, unused))}")
    return [*lines, NEVER, *_lacking(proposal)]


def shown(name: str) -> str:
    """A column's name on a terminal, harmless and short enough to read."""
    clipped = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    return json.dumps(clipped, ensure_ascii=not name.isprintable())


def _of_our_name(proposal: Proposal) -> list[str]:
    """Columns that are called as ours are; they are read without a line in the config."""
    return [name for name in proposal.unused if name in REFERRALS and name not in proposal.columns]


def _lacking(proposal: Proposal) -> list[str]:
    if proposal.is_enough or proposal.query:
        return []
    return [
        "A day and a practice are needed: name those columns by --column, such as "
        "--column 'practice_name=Sent by'."
    ]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    ruled = [tuple(head), tuple("-" * width for width in widths), *map(tuple, rows)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in ruled
    ]
