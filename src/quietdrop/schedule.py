"""When the weekly job is due: a crontab line in a timezone."""

from __future__ import annotations

from apscheduler.triggers.cron import CronTrigger

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def _weekday(word: str, *, ends_range: bool = False) -> int:
    """In: `1`, `MON`. Out: 0 (Sunday) to 7 (Sunday again). Errors: ValueError."""
    name = word.lower()
    if name in _DAYS:
        return 7 if ends_range and name == "sun" else _DAYS.index(name)
    if word.isdecimal() and int(word) <= 7:
        return int(word)
    raise ValueError(f'"{word}" is no weekday (0 to 7, or SUN to SAT)')


def _weekdays(field: str) -> str:
    """In: a crontab's weekday field. Out: the same days by name, since APScheduler's numbers start
    at Monday. Errors: ValueError."""
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
    return ",".join(_DAYS[day] for day in sorted(days))


def trigger(cron: str, timezone: str) -> CronTrigger:
    """In: five crontab fields (0 and 7 are Sunday, 1 is Monday) and an IANA timezone. Out: the
    APScheduler trigger. Errors: ValueError saying what is wrong."""
    fields = cron.split()
    if len(fields) != 5:
        raise ValueError("needs five fields: minute hour day month weekday")
    minute, hour, day, month, weekday = fields
    if day != "*" and weekday != "*":
        raise ValueError("give a day of the month or a weekday, not both")
    return CronTrigger(
        minute=minute,
        hour=hour,
        day=day,
        month=month,
        day_of_week=_weekdays(weekday),
        timezone=timezone,
    )
