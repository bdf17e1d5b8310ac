"""KEY=VALUE of --set, on the command line."""

from __future__ import annotations

from quietdrop.config.override_key import brackets_of
from quietdrop.domain.errors import UsageError
from quietdrop.lib.text import single_line


def change(text: str) -> tuple[str, str]:
    """Return a setting's name and the text of its value. UsageError where there is no `=`."""
    text = text.strip()
    whom = brackets_of(text)
    key, equals, value = text.removeprefix(whom).partition("=")
    if not equals:
        raise UsageError(
            f'--set "{single_line(text)}": write it as KEY=VALUE, as drift.alert_probability=0.4.'
        )
    return whom + key.strip(), value.strip()
