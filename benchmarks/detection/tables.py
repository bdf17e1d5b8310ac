"""Markdown: a table, and whether a bar was met."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[object]], number: str = "{:.2f}") -> str:
    """In: column names, rows; how floats are written. Out: a Markdown table."""
    lines = [_line(head), _line(["---"] * len(head))]
    lines += [
        _line([number.format(cell) if isinstance(cell, float) else str(cell) for cell in row])
        for row in rows
    ]
    return "\n".join(lines)


def bar(met: bool, asked: str) -> str:
    """In: whether what was asked was met. Out: both in words."""
    return f"{'met' if met else '**missed**'} ({asked})"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
