"""Mail through yagmail: one attempt per message, TLS verified, and an honest outcome."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from email.utils import parseaddr
from typing import Any, Protocol

import keyring
import yagmail
from keyring.errors import KeyringError

from quietdrop.delivery.policy import NOT_ALLOWED, may_be_mailed
from quietdrop.delivery.smtp_replies import GO_AHEAD, Fate, Outcome, Stage, judge_loss, judge_reply
from quietdrop.lib.deadline import cut_after
from quietdrop.lib.mail_address import needs_utf8, wire_address

__all__ = ["Mailer", "Outcome", "YagmailMailer", "password_from"]

SERVICE = "yagmail"  # where yagmail's own command keeps passwords
PASSWORD_VARIABLE = "QUIETDROP_MAIL_PASSWORD"
PATIENCE = 30.0  # seconds that one reply may take
SESSION_SECONDS = 120.0  # a whole session: RFC 5321's 5 minutes a reply would stall the sender


class Mailer(Protocol):
    """What the sender needs of a mail server."""

    def send(self, recipient: str, mime: bytes) -> Outcome: ...

    def check_login(self) -> Outcome: ...


def password_from(user: str | None, env: Mapping[str, str]) -> str | None:
    """The password from the environment, else from the keyring; None if neither has it. Never
    prompts."""
    if given := env.get(PASSWORD_VARIABLE):
        return given
    if user is None:
        return None
    try:
        return keyring.get_password(SERVICE, user)
    except (KeyringError, RuntimeError):
        return None


class _OneAttempt(yagmail.SMTP):  # type: ignore[misc]
    """yagmail without its reconnect-and-resend, and without its password prompt."""

    login_name: str | None = None
    stage = Stage.CONNECTION
    is_late = False  # the session's time is over

    @property
    def connection(self) -> Callable[..., Any]:
        """As yagmail's, but known as `smtp` while it still connects, so that `cut` can end that."""
        kind = super().connection

        def connect(*args: Any, **options: Any) -> Any:
            self.smtp = kind.__new__(kind)
            self.smtp.__init__(*args, **options)
            return self.smtp

        return connect

    def _login(self, password: Any) -> None:
        """Connects without yagmail's login, which can only be the From address; then logs in."""
        super()._login(password)
        if self.login_name is not None:
            self.stage = Stage.LOGIN
            self.smtp.login(self.login_name, password)
        else:
            self.smtp.ehlo_or_helo_if_needed()

    def deliver(self, recipient: str, mime: bytes) -> Outcome:
        """Hands the message over once, step by step, so that it is known how far it came."""
        sender, options = self.user, []
        if self.smtp.has_extn("size"):
            options.append(f"size={len(mime)}")
        if needs_utf8(sender) or needs_utf8(recipient):
            if not self.smtp.has_extn("smtputf8"):
                permanent = not needs_utf8(sender)  # otherwise no message could leave at all
                return Outcome(Fate.REFUSED, None, WITHOUT_UTF8, permanent=permanent)
            options += ["SMTPUTF8", "BODY=8BITMIME"]
        self.stage = Stage.SENDER
        code, text = self.smtp.mail(sender, options)
        if not 200 <= code <= 299:
            return judge_reply(self.stage, code, text)
        self.stage = Stage.RECIPIENT
        code, text = self.smtp.rcpt(recipient)
        if not 200 <= code <= 299:
            return judge_reply(self.stage, code, text)
        self.stage = Stage.DATA
        code, text = self.smtp.docmd("DATA")
        if code != GO_AHEAD:
            return judge_reply(self.stage, code, text)
        self.stage = Stage.BODY
        self.smtp.send(_dotted(mime))
        return judge_reply(self.stage, *self.smtp.getreply())

    def cut(self) -> None:
        """Ends the connection while another thread waits for it. An SSLSocket's own `shutdown`
        would take its TLS state away from the thread that reads."""
        self.is_late = True
        sock = getattr(self.smtp, "sock", None)
        if sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


@dataclass(frozen=True)
class MailServer:
    """A mail server, and how we present ourselves to it."""

    host: str
    port: int
    security: str  # starttls, ssl or none (a plain relay)
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)


