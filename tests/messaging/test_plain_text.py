"""The plain part of a mail: short lines, whole links, nothing else changed."""

from hypothesis import given
from hypothesis import strategies as st

from scheduler.messaging.delivery.plain_text import WIDTH, wrapped

LINK = "https://book.example.org/u/" + "0123456789abcdef" * 3


class TestWrapped:
    def test_short_lines_stay_as_they_are(self) -> None:
        text = "Hello Ana,\n\nWhat: a visit\n--\nThe clinic\n"
        assert wrapped(text) == text

    def test_a_long_line_becomes_short_ones(self) -> None:
        lines = wrapped("word " * 40).split("\n")
        assert max(map(len, lines)) <= WIDTH
        assert len(lines) > 1

    def test_a_link_stays_whole(self) -> None:
        lines = wrapped(f"To see, change or cancel the visit, open this address: {LINK} and go on")
        assert LINK in lines

    def test_words_with_hyphens_are_not_torn(self) -> None:
        assert "O'Brien-Muñoz" in wrapped("x " * 32 + "Dana O'Brien-Muñoz")

    @given(st.text(alphabet="ab -/:\n", max_size=300))
    def test_no_word_is_lost_or_changed(self, text: str) -> None:
        assert wrapped(text).split() == text.split()
        assert wrapped(wrapped(text)) == wrapped(text)
