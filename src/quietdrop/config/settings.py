"""The settings: every section of the config file, each value with its type and its bounds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    Field,
    ValidationInfo,
    field_validator,
)

from quietdrop.config.outside import HealthSettings, OidcSettings, WebhookSettings
from quietdrop.config.overrides import OverrideSettings
from quietdrop.config.section import Count, Domain, Email, Hazard, Section, Share, Text, Years
from quietdrop.config.values import REJECTS, STORE, unknown
from quietdrop.config.visits import GiftSettings, VisitSettings
from quietdrop.domain.columns import REFERRALS as REFERRAL_COLUMNS
from quietdrop.domain.directory import Prefer
from quietdrop.domain.priors import Priors
from quietdrop.lib.cron import check_cron
from quietdrop.lib.holidays import is_known_place
from quietdrop.lib.periods import Period

DateOrder = Literal["auto", "iso", "month-first", "day-first", "serial", "serial-1904", "epoch"]


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError("is not a timezone, such as Europe/Berlin or America/New_York") from None
    return value


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
    news: Text | None = None
    nppes: Text | None = None
    columns: dict[str, str] = {}
    directory_columns: dict[str, dict[str, Text]] = {}
    not_referrals: tuple[str, ...] = ("cancelled in error", "entered in error", "duplicate")
    not_practices: tuple[str, ...] = ()
    dates: DateOrder = "auto"
    timezone: str | None = None
    period: Period | None = None
    sheet: Text | None = None
    header: tuple[str, ...] = ()
    fill_down: tuple[Text, ...] = ()
    only: dict[str, Text] = {}
    unknown_practices: Literal["reject", "keep"] = "reject"
    rejects: Text = REJECTS
    allow: tuple[str, ...] = ()
    timeout_minutes: Annotated[float, Field(gt=0, le=7 * 24 * 60)] = 60

    @field_validator("query")
    @classmethod
    def _one_of(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("table") is not None:
            raise ValueError("give a table or a query, not both")
        return value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str | None) -> str | None:
        return None if value is None else _timezone(value)

    @field_validator("fill_down")
    @classmethod
    def _our_names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if name not in REFERRAL_COLUMNS:
                raise ValueError(
                    f'names a column of ours, such as "practice_name"; "{name}" '
                    + unknown(name, REFERRAL_COLUMNS)
                )
        return value


class StoreSettings(Section):
    """quietdrop's own database, and how long it keeps assessments and mail (0: for ever)."""

    url: Text = STORE
    keep_weeks: Annotated[int, Field(ge=0)] = 156


class DriftSettings(Section):
    """What counts as drift."""

    alert_probability: Share = 0.5
    false_alarm_years: Years | None = None
    watch_probability: Share = 0.25
    part_probability: Share = 0.8
    min_referrals: Count = 3
    min_weeks: Count = 10
    window_weeks: Count = 39
    hazard: Hazard = 0.004
    absence_hazard: Hazard | None = None
    discount: Annotated[float, Field(gt=0, le=1)] = 0.985

    @field_validator("watch_probability")
    @classmethod
    def _below_alert(cls, value: float, info: ValidationInfo) -> float:
        is_promised = info.data.get("false_alarm_years") is not None  # the threshold follows
        if not is_promised and value > info.data.get("alert_probability", 1):
            raise ValueError("must not be above alert_probability")
        return value

    @property
    def priors(self) -> Priors:
        """What of it is believed before any count; the rest decides."""
        return Priors(self.window_weeks, self.hazard, self.absence_hazard, self.discount)


class DigestSettings(Section):
    """Who is told, and how much."""

    budget: Count = 6
    prefer: Annotated[Prefer, Field(strict=False)] = Prefer.VOLUME
    holdout_share: Annotated[float, Field(ge=0, le=0.5)] = 0.0
    holdout_seed: str = ""
    default_liaison: Email | None = None
    managers: tuple[Email, ...] = ()
    allowed_domains: tuple[Domain, ...] = ()
    phrases: Text | None = None


class ScheduleSettings(Section):
    """When `quietdrop serve` runs the weekly job."""

    timezone: str = "UTC"
    cron: str = "0 7 * * MON"

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        return _timezone(value)

    @field_validator("cron")
    @classmethod
    def _cron(cls, value: str) -> str:
        check_cron(value)
        return value


class CalendarSettings(Section):
    """Whose public holidays count."""

    country: str = "US"
    subdivision: str = ""

    @field_validator("country")
    @classmethod
    def _country(cls, value: str) -> str:
        if not is_known_place(value, ""):
            raise ValueError("is not a known country code, such as US or DE")
        return value

    @field_validator("subdivision")
    @classmethod
    def _subdivision(cls, value: str, info: ValidationInfo) -> str:
        country = info.data.get("country")
        if country is not None and not is_known_place(country, value):
            raise ValueError(f"is not a known state or province of {country or 'no country'}")
        return value


class FeedSettings(Section):
    """When the feed looks broken and the digests are held. Without `max_age_days` the feed's own
    rhythm says how old its newest referral may be."""

    max_age_days: Count | None = None
    max_reject_share: Share = 0.2


class MailSettings(Section):
    """How mail leaves; the password comes from QUIETDROP_MAIL_PASSWORD or the keyring."""

    host: Text
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "ssl", "none"] = "starttls"
    user: Text | None = None
    from_: Annotated[Email, Field(alias="from")]
    reply_to: Email | None = None


class WebSettings(Section):
    """The pages behind the digest's links; their key comes from QUIETDROP_LINK_KEY."""

    bind: str = "127.0.0.1:8470"
    base_url: str | None = None
    link_days: Count = 21
    sign_in_hours: Count = 12
    operators: tuple[Email, ...] = ()

    @field_validator("bind")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 65536:
            raise ValueError('is not an address with a port, such as "127.0.0.1:8470"')
        return value

    @field_validator("base_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", value):
            raise ValueError('is not a web address, such as "https://quietdrop.practice.example"')
        return value.rstrip("/") if value else None


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
    web: WebSettings = WebSettings()
    health: HealthSettings = HealthSettings()
    webhook: WebhookSettings = WebhookSettings()
    oidc: OidcSettings = OidcSettings()
    visits: VisitSettings = VisitSettings()
    gifts: GiftSettings = GiftSettings()
    override: tuple[OverrideSettings, ...] = ()

    @property
    def is_promised(self) -> bool:
        """Whether a threshold follows from `false_alarm_years`."""
        promises = [self.drift.false_alarm_years]
        promises += [one.false_alarm_years for one in self.override]
        return any(years is not None for years in promises)
