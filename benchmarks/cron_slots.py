"""Compares the schedule's slots with those of APScheduler's CronTrigger, which it had before.

Every timezone of ten years, once for those whose clocks always agree, and for each a set of lines.
What counts is the local date of a run (there is one a date) and its first slot. Usage:
`python -m benchmarks.cron_slots`; it takes some minutes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from apscheduler.triggers.cron import CronTrigger

from quietdrop.lib.cron import slots

BEGIN, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
# The line, and its weekday field as CronTrigger needs it.
LINES = [
    ("0 7 * * MON", "mon"),
    ("0 0 * * SUN", "sun"),
    ("30 0 * * 0", "sun"),
    ("*/20 0 * * 7", "sun"),
    ("0 0 * * *", "*"),
    ("0 1 * * *", "*"),
    ("30 1 * * *", "*"),
    ("30 2 * * *", "*"),
    ("59 23 * * *", "*"),
    ("15 */6 * * *", "*"),
    ("*/30 * * * *", "*"),
    ("0 22-23 * * SAT", "sat"),
    ("0 0 last * *", "*"),
    ("0 0 1 jan-jun *", "*"),
    ("0 3 29 2 *", "*"),
]
AROUND = timedelta(days=2)
stuck: set[tuple[str, str]] = set()  # where CronTrigger does not get on
Slots = Callable[[datetime, datetime], Iterator[datetime]]


def offsets(zone: ZoneInfo) -> tuple[float, ...]:
    """The zone's offset each six hours: zones with the same ones change their clocks together."""
    steps = int((END - BEGIN) / timedelta(hours=6))
    moments = (BEGIN + n * timedelta(hours=6) for n in range(steps))
    return tuple(m.astimezone(zone).utcoffset().total_seconds() for m in moments)  # type: ignore[union-attr]


def windows(signature: tuple[float, ...]) -> list[tuple[datetime, datetime]]:
    """The days around each change of the clocks, and three plain weeks."""
    changes = [n for n in range(1, len(signature)) if signature[n] != signature[n - 1]]
    around = [BEGIN + n * timedelta(hours=6) for n in changes]
    return [(BEGIN, BEGIN + timedelta(days=21)), *((a - AROUND, a + AROUND) for a in around)]


def of_apscheduler(cron: str, weekday: str, zone: str) -> Slots:
    minute, hour, day, month, _ = cron.split()
    trigger = CronTrigger(
        minute=minute, hour=hour, day=day, month=month, day_of_week=weekday, timezone=zone
    )

    def between(start: datetime, end: datetime) -> Iterator[datetime]:
        slot = trigger.get_next_fire_time(None, start)
        while slot is not None and slot <= end:
            yield slot
            last, slot = slot, trigger.get_next_fire_time(None, slot + timedelta(microseconds=1))
            if slot is not None and slot.astimezone(UTC) <= last.astimezone(UTC):
                # In the second pass of an hour it gives the same slot for ever.
                stuck.add((zone, cron))
                slot = trigger.get_next_fire_time(None, last.astimezone(UTC) + timedelta(hours=1))

    return between


def of_quietdrop(cron: str, zone: str) -> Slots:
    def between(start: datetime, end: datetime) -> Iterator[datetime]:
        for slot in slots(cron, zone, start - timedelta(microseconds=1)):
            if slot.astimezone(UTC) > end:
                return
            yield slot

    return between


def first_a_day(between: Slots, start: datetime, end: datetime) -> dict[date, datetime]:
    days: dict[date, datetime] = {}
    for slot in between(start, end):
        days.setdefault(slot.date(), slot.astimezone(UTC))
    return days


def main() -> None:
    zones: dict[tuple[float, ...], list[str]] = defaultdict(list)
    for name in sorted(available_timezones()):
        zones[offsets(ZoneInfo(name))].append(name)
    print(f"{sum(map(len, zones.values()))} zones, {len(zones)} of them different")
    counts: Counter[str] = Counter()
    shown: set[tuple[str, str, str]] = set()
    for signature, names in zones.items():
        for cron, weekday in LINES:
            before, after = of_apscheduler(cron, weekday, names[0]), of_quietdrop(cron, names[0])
            for start, end in windows(signature):
                old, new = first_a_day(before, start, end), first_a_day(after, start, end)
                counts["compared"] += len(old.keys() | new.keys())
                for day in sorted(old.keys() | new.keys()):
                    if old.get(day) == new.get(day):
                        continue
                    kind = "at another time"
                    if day not in old or day not in new:
                        kind = "made up now" if day not in old else "lost now"
                    counts[kind] += 1
                    if (kind, cron, names[0]) not in shown:
                        shown.add((kind, cron, names[0]))
                        then, now = (
                            slot and f"{slot.astimezone(ZoneInfo(names[0])):%a %H:%M%z}"
                            for slot in (old.get(day), new.get(day))
                        )
                        print(f"{kind}: {names[0]} {cron!r} {day}: {then} -> {now}", flush=True)
    print(dict(counts))
    print(f"the same slot for ever: {len(stuck)} of {len(zones) * len(LINES)} zones and lines")


if __name__ == "__main__":
    main()
