"""What would change the answer, in words."""

from __future__ import annotations

from datetime import date

import pytest

from quietdrop.evaluation.what_if import Change, ChangeKind
from quietdrop.messages.wording.what_if import what_would_change

AS_OF = date(2026, 7, 6)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            Change(ChangeKind.silence, 2),
            "It would be listed after 2 more weeks without a referral.",
        ),
        (
            Change(ChangeKind.silence, 1),
            "It would be listed after 1 more week without a referral.",
        ),
        (
            Change(ChangeKind.silence, None),
            "Even 26 more weeks without a referral would not list it: it sends too seldom.",
        ),
        (
            Change(ChangeKind.threshold, share=0.4),
            "It would be listed today if [drift] alert_probability were 0.40 or lower.",
        ),
        (
            Change(ChangeKind.threshold, share=0.4, is_own=True),
            "It would be listed today if the alert_probability of its [[override]] were 0.40 or "
            "lower.",
        ),
        (
            Change(ChangeKind.referrals, 4),
            "4 more referrals in the week to July 5 would clear it.",
        ),
        (
            Change(ChangeKind.referrals, None),
            "No number of referrals in a single week would clear it.",
        ),
        (
            Change(ChangeKind.recovery, 9, date(2026, 7, 13)),
            "9 more referrals would bring it back, from July 13 on: 8 weeks at 80 % of the usual "
            "end a check-in.",
        ),
        (
            Change(ChangeKind.recovery, 1, AS_OF),
            "1 more referral would bring it back: 8 weeks at 80 % of the usual end a check-in.",
        ),
        (
            Change(ChangeKind.recovery, 0, date(2026, 7, 13)),
            "It counts as back from July 13 on, if it goes on as of late.",
        ),
        (
            Change(ChangeKind.history, 7, referrals=1),
            "It is judged after 7 more weeks and 1 more referral.",
        ),
        (Change(ChangeKind.history, 0), "It is judged after its next referral."),
        (
            Change(ChangeKind.snooze_ends, day=date(2026, 8, 3)),
            "It is looked at again from August 3 on.",
        ),
        (
            Change(ChangeKind.other_explanation, share=0.91),
            "Without that explanation its counts decide: the odds of a drop are 91 %.",
        ),
        (
            Change(ChangeKind.other_explanation),
            "Without that explanation its counts decide: the odds of a drop are 0 %.",
        ),
        (
            Change(ChangeKind.budget, 2),
            "With 2 more places in its liaison's budget it would be listed.",
        ),
        (
            Change(ChangeKind.reopened),
            "`quietdrop checkin 'P 1' --outcome reopened` takes it up again.",
        ),
    ],
)
def test_each_change_is_said_in_one_sentence(change: Change, said: str) -> None:
    assert what_would_change(change, "P 1", AS_OF) == said


@pytest.mark.parametrize("kind", ChangeKind)
def test_every_kind_has_words(kind: ChangeKind) -> None:
    assert what_would_change(Change(kind, 1, AS_OF, 0.5), "P1", AS_OF).endswith(".")
