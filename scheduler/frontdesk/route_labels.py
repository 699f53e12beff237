"""Where something was done or seen: the pattern of an address in words."""

import re
from collections.abc import Mapping

from django.apps import apps

_PATIENT = "the patient's page"
_VISIT = "the page of a visit"
_BOOKING = "the page to book a visit"
_DAY = "the page of a day"
_LATE = "the page to say who runs late"
_CALL = "the page of a call"
_MESSAGES = "the list of messages"
_DUPLICATES = "the list of possible duplicates"
_PEOPLE = "the list of people who sign in"
_TIME_OFF = "the list of time off"
_SNOW = "the page of a day that was closed"

PLACES: Mapping[str, str] = {
    "staff/": "the calendar",
    "staff/active/": "a page that was left open",
    "staff/appointments/<str:reference>/": _VISIT,
    "staff/appointments/<str:reference>/act": _VISIT,
    "staff/appointments/<str:reference>/move": "the page to move a visit",
    "staff/appointments/<slug:reference>/ready/": "the page of what a visit needs",
    "staff/book/": _BOOKING,
    "staff/book/who/": _BOOKING,
    "staff/find/": "the page to find a time",
    "staff/day/": _DAY,
    "staff/day/version/": _DAY,
    "staff/day/close/": "the page to close a day",
    "staff/day/sheet/": "the day sheet",
    "staff/day/late/<slug:slug>/": _LATE,
    "staff/day/late/<slug:slug>/over/": _LATE,
    "staff/day/<slug:reference>/step/": _DAY,
    "staff/my-day/": "the page of their own day",
    "staff/ready/": "the list of who is ready",
    "staff/calls/": "the list of calls",
    "staff/calls/done/": "the list of calls that are done",
    "staff/calls/<int:pk>/": _CALL,
    "staff/calls/<int:pk>/patient/": _CALL,
    "staff/calls/<int:pk>/arrange/": _CALL,
    "staff/calls/hold/<int:pk>/book/": _CALL,
    "staff/calls/hold/<int:pk>/free/": _CALL,
    "staff/calls/<slug:kind>/<int:pk>/claim/": _CALL,
    "staff/calls/<slug:kind>/<int:pk>/give-back/": _CALL,
    "staff/calls/<slug:kind>/<int:pk>/log/": _CALL,
    "staff/messages/": "the list of messages that need a person",
    "staff/messages/talks/": "the list of conversations",
    "staff/messages/with/<int:pk>/": "the texts with a patient",
    "staff/messages/text/<int:pk>/": "the texts with a number",
    "staff/messages/task/<int:pk>/": _MESSAGES,
    "staff/messages/again/<int:pk>/": _MESSAGES,
    "staff/messages/<slug:state>/": _MESSAGES,
    "staff/messages/pause/": _MESSAGES,
    "staff/messages/templates/": "the words of messages",
    "staff/messages/templates/<slug:kind>/<slug:part>/<slug:language>/": "the words of messages",
    "staff/patients/": "the search for patients",
    "staff/patients/<int:pk>/": _PATIENT,
    "staff/patients/<int:pk>/edit/": _PATIENT,
    "staff/patients/<int:pk>/note/": _PATIENT,
    "staff/patients/<int:pk>/consent/": _PATIENT,
    "staff/patients/<int:pk>/export": "the file of a patient's record",
    "staff/patients/agreed/": "the proof of what was agreed to",
    "staff/patients/duplicates/": _DUPLICATES,
    "staff/patients/<int:pk>/apart/": _DUPLICATES,
    "staff/patients/<int:pk>/merge/<int:other>/": "the page that compares two patients",
    "staff/trail/": "the trail",
    "staff/trail/export.csv": "the file of the trail",
    "staff/numbers/messages/": "the page of delivery",
    "staff/numbers/": "the page of numbers",
    "staff/setup/": "the set-up",
    "staff/setup/hours/<int:pk>/": "the page of weekly hours",
    "staff/setup/visit-types/<int:pk>/": "the page of a visit type's times",
    "staff/setup/reminders/": "the page of reminders",
    "staff/setup/reminders/<int:pk>/": "the page of reminders",
    "staff/setup/people/": _PEOPLE,
    "staff/setup/people/<int:pk>/": _PEOPLE,
    "staff/time-off/": _TIME_OFF,
    "staff/time-off/new/": "the page of a time off",
    "staff/time-off/<int:pk>/": "the page of a time off",
    "staff/time-off/<int:pk>/delete/": _TIME_OFF,
    "staff/time-off/holidays/": _TIME_OFF,
    "staff/time-off/snow/": "the page to close a day at short notice",
    "staff/time-off/snow/<int:pk>/": _SNOW,
    "staff/time-off/snow/<int:pk>/send/": _SNOW,
    "staff/time-off/snow/<int:pk>/drop/": _SNOW,
    "staff/time-off/snow/<int:pk>/<int:offer_pk>/": _SNOW,
    "api/v1/staff/calendar": "the calendar",
    "api/v1/staff/calendar/version": "the calendar",
    "api/v1/staff/appointments/<reference>/move": "the calendar",
    "api/v1/staff/appointments/<reference>/mark": "the calendar",
    "api/v1/staff/patients": "the search for patients",
}
# Where patients, carriers and whoever signs in change something; nobody is looked at there.
_OTHERS: Mapping[str, str] = {
    "a/": "on the page of their visit",
    "book/": "on the page to book",
    "find/": "on the page to ask for a link",
    "contact/": "on the page to ask for a call",
    "webhooks/twilio/inbound": "by text",
    "webhooks/twilio/status": "by the carrier's report",
    "outbox/": "in the outbox",
    "staff/account/": "on the page to sign in",
    "staff/unlock/": "on the page to sign in",
    "api/v1/": "from another program",
}
_ADMIN = re.compile(r"admin/(\w+)/(\w+)/")


def route_label(route: str) -> str:
    """ "the calendar"; empty where nothing is known of the route."""
    return PLACES.get(route) or _in_the_admin(route)


def interface_of(route: str) -> str:
    """ "on the calendar", "by text"; empty where nothing is known of the route."""
    if place := route_label(route):
        return f"on {place}"
    return next((way for start, way in _OTHERS.items() if route.startswith(start)), "")


def routes_labelled(words: str) -> list[str]:
    """The routes whose place has the words in it."""
    return [route for route, place in PLACES.items() if words.casefold() in place.casefold()]


def _in_the_admin(route: str) -> str:
    found = _ADMIN.match(route)
    try:
        model = apps.get_model(found[1], found[2]) if found else None
    except LookupError:
        return ""
    return f"the set-up's pages of {model._meta.verbose_name_plural}" if model else ""
