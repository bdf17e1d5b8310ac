"""Checks of the rows' contents before they are used."""

from __future__ import annotations

from collections import Counter

import numpy as np

from quietdrop.config.settings import SourceSettings
from quietdrop.domain import patient_guard
from quietdrop.domain.arrays import IntArray
from quietdrop.domain.errors import SourceError
from quietdrop.domain.patient_guard import Values
from quietdrop.ingest.rows import Rows
from quietdrop.lib.text import clean

MOST_REPEATS = 0.5  # of the rows; more would lose most of the data


def refuse_by_content(rows: Rows, source: SourceSettings) -> None:
    """Check that the columns hold what they are mapped as.

    Args:
        rows: All rows that were read.
        source: The `[source]` settings.

    Raises:
        SourceError: A column holds patients instead of practices or providers, or numbers of
            referrals that stand for many referrals each.
    """
    where = rows.sources[0] if len(rows.sources) == 1 else source.referrals
    checks = {
        "practice_id": patient_guard.fault_by_content,
        "practice_name": patient_guard.fault_by_content,
        "provider_npi": patient_guard.fault_of_npi,
    }
    for ours, check in checks.items():
        name = source.columns.get(ours, ours)
        if fault := check(name, _values(rows, ours), source.allow):
            raise SourceError(f"{where}: {ours} = {fault}")
    name = source.columns.get("referral_id", "referral_id")
    _refuse_repeats(rows, f"{where}: referral_id = {patient_guard.shown(name)}")


def _values(rows: Rows, column: str) -> Values:
    """The values of one column; a referral that was delivered several times counts once."""
    codes, size, is_again = rows.codes(column), len(rows.words(column)), rows.ids > 0
    kept = np.where(is_again, 0, rows.kept)
    held = np.bincount(codes, kept, minlength=size).astype(np.int64)
    held += np.bincount(_pairs(rows.ids[is_again], codes[is_again])[1], minlength=size)
    counted: Counter[str] = Counter()
    for text, number in zip(rows.words(column), held.tolist(), strict=True):
        counted[clean(text)] += number
    del counted[""]
    return Values(list(counted), list(counted.values()))


def _pairs(ids: IntArray, codes: IntArray) -> IntArray:
    """The distinct pairs of an id and a code, side by side."""
    return np.asarray(np.unique(np.stack([ids, codes]), axis=1), np.int64)


def _refuse_repeats(rows: Rows, what: str) -> None:
    """Raises SourceError where most referrals would be taken for repeats of another: one number
    stands on many days, so it is the referrer's or the patient's."""
    is_again = rows.ids > 0
    pairs = _pairs(rows.ids[is_again], rows.codes("referred_on")[is_again])
    lost = pairs.shape[1] - len(np.unique(pairs[0]))
    total = pairs.shape[1] + int(rows.kept[~is_again].sum())
    if total < patient_guard.MIN_ROWS or lost <= MOST_REPEATS * total:
        return
    raise SourceError(
        f"{what} is the same on many days, so it is "
        f"not the referral's own number: {lost} of {total} referrals would count as repeats; name "
        "the referral's number in [source.columns] referral_id, or take that line out"
    )
