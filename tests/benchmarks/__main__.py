"""Run the benchmarks, or the parts that are named, and print one table.

`python -m tests.benchmarks [PART ...]`, with the parts of PARTS below, all of them but those of
LONG, which take minutes. It wants a machine with
nothing else to do: two cores are shared by clients, web, worker and PostgreSQL.
"""

import os
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from tests.benchmarks import report
from tests.benchmarks.clients import Clients
from tests.benchmarks.stage import ROOT_FOLDER, Stage, memory_of, stage, wait_for_web

PARTS = ("slots", "pages", "calendar", "bookings", "deliveries", "due", "search", "servers")
LONG = ("drain",)


def main(wanted: Sequence[str]) -> None:
    known = (*PARTS, *LONG)
    unknown = set(wanted) - set(known)
    if unknown:
        sys.exit(f"There is no {', '.join(sorted(unknown))}; there are {', '.join(known)}.")
    started = time.monotonic()
    parts = wanted or PARTS
    with Clients() as clients, stage() as made:
        now = datetime.now(UTC)
        from tests.benchmarks import world

        world.make_clinic(now=now)
        rows, notes = _web(made, clients, parts, now)
        for measure in (_deliveries, _drain, _due, _search, _servers):
            if measure.__name__.strip("_") in parts:
                more, said = measure(made, clients, now)
                rows, notes = rows + more, notes + said
    notes.append(
        f"{clients.count} client processes; two processes of web and worker; fsync on; load "
        f"average {os.getloadavg()[1]:.1f}; {time.monotonic() - started:.0f} s in all"
    )
    report.show(rows, notes, ROOT_FOLDER / "benchmarks.json")


Found = tuple[list[report.Row], list[str]]


def _web(made: Stage, clients: Clients, parts: Sequence[str], now: datetime) -> Found:
    from tests.benchmarks import bookings, calendar, pages, slots

    rows: list[report.Row] = []
    notes: list[str] = []
    if not {"slots", "pages", "calendar", "bookings"} & set(parts):
        return rows, notes
    port = int(made.env["PORT"])
    if "pages" in parts:
        # Their names hold a digest of what is in them, which is made here.
        made.manage("collectstatic", "--no-input")
    with made.running("web") as web:
        wait_for_web(web, port)
        if "slots" in parts:
            more, said = slots.measure(port, clients, now=now)
            rows, notes = rows + more, notes + said
        if "pages" in parts:
            more, said = pages.measure(port, clients, now=now)
            rows, notes = rows + more, notes + said
        if "calendar" in parts:
            more, said = calendar.measure(port, clients, now=now)
            rows, notes = rows + more, notes + said
        if "bookings" in parts:
            more, said = bookings.measure(port, made.database_url, clients, now=now)
            rows, notes = rows + more, notes + said
        rows.append(report.memory("web", memory_of(web)))
    return rows, notes


def _deliveries(made: Stage, clients: Clients, now: datetime) -> Found:
    from tests.benchmarks import deliveries

    return deliveries.measure(made, now=now)


def _drain(made: Stage, clients: Clients, now: datetime) -> Found:
    from tests.benchmarks import drain

    return drain.measure(made, now=now)


def _due(made: Stage, clients: Clients, now: datetime) -> Found:
    from tests.benchmarks import due

    return due.measure(now=now)


def _search(made: Stage, clients: Clients, now: datetime) -> Found:
    from tests.benchmarks import search

    return search.measure(now=now)


def _servers(made: Stage, clients: Clients, now: datetime) -> Found:
    from tests.benchmarks import servers

    return servers.measure(made, clients, now=now)


if __name__ == "__main__":
    main(sys.argv[1:])
