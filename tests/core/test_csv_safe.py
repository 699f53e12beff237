"""A cell that somebody typed stays text in every spreadsheet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.core.csv_safe import plain_cell, safe_cell, safe_row


@pytest.mark.parametrize(
    "typed", ["=1+1", "+14195550123", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1"]
)
def test_a_formula_becomes_text(typed: str) -> None:
    assert safe_cell(typed) == f"'{typed}"


@pytest.mark.parametrize("typed", ["Ana Ruiz", "a=b", "O'Neil", "'tis", "", "3/9/1958"])
def test_other_words_stay_as_they_are(typed: str) -> None:
    assert safe_cell(typed) == typed


def test_numbers_stay_numbers_and_nothing_is_empty() -> None:
    assert safe_row([-3, 2.5, None]) == ["-3", "2.5", ""]


@given(st.text())
def test_what_was_written_is_read_back(typed: str) -> None:
    typed = typed.lstrip("'")
    assert plain_cell(safe_cell(typed)) == typed.strip()


@given(st.text())
def test_no_cell_begins_a_formula(typed: str) -> None:
    assert safe_cell(typed).lstrip(" ")[:1] not in set("=+-@\t\r\n＝＋－＠")
