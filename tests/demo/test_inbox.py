"""The local inbox keeps each mail as files, also when it is begun again."""

from __future__ import annotations

import smtplib
import socket
from email.message import EmailMessage
from pathlib import Path

import pytest
from benchmarks.ports import free_port

from quietdrop.demo.inbox import Inbox, is_listening


def send(inbox: Inbox, subject: str, recipient: str = "ann@liaisons.example") -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "quietdrop@practice.example", recipient, subject
    mail.set_content("Good morning.")
    mail.add_alternative("<p>Good morning.</p>", subtype="html")
    with smtplib.SMTP("127.0.0.1", inbox.port) as server:
        server.send_message(mail)


def test_a_mail_is_kept_as_it_came_as_text_and_as_a_page(tmp_path: Path) -> None:
    with Inbox(tmp_path / "inbox") as inbox:
        send(inbox, "Hello")
    names = sorted(path.name for path in inbox.folder.iterdir())
    stem = "0001-ann@liaisons-example"
    assert names == [f"{stem}.eml", f"{stem}.html", f"{stem}.txt"]
    [kept] = inbox.kept
    assert kept.page.read_text().strip() == "<p>Good morning.</p>"
    assert kept.recipient == "ann@liaisons.example"


def test_an_inbox_that_is_begun_again_goes_on_counting(tmp_path: Path) -> None:
    for subject in ("first", "second"):
        with Inbox(tmp_path) as inbox:
            send(inbox, subject)
    assert sorted(path.name[:4] for path in tmp_path.glob("*.eml")) == ["0001", "0002"]


def test_a_recipient_cannot_choose_the_place(tmp_path: Path) -> None:
    with Inbox(tmp_path / "inbox") as inbox:
        send(inbox, "Hello", "../../etc/passwd@x.example")
    assert {path.parent for path in tmp_path.rglob("*.eml")} == {tmp_path / "inbox"}


def test_it_is_known_by_its_greeting(tmp_path: Path) -> None:
    with Inbox(tmp_path, banner="quietdrop-demo-1") as inbox:
        assert is_listening(inbox.port, "quietdrop-demo-1")
        assert not is_listening(inbox.port, "quietdrop-demo-2")
    assert not is_listening(inbox.port, "quietdrop-demo-1")


def test_a_port_in_use_is_an_error(tmp_path: Path) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)), pytest.raises(OSError, match="in use"):
        Inbox(tmp_path, port).start()
