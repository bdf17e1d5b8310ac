"""The commands by name: where each stands in the code, in help, and an example or two.

To add a command: write a function in a module of this package, and add a line here. A module is
imported only when its command is called, so that `--help` and a typo answer at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Section(StrEnum):
    """The headings of `quietdrop --help`, in its order."""

    start = "Start"
    weekly = "Every week"
    look = "Look"
    decide = "Decide"
    service = "Run as a service"


@dataclass(frozen=True)
class Entry:
    """One command.

    Attributes:
        place: `module:function`, the module within this package.
        section: The heading under which help lists it.
        help: What it does, in a line; the function's docstring begins with it.
        examples: Command lines without the leading `quietdrop`.
    """

    place: str
    section: Section
    help: str
    examples: tuple[str, ...]


COMMANDS = {
    "init": Entry(
        "init:init",
        Section.start,
        "Write a first config file; with --from, propose the column mapping from the data.",
        ("init --from referrals.csv", "init clinic.toml --from 'postgresql://host/db#referrals'"),
    ),
    "check": Entry(
        "check:check",
        Section.start,
        "Config, columns, freshness, database, mail: one line each, with what to do.",
        ("check", "check --send-test you@clinic.example"),
    ),
    "rejects": Entry(
        "rejects:rejects",
        Section.start,
        "The rows that cannot be used, by file and line, with the reason.",
        ("rejects", "rejects -o rejects.csv"),
    ),
    "preview": Entry(
        "preview:preview",
        Section.start,
        "Digests as HTML and text files; nothing sent, nothing recorded.",
        ("preview --open", "preview ana@clinic.example --as-of 2026-07-06 -o pages"),
    ),
    "open": Entry(
        "open:open_pages",
        Section.start,
        "Serve the pages on this machine and sign you in; needs no mail, no key and no server.",
        ("open", "--config demo/quietdrop.toml open", "open --port 8480 --no-browser"),
    ),
    "demo": Entry(
        "demo:demo",
        Section.start,
        "Make a small realistic network, run the weekly job on it, deliver to a local inbox.",
        ("demo", "demo trial --weeks 8"),
    ),
    "run": Entry(
        "run:run",
        Section.weekly,
        "The weekly job, once. Cron calls this.",
        ("run", "run --dry-run --as-of 2026-07-06"),
    ),
    "send": Entry(
        "run:send",
        Section.weekly,
        "Send what is owed and due; cron calls it every 15 minutes where no `serve` runs.",
        ("send",),
    ),
    "status": Entry(
        "status:status",
        Section.weekly,
        "Show runs, feed, outbox and open check-ins. Exits with 0 if all is well.",
        ("status", "status --json"),
    ),
    "explain": Entry(
        "explain:explain",
        Section.look,
        "Why a practice is listed or not: its cadence, baseline, evidence and decision.",
        ("explain P017", 'explain "Lakeside Family Medicine" --as-of 2026-07-06'),
    ),
    "config": Entry(
        "config:config",
        Section.look,
        "Every setting with its value and where it comes from; no secret is shown.",
        ("config show", "config show --set drift.alert_probability=0.4"),
    ),
    "assess": Entry(
        "inspect:assess",
        Section.look,
        "Every practice's assessment as a table.",
        ("assess -o practices.csv", "assess -o practices.parquet --as-of 2026-07-06"),
    ),
    "network": Entry(
        "network:network",
        Section.look,
        "Assess one huge network from a folder of counts, block by block.",
        (
            "network counts -o assessed-2026-07-06 --as-of 2026-07-06",
            "network counts -o assessed --engine dask --scheduler tls://host:8786",
        ),
    ),
    "rehearse": Entry(
        "rehearse:rehearse",
        Section.look,
        "Replay the weekly job over the past with only what was known then; send nothing.",
        (
            "rehearse --from 2026-01-05 --to 2026-06-29",
            "rehearse --compare --set drift.alert_probability=0.7 --set digest.budget=4",
        ),
    ),
    "tune": Entry(
        "tune:tune",
        Section.look,
        "Propose settings that catch most of what was lost, chosen and tested on your own past.",
        ("tune --budget 5", "tune --budget 5 --write"),
    ),
    "ledger": Entry(
        "reports:ledger",
        Section.look,
        "What came back after check-ins, against what would have come anyway.",
        ("ledger", "ledger --as-of 2026-07-06 --json"),
    ),
    "quarter": Entry(
        "reports:quarter",
        Section.look,
        "The last complete quarter as a page with pictures, and its tables as CSV files.",
        ("quarter", "quarter --as-of 2026-07-06 -o reports"),
    ),
    "events": Entry(
        "events:events",
        Section.look,
        "Check-ins opened, worsened and closed, as a table for other programs.",
        ("events", "events --from 2026-04-01 --to 2026-06-30 -o events.csv"),
    ),
    "audit": Entry(
        "audit:audit",
        Section.look,
        "Who signed in, answered, logged, decided, changed and forgot what, and when.",
        ("audit", "audit --most 500", "audit -o audit.csv"),
    ),
    "gifts": Entry(
        "gifts:gifts",
        Section.look,
        "What was brought to whom in a year, against the limit of [gifts].",
        ("gifts", "gifts --year 2025 --json"),
    ),
    "checkin": Entry(
        "checkin:checkin",
        Section.decide,
        "Answer a practice's open check-in with what was learned, or many from a file.",
        (
            'checkin P017 --outcome access --whom "the front desk"',
            "checkin --from touches.csv",
        ),
    ),
    "touch": Entry(
        "touch:touch",
        Section.decide,
        "Record a visit, call, lunch or note. A complaint opens a check-in the same day.",
        (
            "touch P017 --kind visit",
            "touch P017 --kind complaint --liaison ana@clinic.example",
            'touch P017 --kind lunch --next "Call back" --by 2026-07-13 --cost 84',
        ),
    ),
    "calendar": Entry(
        "calendar:calendar",
        Section.decide,
        "Make, or end, the secret address of a liaison's calendar of promises.",
        ("calendar ana@clinic.example", "calendar ana@clinic.example --end"),
    ),
    "promises": Entry(
        "promises:promises",
        Section.decide,
        "What was promised to practices: list it, mark it as kept, or open it again.",
        ("promises", "promises keep 3", "promises --owner ana@clinic.example --json"),
    ),
    "snooze": Entry(
        "checkin:snooze",
        Section.decide,
        "Hide a practice until a date; nothing is closed.",
        ('snooze P017 --until 2026-09-01 --reason "moving house"',),
    ),
    "aliases": Entry(
        "aliases:aliases",
        Section.decide,
        "Who is one practice: list what looks alike; accept, refuse, exclude or undo.",
        ("aliases", 'aliases accept "Lakeside FM" "Lakeside Family Medicine"'),
    ),
    "closure": Entry(
        "closure:closure",
        Section.decide,
        "Days on which we were closed: list what it looks like; add, refuse or undo.",
        ("closure", "closure add --from 2026-03-02 --to 2026-03-22 --location Salem"),
    ),
    "assign": Entry(
        "staffing:assign",
        Section.decide,
        "Give a practice to a liaison; it wins over the directory and can be undone.",
        ("assign P017 ben@clinic.example",),
    ),
    "territory": Entry(
        "staffing:territory",
        Section.decide,
        "Give all practices of a territory to a liaison, but those given one by one.",
        ("territory", "territory North ben@clinic.example"),
    ),
    "liaison": Entry(
        "staffing:liaison",
        Section.decide,
        "Set a liaison's name and how many check-ins a week she gets.",
        ('liaison ben@clinic.example --name "Ben Ash" --budget 4',),
    ),
    "cover": Entry(
        "staffing:cover",
        Section.decide,
        "Have a liaison's list covered by another one while she is away.",
        ("cover ann@clinic.example ben@clinic.example --from 2026-08-03 --to 2026-08-14",),
    ),
    "decisions": Entry(
        "decisions:decisions",
        Section.decide,
        "List the decisions in force, or write them as tables of the directory.",
        ("decisions", "decisions --export decided"),
    ),
    "undo": Entry(
        "staffing:undo",
        Section.decide,
        "Take back a decision by its number; it stays on record. Without a number, list them.",
        ("undo", "undo 3"),
    ),
    "forget": Entry(
        "checkin:forget",
        Section.decide,
        "Delete everything the store knows about a practice, and the bodies of mails that name it.",
        ("forget P017", "forget P017 --yes"),
    ),
    "serve": Entry(
        "serve:serve",
        Section.service,
        "Run the weekly job on its schedule, send what is owed, serve the pages, until stopped.",
        ("serve", "--config /etc/quietdrop.toml serve"),
    ),
    "fleet": Entry(
        "fleet:fleet",
        Section.service,
        "Run many clinics, each with its own config and store, or show how all of them stand.",
        (
            "fleet run fleet.toml --due",
            "fleet status fleet.toml --json",
            "fleet serve fleet.toml",
        ),
    ),
}
