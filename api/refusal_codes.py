"""The codes of all refusals that a caller can meet, for the API's description of itself."""

from collections.abc import Iterator

from scheduler.core.refusal import Audience, Refusal
from scheduler.refusals.for_api import API_WORDS

_HEAD = (
    "A refusal's `type` ends in its code. New ones may come; these never change.\n\n"
    "| code | status | title |\n| --- | --- | --- |\n"
)


def refusal_codes() -> str:
    """A table in Markdown, sorted by code, made from the refusals themselves."""
    rows = {
        f"| `{kind.code}` | {kind.status} | {API_WORDS[kind.code].title} |"
        for kind in _below(Refusal)
        if Audience.API in kind.met_by
    }
    return _HEAD + "\n".join(sorted(rows))


def _below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)
