"""The pages write days and numbers as the reader's country does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.builders.office import ANN, Office


@pytest.mark.parametrize(
    ("country", "day"), [("US", "July 6 to July 10"), ("GB", "6 July to 10 July")]
)
def test_a_page_has_the_days_of_the_country(office: Office, country: str, day: str) -> None:
    calendar = office.settings.calendar.model_copy(update={"country": country})
    office.settings = office.settings.model_copy(update={"calendar": calendar})
    office.serve(replace(office.desk))
    page = office.client.get(office.path(office.mail.my_list(ANN))).get_data(as_text=True)
    assert day in page
