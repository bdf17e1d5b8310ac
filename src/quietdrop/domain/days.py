"""Days as whole numbers."""

from __future__ import annotations

from datetime import date

EPOCH = date(1970, 1, 1)
