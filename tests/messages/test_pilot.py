"""A run's mails as a pilot has them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.builders.scene import LIAISON, MANAGER, Scene

from quietdrop.messages.compose import Briefing
from quietdrop.messages.pilot import pilot_mails


def _briefing(folder: Path) -> Briefing:
    scene = Scene(folder)
    scene.sends("A", 3, 0, 96)
    return scene.briefing()


def test_each_mail_says_whose_it_would_be(tmp_path: Path) -> None:
    mails = list(pilot_mails(_briefing(tmp_path), [MANAGER], []))
    assert [mail.reader for mail in mails] == [LIAISON, MANAGER]
    for mail in mails:
        said = f"A pilot: this mail would go to {mail.reader}. Nothing was recorded."
        assert mail.rendered.text.startswith(f"{said}\n\n")
        assert said in mail.rendered.html.partition("<body")[2][:600]
        assert mail.rendered.subject.startswith(f"[{mail.reader}] ")


def test_no_link_leads_to_a_check_in_that_is_not_recorded(tmp_path: Path) -> None:
    for mail in pilot_mails(_briefing(tmp_path), [MANAGER], []):
        assert 'href="http' not in mail.rendered.html


def test_a_held_feed_is_told_as_to_the_managers(tmp_path: Path) -> None:
    [mail] = pilot_mails(_briefing(tmp_path), [MANAGER], ["The feed fell."])
    assert mail.reader == MANAGER
    assert "The feed fell." in mail.rendered.text


def test_a_hostile_name_stays_text_and_one_line(tmp_path: Path) -> None:
    briefing = _briefing(tmp_path)
    name = "<b>Ann</b>\r\nBcc: x@evil.example" + "x" * 10_000
    digest = replace(briefing.digests[0], recipient_name=name)
    [mail, _] = pilot_mails(replace(briefing, digests=[digest]), [MANAGER], [])
    assert "<b>Ann" not in mail.rendered.html
    first = mail.rendered.text.splitlines()[0]
    assert first.startswith("A pilot: this mail would go to <b>Ann</b> Bcc: x@evil.example")
    assert len(first) < 200
