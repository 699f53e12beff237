"""One spelling, the clinic's: American, in whatever a person reads, comments included."""

import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services import ROOT

BRITISH = re.compile(
    r"\b(cancelled|cancelling|(?:colour|behaviour|honour|favour|labour|neighbour|flavour)\w*"
    r"|(?:organis|recognis|authoris|apologis|realis|minimis|maximis|optimis|normalis|serialis"
    r"|initialis|summaris|customis|prioritis|finalis|synchronis|utilis|anonymis|randomis"
    r"|categoris)(?:e|es|ed|er|ers|ing|ation|ations)|centre|centres|licence|grey|whilst|programme"
    r"|judgement|cheque|defence|offence|ageing|artefact|fulfil|instalment|travelling|labelled"
    r"|labelling|modelling|signalled|enquir\w+|analyse|analysed|paediatric\w*|anaesth\w*)\b",
    re.IGNORECASE,
)
# The name that programs hold for a visit's state, where it stands as a name.
A_NAME = re.compile(r"""["'`.(]cancelled\b|\bcancelled["'`)=]|\bCANCELLED\b""")
PROSE = {".html", ".md", ".txt", ".mjml", ".toml", ".yml", ".scss", ".js", ".mjs", ".example"}
# Spanish, what others wrote, this list itself.
NOT_OURS = re.compile(
    r"(^|/)(es|locale|migrations|fixtures)/|package-lock|requirements|test_spelling\.py|es\.toml"
)


def our_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    return [ROOT / name for name in listed if name and not NOT_OURS.search(name)]


def words_in(path: Path) -> Iterator[tuple[int, str]]:
    """(line, text) of what is prose: all of a page; of code its comments and sentences."""
    if path.suffix == ".py":
        for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline):
            sentence = token.type == tokenize.STRING and " " in token.string
            if sentence or token.type == tokenize.COMMENT:
                yield token.start[0], token.string
    elif path.suffix in PROSE or path.name == "Makefile":
        text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", path.read_text(), flags=re.DOTALL)
        yield from enumerate(text.split("\n"), start=1)


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="what is ours is what git knows")
@pytest.mark.process
def test_is_american_in_whatever_a_person_reads() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {word[0]}"
        for path in our_files()
        if path.is_file()
        for line, text in words_in(path)
        for word in BRITISH.finditer(A_NAME.sub("", text))
    ]
    assert found == []
