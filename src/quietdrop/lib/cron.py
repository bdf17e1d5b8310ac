"""Crontab lines: the last and the next time that one is due."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTH_TAIL = re.compile(r"^[a-z]+(-[a-z]+)?(?P<tail>.*)$", re.I)
_MINUTE = timedelta(minutes=1)
_FIRST_STEP = timedelta(hours=1)  # how far back the search for the last slot looks at first
_ANY_DAY = datetime(2026, 1, 1)  # to try a line: any will do


def check_cron(cron: str) -> None:
    """Makes sure that a line can be used: five fields, and due some day.

    Raises:
        ValueError: Says what is wrong.
    """
    _expression(cron)


def slots(cron: str, timezone: str, after: datetime) -> Iterator[datetime]:
    """When a line is due after an aware time, in order, in the line's timezone.

    Args:
        cron: Five crontab fields; 0 and 7 are Sunday.
        timezone: The IANA name.
        after: An aware time; a slot at exactly this time is left out.

    Raises:
        ValueError: If the line cannot be used.
    """
    zone = ZoneInfo(timezone)
    last = after
    for wall in CronSim(_expression(cron), after.astimezone(zone).replace(tzinfo=None)):
        slot = _on_the_clock(wall, zone)
        # In the second pass of an hour that comes twice, the slots of the first one are over.
        # Several slots in a skipped hour become one.
        if slot.astimezone(UTC) > last.astimezone(UTC):
            last = slot
            yield slot


def next_slot(cron: str, timezone: str, now: datetime) -> datetime | None:
    """When the line is due next, after an aware time; None where never. ValueError."""
    return next(slots(cron, timezone, now), None)


def last_slot(cron: str, timezone: str, now: datetime, since: datetime) -> datetime | None:
    """The latest time at which the line was due, at or before `now` and after `since`.

    Returns:
        It in the line's timezone, or None where there is none.

    Raises:
        ValueError: If the line cannot be used.
    """
    back = _FIRST_STEP
    while since < now:
        start = max(since, now - back) if back < now - since else since
        latest = None
        for slot in slots(cron, timezone, start):
            if slot.astimezone(UTC) > now:
                break
            latest = slot
        if latest is not None or start == since:
            return latest
        back *= 4
    return None


def _on_the_clock(wall: datetime, zone: ZoneInfo) -> datetime:
    """A time of the wall clock, or the next one there is where the clocks skip it."""

    def nearest(step: timedelta) -> datetime:
        moment = wall.replace(tzinfo=zone, fold=0)
        while moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment.replace(
            tzinfo=None
        ):
            moment += step
        return moment

    after = nearest(_MINUTE)
    if after.date() == wall.date():
        return after
    before = nearest(-_MINUTE)
    return before if before.date() == wall.date() else after  # a whole day may be skipped


def _expression(cron: str) -> str:
    """The line as cronsim takes it. Raises ValueError where it cannot be used."""
    fields = cron.split()
    if len(fields) != 5:
        raise ValueError("needs five fields: minute hour day month weekday")
    minute, hour, day, month, weekday = fields
    if day != "*" and weekday != "*":
        raise ValueError("give a day of the month or a weekday, not both")
    for name in month.split(","):
        tail = _MONTH_TAIL.match(name)
        if tail and tail["tail"]:
            raise ValueError(f'"{name}": a month\'s name takes no step; list the months')
    day = ",".join("L" if part.lower() == "last" else part for part in day.split(","))
    expression = f"{minute} {hour} {day} {month} {_weekdays(weekday)}"
    try:
        next(CronSim(expression, _ANY_DAY))
    except CronSimError as error:
        field = str(error).removeprefix("Bad ")
        raise ValueError(f"the {field} is not valid in a crontab, or never occurs") from None
    except StopIteration:
        raise ValueError("this day never comes") from None
    return expression


def _weekdays(field: str) -> str:
    """A crontab's weekday field as a list of numbers, 0 to 6. Raises ValueError."""
    if field == "*":
        return field
    days: set[int] = set()
    for part in field.split(","):
        span, slash, step = part.partition("/")
        if slash and not (step.isdecimal() and int(step) > 0):
            raise ValueError(f'"{part}" has no usable step')
        first, dash, last = span.partition("-")
        if span == "*":
            low, high = 0, 6
        elif dash:
            low, high = _weekday(first), _weekday(last, ends_range=True)
        else:
            low = _weekday(first)
            high = 6 if slash else low
        if high < low:
            raise ValueError(f'"{part}" runs backwards')
        days.update(day % 7 for day in range(low, high + 1, int(step or 1)))
    return ",".join(str(day) for day in sorted(days))


def _weekday(word: str, *, ends_range: bool = False) -> int:
    """`1` or `MON` as 0 (Sunday) to 7 (Sunday again). Raises ValueError."""
    name = word.lower()
    if name in _DAYS:
        return 7 if ends_range and name == "sun" else _DAYS.index(name)
    if word.isdecimal() and int(word) <= 7:
        return int(word)
    raise ValueError(f'"{word}" is not a weekday (0 to 7, or SUN to SAT)')


def due_day(
    cron: str, timezone: str, now: datetime, done: date | None, in_force_since: datetime
) -> date | None:
    """Returns the local date of the line's latest slot if no run of that date or a later one has
    finished; None if nothing is due. A slot before the line came into force does not count. Raises
    ValueError."""
    since = in_force_since
    if done is not None:
        since = max(since, datetime.combine(done, time.max, ZoneInfo(timezone)))
    slot = last_slot(cron, timezone, now, since)
    return None if slot is None else slot.date()
