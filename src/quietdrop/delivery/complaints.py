"""Complaints that are logged between runs: mailed to liaison and managers the same day."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pandas as pd

from quietdrop.config import Settings
from quietdrop.domain.checkin import CheckIn, Touch
from quietdrop.domain.digest import Complaint
from quietdrop.domain.errors import QuietdropError
from quietdrop.domain.intake import Intake
from quietdrop.domain.mail import Mail
from quietdrop.domain.outcomes import is_complaint
from quietdrop.evaluation.assignments import assign_covers, assignments, covered_by
from quietdrop.ingest.directory import read_directory
from quietdrop.messages import mail as letters
from quietdrop.messages.render import Linker
from quietdrop.store import Store

_log = logging.getLogger(__name__)
MOST_A_DAY = 1000  # complaint mails per recipient and day; more would be a bug


def owe_complaints(settings: Settings, store: Store, now: datetime, links: Linker | None) -> int:
    """Put a mail about each unannounced complaint into the outbox, once.

    The check-in is marked as announced in the transaction that owes its mails, so each complaint is
    mailed once however many processes ask. Before the first run nothing is mailed: that run
    announces it.

    Returns:
        How many messages are owed by it.
    """
    waiting = store.checkins.unannounced_complaints()
    today = now.astimezone(ZoneInfo(settings.schedule.timezone)).date()
    run = store.runs.last_finished(today) if waiting else None
    if run is None:
        return 0
    try:
        addressed = _addressed(settings, waiting, today)
    except QuietdropError as error:
        _log.error("a complaint waits, since the directory cannot be read: %s", error)
        return 0

    def letter(complaint: Complaint, recipient: str, number: int) -> Mail:
        mail = letters.ComplaintMail(complaint, recipient, number)
        return letters.complaint(settings, mail, now, links)

    return sum(_owe(settings, store, one, _Letters(run.id, now, letter)) for one in addressed)


def _addressed(settings: Settings, waiting: list[CheckIn], today: date) -> list[Complaint]:
    """The complaints with the liaisons they concern, from the directory as it is now."""
    directory = read_directory(settings.source)
    intake = Intake(pd.DataFrame(), directory.practices, directory.liaisons, (), 0, None)
    ids = [checkin.practice_id for checkin in waiting]
    liaison_of, _ = assign_covers(
        assignments(settings, intake, ids), {}, 0, covered_by(intake.liaisons, today)
    )
    addressed = []
    for checkin in waiting:
        where = intake.practice(checkin.practice_id)
        liaison = liaison_of.get(checkin.practice_id) or checkin.liaison
        name = where.name if checkin.practice_id in intake.practices else checkin.practice_name
        addressed.append(
            Complaint(
                checkin=replace(checkin, liaison=liaison, practice_name=name, notified_on=today),
                town=where.town,
                phone=where.phone,
                liaison_name=intake.liaisons[liaison].name if liaison in intake.liaisons else "",
            )
        )
    return addressed


class _Letters(NamedTuple):
    """The mails about complaints: of which run, when, and how each is written."""

    run_id: int
    now: datetime
    # For a recipient; the number counts her mails of the day.
    write: Callable[[Complaint, str, int], Mail]


def _owe(settings: Settings, store: Store, complaint: Complaint, to_write: _Letters) -> int:
    checkin = complaint.checkin
    logged = [t for t in store.touches.all(checkin.practice_id) if is_complaint(t)]
    latest = max(logged, key=_when, default=None)
    complaint = replace(
        complaint,
        logged_on=latest.touched_on if latest else checkin.opened_on,
        whom=latest.whom if latest else "",
    )
    owed = 0
    with store.begin() as conn:
        if not store.checkins.announce(conn, checkin):
            return 0  # another process was faster, or it has been answered
        store.events.note_opened(
            conn,
            [checkin],
            checkin.notified_on or checkin.opened_on,
            to_write.now,
            owed=settings.webhook.url is not None,
        )
        for recipient in dict.fromkeys((checkin.liaison, *settings.digest.managers)):
            for number in range(1, MOST_A_DAY if recipient else 1):
                mail = to_write.write(complaint, recipient, number)
                if store.outbox.owe(conn, to_write.run_id, mail, to_write.now):
                    owed += 1
                    break
    return owed


def _when(touch: Touch) -> date:
    return touch.touched_on
