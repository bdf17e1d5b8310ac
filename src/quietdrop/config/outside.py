"""What other systems hear of."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import field_validator

from quietdrop.config.section import Section


class HealthSettings(Section):
    """Who is to notice when no run goes well."""

    ping_url: str | None = None

    @field_validator("ping_url")
    @classmethod
    def _web(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"https?://\S+", value):
            raise ValueError("is not a web address, such as https://ping.example/${PING_KEY}")
        return value


class WebhookSettings(Section):
    """Where events of check-ins go; they are signed with QUIETDROP_WEBHOOK_KEY."""

    url: str | None = None
    format: Literal["json", "slack", "teams"] = "json"

    @field_validator("url")
    @classmethod
    def _secure(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"https://[^\s/?#]+([/?]\S*)?", value):
            raise ValueError("must begin with https://, such as https://hub.example/quietdrop")
        return value
