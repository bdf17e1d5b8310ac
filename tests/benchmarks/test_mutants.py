"""The small faults put into the code: the list of those that change no result is kept true."""

from pathlib import Path

import pytest
from benchmarks.mutants.__main__ import noticed
from benchmarks.mutants.changes import mutants
from benchmarks.mutants.no_effect import LIST, Place, listed, place_of

ENTRY = """src/quietdrop/detection/weeks.py
return days // 7
'7' -> '(8)'
Nobody calls it.
"""


def test_a_list_names_file_line_change_and_reason() -> None:
    place = Place("src/quietdrop/detection/weeks.py", "return days // 7", "'7' -> '(8)'")
    assert listed(f"# A remark.\n\n{ENTRY}") == {place: "Nobody calls it."}


def test_a_blank_line_between_paragraphs_may_be_missing() -> None:
    other = ENTRY.replace("'7' -> '(8)'", "'days // 7' -> '(days * 7)'")
    assert len(listed(f"# A remark.\n# Another.\n{ENTRY}{other}")) == 2


def test_a_paragraph_without_a_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="unpack"):
        listed(ENTRY.replace("Nobody calls it.\n", ""))


def test_each_listed_fault_can_still_be_put_into_its_file() -> None:
    places = set(listed(LIST.read_text()))
    current = {
        place_of(mutant)
        for file in {place.file for place in places}
        for mutant in mutants(Path(file))
    }
    assert not places - current


def test_a_share_is_given_with_and_without_the_faults_that_change_no_result() -> None:
    assert noticed(10, 0, 0) == "10 of 10 noticed (100.0%)"
    assert noticed(10, 2, 1) == "8 of 10 noticed (80.0%); 8 of the 9 that change a result (88.9%)"
    assert noticed(0, 0, 0) == "0 of 0 noticed (0.0%)"
