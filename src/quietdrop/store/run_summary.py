"""What a run's row says about the run, read back as a value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, StrictInt, StrictStr

from quietdrop.domain import alerts, hazard
from quietdrop.domain.alerts import AlertCard
from quietdrop.domain.hazard import HazardCard
from quietdrop.domain.headlines import NO_HEADLINES, Headlines
from quietdrop.store.documents import an_object


def _day(value: Any) -> date | None:
    return value if value is None or isinstance(value, date) else date.fromisoformat(value)


Day = Annotated[date | None, BeforeValidator(_day)]
Hazard = Annotated[HazardCard | None, BeforeValidator(hazard.card_from_store)]
Alerts = Annotated[AlertCard | None, BeforeValidator(alerts.card_from_store)]


class RunSummary(BaseModel):
    """What later runs, `status` and the pages need. Rows of older releases say less."""

    model_config = ConfigDict(frozen=True)

    newest: Day = None  # the newest day on which anything was recorded
    due_by: Day = None  # by when the feed should bring more
    daily: tuple[StrictInt, ...] = ()  # referrals of each of the last days, the newest first
    faults: tuple[StrictStr, ...] = ()  # why the run was held
    error: StrictStr = ""  # why it failed
    settings: Mapping[StrictStr, StrictStr] | None = None  # None where managers were not told any
    headlines: Headlines = NO_HEADLINES
    hazard: Hazard = None  # what it learned of how likely a drift is to begin
    alerts: Alerts = None  # and of what each threshold would have brought
    together: tuple[tuple[StrictStr, StrictStr], ...] = ()  # groups that fell together: kind, key
    slow: tuple[StrictStr, ...] = ()  # practices told of as slowly going down
    decisions: Mapping[StrictStr, StrictInt] = {}  # liaisons by why they were or were not mailed
    rows_read: StrictInt = 0
    rejected: Mapping[StrictStr, StrictInt] = {}  # rows by reason
    statuses: Mapping[StrictStr, StrictInt] = {}  # practices by status


def run_summary(value: object) -> RunSummary:
    """The summary in a row.

    Raises:
        ValueError: where it has not the form in which a run leaves it. So does TypeError.
    """
    return RunSummary() if value is None else RunSummary.model_validate(an_object(value))
