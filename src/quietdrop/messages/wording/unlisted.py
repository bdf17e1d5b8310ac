"""Why a practice is not listed, in one place and in plain words."""

from __future__ import annotations

from datetime import date

from quietdrop.checkins.unlisted import Unlisted, WhyNot
from quietdrop.lib.text import single_line
from quietdrop.messages.wording.figures import day, percent

_EXPLAINED = {
    "renamed": "they look renamed",
    "merged": "they look merged into another practice",
    "moved": "who sent seems to have moved to another practice",
    "redistributed": "others there have taken over",
    "absence": "they seem away for a short while",
    "closure": "we were closed",
    "batch": "one very large week stood out",
    "honeymoon": "their first weeks were busier than usual",
}


def not_listed(reason: Unlisted, as_of: date, alert_probability: float) -> str:
    """ "Not listed: hidden until August 3." for a person; `alert_probability` is from 0 to 1."""
    return f"Not listed: {_because(reason, as_of, alert_probability)}."


def _because(reason: Unlisted, as_of: date, alert_probability: float) -> str:
    when = day(reason.day, as_of) if reason.day else ""
    match reason.why:
        case WhyNot.not_read:
            return "no referral of theirs has been read"
        case WhyNot.acquired:
            return "acquired, as somebody learned"
        case WhyNot.closed:
            return "closed for good: moved, retired or no longer open"
        case WhyNot.recovered:
            return f"they came back{f' on {when}' if when else ''}"
        case WhyNot.explained:
            return f"explained otherwise: {_EXPLAINED.get(reason.what, single_line(reason.what))}"
        case WhyNot.snoozed:
            return f"snoozed until {when}"
        case WhyNot.uncounted:
            return "rows of theirs that were not counted would explain the drop"
        case WhyNot.open_already:
            return f"told before, and open since {when}"
        case WhyNot.answered:
            what = single_line(reason.what) or "dealt with"
            return f"answered{f' on {when}' if when else ''}: {what}"
        case WhyNot.held_out:
            return "held out by chance, as [digest] holdout_share asks"
        case WhyNot.over_budget:
            return "over the budget of their liaison; they stay in line"
        case WhyNot.left_before:
            return f"left before quietdrop began; in the manager's review of {when}"
        case WhyNot.old_news:
            reviewed = f"; in the manager's review of {when}" if when else ""
            return f"their drop began before the weeks that are looked at{reviewed}"
        case WhyNot.too_new:
            return "too new to tell a drop from chance"
        case WhyNot.below_threshold:
            odds = percent(alert_probability)
            return f"below the threshold: the odds of a lasting drop are under {odds}"
