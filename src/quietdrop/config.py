"""The frozen settings: every section of the config file, its keys and what they may be."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)

from quietdrop.masking import masked
from quietdrop.public_holidays import is_known_place
from quietdrop.schedule import trigger

_COLUMNS = {
    "referrals": "referred_on practice_id practice_name referral_id provider_npi provider_name"
    " specialty service_line payer location status scheduled_on seen_on note_sent_on recorded_on"
    " value",
    "practices": "practice_id practice_name aliases liaison_email territory town phone address"
    " health_system specialty tier opened_on closed_on",
    "people": "practice_id npi name role preferred_contact left_on",
    "liaisons": "liaison_email name manager_email budget away_from away_to cover_email"
    " service_lines",
    "touches": "touched_on practice_id liaison_email kind whom outcome resolved_on note",
    "closures": "closed_from closed_to location",
}
DIRECTORY_COLUMNS = {name: tuple(columns.split()) for name, columns in _COLUMNS.items()}
REFERRAL_COLUMNS = DIRECTORY_COLUMNS.pop("referrals")


def _email(value: str) -> str:
    if not re.fullmatch(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+", value):
        raise ValueError("is no e-mail address")
    return value


Text = Annotated[str, Field(min_length=1)]
Email = Annotated[str, AfterValidator(_email)]
Share = Annotated[float, Field(ge=0, le=1)]
Hazard = Annotated[float, Field(gt=0, lt=1)]
Count = Annotated[int, Field(ge=1)]


class Section(BaseModel):
    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", validate_default=True, allow_inf_nan=False
    )


class SourceSettings(Section):
    """Where the referrals and the directory stand, and what their columns are called there."""

    referrals: Text
    table: Text | None = None
    query: Text | None = None
    practices: Text | None = None
    people: Text | None = None
    liaisons: Text | None = None
    touches: Text | None = None
    closures: Text | None = None
    columns: dict[str, Text] = {}
    directory_columns: dict[str, dict[str, Text]] = {}
    not_referrals: tuple[str, ...] = ("cancelled in error", "entered in error", "duplicate")
    dates: Literal["auto", "iso", "month-first", "day-first"] = "auto"
    unknown_practices: Literal["reject", "keep"] = "reject"
    rejects: Text = "quietdrop-rejects.csv"

    @field_validator("query")
    @classmethod
    def _one_of(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("table") is not None:
            raise ValueError("give a table or a query, not both")
        return value


class StoreSettings(Section):
    """quietdrop's own database."""

    url: Text = "sqlite:///quietdrop.db"


class DriftSettings(Section):
    """What counts as drift."""

    alert_probability: Share = 0.5
    watch_probability: Share = 0.25
    part_probability: Share = 0.9
    min_referrals: Count = 3
    min_weeks: Count = 10
    window_weeks: Count = 39
    hazard: Hazard = 0.004
    absence_hazard: Hazard | None = None
    discount: Annotated[float, Field(gt=0, le=1)] = 0.97

    @field_validator("watch_probability")
    @classmethod
    def _below_alert(cls, value: float, info: ValidationInfo) -> float:
        if value > info.data.get("alert_probability", 1):
            raise ValueError("must not be above alert_probability")
        return value


class DigestSettings(Section):
    """Who is told, and how much."""

    budget: Count = 6
    default_liaison: Email | None = None
    managers: tuple[Email, ...] = ()


class ScheduleSettings(Section):
    """When `quietdrop serve` runs the weekly job."""

    timezone: str = "UTC"
    cron: str = "0 7 * * MON"

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError("is no timezone, such as Europe/Berlin or America/New_York") from None
        return value

    @field_validator("cron")
    @classmethod
    def _cron(cls, value: str) -> str:
        trigger(value, "UTC")
        return value


class CalendarSettings(Section):
    """Whose public holidays count."""

    country: str = "US"
    subdivision: str = ""

    @field_validator("country")
    @classmethod
    def _country(cls, value: str) -> str:
        if not is_known_place(value, ""):
            raise ValueError("is no country code that is known, such as US or DE")
        return value

    @field_validator("subdivision")
    @classmethod
    def _subdivision(cls, value: str, info: ValidationInfo) -> str:
        country = info.data.get("country")
        if country is not None and not is_known_place(country, value):
            raise ValueError(f"is no state or province of {country or 'no country'} that is known")
        return value


class FeedSettings(Section):
    """When the feed looks broken and the digests are held."""

    max_age_days: Count = 10
    max_reject_share: Share = 0.2


class MailSettings(Section):
    """How mail leaves; the password comes from QUIETDROP_MAIL_PASSWORD or the keyring."""

    host: Text
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "ssl", "none"] = "starttls"
    user: Text | None = None
    from_: Annotated[Email, Field(alias="from")]
    reply_to: Email | None = None


class Settings(Section):
    """Everything the config file says; `path` is the file itself."""

    path: Path | None = None
    source: SourceSettings
    store: StoreSettings = StoreSettings()
    drift: DriftSettings = DriftSettings()
    digest: DigestSettings = DigestSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    calendar: CalendarSettings = CalendarSettings()
    feed: FeedSettings = FeedSettings()
    mail: MailSettings | None = None

    @property
    def absence_hazard(self) -> float:
        """The weekly chance of an absence: its own figure, or the drift's."""
        own = self.drift.absence_hazard
        return self.drift.hazard if own is None else own


def fingerprint(settings: Settings) -> str:
    """In: settings. Out: a sha256 of all that changes results; no secret goes in."""
    kept = settings.model_dump(mode="json", include={"source", "drift", "digest"})
    for key, value in kept["source"].items():
        if isinstance(value, str):
            kept["source"][key] = masked(value)
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()
