"""What `import_patients` and `import_appointments` share: the file, the bar and the report."""

import csv
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any, ClassVar, Protocol

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from scheduler.core.csv_safe import plain_cell
from scheduler.patients.import_lines import Line
from scheduler.patients.import_report import Imported, Refused, RefusedLine

MOST_SHOWN = 200


class Act(Protocol):
    def __call__(self, lines: Sequence[Line], *, now: Any, progress: Any) -> Imported: ...


class _Undo(Exception):
    """Takes a dry run back."""


class ImportCommand(BaseCommand):
    """A subclass names its columns, what each holds, and the action that takes the lines."""

    columns: ClassVar[Mapping[str, str]]
    act: ClassVar[Act]

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> Any:
        columns = "\n".join(f"  {name:24}{holds}" for name, holds in self.columns.items())
        return super().create_parser(
            prog_name,
            subcommand,
            formatter_class=RawDescriptionHelpFormatter,
            epilog=f"columns of the file, named in its first line (CSV, UTF-8):\n{columns}",
            **options,
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen, and write nothing"
        )

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        console = Console(file=self.stdout, width=120)  # type: ignore[arg-type]
        try:
            lines = self._lines(file)
            found = self._carry_out(lines, console, dry_run=dry_run)
        except Refused as refused:
            console.print(_report(refused.refusals))
            more = len(refused.refusals) - MOST_SHOWN
            if more > 0:
                console.print(f"and {more} more")
            raise CommandError(
                f"Nothing was imported: {len(refused.refusals)} to put right."
            ) from None
        done = "would be added" if dry_run else "added"
        console.print(f"{found.added} {done}, {found.unchanged} known already.")

    def _carry_out(self, lines: list[Line], console: Console, *, dry_run: bool) -> Imported:
        found = Imported(0, 0)
        with Progress(console=console, transient=True) as bar:
            task = bar.add_task("Reading", total=len(lines))
            try:
                with transaction.atomic():
                    found = type(self).act(
                        lines, now=timezone.now(), progress=lambda: bar.advance(task)
                    )
                    if dry_run:
                        raise _Undo
            except _Undo:
                pass
        return found

    def _lines(self, file: Path) -> list[Line]:
        try:
            text = file.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} can't be read as UTF-8: {error}") from None
        rows = csv.reader(StringIO(text, newline=""))
        names = [name.strip() for name in next(rows, [])]
        self._check(names)
        lines = []
        for row in rows:
            if any(cell.strip() for cell in row):
                if len(row) != len(names):
                    hint = f"The line has {len(row)} cells, and {len(names)} columns are named."
                    raise Refused([RefusedLine(rows.line_num, "", hint)])
                cells = {name: plain_cell(cell) for name, cell in zip(names, row, strict=True)}
                lines.append(Line(rows.line_num, cells))
        return lines

    def _check(self, names: list[str]) -> None:
        missing = [
            RefusedLine(1, name, "This column is missing.")
            for name in self.columns
            if name not in names
        ]
        unknown = [
            RefusedLine(1, name, "There is no such column: leave it out.")
            for name in names
            if name not in self.columns
        ]
        if len(set(names)) < len(names):
            unknown.append(RefusedLine(1, "", "A column is named twice."))
        if missing or unknown:
            raise Refused(missing + unknown)


def _report(refusals: Sequence[RefusedLine]) -> Table:
    table = Table("line", "column", "what would be right", title="Refused")
    for refusal in refusals[:MOST_SHOWN]:
        table.add_row(str(refusal.line), refusal.column, refusal.hint)
    return table
