"""Days that a spreadsheet swapped with months when it opened a file."""

from __future__ import annotations

import re
from datetime import date

from quietdrop.domain.errors import SourceError

_TEXT = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.]\d{2,4}\b", re.ASCII)
# Of a year's days 39 % are the 12th or earlier. So many different days all on their own side of
# the 12th are chance less often than once in a thousand columns.
_EARLY, _CHANCE = 0.394, 0.001


class Watch:
    """Watches a column of a workbook for real dates and for texts that are dates.

    A spreadsheet that expects months first takes 03/04/2026 for a real date, wrongly, and leaves
    25/04/2026 as text. Then all real dates have a day of 12 or less, and all texts have more.
    """

    def __init__(self, where: str) -> None:
        self.where = where
        self.is_on = False
        self._real: set[date] = set()
        self._texts: set[str] = set()
        self._is_mixed = False

    def saw_date(self, value: object) -> None:
        if not isinstance(value, date):
            return
        self.is_on = True
        if value.day > 12:
            self._is_mixed = True
        self._real.add(value)

    def saw_text(self, text: str) -> None:
        if match := _TEXT.match(text.strip()):
            if max(int(match[1]), int(match[2])) <= 12:
                self._is_mixed = True
            self._texts.add(match[0])

    def judge(self) -> None:
        """Raise SourceError where days and months were swapped."""
        real, texts = len(self._real), len(self._texts)
        is_chance = _EARLY**real * (1 - _EARLY) ** texts > _CHANCE
        if self._is_mixed or not real or not texts or is_chance:
            return
        raise SourceError(
            f"{self.where}: the spreadsheet swapped days and months: its {real} real dates all "
            f"have a day of 12 or less, its {texts} dates that are text all have more; "
            "export the list again and do not open it in a spreadsheet before quietdrop reads it"
        )
