"""Cells of a CSV file that no spreadsheet takes for a formula, and reading them back.

A cell that begins with one of `=+-@`, a tab or a line break is run by Excel and its like (OWASP,
"CSV Injection"); an apostrophe before it makes it text.
"""

from collections.abc import Iterable

GUARD = "'"
# Wide forms count as the plain ones.
_RISKY = tuple("=+-@\t\r\n＝＋－＠")


def safe_cell(value: object) -> str:
    """The value as a cell: nothing for None; numbers stay numbers."""
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, int | float) or not text.lstrip(" ").startswith(_RISKY):
        return text
    return GUARD + text


def safe_row(values: Iterable[object]) -> list[str]:
    return [safe_cell(value) for value in values]


def plain_cell(cell: str) -> str:
    """What `safe_cell` was given, without the spaces around it."""
    if cell.startswith(GUARD) and cell[1:].lstrip(" ").startswith(_RISKY):
        cell = cell[1:]
    return cell.strip()
