"""What each reply at each stage means for a message, against a real server on a socket."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from tests.builders.scripted_mail_server import DROP, TRICKLE, scripted

from quietdrop.delivery.mailer import MailServer, Outcome, YagmailMailer
from quietdrop.delivery.smtp_replies import Fate
from quietdrop.messages.mime import Envelope, to_mime
from quietdrop.messages.render import Rendered

ANN = "ann@example.com"


def mime(text: str = "Hello", to: str = ANN, sender: str = "quietdrop@example.com") -> bytes:
    return to_mime(
        Rendered("Subject", text, f"<p>{text}</p>"),
        Envelope(
            sender=sender,
            recipient=to,
            message_id="<one@example.com>",
            date=datetime(2026, 7, 6, 7, tzinfo=UTC),
        ),
    )


def client(port: int, session: float = 20, sender: str = "quietdrop@example.com") -> YagmailMailer:
    return YagmailMailer(
        MailServer("127.0.0.1", port, "none", sender), timeout=5, session_seconds=session
    )


def sent(**replies: str) -> Outcome:
    with scripted(0.05, **replies) as (_, port):
        return client(port).send(ANN, mime())


TEMPORARY = [
    ("banner", "554 no service here"),
    ("banner", "521 does not accept mail"),
    ("banner", "421 later"),
    ("banner", "200 strange"),
    ("banner", "garbage"),
    ("banner", DROP),
    ("MAIL", "550 sender refused"),
    ("MAIL", "550 5.1.1 sender refused"),
    ("MAIL", "451 later"),
    ("MAIL", "354 strange"),
    ("MAIL", DROP),
    ("RCPT", "450 greylisted"),
    ("RCPT", "421 closing"),
    ("RCPT", "354 strange"),
    ("RCPT", "554 5.7.1 Client host rejected"),
    ("RCPT", "550 5.7.1 Sender address rejected: not owned by user"),
    ("RCPT", "553 5.1.8 sender's domain does not exist"),
    ("RCPT", "554 5.3.2 system not accepting messages"),
    ("RCPT", "550 relay not permitted"),
    ("RCPT", "530 authentication required"),
    ("RCPT", "503 bad sequence"),
    ("RCPT", DROP),
    ("DATA", "250 strange"),
    ("DATA", "451 later"),
    ("DATA", "554 not now"),
    ("DATA", "garbage"),
    ("DATA", DROP),
    ("body", "451 later"),
    ("body", "421 closing"),
    ("body", "550 5.7.26 unauthenticated sender"),
    ("body", "554 5.3.0 system trouble"),
]
FINAL = [
    ("RCPT", "550 no such person"),
    ("RCPT", "550 5.1.1 no such person"),
    ("RCPT", "550-5.1.1 no such\r\n550 5.1.1 person"),
    ("RCPT", "551 not local"),
    ("RCPT", "552 mailbox full"),
    ("RCPT", "553 name not allowed"),
    ("RCPT", "556 domain takes no mail"),
    ("RCPT", "599 the last of its class"),
    ("body", "550 refused"),
    ("body", "554 5.6.0 content refused"),
    ("body", "552 5.3.4 message too big"),
    ("body", "599 the last of its class"),
]
UNKNOWN = [
    ("body", "200 strange"),
    ("body", "251 forwarded"),
    ("body", "252 perhaps"),
    ("body", "299 strange"),
    ("body", "354 go ahead"),
    ("body", "399 strange"),
    ("body", "600 strange"),
    ("body", "garbage"),
    ("body", "250-half a reply\r\nx"),
    ("body", DROP),
]


@pytest.mark.parametrize(("stage", "reply"), TEMPORARY)
def test_what_refuses_the_connection_or_the_sender_is_for_now(stage: str, reply: str) -> None:
    outcome = sent(**{stage: reply})
    assert (outcome.kind, outcome.permanent) == ("refused", False)


@pytest.mark.parametrize(("stage", "reply"), FINAL)
def test_what_refuses_the_recipient_or_the_message_is_for_good(stage: str, reply: str) -> None:
    outcome = sent(**{stage: reply})
    assert (outcome.kind, outcome.permanent, outcome.code) == ("refused", True, int(reply[:3]))


@pytest.mark.parametrize(("stage", "reply"), UNKNOWN)
def test_once_the_message_has_left_any_other_answer_is_unknown(stage: str, reply: str) -> None:
    assert sent(**{stage: reply}).kind == "unknown"


@pytest.mark.parametrize("hello", ["550 go away", "421 later"])
def test_a_server_that_refuses_both_greetings_is_tried_again(hello: str) -> None:
    outcome = sent(EHLO=hello, HELO=hello)
    assert (outcome.kind, outcome.permanent, outcome.code) == ("refused", False, int(hello[:3]))
    assert sent(EHLO="502 what?").kind == "accepted"


@pytest.mark.parametrize("reply", ["535 wrong", "550 not you", "454 later", "504 how?", DROP])
def test_a_login_that_is_refused_is_tried_again(reply: str) -> None:
    with scripted(EHLO="250-here\r\n250 AUTH PLAIN", AUTH=reply) as (_, port):
        mailer = YagmailMailer(
            MailServer("127.0.0.1", port, "none", "q@example.com", "ann", "right"), timeout=5
        )
        outcome = mailer.send(ANN, mime())
    assert (outcome.kind, outcome.permanent) == ("refused", False)


@pytest.mark.parametrize(("stage", "reply"), [("MAIL", "250 ok"), ("RCPT", "251 will forward")])
def test_a_recipient_who_is_forwarded_is_accepted(stage: str, reply: str) -> None:
    assert sent(**{stage: reply}) == Outcome(Fate.ACCEPTED)


def test_a_message_that_was_accepted_stays_so_whatever_the_goodbye() -> None:
    for goodbye in ("550 no", DROP, "garbage"):
        assert sent(QUIT=goodbye) == Outcome(Fate.ACCEPTED)


def test_the_body_arrives_whole_with_its_dots() -> None:
    with scripted() as (script, port):
        assert client(port).send(ANN, mime(".\n..a\nb.\n")).kind == "accepted"
    [body] = script.bodies
    assert body.endswith(b"\r\n.\r\n")
    assert b"\r\n..\r\n...a\r\nb.\r\n" in body
    assert body.count(b"\r\n.\r\n") == 1


def test_nothing_that_the_server_says_is_passed_on() -> None:
    secret = "Jane Roe 1980-01-01"
    for stage in ("banner", "MAIL", "RCPT", "DATA", "body"):
        outcome = sent(**{stage: f"550 {secret}"})
        assert secret not in outcome.detail
        assert outcome.code == 550


@pytest.mark.parametrize(
    ("stage", "kind"),
    [
        ("banner", "refused"),
        ("EHLO", "refused"),
        ("MAIL", "refused"),
        ("RCPT", "refused"),
        ("DATA", "refused"),
        ("body", "unknown"),
        ("QUIT", "accepted"),
    ],
)
def test_a_server_that_trickles_has_only_the_session_s_time(stage: str, kind: str) -> None:
    """Each line comes well within the time that one reply may take."""
    with scripted(0.05, **{stage: TRICKLE}) as (_, port):
        begun = time.monotonic()
        outcome = client(port, session=0.6).send(ANN, mime())
    assert 0.4 < time.monotonic() - begun < 4
    assert (outcome.kind, outcome.permanent) == (kind, False)
    assert outcome.detail.startswith("the session took too long") is (kind != "accepted")


UTF8 = "250-here\r\n250 SMTPUTF8"


def test_a_domain_that_is_not_ascii_goes_out_as_idna() -> None:
    with scripted() as (script, port):
        assert client(port).send("ann@münchen.example", mime(to="ann@münchen.example")) == Outcome(
            Fate.ACCEPTED
        )
    assert "rcpt TO:<ann@xn--mnchen-3ya.example>" in script.commands
    assert b"To: ann@xn--mnchen-3ya.example\r\n" in script.bodies[0]


def test_a_name_that_is_not_ascii_goes_out_where_the_server_offers_it() -> None:
    jürgen = "jürgen@münchen.example"
    with scripted(EHLO=UTF8) as (script, port):
        assert client(port).unmailable([jürgen, ANN]) == {}
        assert client(port).send(jürgen, mime(to=jürgen)) == Outcome(Fate.ACCEPTED)
    assert "rcpt TO:<jürgen@xn--mnchen-3ya.example>" in script.commands
    assert any(c.startswith("mail FROM") and "SMTPUTF8" in c for c in script.commands)
    assert "To: jürgen@xn--mnchen-3ya.example\r\n".encode() in script.bodies[0]


def test_where_the_server_does_not_offer_it_nothing_is_sent_and_check_can_say_so() -> None:
    jürgen = "jürgen@example.com"
    with scripted() as (script, port):
        assert list(client(port).unmailable([jürgen, ANN])) == [jürgen]
        outcome = client(port).send(jürgen, mime(to=jürgen))
        of_us = client(port, sender="grüße@example.com").send(ANN, mime())
    assert (outcome.kind, outcome.permanent) == ("refused", True)
    assert (of_us.kind, of_us.permanent) == ("refused", False)
    assert not any(c.startswith("mail") for c in script.commands)


def test_an_address_whose_domain_is_none_is_refused_without_a_server() -> None:
    nobody = YagmailMailer(MailServer("127.0.0.1", 9, "none", "q@example.com"), timeout=1)
    assert list(nobody.unmailable(["ann@ü..example", ANN])) == ["ann@ü..example"]
    outcome = nobody.send("ann@ü..example", mime(to="ann@ü..example"))
    assert (outcome.kind, outcome.permanent) == ("refused", True)


def test_no_program_answers_these_mails() -> None:
    assert b"\r\nAuto-Submitted: auto-generated\r\n" in mime()
    assert b"\r\nX-Auto-Response-Suppress: All\r\n" in mime()
