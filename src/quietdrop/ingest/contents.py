"""What the rows hold, checked before any of it is used."""

from __future__ import annotations

from collections import Counter

import numpy as np

from quietdrop.domain import patient_guard
from quietdrop.domain.arrays import BoolArray
from quietdrop.domain.errors import SourceError
from quietdrop.domain.patient_guard import Values
from quietdrop.ingest.rows import Rows
from quietdrop.ingest.settings import SourceSettings
from quietdrop.lib.text import clean

MOST_REPEATS = 0.5  # of the rows; more would lose most of what was read


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
        if fault := check(name, values_of(rows, ours), source.allow):
            raise SourceError(f"{where}: {ours} = {fault}")
    _refuse_repeats(rows, source.columns.get("referral_id", "referral_id"), where)


def values_of(rows: Rows, column: str) -> Values:
    """The values of one column; a referral that was delivered several times counts once."""
    codes, ids, has_id = rows.codes(column), rows.codes("referral_id"), _has_id(rows)
    held = np.zeros(len(rows.words(column)), np.int64)
    np.add.at(held, codes[~has_id], rows.kept[~has_id])
    once = np.unique(np.stack([ids[has_id], codes[has_id]]), axis=1)
    np.add.at(held, once[1], 1)
    counted: Counter[str] = Counter()
    for text, number in zip(rows.words(column), held.tolist(), strict=True):
        counted[clean(text)] += number
    del counted[""]
    return Values(list(counted), list(counted.values()))


def _has_id(rows: Rows) -> BoolArray:
    filled = np.array([bool(clean(word)) for word in rows.words("referral_id")], bool)
    return filled[rows.codes("referral_id")]


def _refuse_repeats(rows: Rows, name: str, where: str) -> None:
    """Raises SourceError where most referrals would be taken for repeats of another: one number
    stands on many days, so it is the referrer's or the patient's."""
    has_id = _has_id(rows)
    ids = rows.codes("referral_id")[has_id]
    referrals = np.unique(np.stack([ids, rows.codes("referred_on")[has_id]]), axis=1).shape[1]
    lost = referrals - len(np.unique(ids))
    total = referrals + int(rows.kept[~has_id].sum())
    if total < patient_guard.MIN_ROWS or lost <= MOST_REPEATS * total:
        return
    raise SourceError(
        f"{where}: referral_id = {patient_guard.shown(name)} is the same on many days, so it is "
        f"not the referral's own number: {lost} of {total} referrals would count as repeats; name "
        "the referral's number in [source.columns] referral_id, or take that line out"
    )
