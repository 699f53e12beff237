"""A visit type's rules about time, with the clinic's zone and business days."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.clinic.models import Provider
from scheduler.core.refusal import Refusal
from scheduler.core.slots import VisitShape
from scheduler.transactions.statements import fetch_planned

# Staff put visits where patients can't: at short notice, far ahead, at any fifth minute.
STAFF_HORIZON_DAYS = 730
STAFF_GRID = 5 * 60
# As SQL, like the rows of a schedule: nearly every request begins with it.
_VISIT = """
    SELECT type.id, type.slug, type.duration_minutes, type.buffer_before_minutes,
           type.buffer_after_minutes, type.grid_minutes, type.notice_business_days,
           type.notice_minutes, type.horizon_days, type.daily_cap, type.move_cutoff_minutes,
           clinic.time_zone, clinic.business_days,
           ARRAY(SELECT used.room_id
                   FROM scheduler_visittyperoom AS used
                   JOIN scheduler_room AS room ON room.id = used.room_id AND room.active
                  WHERE used.visit_type_id = type.id
                  ORDER BY used.position, used.id),
           type.by_phone,
           ARRAY(SELECT provider.slug
                   FROM scheduler_provider AS provider
                   JOIN scheduler_provider_visit_types AS offers
                     ON offers.provider_id = provider.id AND offers.visittype_id = type.id
                  WHERE provider.active ORDER BY provider.id),
           ARRAY(SELECT provider.id
                   FROM scheduler_provider AS provider
                   JOIN scheduler_provider_visit_types AS offers
                     ON offers.provider_id = provider.id AND offers.visittype_id = type.id
                  WHERE provider.active ORDER BY provider.id)
      FROM scheduler_visittype AS type, scheduler_clinic AS clinic
     WHERE (type.slug = %(slug)s OR type.id = %(pk)s) AND (type.active OR %(retired)s)
       AND (type.booking = 'online' OR %(staff)s)
"""
_PROVIDERS = """
    SELECT provider.slug, provider.name, provider.credentials
      FROM scheduler_provider AS provider
      JOIN scheduler_provider_visit_types AS offers
        ON offers.provider_id = provider.id AND offers.visittype_id = %(visit_type)s
     WHERE provider.active
     ORDER BY provider.slug
"""


class UnknownVisitType(Refusal):
    """No active visit type has this slug, or patients can't book it online."""

    code = "unknown-visit-type"
    status = 422
    field = "visit_type"


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit type's rules about time, with the clinic's zone and business days.

    `providers` are the active ones who see such visits, slug to id.
    """

    id: int
    slug: str
    shape: VisitShape
    business_days_notice: int
    notice_minutes: int
    horizon_days: int
    daily_cap: int | None
    move_cutoff: timedelta
    tz: ZoneInfo
    business_days: int
    rooms: tuple[int, ...]
    by_phone: bool = False
    providers: Mapping[str, int] = field(default_factory=dict)

    def ends(self, start: datetime) -> datetime:
        return start + timedelta(seconds=self.shape.duration)

    def busy(self, start: datetime) -> tuple[datetime, datetime]:
        """What a visit that starts then keeps of its provider and room, buffers included."""
        before = timedelta(seconds=self.shape.buffer_before)
        after = timedelta(seconds=self.shape.buffer_after)
        return start - before, self.ends(start) + after

    def local_day(self, at: datetime) -> date:
        return at.astimezone(self.tz).date()

    def providers_for(self, slug: str | None) -> dict[str, int]:
        """Slug to id of who sees such visits; with a `slug` only that one, or nobody."""
        return {one: pk for one, pk in self.providers.items() if slug in {None, one}}

    def for_staff(self, *, on_its_grid: bool = False) -> "Visit":
        """The same visit without the rules that are for patients: notice, horizon and, unless it is
        to be offered, its grid."""
        grid = self.shape.grid if on_its_grid else min(self.shape.grid, STAFF_GRID)
        return replace(
            self,
            shape=replace(self.shape, grid=grid),
            business_days_notice=0,
            notice_minutes=0,
            horizon_days=STAFF_HORIZON_DAYS,
        )


def load_visit(slug: str, *, staff: bool = False, retired: bool = False) -> Visit:
    """The visit type of this slug. Raises UnknownVisitType; types for staff only need `staff`.

    With `retired` also one that is no longer booked: visits of it are still to come.
    """
    return _load(slug, None, staff=staff, retired=retired)


def load_visit_of(pk: int) -> Visit:
    """The visit type of an appointment, which may be for staff only or no longer booked. Raises
    UnknownVisitType where the row is gone."""
    return _load(None, pk, staff=True, retired=True)


def _load(slug: str | None, pk: int | None, *, staff: bool, retired: bool) -> Visit:
    found = fetch_planned(_VISIT, {"slug": slug, "pk": pk, "staff": staff, "retired": retired})
    if not found:
        raise UnknownVisitType(pk if slug is None else slug)
    row = found[0]
    return Visit(
        id=row[0],
        slug=row[1],
        shape=VisitShape(*(60 * minutes for minutes in row[2:6])),
        business_days_notice=row[6],
        notice_minutes=row[7],
        horizon_days=row[8],
        daily_cap=row[9],
        move_cutoff=timedelta(minutes=row[10]),
        tz=ZoneInfo(row[11]),
        business_days=row[12],
        rooms=tuple(row[13]),
        by_phone=row[14],
        providers=dict(zip(row[15], row[16], strict=True)),
    )


def who_sees(visit: Visit) -> list[Provider]:
    """The active providers for such visits, by slug; no more is read of them than their names."""
    return [
        Provider(slug=slug, name=name, credentials=credentials)
        for slug, name, credentials in fetch_planned(_PROVIDERS, {"visit_type": visit.id})
    ]
