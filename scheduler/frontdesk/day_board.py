"""One local day's visits as the desk and a clinician follow them; a fixed number of queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from scheduler.booking.models import Appointment
from scheduler.booking.readiness.checklist import Tick, missing
from scheduler.clinic.local_days import bounds, midnight
from scheduler.clinic.models import VisitType
from scheduler.clinic.time_format import time_in_words
from scheduler.closures.models import ProviderDelay
from scheduler.core.message_status import MessageStatus
from scheduler.core.status import EXPECTED, AppointmentStatus
from scheduler.messaging.models import Message
from scheduler.worklist.models import StaffTask

_S = AppointmentStatus
UNSETTLED = (*EXPECTED, _S.ARRIVED, _S.IN_ROOM)
SHOWN = (*UNSETTLED, _S.COMPLETED, _S.NO_SHOW)
_TROUBLE = (MessageStatus.UNDELIVERED, MessageStatus.FAILED, MessageStatus.UNCERTAIN)
# So long after the start somebody has to say what became of a patient who has not come.
ASK_AFTER = timedelta(minutes=15)
LOOK_BACK = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Card:
    """A visit as it stands at an instant. `waiting` are seconds in the lobby or the room, of a
    visit that is there; `asks_in` seconds until somebody has to say what became of it, none left
    once they have to; both None where they don't apply. `late` are the provider's minutes."""

    appointment: Appointment
    time: str
    ends: str
    first_visit: bool
    missing: tuple[Tick, ...]
    trouble: bool
    late: int
    waiting: int | None
    asks_in: int | None

    @property
    def minutes(self) -> int:
        return (self.waiting or 0) // 60

    @property
    def asks(self) -> bool:
        return self.asks_in is not None and self.asks_in <= 0

    @property
    def begun(self) -> bool:
        """Whether its time has come, though nobody has."""
        return self.asks_in is not None and self.asks_in <= ASK_AFTER.total_seconds()

    @property
    def expected(self) -> bool:
        return self.appointment.status in EXPECTED


def visits_of(
    appointments: QuerySet[Appointment], day: date, tz: ZoneInfo, *, provider: str = ""
) -> QuerySet[Appointment]:
    """Of these, the visits of a local day (of one provider's slug), the earliest first; no calls
    of the call desk, nothing that is held or canceled."""
    start, end = bounds(day, tz)
    narrowed = appointments.filter(provider__slug=provider) if provider else appointments
    return narrowed.filter(
        status__in=SHOWN, starts_at__gte=start, starts_at__lt=end, provider__call_desk=False
    ).order_by("starts_at", "pk")


def cards(
    appointments: QuerySet[Appointment],
    delays: Mapping[int, ProviderDelay],
    tz: ZoneInfo,
    *,
    now: datetime,
) -> list[Card]:
    """Each visit with what has to be known of it; `delays` by provider id. Two queries."""
    visits = (
        appointments.annotate(
            trouble=Exists(_trouble()),
            seen_before=Exists(_seen_before()),
        )
        .select_related("visit_type", "provider", "room", "patient", "contact")
        .prefetch_related("ready_items")
    )
    return [_card(visit, delays.get(visit.provider_id), tz, now=now) for visit in visits]


def unsettled_before(
    appointments: QuerySet[Appointment], day: date, tz: ZoneInfo
) -> list[tuple[date, int]]:
    """(local day, how many) of the two weeks before `day` with visits that nobody settled."""
    first = midnight(day, tz)
    found = (
        appointments.filter(
            status__in=UNSETTLED,
            starts_at__gte=first - LOOK_BACK,
            starts_at__lt=first,
            provider__call_desk=False,
        )
        .annotate(day=TruncDate("starts_at", tzinfo=tz))
        .values_list("day")
        .annotate(Count("pk"))
        .order_by("day")
    )
    return list(found)


def _card(visit: Appointment, delay: ProviderDelay | None, tz: ZoneInfo, *, now: datetime) -> Card:
    noted = vars(visit)
    audience = visit.visit_type.audience
    ahead = visit.status in (*EXPECTED, _S.ARRIVED)
    return Card(
        appointment=visit,
        time=time_in_words(visit.starts_at.astimezone(tz)),
        ends=time_in_words(visit.ends_at.astimezone(tz)),
        first_visit=audience == VisitType.Audience.NEW
        or (audience == VisitType.Audience.EVERYONE and not noted["seen_before"]),
        missing=tuple(missing(visit)) if visit.status in EXPECTED else (),
        trouble=noted["trouble"],
        late=delay.minutes if delay and ahead and _same_day(visit, delay) else 0,
        waiting=_waiting(visit, now),
        asks_in=_seconds(visit.starts_at + ASK_AFTER, now) if visit.status in EXPECTED else None,
    )


def _same_day(visit: Appointment, delay: ProviderDelay) -> bool:
    """Delays last to the end of their day."""
    return delay.until - timedelta(days=1) <= visit.starts_at < delay.until


def _waiting(visit: Appointment, now: datetime) -> int | None:
    since = {_S.ARRIVED: visit.arrived_at, _S.IN_ROOM: visit.in_room_at}.get(_S(visit.status))
    # A visit that nobody finished yesterday is not waiting, it is unsettled.
    if since is None or now - since > timedelta(hours=12):
        return None
    return max(0, _seconds(now, since))


def _seconds(later: datetime, earlier: datetime) -> int:
    return int((later - earlier).total_seconds())


def _trouble() -> QuerySet[Message]:
    """Messages about the visit's present time that did not arrive, and that nobody dealt with."""
    dealt_with = StaffTask.objects.filter(message=OuterRef("pk"), done_at__isnull=False)
    return Message.objects.filter(
        ~Q(kind="code"),
        ~Exists(dealt_with),
        appointment=OuterRef("pk"),
        sequence=OuterRef("sequence"),
        status__in=_TROUBLE,
    )


def _seen_before() -> QuerySet[Appointment]:
    return Appointment.objects.filter(
        patient=OuterRef("patient"),
        status__in=(_S.ARRIVED, _S.IN_ROOM, _S.COMPLETED),
        starts_at__lt=OuterRef("starts_at"),
    )


def in_order(found: Iterable[Card]) -> list[Card]:
    """As a clinician needs them: who is in the room, then who is to come, then who is through."""
    places = {_S.IN_ROOM: 0, _S.COMPLETED: 2, _S.NO_SHOW: 2}
    return sorted(found, key=lambda card: places.get(_S(card.appointment.status), 1))
