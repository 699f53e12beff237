import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.core.gsm7 import BASIC, EXTENDED, fold, is_gsm7, length, segments


class TestFold:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Plain text: 10:00 AM, $5 @ 100%!", "Plain text: 10:00 AM, $5 @ 100%!"),
            ("María Núñez, mañana a las 9", "Maria Nuñez, mañana a las 9"),
            ("áíóú ÁÍÓÚ é É ñ Ñ ü Ü ¿ ¡", "aiou AIOU é É ñ Ñ ü Ü ¿ ¡"),
            ("e\u0301 n\u0303 a\u0301", "é ñ a"),
            ("“It’s” ‘here’ – now — or…", "\"It's\" 'here' - now - or..."),
            ("10:00\u00a0AM\u202f–\u200911:00\u2007AM", "10:00 AM - 11:00 AM"),
            ("See you 👋🏽 soon", "See you soon"),
            ("👩‍👩‍👧 family", "family"),
            ("Łukasz Đoković œuvre ½ ™ №", "Lukasz Dokovic oeuvre 1/2 TM No"),
            ("Çelik ç Ångström", "Çelik c Ångström"),
            ("soft\u00adhyphen, zero\u200bwidth", "softhyphen, zerowidth"),
            ("first\r\nsecond\rthird", "first\nsecond\nthird"),
            ("  much \t space  \n  here ", "much space\nhere"),
            ("[brackets] {braces} ~ ^ | \\ €", "[brackets] {braces} ~ ^ | \\ €"),
            ("王伟", ""),
            ("", ""),
        ],
    )
    def test_keeps_what_can_be_kept(self, text: str, expected: str) -> None:
        assert fold(text) == expected

    @given(st.text(max_size=200))
    def test_gives_clean_gsm_whatever_comes_in(self, text: str) -> None:
        folded = fold(text)
        assert is_gsm7(folded)
        assert "  " not in folded
        assert folded == folded.strip()
        assert fold(folded) == folded

    @given(st.text(alphabet=sorted(BASIC - set(" \r\n")), max_size=50))
    def test_leaves_the_alphabet_alone(self, text: str) -> None:
        assert fold(text) == text


class TestLength:
    def test_the_alphabet_has_its_127_characters_and_the_escape(self) -> None:
        assert len(BASIC) == 127
        assert len(EXTENDED) == 10
        assert not BASIC & EXTENDED

    def test_counts_an_extension_character_twice(self) -> None:
        assert length("a€b") == 4

    def test_counts_utf16_outside_the_alphabet(self) -> None:
        assert length("á€") == 2
        assert length("👋") == 2


class TestSegments:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", 0),
            ("a" * 160, 1),
            ("a" * 161, 2),
            ("a" * 306, 2),
            ("a" * 307, 3),
            ("€" * 80, 1),
            ("€" * 81, 2),
            # 153 is odd: no escape is torn from its character, so 76 fit a part and not 76.5.
            ("€" * 152, 2),
            ("€" * 153, 3),
            ("á" * 70, 1),
            ("á" * 71, 2),
            ("á" * 134, 2),
            ("á" * 135, 3),
            ("👋" * 35, 1),
            ("👋" * 66, 2),
            ("👋" * 67, 3),
        ],
    )
    def test_are_what_the_carrier_counts(self, text: str, expected: int) -> None:
        assert segments(text) == expected

    def test_one_no_break_space_doubles_the_price(self) -> None:
        text = "a" * 99 + "\u00a0" + "b" * 30
        assert segments(text) == 2
        assert segments(fold(text)) == 1
