"""Small clinics, each with its own folder, config and store, on one mail server."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

MONDAY = date(2026, 7, 6)
LIAISONS = 6
MESSAGES = LIAISONS + 1  # the manager's summary
WEEKS, STOPPED_WEEKS = 60, 8
PRACTICES, STOPPED = 24, 2
ROWS = 3 * (WEEKS * PRACTICES - STOPPED_WEEKS * STOPPED)

CONFIG = """\
[source]
referrals = "referrals.csv"
practices = "practices.csv"
[digest]
managers = ["manager@{name}.example"]
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
from = "quietdrop@{name}.example"
"""


def write_clinic(folder: Path, port: int = 25) -> Path:
    """Write a clinic of six liaisons with 24 practices, two of which have stopped; return its
    config."""
    folder.mkdir()
    practices, referrals = ["practice_id,practice_name,liaison_email"], ["referred_on,practice_id"]
    for number in range(PRACTICES):
        liaison = f"liaison{number % LIAISONS}@{folder.name}.example"
        practices.append(f"P{number},Practice {number} of {folder.name},{liaison}")
        weeks = WEEKS - (STOPPED_WEEKS if number < STOPPED else 0)
        for week in range(weeks):
            start = MONDAY - timedelta(weeks=WEEKS - week)
            referrals += [f"{start + timedelta(days=day)},P{number}" for day in (0, 2, 4)]
    (folder / "practices.csv").write_text("\n".join(practices) + "\n", encoding="utf-8")
    (folder / "referrals.csv").write_text("\n".join(referrals) + "\n", encoding="utf-8")
    config = folder / "quietdrop.toml"
    config.write_text(CONFIG.format(name=folder.name, port=port), encoding="utf-8")
    return config


def write_fleet(folder: Path, *names: str, port: int = 25, more: str = "") -> Path:
    """Write clinics of these names, and the fleet file that lists them; return its path."""
    lines = ["[fleet]", "minutes = 5", more]
    for name in names:
        write_clinic(folder / name, port)
        lines += ["[[clinic]]", f'name = "{name}"', f'config = "{name}/quietdrop.toml"']
    path = folder / "fleet.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
