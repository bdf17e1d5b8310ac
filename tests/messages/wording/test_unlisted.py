"""Why a practice is not listed, reason by reason."""

from __future__ import annotations

from datetime import date

import pytest

from quietdrop.checkins.unlisted import Unlisted, WhyNot
from quietdrop.messages.wording.unlisted import not_listed

AS_OF = date(2026, 7, 6)
DAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Unlisted(WhyNot.not_read), "no referral of theirs has been read"),
        (Unlisted(WhyNot.acquired), "acquired, as somebody learned"),
        (Unlisted(WhyNot.closed), "closed for good: moved, retired or no longer open"),
        (Unlisted(WhyNot.recovered), "they came back"),
        (Unlisted(WhyNot.recovered, DAY), "they came back on June 1"),
        (Unlisted(WhyNot.explained, what="closure"), "explained otherwise: we were closed"),
        (Unlisted(WhyNot.explained, what="other\n"), "explained otherwise: other"),
        (Unlisted(WhyNot.snoozed, DAY), "snoozed until June 1"),
        (
            Unlisted(WhyNot.uncounted),
            "rows of theirs that were not counted would explain the drop",
        ),
        (Unlisted(WhyNot.open_already, DAY), "told before, and open since June 1"),
        (Unlisted(WhyNot.answered), "answered: dealt with"),
        (Unlisted(WhyNot.answered, DAY, "access\n"), "answered on June 1: access"),
        (Unlisted(WhyNot.held_out), "held out by chance, as [digest] holdout_share asks"),
        (Unlisted(WhyNot.over_budget), "over the budget of their liaison; they stay in line"),
        (
            Unlisted(WhyNot.left_before, DAY),
            "left before quietdrop began; in the manager's review of June 1",
        ),
        (Unlisted(WhyNot.old_news), "their drop began before the weeks that are looked at"),
        (
            Unlisted(WhyNot.old_news, DAY),
            "their drop began before the weeks that are looked at; in the manager's review of "
            "June 1",
        ),
        (Unlisted(WhyNot.too_new), "too new to tell a drop from chance"),
        (
            Unlisted(WhyNot.below_threshold),
            "below the threshold: the odds of a lasting drop are under 50 %",
        ),
    ],
)
def test_the_reason_in_words(reason: Unlisted, words: str) -> None:
    assert not_listed(reason, AS_OF, 0.5) == f"Not listed: {words}."
