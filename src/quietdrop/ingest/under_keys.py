"""Replacing practices' spellings with their keys."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from quietdrop.domain.directory import Practice
from quietdrop.domain.identity import Identity
from quietdrop.domain.intake import Intake


def under_keys(intake: Intake, identity: Identity, practices: dict[str, Practice]) -> Intake:
    """The intake with keys instead of spellings, and without entries that are not practices."""
    key_of = identity.key_of
    notes = intake.notes.copy()
    if left_out := sum(identity.not_practices.values()):
        notes["not a practice"] += left_out
    people = {
        (person.practice_id, person.npi or person.name): person
        for person in (
            replace(one, practice_id=key_of(one.practice_id)) for one in reversed(intake.people)
        )
    }
    return replace(
        intake,
        counts=_rekeyed(intake.counts, identity),
        practices=dict(sorted(practices.items())),
        touches=tuple(replace(t, practice_id=key_of(t.practice_id)) for t in intake.touches),
        promises=tuple(replace(p, practice_id=key_of(p.practice_id)) for p in intake.promises),
        people=tuple(reversed(people.values())),
        news=tuple(
            replace(one, practice_id=key_of(one.practice_id)) if one.practice_id else one
            for one in intake.news
        ),
        access=_rekeyed(intake.access, identity),
        reading=replace(
            intake.reading, unread=_rekeyed(intake.reading.unread, identity, number="rows")
        ),
        notes=notes,
        identity=identity,
    )


def _rekeyed(frame: pd.DataFrame, identity: Identity, number: str = "referrals") -> pd.DataFrame:
    """A frame with a practice_id and a `number` a row, its practices under their keys."""
    if frame.empty:
        return frame
    at, spelled = pd.factorize(frame["practice_id"])
    keys = [identity.key_of(str(each)) for each in spelled]
    kept = np.array([str(each) not in identity.excluded for each in spelled], bool)[at]
    if kept.all() and keys == [str(each) for each in spelled]:
        return frame
    named = pd.Series(np.array(keys, dtype=object)[at], frame.index, dtype="str")
    frame = frame.assign(practice_id=named)[kept]
    by = [column for column in frame.columns if column != number]
    summed = frame.groupby(by, sort=True)[number].sum().reset_index()
    return pd.DataFrame(summed[list(frame.columns)])
