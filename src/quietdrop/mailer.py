"""Mail by yagmail: one attempt a message, TLS verified, and an honest word on what became of it."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from email.utils import parseaddr
from typing import Any, Protocol

import keyring
import yagmail
from keyring.errors import KeyringError

from quietdrop.lib.foreign import in_our_words, reply_in_words

SERVICE = "yagmail"  # where yagmail's own command keeps passwords
PASSWORD_VARIABLE = "QUIETDROP_MAIL_PASSWORD"


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt: `accepted`, `refused` or `unknown`.

    `permanent` says that another attempt would be refused as well. `unknown` means that the
    server may or may not have kept the message.
    """

    kind: str
    code: int | None = None
    detail: str = ""
    permanent: bool = False


class Mailer(Protocol):
    """What the sender needs of a mail server."""

    def send(self, recipient: str, mime: bytes) -> Outcome: ...

    def check_login(self) -> Outcome: ...


def password_from(user: str | None, env: Mapping[str, str]) -> str | None:
    """The password from the environment, else from the keyring; never asks. None where none."""
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

    def _login(self, password: Any) -> None:
        """Connects without yagmail's login, which can only be the From address; then logs in."""
        super()._login(password)
        if self.login_name is not None:
            self.smtp.login(self.login_name, password)

    def deliver(self, recipient: str, mime: bytes) -> Outcome:
        """Hands the message over once, step by step: a connection that drops before the message
        has left is known to have delivered nothing."""
        leaving = False
        try:
            self.smtp.ehlo_or_helo_if_needed()
            size = [f"size={len(mime)}"] if self.smtp.has_extn("size") else []
            code, _ = self.smtp.mail(self.user, size)
            if code == 250:
                code, _ = self.smtp.rcpt(recipient)
            if code in (250, 251):
                leaving = True
                code, _ = self.smtp.data(mime)
        except OSError as error:
            return _judge(error, in_doubt=leaving)
        except UnicodeError:
            return Outcome("refused", None, "an address that mail cannot carry", permanent=True)
        if code == 250:
            return Outcome("accepted")
        return _refused(code) if code > 0 else _judge(OSError(), in_doubt=leaving)


class YagmailMailer:
    """A mail server as configured. `security` is starttls, ssl or none (a plain relay)."""

    def __init__(
        self,
        host: str,
        port: int,
        security: str,
        user: str | None,
        sender: str,
        password: str | None,
        timeout: float = 30.0,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._host, self._port, self._security = host, port, security
        self._user, self._password = user, password
        self._sender = parseaddr(sender)[1]
        self._timeout = timeout
        self._context = ssl_context or ssl.create_default_context()

    def send(self, recipient: str, mime: bytes) -> Outcome:
        """One attempt. Never raises for what the server or the network does."""
        connected = self._connect()
        if isinstance(connected, Outcome):
            return connected
        try:
            address = parseaddr(str(message_from_bytes(mime, policy=default)["To"]))[1]
            return connected.deliver(address or recipient, mime)
        finally:
            _close(connected)

    def check_login(self) -> Outcome:
        """Connects and logs in, and sends nothing."""
        connected = self._connect()
        if isinstance(connected, Outcome):
            return connected
        _close(connected)
        return Outcome("accepted")

    def _connect(self) -> _OneAttempt | Outcome:
        if self._user is not None and self._password is None:
            told = f"no password for {self._user}: set {PASSWORD_VARIABLE} or use the keyring"
            return Outcome("refused", None, told)
        starttls: bool | dict[str, Any] = False
        kwargs: dict[str, Any] = {"timeout": self._timeout}
        if self._security == "starttls":
            starttls = {"context": self._context}
        elif self._security == "ssl":
            kwargs["context"] = self._context
        client = _OneAttempt(
            user=self._sender,
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
        try:
            client._login(self._password)
        except (OSError, UnicodeError) as error:
            _close(client)
            return _judge(error, in_doubt=False)
        return client


def _close(client: _OneAttempt) -> None:
    try:
        client.close()
    except OSError:
        client.is_closed = True


def _refused(code: int, *, login: bool = False) -> Outcome:
    """A server's no, by its code. A login that is refused may be mended: it is never for good."""
    return Outcome("refused", code, reply_in_words(code), permanent=code >= 500 and not login)


def _judge(error: OSError | UnicodeError, *, in_doubt: bool) -> Outcome:
    """An SMTP or network error as an outcome. `in_doubt`: the message may have left already."""
    code = getattr(error, "smtp_code", None)
    if isinstance(code, int) and code > 0:
        login = "Authentication" in type(error).__name__
        return _refused(code, login=login)
    if in_doubt:
        return Outcome("unknown", None, "the connection was lost before the server answered")
    return Outcome("refused", None, in_our_words(error))
