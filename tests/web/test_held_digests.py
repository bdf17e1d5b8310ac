"""Held digests, and the ids that changed: a manager lets the one go and joins the other, once."""

from __future__ import annotations

import re
from datetime import date, timedelta

from tests.builders.held_runs import held
from tests.builders.office import ANN, MANAGER, MONDAY, Office

from quietdrop.findings.rekeyed import ACCEPT


def release(office: Office, as_of: date = MONDAY) -> tuple[int, str]:
    path = office.path(office.mail.release(MANAGER, as_of))
    asked = office.client.get(path)
    if asked.status_code != 200:
        return asked.status_code, asked.text
    form = re.findall(r'name="form" value="([^"]+)"', asked.text)[0]
    sent = office.client.post(path, data={"form": form})
    return sent.status_code, sent.text


def test_a_manager_lets_held_digests_go_once(office: Office) -> None:
    held(office)
    status, page = release(office)
    assert (status, office.released) == (200, [MONDAY])
    assert "On their way" in page
    held(office, state="done")
    status, page = release(office)
    assert (status, office.released) == (409, [MONDAY])
    assert "They have gone out." in page


def test_a_manager_joins_the_ids_that_changed(office: Office) -> None:
    held(office, why=f"20 of 20 practices ended as the same began: {ACCEPT}.")
    path = office.path(office.mail.release(MANAGER, MONDAY))
    page = office.client.get(path).text
    assert "They are the same practices" in page
    form = re.findall(r'name="form" value="([^"]+)"', page)[0]
    sent = office.client.post(path, data={"form": form, "choice": "rekeyed"})
    assert (sent.status_code, "They will be one practice each" in sent.text) == (200, True)
    assert (office.rejoined, office.released) == ([(MONDAY, MANAGER)], [])


def test_nothing_is_joined_where_no_id_changed(office: Office) -> None:
    held(office)
    path = office.path(office.mail.release(MANAGER, MONDAY))
    page = office.client.get(path).text
    assert "They are the same practices" not in page
    form = re.findall(r'name="form" value="([^"]+)"', page)[0]
    office.client.post(path, data={"form": form, "choice": "rekeyed"})
    assert (office.rejoined, office.released) == ([], [MONDAY])


def test_only_the_newest_run_can_be_let_go(office: Office) -> None:
    assert release(office)[0] == 404
    held(office)
    held(office, MONDAY + timedelta(days=1))
    status, page = release(office)
    assert (status, office.released) == (409, [])
    assert "A newer run has been made" in page


def test_digests_that_are_being_made_are_not_let_go_again(office: Office) -> None:
    held(office)
    assert office.store.claims.take("live run", "another process", office.now, timedelta(minutes=5))
    status, page = release(office)
    assert (status, office.released) == (409, [])
    assert "being made right now" in page


def test_held_digests_are_not_let_go_without_the_pages_own_form(office: Office) -> None:
    held(office)
    path = office.path(office.mail.release(MANAGER, MONDAY))
    assert office.client.post(path).status_code == 400
    assert office.client.post(path, data={"form": "x"}).status_code == 400
    stranger = office.path(office.mail.release(ANN, MONDAY))
    assert office.client.get(stranger).status_code == 404
    assert office.released == []
