"""The patients' pages and the local outbox. `scheduler.urls` puts them at the root."""

from django.urls import URLPattern, path

from scheduler.pages import conditions, language, outbox
from scheduler.pages.booking import answers, check, code, done, time
from scheduler.pages.contact import ask, own
from scheduler.pages.patient import (
    appointment,
    cancel,
    change,
    home,
    information,
    lost,
    offer,
    preferences,
)

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("privacy/", home.privacy, name="privacy"),
    path("texting-terms/", home.texting_terms, name="texting-terms"),
    path("language/", language.choose, name="language"),
    path("conditions/", conditions.index, name="conditions"),
    path("conditions/<slug:slug>/", conditions.page, name="condition"),
    path("book/", answers.been, name="book"),
    path("book/why/", answers.why, name="book-why"),
    path("book/time/", time.choose, name="book-time"),
    path("book/you/", answers.you, name="book-you"),
    path("book/check/", check.check, name="book-check"),
    path("book/code/", code.code, name="book-code"),
    path("book/done/", done.done, name="book-done"),
    path("contact/", ask.ask, name="contact"),
    path("contact/r/<str:token>", own.show, name="contact-request"),
    path("contact/r/<str:token>/change", own.change, name="contact-request-change"),
    path("contact/r/<str:token>/withdraw", own.withdraw, name="contact-request-withdraw"),
    path("find/", lost.find, name="find"),
    path("find/sent/", lost.sent, name="find-sent"),
    path("i/<str:token>", information.open_link, name="information"),
    path("a/<str:token>", appointment.show, name="appointment"),
    path("a/<str:token>/confirm", appointment.confirm_visit, name="appointment-confirm"),
    path("a/<str:token>/calendar.ics", appointment.calendar_file, name="appointment-calendar"),
    path("a/<str:token>/cancel", cancel.cancel_visit, name="appointment-cancel"),
    path("a/<str:token>/undo", cancel.undo, name="appointment-undo"),
    path("a/<str:token>/change", change.change_time, name="appointment-change"),
    path("a/<str:token>/offer", offer.accept, name="offer-accept"),
    path("a/<str:token>/offer/decline", offer.decline, name="offer-decline"),
    path("a/<str:token>/offer/other", offer.other, name="offer-other"),
    path("a/<str:token>/preferences", preferences.choose, name="appointment-preferences"),
    path("outbox/", outbox.index, name="outbox"),
    path("outbox/<str:entry_id>/mail", outbox.mail, name="outbox-mail"),
    path("outbox/<str:entry_id>/calendar.ics", outbox.calendar_file, name="outbox-calendar"),
    path("outbox/<str:entry_id>/reply", outbox.reply, name="outbox-reply"),
]
