"""Counts to the last calendar quarter: who sends most, what kinds, how it moved."""

from quietdrop.reporting.quarter.dates import has_just_ended
from quietdrop.reporting.quarter.report import quarter

__all__ = ["has_just_ended", "quarter"]
