"""The process that a fleet's clinics are forked from: `python -m quietdrop.cli.clinics`.

Importing is most of a small clinic's weekly job. It is done once here, before the first clinic.
"""

from __future__ import annotations

import gc
from importlib import import_module

from quietdrop.cli import prepare_process

# What a weekly run imports that `cli/clinic.py` does not. What is missing here is imported by each
# clinic, which costs its time and changes nothing else.
PRELOADED = (
    "PIL.ImageDraw",
    "alembic.command",
    "holidays.countries",
    "keyring",
    "pandas",
    "quietdrop.cli.digest_files",
    "quietdrop.cli.run",
    "quietdrop.cli.status",
    "quietdrop.delivery.deliver",
    "quietdrop.jobs.fleet.waiting",
    "quietdrop.jobs.weekly",
    "quietdrop.store.practice_weeks",
    "sqlalchemy.dialects.sqlite",
    "yagmail",
)


def main() -> None:
    """Imports, and forks until the fleet ends."""
    prepare_process()
    from quietdrop.cli import clinic
    from quietdrop.lib.fork_server import serve

    for name in PRELOADED:
        import_module(name)
    gc.freeze()  # collecting what was imported would copy its pages for each clinic
    serve(clinic.main)


if __name__ == "__main__":
    main()
