"""The page on which a patient chooses another time: for a visit that stands, and for one that the
clinic called off and made an offer for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from scheduler.availability.visit_rules import UnknownVisitType, load_visit
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import SameTime, TooLateToMove
from scheduler.closures.models import RescheduleOffer
from scheduler.core.refusal import Refusal
from scheduler.pages.language import page_language
from scheduler.pages.notes import Name, go
from scheduler.pages.refusals import note_of_refusal
from scheduler.pages.slot_picker import (
    PickerChoice,
    SlotPicker,
    nearest_to,
    picker_choice,
    slot_picker,
    typed_start,
)
from scheduler.pages.visit.appointment import back, visit_page
from scheduler.pages.visit.offer_partial import offer_partial
from scheduler.pages.visit.visit_page import would_be_late
from tasks.nudge import nudge


@dataclass(frozen=True)
class OtherTime:
    """The page as it is asked for: times with the provider `with` from the day `from` on, and
    `start` of the one chosen, RFC 3339. The visit's own provider is meant unless another is asked
    for; an empty `with` is anyone. `offer` is the one that is answered, if any."""

    request: HttpRequest
    token: str
    appointment: Appointment
    now: datetime
    offer: RescheduleOffer | None = None

    def take(self, move: Callable[[datetime, str | None], Appointment], done: Name) -> HttpResponse:
        """Give the visit the time that was chosen, and say that it is `done`."""
        start = typed_start(self.request.POST.get("start", ""), self.now)
        if start is None:
            return self.show(missing=True)
        try:
            moved = move(start, self._wanted.provider or None)
        except SameTime:
            return go(back(self.token))
        except Refusal as refusal:
            if _is_of_the_time(refusal):
                return self.show(lost=start, said=refusal)
            return go(back(self.token), refusal)
        nudge()
        return go(back(self.token), done, moved)

    def show(
        self,
        *,
        missing: bool = False,
        lost: datetime | None = None,
        said: Refusal | None = None,
    ) -> HttpResponse:
        """The times; 422 where none was chosen, 409 where the one chosen, `lost`, can't be had."""
        visit = visit_page(self.appointment, self.token, self.now)
        if not (self.offer or visit.can_change):
            return go(back(self.token), TooLateToMove() if visit.can_cancel else None)
        context = {
            "visit": visit,
            "offered": offer_partial(self.appointment, now=self.now) if self.offer else None,
            "offer": self._times(lost),
            "version": self.appointment.version,
            "late": not self.offer and would_be_late(self.appointment, now=self.now),
            "missing": missing,
            "notice": note_of_refusal(said.code) if said else None,
        }
        status = 409 if said else 422 if missing else 200
        return render(self.request, "visit/other_time.html", context, status=status)

    @property
    def _wanted(self) -> PickerChoice:
        form = self.request.POST if self.request.method == "POST" else self.request.GET
        return picker_choice(form, usually=self.appointment.provider.slug)

    def _times(self, lost: datetime | None) -> SlotPicker | None:
        """None where its type of visit can't be booked any more."""
        wanted, own = self._wanted, self.appointment
        try:
            visit = load_visit(own.visit_type.slug, staff=True)
        except UnknownVisitType:
            return None
        # Its own time is no change, unless it is with somebody else.
        stays = not self.offer and wanted.provider in {"", own.provider.slug}
        return slot_picker(
            visit,
            own.visit_type,
            PickerChoice(wanted.provider, None) if lost else wanted,
            exclude_id=self.offer.held_id if self.offer else own.pk,
            language=page_language(),
            now=self.now,
            leave_out=own.starts_at if stays else None,
            near=nearest_to(lost, visit, provider=wanted.provider, now=self.now) if lost else (),
        )


def _is_of_the_time(refusal: Refusal) -> bool:
    """Whether another time, or somebody else, would do: then times are offered anew. Everything
    else that is refused is said at the visit."""
    return refusal.field in {"start", "provider"} and not isinstance(refusal, TooLateToMove)
