"""Whether words that staff wrote may go out: discreet, short, signed, and with a way to stop.

Texts and subjects show on locked phones and in shared mailboxes, so they never name what somebody
may have or be treated for. The words to look for are the fixed ones here and those of `private`.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from scheduler.core import gsm7
from scheduler.core.template_words import (
    BODY,
    KINDS,
    SUBJECT,
    TEXT,
    allowed,
    fill,
    names_in,
    required,
    without_names,
)

SUBJECT_LENGTH = 100
# Beginnings of words, in both languages, without accents. "Back" alone is not among them: people
# are called back.
_FIXED = re.compile(
    r"\b(pain|ache|dolor|dolen|doler|duel[ea]|spin(e|al)|espald|columna|vertebr|lumbar|discs?\b"
    r"|herniat|hernia|nerv(e|io)|laminect|syndrom|sindrom|surg(ery|eon|ic)|cirug|cirujan|operation"
    r"|operaci|inject|inyec|epidural|steroid|esteroid|procedur|procedim|diagnos|treatment"
    r"|tratamiento|chronic|cronic|opioid|narcotic|therap|terapi|implant|stimulat|estimulac"
    r"|sciatic|ciatic|arthrit|artrit|neuropath|neuropat)\w*"
)
# Words in the names of conditions that everybody uses for other things too.
_ORDINARY = frozenset({"failed", "after", "lower", "upper", "right", "other", "still"})
_LONG = 5
_STOP = re.compile(r"\bSTOP\b")
_ASKED_FOR = re.compile(r"\b(?:reply|responda|text|envie)\s+[\"'“]?([\w]+)", re.IGNORECASE)
_REPLY_WORDS = frozenset({"yes", "si", "cancel", "cancelar", "no", "ok", "confirm", "c", "y", "n"})


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` is empty, private, length, clinic, stop, missing, unknown, braces or reply-word."""

    code: str
    words: str


def private_words(names: Iterable[str]) -> frozenset[str]:
    """What to look for, of conditions' names ("failed back syndrome, migraine"): each of them
    whole, and its uncommon words."""
    found: set[str] = set()
    for name in names:
        for one in filter(None, (_plain(part).strip() for part in name.split(","))):
            found.add(one)
            words = re.findall(r"\w+", one)
            found.update(word for word in words if len(word) >= _LONG and word not in _ORDINARY)
    return frozenset(found)


def given_away(text: str, private: Collection[str] = ()) -> list[str]:
    """The words in a text that tell what somebody may have, sorted."""
    plain = _plain(text)
    found = {match[0] for match in _FIXED.finditer(plain)}
    found |= {word for word in private if re.search(rf"\b{re.escape(word)}\b", plain)}
    return sorted(found)


def check(
    words: str,
    *,
    kind: str,
    part: str,
    examples: Sequence[Mapping[str, str]],
    private: Collection[str] = (),
) -> list[Problem]:
    """What speaks against these words as this part of this kind of message; nothing: they may go.

    `examples` are values for the names, as long as they can get. What is wrong with any of them is
    wrong.
    """
    if not words.strip():
        return [Problem("empty", "Write something.")]
    problems = _names(words, kind, part)
    for example in examples:
        filled = fill(words, example)
        problems += _private(_without_ours(filled, part, example), private)
        if part == TEXT:
            problems += check_length(filled)
        elif part == SUBJECT and len(filled) > SUBJECT_LENGTH:
            problems.append(Problem("length", f"Keep it under {SUBJECT_LENGTH} characters."))
    if part == TEXT:
        problems += _reply_words(words)
        if KINDS[kind].tells_to_stop:
            problems += _way_out(words)
    return list({problem.code + problem.words: problem for problem in problems}.values())


def check_reply(text: str, *, private: Collection[str] = ()) -> list[Problem]:
    """What speaks against a text in free words, given with the clinic's name and the way out."""
    return _private(text, private) + check_length(text) + _reply_words(text)


def check_length(text: str) -> list[Problem]:
    folded = gsm7.fold(text)
    if gsm7.segments(folded) <= 1:
        return []
    over = gsm7.length(folded) - gsm7.GSM_SINGLE
    say = f"With long names and dates it is {over} characters too long for one text."
    return [Problem("length", say)]


def _names(words: str, kind: str, part: str) -> list[Problem]:
    used = set(names_in(words))
    problems = [
        Problem("unknown", f"{{{name}}} is not known here.")
        for name in sorted(used - set(allowed(kind, part)))
    ]
    if re.search(r"[{}]", without_names(words)):
        problems.append(Problem("braces", "Use { and } only around a name, such as {time}."))
    for name in required(kind, part):
        if name not in used:
            code = "clinic" if name == "clinic" else "missing"
            problems.append(Problem(code, f"{{{name}}} is missing."))
    return problems


def _without_ours(text: str, part: str, example: Mapping[str, str]) -> str:
    """A mail's body may say the clinic's full name and address, whatever they hold."""
    if part == BODY:
        for name in ("clinic_name", "email", "address"):
            value = example.get(name)
            text = text.replace(value, "") if value else text
    return text


def _private(text: str, private: Collection[str]) -> list[Problem]:
    return [
        Problem("private", f"“{word}” tells others what they come for. Leave it out.")
        for word in given_away(text, private)
    ]


def _way_out(words: str) -> list[Problem]:
    if _STOP.search(words):
        return []
    return [Problem("stop", "Say how to stop: “STOP to end.” or “STOP: parar”.")]


def _reply_words(words: str) -> list[Problem]:
    asked = {found.lower() for found in _ASKED_FOR.findall(_plain(words))}
    return [
        Problem("reply-word", f"Ask for 1 or 2, never for “{word.upper()}”: carriers act on words.")
        for word in sorted(asked & _REPLY_WORDS)
    ]


def _plain(text: str) -> str:
    """Lower case, without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))
