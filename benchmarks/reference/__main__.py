"""Writes docs/reference and the config's JSON schema: `python -m benchmarks.reference`."""

from __future__ import annotations

from pathlib import Path

from benchmarks import config_schema
from benchmarks.reference import commands, configuration, modules

ROOT = Path(__file__).parents[2]
PAGES = {
    ROOT / "docs/reference/commands.md": commands.page,
    ROOT / "docs/reference/configuration.md": configuration.page,
    ROOT / "docs/reference/modules.md": modules.page,
    config_schema.SCHEMA: config_schema.text,
}


def main() -> None:
    """Write every page and say which."""
    for path, text in PAGES.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text(), encoding="utf-8")
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
