"""What the sections of a config have in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from quietdrop.lib.mail_address import is_address, is_domain


def _email(value: str) -> str:
    if not is_address(value):
        raise ValueError("is not an e-mail address")
    return value


def _domain(value: str) -> str:
    if not is_domain(value):
        raise ValueError("is not a domain, such as clinic.example")
    return value


Text = Annotated[str, Field(min_length=1)]
Count = Annotated[int, Field(ge=1)]
Email = Annotated[str, AfterValidator(_email)]
Domain = Annotated[str, AfterValidator(_domain)]
Share = Annotated[float, Field(ge=0, le=1)]
Hazard = Annotated[float, Field(gt=0, lt=1)]
Years = Annotated[float, Field(gt=0, le=1000)]


class Section(BaseModel):
    """A table of the config: frozen, strict, and without keys that nobody knows."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", validate_default=True, allow_inf_nan=False
    )
