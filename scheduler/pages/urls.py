"""The patients' pages and the local outbox. `scheduler.urls` puts them at the root."""

from django.urls import URLPattern, path

from scheduler.pages import language
from scheduler.pages.booking import check, choose_time, code, done, wizard_steps
from scheduler.pages.contact_requests import ask, request_detail
from scheduler.pages.public import conditions, home, outbox
from scheduler.pages.visit import (
    appointment,
    cancel,
    find_my_visit,
    information,
    preferences,
    reschedule,
    reschedule_offer,
    unsubscribe,
)

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("privacy/", home.privacy, name="privacy"),
    path("texting-terms/", home.texting_terms, name="texting-terms"),
    path("language/", language.choose, name="language"),
    path("conditions/", conditions.index, name="conditions"),
    path("conditions/<slug:slug>/", conditions.page, name="condition"),
    path("book/", wizard_steps.visited_before, name="book"),
    path("book/why/", wizard_steps.why, name="book-why"),
    path("book/time/", choose_time.choose, name="book-time"),
    path("book/you/", wizard_steps.you, name="book-you"),
    path("book/check/", check.check, name="book-check"),
    path("book/code/", code.code, name="book-code"),
    path("book/done/", done.done, name="book-done"),
    path("contact/", ask.ask, name="contact"),
    path("contact/r/<str:token>", request_detail.show, name="contact-request"),
    path("contact/r/<str:token>/change", request_detail.change, name="contact-request-change"),
    path(
        "contact/r/<str:token>/withdraw", request_detail.withdraw, name="contact-request-withdraw"
    ),
    path("find/", find_my_visit.find, name="find"),
    path("find/sent/", find_my_visit.sent, name="find-sent"),
    path("i/<str:token>", information.open_link, name="information"),
    path("u/<str:token>", unsubscribe.unsubscribe, name="unsubscribe"),
    path("a/<str:token>", appointment.show, name="appointment"),
    path("a/<str:token>/confirm", appointment.confirm_visit, name="appointment-confirm"),
    path("a/<str:token>/calendar.ics", appointment.calendar_file, name="appointment-calendar"),
    path("a/<str:token>/cancel", cancel.cancel_visit, name="appointment-cancel"),
    path("a/<str:token>/undo", cancel.undo, name="appointment-undo"),
    path("a/<str:token>/change", reschedule.change_time, name="appointment-change"),
    path("a/<str:token>/offer", reschedule_offer.accept, name="offer-accept"),
    path("a/<str:token>/offer/decline", reschedule_offer.decline, name="offer-decline"),
    path("a/<str:token>/offer/other", reschedule_offer.other, name="offer-other"),
    path("a/<str:token>/preferences", preferences.choose, name="appointment-preferences"),
    path("outbox/", outbox.index, name="outbox"),
    path("outbox/<str:entry_id>/mail", outbox.mail, name="outbox-mail"),
    path("outbox/<str:entry_id>/calendar.ics", outbox.calendar_file, name="outbox-calendar"),
    path("outbox/<str:entry_id>/reply", outbox.reply, name="outbox-reply"),
]
