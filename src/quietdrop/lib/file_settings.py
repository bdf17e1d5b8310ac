"""Which text of a setting names files."""

from __future__ import annotations

import re

# A path, a pattern, or the ending of a kind of file that is read.
_FILE = re.compile(
    r"[/\\*?]|\.(csv|tsv|txt|gz|xls[xmb]?|ods|parquet|zip|ndjson|jsonl?|hl7|html?)$", re.I
)


def names_files(text: str) -> bool:
    """Whether a setting names files, rather than a table of a database."""
    return _FILE.search(text) is not None
