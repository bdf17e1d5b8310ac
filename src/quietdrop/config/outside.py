"""What other systems hear of, and who signs managers in for us."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urlsplit

from pydantic import ValidationInfo, field_validator

from quietdrop.config.section import Section, Text
from quietdrop.lib.loopback import is_loopback


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


class OidcSettings(Section):
    """The OpenID Connect provider; our secret there comes from QUIETDROP_OIDC_SECRET."""

    issuer: str | None = None
    client_id: Text | None = None

    @field_validator("issuer")
    @classmethod
    def _issuer(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(value))
        if not secure or not parts.hostname or parts.query or parts.fragment or " " in value:
            raise ValueError("must begin with https://, such as https://login.example")
        return value

    @field_validator("client_id")
    @classmethod
    def _both(cls, value: str | None, info: ValidationInfo) -> str | None:
        if (value is None) != (info.data.get("issuer") is None):
            raise ValueError("goes with issuer: give both, or neither")
        return value