class YagmailMailer:
    """Mail through one server."""

    def __init__(
        self,
        server: MailServer,
        *,
        allowed_domains: Sequence[str] = (),
        ssl_context: ssl.SSLContext | None = None,
        timeout: float = PATIENCE,
        session_seconds: float = SESSION_SECONDS,
    ) -> None:
        self._allowed_domains = allowed_domains
        self._host, self._port, self._security = server.host, server.port, server.security
        self._user, self._password = server.user, server.password
        self._sender = parseaddr(server.sender)[1] or server.sender
        self._timeout, self._session_seconds = timeout, session_seconds
        self._context = ssl_context or ssl.create_default_context()

    def send(self, recipient: str, mime: bytes) -> Outcome:
        """One attempt. Never raises for what the server or the network does."""
        try:
            # The header's address has been cleaned of what is invisible. One that is not ASCII
            # may be encoded there and is then not an address.
            named = parseaddr(str(message_from_bytes(mime, policy=default)["To"]))[1]
            address = wire_address(named if named and recipient.isascii() else recipient)
        except ValueError:
            return Outcome(Fate.REFUSED, None, "an address that mail cannot carry", permanent=True)
        if not may_be_mailed(address, self._allowed_domains):
            return Outcome(Fate.REFUSED, None, NOT_ALLOWED, permanent=True)
        return self._session(lambda client: client.deliver(address, mime))

    def check_login(self) -> Outcome:
        """Connects and logs in, and sends nothing."""
        return self._session(lambda _: Outcome(Fate.ACCEPTED))

    def unmailable(self, addresses: Iterable[str]) -> dict[str, str]:
        """The addresses that cannot be mailed, with the reason. It connects only where it must."""
        faults, wide = {}, []
        for address in addresses:
            try:
                wire_address(address)
            except ValueError:
                faults[address] = "an address that mail cannot carry"
            else:
                wide += [address] if needs_utf8(address) else []
        if not wide:
            return faults

        def offers(client: _OneAttempt) -> Outcome:
            taken = client.smtp.has_extn("smtputf8")
            return Outcome(Fate.ACCEPTED if taken else Fate.REFUSED, None, WITHOUT_UTF8)

        outcome = self._session(offers)
        if outcome.kind is not Fate.ACCEPTED:
            faults |= dict.fromkeys(wide, outcome.detail)
        return faults

    def _session(self, work: Callable[[_OneAttempt], Outcome]) -> Outcome:
        """Connects, works and says goodbye, all within the session's time."""
        if self._user is not None and self._password is None:
            why = f"no password for {self._user}: set {PASSWORD_VARIABLE} or use the keyring"
            return Outcome(Fate.REFUSED, None, why)
        try:
            client = self._client()
        except ValueError:
            return Outcome(Fate.REFUSED, None, "[mail] from is an address that mail cannot carry")
        with cut_after(self._session_seconds, client.cut):
            try:
                client._login(self._password)
                return work(client)
            except (OSError, ValueError) as error:
                if client.is_late:
                    return judge_loss(client.stage, "the session took too long")
                return _judge(client.stage, error)
            finally:
                _close(client)

    def _client(self) -> _OneAttempt:
        """A client that has not connected yet."""
        starttls: bool | dict[str, Any] = False
        kwargs: dict[str, Any] = {"timeout": self._timeout}
        if self._security == "starttls":
            starttls = {"context": self._context}
        elif self._security == "ssl":
            kwargs["context"] = self._context
        client = _OneAttempt(
            user=wire_address(self._sender),
            password="",
            host=self._host,
            port=self._port,
            smtp_starttls=starttls,
            smtp_ssl=self._security == "ssl",
            smtp_skip_login=True,
            soft_email_validation=False,
            **kwargs,
        )
        client.set_logging(None)
        client.login_name = self._user
        return client


WITHOUT_UTF8 = "the mail server does not take such addresses (it offers no SMTPUTF8)"


def _close(client: _OneAttempt) -> None:
    try:
        client.close()
    except (OSError, ValueError):
        client.is_closed = True
    finally:
        if client.smtp is not None:
            client.smtp.close()


def _dotted(mime: bytes) -> bytes:
    """The message as DATA wants it: a dot before each line that begins with one, and one at the
    end (RFC 5321, 4.5.2)."""
    lines = re.sub(rb"\r?\n|\r", b"\r\n", mime)
    return re.sub(rb"(?m)^\.", b"..", lines.removesuffix(b"\r\n")) + b"\r\n.\r\n"


def _judge(stage: Stage, error: OSError | ValueError) -> Outcome:
    """What an SMTP or network error means for the message, by how far the session had come."""
    if isinstance(error, ValueError) and not isinstance(error, OSError):
        if stage is Stage.BODY:
            return judge_loss(stage, "sending failed")
        final = stage is Stage.RECIPIENT
        return Outcome(Fate.REFUSED, None, "an address that mail cannot carry", permanent=final)
    code = getattr(error, "smtp_code", None)
    if stage is not Stage.BODY and isinstance(code, int) and code > 0:
        if "Authentication" in type(error).__name__:
            stage = Stage.LOGIN
        return judge_reply(stage, code, getattr(error, "smtp_error", ""))
    return judge_loss(stage, _LOSSES.get(type(error).__name__, type(error).__name__))


# By the error's name: its text is never passed on.
_LOSSES = {
    "SMTPServerDisconnected": "the connection was lost",
    "TimeoutError": "the mail server did not answer in time",
    "ConnectionRefusedError": "nothing is listening at the mail server's address",
    "gaierror": "the mail server's name cannot be resolved",
    "SSLCertVerificationError": "the mail server's certificate is not to be trusted",
    "SMTPNotSupportedError": "the mail server offers no STARTTLS, or no login",
}
