"""What the tests of lookalikes share."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.builders.scene import Scene


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """A folder with nothing in it yet but thirty steady practices."""
    return Scene(tmp_path)
