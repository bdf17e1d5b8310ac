"""The command line, called as a process would."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from quietdrop.cli import main


def call(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", ["quietdrop", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        main()
    code = ended.value.code
    return code if isinstance(code, int) else 0
