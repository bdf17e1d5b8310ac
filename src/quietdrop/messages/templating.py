"""The templates' environment and filters."""

from __future__ import annotations

import re
import textwrap
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from quietdrop.lib.reader import decimal
from quietdrop.lib.text import NAME_LIMIT, single_line
from quietdrop.messages import chart
from quietdrop.messages.wording import figures

COLUMNS = 72  # characters of a line of a mail in text; quoted twice it still fits 80
LABELS = 10  # columns that a label of the text form takes
HOLDS = "\u00a0"  # a space at which no line breaks


@lru_cache(maxsize=2)
def environment(markup: bool) -> Environment:
    result = Environment(
        loader=PackageLoader("quietdrop.messages"),
        autoescape=markup,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    result.filters["clean"] = _whole if markup else single_line
    result.filters["count"] = figures.count
    result.filters["decimal"] = decimal
    result.filters["loss"] = figures.loss
    result.filters["dial"] = dial
    result.filters["spoken"] = _spoken
    result.filters["wrap"] = _wrap
    result.filters["beside"] = _beside
    result.filters["odds"] = figures.odds
    result.filters["column"] = _column
    result.filters["figure"] = str.rjust
    result.filters["blocks"] = lambda item: chart.blocks(item.weeks, item.onset_index)
    return result


def dial(phone: str) -> str:
    """A telephone number as a phone dials it."""
    return re.sub(r"[^\d+]", "", phone)


def _whole(text: str, limit: int = NAME_LIMIT) -> str:
    """As `clean`; a figure stays with its sign where lines break."""
    return single_line(text, limit).replace(" %", HOLDS + "%")


def _spoken(text: str) -> str:
    """A name inside of an attribute. The inliner writes `<` there as it is, which browsers take
    for text, but a filter on the way may not."""
    return single_line(text).replace("<", "‹").replace(">", "›")


def _wrap(text: str, indent: int = 0) -> str:
    pad = " " * indent
    whole = _whole(text, 600)
    filled = textwrap.fill(whole, COLUMNS, initial_indent=pad, subsequent_indent=pad)
    return filled.replace(HOLDS, " ")


def _column(text: str, width: int) -> str:
    """The text in a column of its own, cut where it is longer."""
    return single_line(text, width - 1).ljust(width)


def _beside(text: str, label: str = "") -> str:
    """The text in a column of its own, its label before the first line."""
    lead = "   " + (f"{label}:" if label else "").ljust(LABELS)
    whole = _whole(text, 600)
    filled = textwrap.fill(whole, COLUMNS, initial_indent=lead, subsequent_indent=" " * len(lead))
    return filled.replace(HOLDS, " ")
