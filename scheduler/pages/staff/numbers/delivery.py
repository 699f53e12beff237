"""Whether messages leave: what waits now, and what became of them by hour and by day."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from scheduler.accounts.roles import Right
from scheduler.clinic.current import current_clinic
from scheduler.messaging.models import Alarm, Channel
from scheduler.messaging.watch.find_troubles import NAMES
from scheduler.messaging.watch.outcomes import Outcomes, Step, outcomes_by
from scheduler.messaging.watch.queue import longest_wait, waiting, worker_seen
from scheduler.pages.staff.guard import staff
from scheduler.pages.staff.numbers.plot import Plot, amounts
from scheduler.pages.staff.show_page import show_page
from scheduler.pages.staff.time_words import MINUTE, clinic_time, how_long

SPANS = (14, 30)
# What was settled at this very moment is among them.
_AND_NOW = timedelta(seconds=1)
WAYS: Mapping[str, tuple[str, Sequence[str]]] = {
    "": ("Texts and mail", Channel.values),
    "sms": ("Texts", [Channel.SMS.value]),
    "email": ("Mail", [Channel.EMAIL.value]),
}
# Of the columns, from the base up; the legend names them in this order.
PARTS = (
    ("good", "Arrived"),
    ("open", "Sent, no word yet"),
    ("bad", "Failed or uncertain"),
    ("kept", "Kept back"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """Of an hour or a day: its name, and what the table says of it."""

    name: str
    found: Outcomes
    wait: str
    cost: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of time in plots and in a table. `key` is for the ids of its parts."""

    key: str
    title: str
    unit: str
    rows: list[Row]
    plots: list[tuple[str, Plot]]


@require_safe
@staff(Right.SEE_NUMBERS)
def delivery(request: HttpRequest) -> HttpResponse:
    """`days`: 14 or 30; `way`: sms, email, or both."""
    clinic, now = current_clinic(), timezone.now()
    way = request.GET.get("way", "")
    way = way if way in WAYS else ""
    days = SPANS[-1] if request.GET.get("days") == str(SPANS[-1]) else SPANS[0]
    channels = WAYS[way][1]
    found = waiting(now=now)
    seen = worker_seen()
    context = {
        "waiting": [
            (
                NAMES[channel],
                sum(one.count for one in found if one.channel == channel),
                how_long(longest_wait(found, now=now, channel=channel)),
            )
            for channel in Channel.values
        ],
        "worker": how_long(now - seen) if seen else "",
        "alarms": [
            (alarm, clinic_time(alarm.since, clinic.zone))
            for alarm in Alarm.objects.filter(over_at=None).order_by("since", "pk")
        ],
        "stretches": [
            _today(now, clinic.zone, channels),
            _days(now, clinic.zone, channels, days),
        ],
        "parts": PARTS,
        "has_texts": Channel.SMS.value in channels,
        "has_price": bool(settings.SMS_SEGMENT_PRICE),
        "spans": SPANS,
        "days": days,
        "ways": [(key, name) for key, (name, _channels) in WAYS.items()],
        "way": way,
    }
    return show_page(request, "staff/numbers/delivery.html", context)


def _today(now: datetime, zone: ZoneInfo, channels: Sequence[str]) -> Stretch:
    local = now.astimezone(zone)
    midnight = datetime.combine(local.date(), time(0), zone)
    by_hour = outcomes_by(Step.HOUR, midnight, now + _AND_NOW, zone=zone, channels=channels)
    hours = [datetime.combine(local.date(), time(hour)) for hour in range(local.hour + 1)]
    found = _filled(by_hour, hours)
    return _stretch("today", "Today, hour by hour", "Hour", found, lambda at: f"{at:%-I %p}")


def _days(now: datetime, zone: ZoneInfo, channels: Sequence[str], count: int) -> Stretch:
    last = now.astimezone(zone).date()
    first = last - timedelta(days=count - 1)
    start = datetime.combine(first, time(0), zone)
    by_day = outcomes_by(Step.DAY, start, now + _AND_NOW, zone=zone, channels=channels)
    days = [datetime.combine(first + timedelta(days=day), time(0)) for day in range(count)]
    title = f"The last {count} days"
    return _stretch("days", title, "Day", _filled(by_day, days), lambda at: f"{at:%b %-d}")


def _filled(found: Sequence[Outcomes], every: Sequence[datetime]) -> list[Outcomes]:
    """One for each of `every`, in their order, also where nothing happened."""
    known = {one.at: one for one in found}
    return [known.get(at) or Outcomes(at) for at in every]


def _stretch(
    key: str,
    title: str,
    unit: str,
    found: Sequence[Outcomes],
    name: Callable[[datetime], str],
) -> Stretch:
    names = [name(one.at) for one in found]
    what_became = amounts(
        [
            (label, (one.delivered, one.open, one.failed + one.uncertain, one.kept_back))
            for label, one in zip(names, found, strict=True)
        ],
        f"{title}: what became of messages. The table says the same.",
        fills=[fill for fill, _words in PARTS],
    )
    waits = amounts(
        [(label, (one.longest_wait / 60,)) for label, one in zip(names, found, strict=True)],
        f"{title}: how many minutes the slowest message waited. The table says the same.",
        show=_minutes,
    )
    rows = [
        Row(label, one, _wait(one.longest_wait), _dollars(one.segments))
        for label, one in zip(names, found, strict=True)
    ]
    plots = [("What became of them", what_became), ("Longest wait, in minutes", waits)]
    return Stretch(key, title, unit, rows, plots)


def _minutes(minutes: float) -> str:
    return "<1" if 0 < minutes < 1 else f"{minutes:.0f}"


def _wait(seconds: float) -> str:
    if seconds >= MINUTE:
        return how_long(timedelta(seconds=seconds))
    return f"{seconds:.0f} s" if seconds >= 1 else "–"


def _dollars(segments: int) -> str:
    return f"${segments * settings.SMS_SEGMENT_PRICE:,.2f}"
