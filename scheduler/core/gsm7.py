"""Texts in the GSM 7-bit alphabet (3GPP TS 23.038), with 160 characters a segment, not 70."""

import re
import unicodedata
from collections.abc import Iterable

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# These are sent as an escape and a character, so they count two.
EXTENDED = frozenset("\f^{}\\[~]|€")
_ALPHABET = BASIC | EXTENDED

GSM_SINGLE, GSM_PART = 160, 153
UCS2_SINGLE, UCS2_PART = 70, 67

_LOOKALIKES = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−•·", "-"),
        **dict.fromkeys("\t\f\v\u2028\u2029", " "),
        "…": "...",
        "\u2044": "/",
        "×": "x",
        "©": "(c)",
        "®": "(R)",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ð": "d",
        "Ð": "D",
        "þ": "th",
        "Þ": "Th",
        "œ": "oe",
        "Œ": "OE",
        "ı": "i",
    }
)


def fold(text: str) -> str:
    """The same text in GSM-7: accents and typography made plain, what has no likeness dropped.

    Runs of blanks become one and lines lose the blanks at their ends, so that what was dropped
    leaves no hole. Folding twice changes nothing more.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_LOOKALIKES)
    if not is_gsm7(text):
        text = "".join(_fold_character(char) for char in unicodedata.normalize("NFC", text))
    return "\n".join(re.sub(" +", " ", line).strip() for line in text.strip().split("\n"))


def is_gsm7(text: str) -> bool:
    """Whether each character is in the alphabet or its extension."""
    return _ALPHABET.issuperset(text)


def length(text: str) -> int:
    """What the text counts against a segment: septets in GSM-7, else UTF-16 units."""
    return sum(_sizes(text))


def segments(text: str) -> int:
    """How many segments the text is sent, and paid, as; none for an empty text."""
    single, part = (GSM_SINGLE, GSM_PART) if is_gsm7(text) else (UCS2_SINGLE, UCS2_PART)
    sizes = _sizes(text)
    if sum(sizes) <= single:
        return 1 if text else 0
    return _packed(sizes, part)


def _fold_character(char: str) -> str:
    if char in _ALPHABET:
        return char
    parts = unicodedata.normalize("NFKD", char).translate(_LOOKALIKES)
    return "".join(part for part in parts if part in _ALPHABET)


def _sizes(text: str) -> list[int]:
    if is_gsm7(text):
        return [2 if char in EXTENDED else 1 for char in text]
    return [2 if ord(char) > 0xFFFF else 1 for char in text]


def _packed(sizes: Iterable[int], part: int) -> int:
    """The number of parts, where a character of two units is never torn."""
    parts, used = 1, 0
    for size in sizes:
        if used + size > part:
            parts, used = parts + 1, 0
        used += size
    return parts
