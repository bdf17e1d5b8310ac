"""What a mail server's reply means for a message: every stage, both sides of each code."""

from __future__ import annotations

import pytest

from quietdrop.delivery.smtp_replies import Fate, Outcome, Stage, judge_loss, judge_reply

RCPT, BODY = Stage.RECIPIENT, Stage.BODY
EARLY = [stage for stage in Stage if stage is not BODY]


def is_final(code: int, text: bytes | str = "", stage: Stage = RCPT) -> bool:
    outcome = judge_reply(stage, code, text)
    assert (outcome.kind, outcome.code) == (Fate.REFUSED, code)
    assert outcome.detail == f"the mail server refused {stage}"
    return outcome.permanent


def test_only_250_after_the_message_accepts_it() -> None:
    assert judge_reply(BODY, 250, "ok") == Outcome(Fate.ACCEPTED, None, "", permanent=False)


@pytest.mark.parametrize("stage", EARLY)
def test_250_at_an_earlier_stage_is_no_acceptance(stage: Stage) -> None:
    words = "the mail server's answer makes no sense"
    assert judge_reply(stage, 250, "ok") == Outcome(Fate.REFUSED, 250, words, permanent=False)


@pytest.mark.parametrize("code", [400, 421, 451, 499])
def test_400_to_499_is_for_now_at_every_stage(code: int) -> None:
    assert not any(is_final(code, stage=stage) for stage in Stage)


@pytest.mark.parametrize("code", [501, 505, 520, 522, 529, 531, 533, 536, 537, 539, 550, 599])
def test_5xx_is_for_good_at_the_recipient_and_the_message_only(code: int) -> None:
    final = [stage for stage in Stage if is_final(code, stage=stage)]
    assert final == [RCPT, BODY]


@pytest.mark.parametrize("code", [500, 502, 503, 504, 521, 530, 534, 535, 538])
def test_a_code_about_the_whole_server_or_our_login_is_for_now(code: int) -> None:
    assert not is_final(code)
    assert not is_final(code, stage=BODY)


@pytest.mark.parametrize("code", [-1, 0, 99, 100, 200, 251, 354, 399, 600, 999, 1000])
def test_any_other_code_makes_no_sense_and_is_kept_if_it_has_three_digits(code: int) -> None:
    stated = code if 100 <= code <= 999 else None
    refused, doubtful = judge_reply(RCPT, code, ""), judge_reply(BODY, code, "")
    assert (refused.kind, refused.code, refused.permanent) == (Fate.REFUSED, stated, False)
    assert refused.detail == "the mail server's answer makes no sense"
    assert (doubtful.kind, doubtful.code, doubtful.permanent) == (Fate.UNKNOWN, stated, False)
    assert doubtful.detail == "the mail server's answer to the message makes no sense"


@pytest.mark.parametrize(
    ("text", "final"),
    [
        ("5.1.1 no such user", True),
        ("5.7.1 relaying denied", False),
        ("5.7.26 unauthenticated", False),
        ("5.3.2 system not accepting", False),
        ("5.3.4 message too big", True),
        ("5.3.40 system", False),
        ("5.1.7 bad sender", False),
        ("5.1.8 bad sender", False),
        ("5.1.9 other", True),
        ("  5.7.1 with blanks before it", False),
        (b"5.7.1 as bytes", False),
        (b"\xff no text at all", True),
        ("no such user", True),
        ("sender rejected", False),
        ("Relay access denied", False),
        ("authentication required", False),
        ("bad HELO", False),
        ("5.1.1 sender said no such user", True),  # the code says whom it is about
    ],
)
def test_the_server_s_words_tell_her_fault_from_ours(text: bytes | str, final: bool) -> None:
    assert is_final(550, text) is final


@pytest.mark.parametrize("stage", EARLY)
def test_a_loss_before_the_message_is_a_refusal_for_now(stage: Stage) -> None:
    assert judge_loss(stage, "it took too long") == Outcome(Fate.REFUSED, None, "it took too long")


def test_a_loss_after_the_message_leaves_it_in_doubt() -> None:
    words = "it took too long before the mail server answered"
    assert judge_loss(BODY, "it took too long") == Outcome(Fate.UNKNOWN, None, words)
