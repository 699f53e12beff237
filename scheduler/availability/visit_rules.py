"""A visit type's rules about time, with the clinic's zone and business days."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.availability.rows import provider_rows, visit_row
from scheduler.clinic.models import Provider
from scheduler.core.refusal import Refusal
from scheduler.core.slots import VisitShape
from scheduler.transactions.statements import Row

# Staff put visits where patients can't: at short notice, far ahead, at any fifth minute.
STAFF_HORIZON_DAYS = 730
STAFF_GRID = 5 * 60


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
    row = visit_row(slug, staff=staff, retired=retired)
    if row is None:
        raise UnknownVisitType(slug)
    return _visit(row)


def load_visit_of(pk: int) -> Visit:
    """The visit type of an appointment, which may be for staff only or no longer booked. Raises
    UnknownVisitType where the row is gone."""
    row = visit_row(None, pk, staff=True, retired=True)
    if row is None:
        raise UnknownVisitType(pk)
    return _visit(row)


def _visit(row: Row) -> Visit:
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
        for slug, name, credentials in provider_rows(visit.id)
    ]
