"""Every sentence of pages and messages that may say what messages do, as their sources have it.

Patients' words come from the catalog, staff's from templates and strings; a `{{ value }}` of a
staff template is shown as "…".
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from scheduler.management.commands.update_translations import extract
from scheduler.messaging.consent.wordings import MAILS, TEXTS

ROOT = Path(__file__).resolve().parents[2]
_DOES = (
    r"(texts?|texted|e?mails?|mailed|calls?|write|written|remind\w*|sends?|sent|tells?|told|hear|"
    r"answer|reply|messages?|codes?|STOP|START|notif\w+|gets?|on hold|in touch)"
)
_WHO = (
    r"(we|we[’']ll|us|our|nobody|nothing|none|no|they|you get|you will get|goes|go|comes?|will|"
    r"is sent)"
)
# Who does what, in either order.
SAYS = re.compile(rf"\b{_WHO}\b.*\b{_DOES}\b|\b{_DOES}\b.*\b{_WHO}\b", re.IGNORECASE)
# What readers are asked to do themselves.
_ASKED = re.compile(r"\b(call|ask|tell|text|write to|reach) us\b", re.IGNORECASE)
_BLOCKS = r"p|h\d|li|div|label|button|a|dd|dt|td|th|section|summary|legend|option|article|form|span"
SHORTEST = 4


def sentences(text: str) -> Iterator[str]:
    yield from re.split(r"(?<=[.!?:])\s+", " ".join(text.split()))


def says(sentence: str) -> bool:
    return bool(SAYS.search(_ASKED.sub("", sentence)))


def said_to_patients() -> set[str]:
    """English, from the catalog; and the sentences that are agreed to."""
    texts = [TEXTS.words["en"], MAILS.words["en"]]
    for message in extract():
        texts += [message.id] if isinstance(message.id, str) else list(message.id)
    return {one for text in texts for one in sentences(text) if says(one)}


def said_to_staff() -> set[str]:
    pages = ROOT / "scheduler/pages/staff"
    texts = [
        *(_shown(path) for path in sorted((ROOT / "templates/staff").rglob("*.html"))),
        *(text for path in sorted(pages.rglob("*.py")) for text in _strings(path)),
        *_strings(ROOT / "scheduler/refusals/for_staff.py"),
    ]
    lines = (line for text in texts for line in text.split("\n"))
    found = {one for line in lines for one in sentences(line)}
    return {one for one in found if len(one.split()) >= SHORTEST and says(one)}


def _shown(path: Path) -> str:
    text = re.sub(r"{#.*?#}", "", path.read_text("utf-8"), flags=re.DOTALL)
    text = re.sub(r"<(script|style)\b.*?</\1>", "", text, flags=re.DOTALL)
    text = re.sub(r"{%.*?%}", " ", text)
    text = re.sub(r"{{.*?}}", "…", text)
    text = re.sub(rf"</?({_BLOCKS})\b[^>]*>", "\n", text)
    return re.sub(r"<[^>]+>", " ", text)


def _strings(path: Path) -> list[str]:
    tree = ast.parse(path.read_text("utf-8"))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        " ".join(node.value.split())
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    ]
