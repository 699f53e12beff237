"""Words as they stand on a page."""


def unbroken(words: str) -> str:
    """The same words, kept on one line: "8:30 AM" never ends a line with its number."""
    return words.replace(" ", "\N{NO-BREAK SPACE}")
