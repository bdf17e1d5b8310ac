"""The endings of the files that are read, and which text of a setting names files."""

from __future__ import annotations

import re

# What a folder's files are called that quietdrop reads.
MUST_FIT = (".csv", ".tsv", ".csv.gz", ".tsv.gz", ".xlsx", ".xlsm", ".parquet")
# Files of these kinds are left out, and named, where they hold no referrals.
MAY_FIT = (
    *(".xls", ".xlsb", ".ods", ".zip", ".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz"),
    *(".ndjson.gz", ".hl7"),
)
ENDINGS = MUST_FIT + MAY_FIT
OFFICE = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")  # workbooks
MARKUP = (".html", ".htm")  # read where a setting, or an archive, names one
_PATTERN = re.compile(r"[/\\*?]")


def names_files(text: str) -> bool:
    """Whether a setting names files, rather than a table of a database: a path, a pattern, or a
    name with the ending of a kind of file that is read."""
    is_path = _PATTERN.search(text) is not None
    return is_path or text.lower().endswith((*ENDINGS, *MARKUP, ".txt", ".gz"))
