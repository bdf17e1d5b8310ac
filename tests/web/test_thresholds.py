"""The page on which a manager tries settings: what is begun, proposed, refused and stopped."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from tests.builders.office import ANN, MANAGER, MONDAY, Office, form_of
from tests.builders.trial_report import tuned_of
from werkzeug.test import TestResponse

from quietdrop.config import load
from quietdrop.domain.alerts import AlertCard
from quietdrop.domain.trial import TrialState
from quietdrop.reporting.tuned import to_json as tuned_to_json
from quietdrop.store.runs import RunEnd, RunState

PAGE = "/desk/thresholds"
TODAYS = {"alert": "50", "watch": "25", "budget": "6", "least": "3"}


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, int]]:
    """The rehearsals that were begun; none is done here."""
    begun: list[tuple[Path, int]] = []
    monkeypatch.setattr(
        "quietdrop.web.trial_process.TrialProcesses.start",
        lambda _, config, number: begun.append((config, number)),
    )
    return begun


def form(office: Office) -> str:
    office.sign_in()
    return form_of(office.client.get(PAGE).text)


def send(office: Office, **values: str) -> TestResponse:
    return office.client.post(PAGE, data={"form": form(office)} | TODAYS | values)


def test_only_managers_come_in(office: Office) -> None:
    for path in (PAGE, f"{PAGE}/1"):
        assert office.client.get(path).status_code == 303
    assert office.client.post(PAGE, data=TODAYS).status_code == 403
    assert ANN not in office.client.get(PAGE).text


def test_before_anything_was_tried_today_s_values_stand_on_the_sliders(office: Office) -> None:
    office.sign_in()
    page = office.client.get(PAGE).text
    assert "Nothing tried yet" in page
    assert 'name="alert" min="30" max="90" step="5" value="50"' in page
    assert "today 50" in page
    assert 'aria-current="page">Thresholds<' in page


def test_trying_begins_a_process_with_what_was_changed_alone(
    office: Office, started: list[tuple[Path, int]]
) -> None:
    answer = send(office, alert="70", budget="4")
    [(config, number)] = started
    assert config == office.settings.path
    assert (answer.status_code, answer.location) == (303, f"{office.url}{PAGE}/{number}")
    trial = office.store.trials.get(number, office.now)
    assert trial is not None
    assert trial.changes == {"drift.alert_probability": "0.7", "digest.budget": "4"}
    assert trial.asked_by == MANAGER


def test_one_whose_server_ended_before_it_began_is_marked_at_once(office: Office) -> None:
    send(office, alert="70")
    with office.store.begin() as conn:
        [worker] = conn.exec_driver_sql("SELECT worker FROM trial").scalars()
        dead = worker.rpartition("|")[0] + "|1"  # another process has had its number
        conn.exec_driver_sql("UPDATE trial SET worker = ?", (dead,))
    page = office.client.get(f"{PAGE}/1").text
    assert "quietdrop was started again" in page


def test_one_runs_at_a_time(office: Office, started: list[tuple[Path, int]]) -> None:
    first = send(office, alert="70")
    second = send(office, alert="60")
    assert (second.status_code, second.location) == (303, first.location)
    assert len(started) == 1
    assert " disabled>Try it" in office.client.get(PAGE).text


def test_a_running_one_shows_how_far_it_is_and_looks_again(office: Office) -> None:
    send(office, alert="70")
    office.store.trials.move(1, 12, 52)
    page = office.client.get(f"{PAGE}/1")
    assert "12 of 52 weeks" in page.text
    assert 'max="52" value="12"' in page.text
    assert page.headers["Refresh"] == "3"
    assert "70\N{NO-BREAK SPACE}% sure" in page.text


def test_stopping_it_says_so(office: Office) -> None:
    send(office, alert="70")
    token = form(office)
    stopped = office.client.post(f"{PAGE}/1/cancel", data={"form": token})
    assert stopped.status_code == 303
    page = office.client.get(f"{PAGE}/1")
    assert "It was stopped" in page.text
    assert f"cancelled by {MANAGER}" in page.text
    assert "Refresh" not in page.headers


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/1/cancel"])
def test_a_form_that_is_not_of_this_session_changes_nothing(
    office: Office, path: str, started: list[tuple[Path, int]]
) -> None:
    office.sign_in()
    office.store.trials.begin(MANAGER, {}, office.now)
    before = office.tables()["trial"]
    assert office.client.post(path, data=TODAYS | {"form": "x"}).status_code == 400
    assert office.tables()["trial"] == before
    assert not started


@pytest.mark.parametrize(
    "values",
    [{"alert": "91"}, {"alert": "-1"}, {"alert": "7e1"}, {"budget": ""}, {"least": "9" * 5000}],
)
def test_what_no_slider_says_is_refused(
    office: Office, values: dict[str, str], started: list[tuple[Path, int]]
) -> None:
    assert send(office, **values).status_code == 400
    assert not started


@pytest.mark.parametrize(
    ("values", "said"),
    [({}, "These are today&#39;s settings"), ({"alert": "30", "watch": "50"}, "lower figure")],
)
def test_what_cannot_be_tried_is_said_on_the_page(
    office: Office, values: dict[str, str], said: str, started: list[tuple[Path, int]]
) -> None:
    answer = send(office, **values)
    assert answer.status_code == 400
    assert said in answer.text
    assert not started


def test_a_failed_one_says_why(office: Office) -> None:
    send(office, alert="70")
    office.store.trials.end(1, TrialState.failed, "it would have taken more than 2 GB")
    page = office.client.get(f"{PAGE}/1").text
    assert "It could not be done" in page
    assert "more than 2 GB" in page


def test_a_result_of_another_release_is_no_error(office: Office) -> None:
    send(office, alert="70")
    office.store.trials.end(1, TrialState.done, report='{"what": 1}')
    assert "cannot be shown any more" in office.client.get(f"{PAGE}/1").text


def test_a_tier_has_the_sliders_that_can_differ_for_it(
    office: Office, started: list[tuple[Path, int]]
) -> None:
    office.sign_in()
    page = office.client.get(f"{PAGE}?for=tier%3DA").text
    assert '<option value="tier=A" selected>tier A</option>' in page
    assert 'name="alert"' in page
    assert 'name="budget" min=' not in page
    values = {"for": "tier=A", "alert": "70", "watch": "25", "least": "3"}
    answer = office.client.post(PAGE, data={"form": form_of(page)} | values)
    assert (answer.status_code, len(started)) == (303, 1)
    trial = office.store.trials.get(1, office.now)
    assert trial is not None
    assert trial.changes == {"override[tier=A].alert_probability": "0.7"}
    page = office.client.get(f"{PAGE}/1").text
    assert "tier A: 70\N{NO-BREAK SPACE}% sure" in page
    assert '<option value="tier=A" selected>' in page
    assert 'value="70"' in page


def test_a_table_s_values_are_today_s_for_whom_it_names(office: Office) -> None:
    assert office.settings.path is not None
    table = '[[override]]\nterritory = "North"\ntier = "A"\nalert_probability = 0.4\n'
    with office.settings.path.open("a") as file:
        file.write(table)
    office.settings = load(office.settings.path, {})
    office.sign_in()
    page = office.client.get(PAGE, query_string={"for": "territory=North,tier=A"}).text
    assert "territory North, tier A</option>" in page
    assert "today 40" in page
    assert "today 50" in office.client.get(PAGE).text


@pytest.mark.parametrize("whom", ["tier=Q", "x", "territory=Nowhere", "x" * 9000])
def test_nobody_else_can_be_tried_for(
    office: Office, whom: str, started: list[tuple[Path, int]]
) -> None:
    assert send(office, alert="70", **{"for": whom}).status_code == 400
    assert not started


def proposed(office: Office, *, is_better: bool) -> str:
    office.sign_in()
    number = office.store.trials.begin(MANAGER, {}, office.now, budget=2.0)
    assert number is not None
    report = tuned_to_json(tuned_of(is_better=is_better))
    office.store.trials.end(number, TrialState.done, report=report)
    return office.client.get(f"{PAGE}/{number}").text


def test_a_proposal_begins_a_process_with_its_budget(
    office: Office, started: list[tuple[Path, int]]
) -> None:
    token = form(office)
    answer = office.client.post(f"{PAGE}/propose", data={"form": token, "budget": "0,8"})
    [(config, number)] = started
    assert config == office.settings.path
    assert (answer.status_code, answer.location) == (303, f"{office.url}{PAGE}/{number}")
    trial = office.store.trials.get(number, office.now)
    assert trial is not None
    assert (trial.changes, trial.budget) == ({}, 0.8)
    page = office.client.get(f"{PAGE}/{number}").text
    assert "Trying many settings on the past" in page
    assert "Proposal for at most 0.8 a liaison and week" in page
    assert " disabled>Propose" in page
    again = office.client.post(f"{PAGE}/propose", data={"form": token, "budget": "5"})
    assert (again.location, len(started)) == (answer.location, 1)


@pytest.mark.parametrize("budget", ["", "0", "0.4", "51", "nan", "1e3", "five", "9" * 5000])
def test_a_budget_that_is_no_number_of_check_ins_is_said_on_the_page(
    office: Office, budget: str, started: list[tuple[Path, int]]
) -> None:
    data = {"form": form(office), "budget": budget}
    answer = office.client.post(f"{PAGE}/propose", data=data)
    assert answer.status_code == 400
    assert "Give a number of check-ins from 0.5 to 50" in answer.text
    assert not started


def test_a_proposal_shows_what_it_did_in_the_newer_half_and_the_lines(office: Office) -> None:
    page = proposed(office, is_better=True)
    for words in (
        "A proposal",
        "at most 2 a liaison and week",
        "+60 lost referrals caught, 90 % interval +12 to +110",
        "from between 30 and 40 % sure on",
        "which the choice has not seen",
        '<td class="number then" data-label="best tried">240</td>',
        "alert_probability = 0.35  # was 0.5",
    ):
        assert words in page, words


def test_where_nothing_beats_today_s_it_says_so_and_shows_no_lines(office: Office) -> None:
    page = proposed(office, is_better=False)
    assert page.count("Nothing is proposed") == 1
    assert "Nothing beats today&#39;s settings beyond chance" in page
    assert "that were tried (35\u00a0% sure)" in page
    assert "alert_probability" not in page
    assert "90 % interval −8 to +110" in page
    assert "Lines for quietdrop.toml" not in page


def test_a_proposal_of_another_release_is_no_error(office: Office) -> None:
    number = office.store.trials.begin(MANAGER, {}, office.now, budget=2.0)
    assert number is not None
    office.store.trials.end(number, TrialState.done, report='{"what": 1}')
    office.sign_in()
    assert "cannot be shown any more" in office.client.get(f"{PAGE}/{number}").text


def test_a_promised_threshold_is_shown_as_the_last_run_learned_it(office: Office) -> None:
    config = office.desk.settings().path
    assert config is not None
    config.write_text(config.read_text() + "[drift]\nfalse_alarm_years = 8\n")
    promised = replace(office.desk, settings=lambda: load(config, {}))
    office.serve(promised)
    office.sign_in()
    assert "The next run learns from your own past" in office.client.get(PAGE).text
    run = office.store.runs.begin(MONDAY, True, office.now)
    card = AlertCard(MONDAY, 52, 40.0, (0.3, 0.62, 0.8), (9.0, 1.0, 0.1))
    with office.store.begin() as conn:
        said = {"alerts": card.for_the_store()}
        office.store.runs.finish(conn, run, RunEnd(RunState.DONE, "x", said), office.now)
    page = office.client.get(PAGE).text
    assert "listed from 62 %: at most one false check-in a practice in 8 years" in page
    assert re.search(r'name="alert"[^>]* value="62"', page)
    sent = {"form": form_of(page)} | TODAYS | {"alert": "62", "budget": "4"}
    assert office.client.post(PAGE, data=sent).status_code == 303
    [trial] = office.store.trials.newest(office.now, 5)
    assert trial.changes == {"digest.budget": "4"}
