"""Lines in a table that are not rows: blanks, rules, repeated headers, footers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from quietdrop.domain.arrays import BoolArray
from quietdrop.domain.patient_guard import looks_like_date
from quietdrop.ingest.blocks import Block
from quietdrop.ingest.grids import Piece, Ragged, TextLine

MOST_BELOW = 30  # lines at the end that may be a footer; more are rows
LEAST_BETWEEN = 16  # rows between two lines apart; of fewer each goes by itself, which costs less
_RULE = re.compile(r"[-=_+|*\s]{2,}")
_LABEL = re.compile(r".*:\s*")


def without_asides(
    rows: Iterator[Piece], printed: Sequence[str], remarks: list[str]
) -> Iterator[Piece]:
    """Yield a table's rows without the lines that are not rows.

    Those are blank lines, lines of dashes, the header repeated on a new page, and what stands
    below the last row, such as "Printed on ...": lines of one text, or of a label and its value.

    Args:
        rows: The rows below the header.
        printed: The header as it stands in the file.
        remarks: Where it is said, once the rows are read, how many lines were left out.
    """
    header = _trimmed([cell.strip() for cell in printed])
    is_table = sum(bool(cell) for cell in header) > 1
    held: list[TextLine] = []
    repeated = 0
    for piece in _apart(rows, header if is_table else []):
        if isinstance(piece, Block):
            yield from held
            held.clear()
            yield piece
            continue
        line, cells = piece
        texts = _texts(cells)
        if not is_table or texts is None:
            yield from held
            held.clear()
            yield line, cells
        elif _is_plainly_a_row(texts, header):
            if held:
                yield from held
                held.clear()
            yield line, cells
        elif not any(texts) or _is_rule(texts):
            continue
        elif _trimmed(texts) == header:
            repeated += 1
        elif _may_stand_below(texts) and len(held) < MOST_BELOW:
            held.append((line, cells))
        else:
            yield from held
            held.clear()
            yield line, cells
    if repeated:
        remarks.append(f"lines that repeat the header left out: {repeated}")
    if held:
        remarks.append(f"lines below the table left out: {len(held)}")


def _apart(rows: Iterator[Piece], header: Sequence[str]) -> Iterator[Piece]:
    """Yield blocks of which all lines are plainly rows as they are, of others the lines that are
    not by themselves."""
    names = set(header)

    def is_plain(text: str) -> bool:
        return text not in names and _RULE.fullmatch(text) is None

    for piece in rows:
        if isinstance(piece, Block) and header:
            yield from _cut(piece, ~piece.are_rows(is_plain, names, 3))
        else:
            yield piece


def _cut(block: Block, is_apart: BoolArray) -> Iterator[Piece]:
    """Yield some rows of a block by themselves, and what is between them as blocks."""
    places = np.flatnonzero(is_apart).tolist()
    if len(places) * LEAST_BETWEEN > len(block):
        yield from block.rows()
        return
    begin = 0
    for place in [*places, len(block)]:
        if place > begin:
            yield block if not places else block.between(begin, place)
        if place < len(block):
            yield from block.between(place, place + 1).rows()
        begin = place + 1


def _texts(cells: Sequence[object] | Ragged | None) -> list[str] | None:
    """Return a row's cells where all of them are texts; None where one is of another type."""
    inside = cells.cells if isinstance(cells, Ragged) else cells
    try:
        return None if inside is None else [*map(str.strip, inside)]  # type: ignore[arg-type]
    except TypeError:
        return None


def _is_plainly_a_row(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Whether a line is plainly a row: it has three cells, and the first is neither the header's
    nor a rule. Nearly all are."""
    filled = [cell for cell in cells if cell]
    if len(filled) < 3 or filled[0] in header:
        return False
    return filled[0][0].isalnum() or _RULE.fullmatch(filled[0]) is None


def _trimmed(cells: Sequence[str]) -> list[str]:
    filled = [place for place, cell in enumerate(cells) if cell]
    return list(cells[: filled[-1] + 1]) if filled else []


def _is_rule(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(_RULE.fullmatch(cell) for cell in filled)


def _may_stand_below(cells: Sequence[str]) -> bool:
    """Whether a line holds one text of several words, or a label and its value.

    A single day or word is the rest of a row.
    """
    filled = [cell for cell in cells if cell]
    if len(filled) == 2:
        return _LABEL.fullmatch(filled[0]) is not None
    return len(filled) == 1 and " " in filled[0] and not looks_like_date(filled[0])
