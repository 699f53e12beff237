"""The numbers, as plots with a table each, and as CSV."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from scheduler.accounts.roles import Right
from scheduler.clinic.current import current_clinic
from scheduler.core import parsing
from scheduler.core.csv_safe import safe_row
from scheduler.frontdesk.coming_weeks import Wait, Week, coming_weeks, waits
from scheduler.frontdesk.numbers import Numbers, Outcome, numbers
from scheduler.pages.staff.guard import staff
from scheduler.pages.staff.numbers.plot import columns, percent
from scheduler.pages.staff.show_page import show_page

USUALLY = timedelta(weeks=12)
LONGEST = timedelta(days=3 * 366)
WEEKS_AHEAD = 8
TITLES = {
    "week": "By week",
    "provider": "By provider",
    "visit type": "By visit type",
    "lead time": "By days from booking to the visit",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything the page shows; `first` and `last` are local days, both included."""

    first: date
    last: date
    past: Numbers
    waits: list[Wait]
    weeks: list[Week]


@require_safe
@staff(Right.SEE_NUMBERS)
def index(request: HttpRequest) -> HttpResponse:
    """`from` and `to` (ISO 8601, the last twelve weeks unless told); `format=csv` for a file."""
    shown = _load(request)
    if request.GET.get("format") == "csv":
        return _csv(shown)
    past = shown.past
    context = {
        "shown": shown,
        "past": past,
        "missed": percent(past.total.share_missed),
        "tables": [(TITLES[name], name, found) for name, found in past.groups.items()],
        "missed_plot": columns(
            [(_short(outcome.name), outcome.share_missed) for outcome in past.groups["week"]],
            "Share of visits that were missed, week by week. The table by week says the same.",
            least=0.1,
        ),
        "full_plot": columns(
            [(_short(week.monday.isoformat()), week.share) for week in shown.weeks],
            "Share of the open time that is booked, in the coming weeks.",
            least=1,
        ),
        "weeks": [(week, percent(week.share)) for week in shown.weeks],
    }
    return show_page(request, "staff/numbers/index.html", context)


def _load(request: HttpRequest) -> Shown:
    clinic, now = current_clinic(), timezone.now()
    today = now.astimezone(clinic.zone).date()
    last = parsing.day(request.GET.get("to")) or today
    first = parsing.day(request.GET.get("from")) or last - USUALLY
    if not last - LONGEST <= first <= last:
        first = last - USUALLY
    start = datetime.combine(first, time(0), clinic.zone)
    end = datetime.combine(last + timedelta(days=1), time(0), clinic.zone)
    return Shown(
        first=first,
        last=last,
        past=numbers(clinic, start, end),
        waits=waits(now=now),
        weeks=coming_weeks(clinic, WEEKS_AHEAD, now=now),
    )


def _short(monday: str) -> str:
    return f"{date.fromisoformat(monday):%b %-d}"


def _csv(shown: Shown) -> HttpResponse:
    """One fact a row, so that it sorts and pivots: section, group, measure, value."""
    name = f"numbers-{shown.first}-{shown.last}.csv"
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    writer = csv.writer(response)
    writer.writerow(["section", "group", "measure", "value"])
    writer.writerows(safe_row(row) for row in _facts(shown))
    return response


def _facts(shown: Shown) -> Iterator[tuple[object, ...]]:
    past = shown.past
    for section, outcomes in {"visits": [past.total], **past.groups}.items():
        for outcome in outcomes:
            yield from ((section, *fact) for fact in _outcome(outcome))
    yield ("refilled", "all", "canceled visits", past.freed)
    yield ("refilled", "all", "times taken by another", past.refilled)
    for one in past.reminders:
        for measure in ("sent", "delivered", "reminded", "answered"):
            yield ("reminders", one.channel or "all", measure, getattr(one, measure))
    for wait in shown.waits:
        yield ("third next available", wait.visit_type, "days", wait.days)
    for week in shown.weeks:
        yield ("coming weeks", week.monday, "open minutes", week.open)
        yield ("coming weeks", week.monday, "booked minutes", week.booked)


def _outcome(outcome: Outcome) -> Iterator[tuple[object, ...]]:
    for measure in ("kept", "missed", "cancelled", "late"):
        yield (outcome.name, measure, getattr(outcome, measure))
    share = outcome.share_missed
    yield (outcome.name, "share missed", None if share is None else round(share, 4))
