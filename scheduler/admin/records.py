"""A read-only look at what was booked, sent and answered: changes go through the rooms' verbs."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from scheduler.admin.record_views import RecordsViews
from scheduler.booking.holds.book_held import book_after_call
from scheduler.booking.models import Appointment
from scheduler.contact_requests.models import ContactRequest
from scheduler.core.refusal import Refusal
from scheduler.messaging.consent.lift_opt_out import lift_pause
from scheduler.messaging.models import Message, OptOut
from scheduler.patients.models import Patient
from scheduler.refusals.catalog import staff_words
from scheduler.replies.models import InboundText
from scheduler.worklist.models import StaffTask
from tasks.nudge import nudge

# With these ends something else: a pause of texts, or a time that is kept and what was typed.
DECIDED_ELSEWHERE = (StaffTask.Kind.MAYBE_STOP, StaffTask.Kind.CALL_TO_BOOK)


class ReadOnly(RecordsViews):
    """Seen, not edited: the rules live in the rooms, and nobody deletes a record."""

    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Appointment)
class AppointmentAdmin(ReadOnly):
    patient_path = "patient"
    list_display = ["reference", "starts_at", "provider", "visit_type", "patient", "status"]
    list_filter = ["status", "provider", "visit_type"]
    list_select_related = ["provider", "visit_type", "patient"]
    search_fields = ["reference", "patient__name"]
    date_hierarchy = "starts_at"
    exclude = ["hold_owner"]
    actions = ["book_after_call"]

    @admin.action(description="Book the kept time: I reached the person on their phone")
    def book_after_call(self, request: HttpRequest, queryset: Any) -> None:
        for held in queryset:
            try:
                book_after_call(held.pk, now=timezone.now())
            except Refusal as refusal:
                said = f"{held.reference} was not booked. {staff_words(refusal)}"
                self.message_user(request, said, messages.ERROR)
            else:
                self.message_user(request, f"{held.reference} is booked.", messages.SUCCESS)
        nudge()


@admin.register(Patient)
class PatientAdmin(ReadOnly):
    patient_path = "pk"
    list_display = ["name", "date_of_birth", "phone", "email", "possible_duplicate"]
    list_filter = ["possible_duplicate"]
    search_fields = ["name", "folded_name", "phone", "email"]


@admin.register(Message)
class MessageAdmin(ReadOnly):
    patient_path = "appointment__patient"
    number_path = "to"
    list_display = ["kind", "channel", "to", "due_at", "status", "reason", "error_code"]
    list_filter = ["status", "channel", "kind"]
    search_fields = ["to", "appointment__reference"]
    exclude = ["lease"]


@admin.register(InboundText)
class InboundTextAdmin(ReadOnly):
    patient_path = "appointment__patient"
    number_path = "from_number"
    list_display = ["from_number", "received_at", "meaning", "body"]
    list_filter = ["meaning"]
    search_fields = ["from_number"]


@admin.register(OptOut)
class OptOutAdmin(ReadOnly):
    number_path = "address"
    list_display = ["channel", "address", "source", "paused_for_staff", "at", "lifted_at"]
    list_filter = ["channel", "paused_for_staff"]
    search_fields = ["address"]
    actions = ["lift_pause"]

    @admin.action(description="Write to them again: the text was no opt-out")
    def lift_pause(self, request: HttpRequest, queryset: Any) -> None:
        for paused in queryset:
            try:
                lift_pause(
                    paused.channel, paused.address, by=cast(User, request.user), now=timezone.now()
                )
            except Refusal as refusal:
                said = f"{paused.address} stays as it is. {staff_words(refusal)}"
                self.message_user(request, said, messages.ERROR)
            else:
                said = f"{paused.address} gets messages again."
                self.message_user(request, said, messages.SUCCESS)


@admin.register(ContactRequest)
class ContactRequestAdmin(ReadOnly):
    patient_path = "patient"
    number_path = "phone"
    list_display = ["reference", "name", "topic", "promised_by", "status"]
    list_filter = ["status", "topic"]


@admin.register(StaffTask)
class StaffTaskAdmin(ReadOnly):
    patient_path = "appointment__patient"
    list_display = ["kind", "urgent", "appointment", "note", "created_at", "done_at"]
    list_filter = ["kind", "urgent"]
    list_select_related = ["appointment"]

    @admin.action(description="Mark as done")
    def mark_done(self, request: HttpRequest, queryset: Any) -> None:
        waiting = queryset.filter(done_at=None)
        if waiting.filter(kind__in=DECIDED_ELSEWHERE).exists():
            said = "Some stay open: what is to become of the texts, or of the time, is said there."
            self.message_user(request, said, messages.ERROR)
        waiting.exclude(kind__in=DECIDED_ELSEWHERE).update(done_at=timezone.now())

    actions = [mark_done]
