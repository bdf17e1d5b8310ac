"""The quarter for managers: who sends most, what kinds, how it moved, new and lost."""

from quietdrop.quarter.dates import has_just_ended
from quietdrop.quarter.report import quarter

__all__ = ["has_just_ended", "quarter"]
