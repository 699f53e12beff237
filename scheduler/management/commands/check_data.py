"""`manage.py check_data [--only NAME] [--json]`: whether what is in the database fits together."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from scheduler.data_checks.check import Check
from scheduler.data_checks.every_check import every_check
from scheduler.data_checks.run import MOST_NAMED, Outcome, run


class Command(BaseCommand):
    help = (
        "Read the database, and nothing but read it: what does not fit together, by table and id "
        "and without anybody's name, number or address. Ends with 1 where there is anything."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--only", metavar="NAME", action="append", help="this check alone; may be repeated"
        )
        parser.add_argument("--json", action="store_true", help="for programs")
        parser.add_argument(
            "--most",
            type=int,
            default=MOST_NAMED,
            metavar="N",
            help=f"name N rows of each check, not {MOST_NAMED}; all are counted",
        )

    def handle(
        self, *args: Any, only: list[str] | None, json: bool, most: int, **options: Any
    ) -> None:
        if most < 1:
            raise CommandError("--most takes a number from 1 on.")
        chosen = _chosen(only)
        begun = monotonic()
        outcomes = run(chosen, now=timezone.now(), most=most)
        seconds = monotonic() - begun
        report = _as_json(outcomes, seconds) if json else _in_words(outcomes, seconds)
        self.stdout.write(report)
        if any(outcome.count for outcome in outcomes):
            raise SystemExit(1)


def _chosen(only: Sequence[str] | None) -> list[Check]:
    known = {check.name: check for check in every_check()}
    if unknown := sorted(set(only or ()) - set(known)):
        raise CommandError(
            f"There is no check {', '.join(unknown)}. There are: {', '.join(sorted(known))}."
        )
    return [known[name] for name in dict.fromkeys(only or known)]


def _in_words(outcomes: Sequence[Outcome], seconds: float) -> str:
    wrong = [outcome for outcome in outcomes if outcome.count]
    lines = [str(finding) for outcome in wrong for finding in outcome.findings]
    if wrong:
        lines += ["", *(f"{outcome.count:7}  {outcome.check.name}" for outcome in wrong), ""]
    found = sum(outcome.count for outcome in wrong)
    lines.append(f"{len(outcomes)} checks, {found} findings, {seconds:.2f} s.")
    return "\n".join(lines)


def _as_json(outcomes: Sequence[Outcome], seconds: float) -> str:
    return json.dumps(
        {
            "seconds": round(seconds, 3),
            "counts": {outcome.check.name: outcome.count for outcome in outcomes},
            "findings": [
                {
                    "check": finding.check.name,
                    "table": finding.table,
                    "id": finding.id,
                    "detail": finding.detail,
                    "wrong": finding.check.wrong,
                    "expected": finding.check.expected,
                }
                for outcome in outcomes
                for finding in outcome.findings
            ],
        },
        indent=2,
    )
