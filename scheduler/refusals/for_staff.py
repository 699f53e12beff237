"""What staff read, on their pages and on the calendar that their part of the API feeds."""

from collections.abc import Mapping

from scheduler.refusals.wording import Wording

STAFF_WORDS: Mapping[str, Wording] = {
    "slot-taken": "Somebody else has that time.",
    "not-offered": {
        "past": "That time is over.",
        "notice": "That is too soon.",
        "horizon": "That is further ahead than visits are booked.",
        "grid": "Visits start at every fifth minute.",
        "closed": "Nobody works then who sees this kind of visit.",
        "time-off": "There is time off then. No visit can stand in it.",
    },
    "patient-busy": "The patient has another visit at that time.",
    "phone-needed": "We call for this visit: give a phone number first.",
    "already-booked": "They have such a visit already.",
    "already-verified": "That time is booked already.",
    "hold-expired": "The time was let go meanwhile. Offer another one.",
    "not-for-a-call": "No call was asked for about this time: it is kept as an offer.",
    "may-be-known": "They share a number, an address, or a name.",
    "stale-version": "Somebody else has just changed this visit. Look again.",
    "same-time": "The visit is at that time already.",
    "unknown-provider": "They don't see this kind of visit.",
    "unknown-visit-type": "This kind of visit can't be booked any more.",
    "visit-over": "The visit has begun or is over.",
    "too-late-to-undo": "It is too late to take that back.",
    "not-its-day": "The visit is on another day. Move it to today first.",
    "wrong-state": {
        "held": "That can't be done: the visit is still being booked.",
        "booked": "That can't be done: the visit is booked.",
        "confirmed": "That can't be done: the visit is confirmed.",
        "arrived": "That can't be done: the visit has begun: the patient is here.",
        "in_room": "That can't be done: the visit has begun: the patient is in the room.",
        "completed": "That can't be done: the visit is over.",
        "cancelled": "That can't be done: the visit was canceled.",
        "no_show": "That can't be done: the visit was missed.",
        "expired": "That can't be done: the visit was never booked.",
    },
    "rules-changed": (
        "Somebody else has just changed these reminders. Yours are not saved: look at what stands "
        "now, and save again if yours are to take its place."
    ),
    "key-reused": "This has been booked already. For another visit, start again.",
    "request-answered": "Somebody has answered this request already.",
    "request-changed": "They changed their request a moment ago. Look at it again.",
    "already-arranged": "A call is arranged already.",
    "call-over": "That call is off the queue already.",
    "claimed": "%(name)s was quicker and has it.",
    "already-handled": "Handled already, by %(name)s.",
    "visits-in-the-way": (
        "Not closed: %(count)s booked on that day. Take the day off instead, and decide what "
        "becomes of each visit."
    ),
    "patient-here": "The patient is here already: let the time off begin after this visit.",
    "no-time-chosen": "Choose a time.",
    "wrong-day": "Choose a day from today to two weeks ahead.",
    "already-sent": "The patients were told in the meantime.",
    "visits-overlap": "Nothing was merged. Move or cancel one of each pair first.",
    "merged-away": (
        "Somebody merged the two records meanwhile, and this is the one that was kept. Your "
        "changes are not saved: make them here."
    ),
    "they-stopped": (
        "They texted STOP. Only they can start it again: ask them to text START to our number."
    ),
    "not-paused": (
        "It is not paused any more. If they stopped it themselves, only they can start it again."
    ),
    "not-about-stopping": "That is not about stopping texts.",
    "nobody-to-write-to": "They have agreed neither to texts nor to mail: nothing was sent.",
    "not-resent": {
        "is-a-code": "Not sent. A code is asked for again on the booking page.",
        "under-way": "Not sent. It is still on its way, or no longer true.",
        "looked-up": (
            "Not sent. We are looking it up in Twilio's list of texts: if it is not there, it goes "
            "out again by itself."
        ),
        "cannot-tell": (
            "Not sent. It may have gone out: twice must not be. Send it by mail, or call."
        ),
        "visit-changed": "Not sent. The visit has changed since: this is no longer true.",
        "request-changed": "Not sent. The request has changed since: this is no longer true.",
        "answers-a-text": (
            "Not sent. An answer to a text goes by text. Call, or write a mail by hand."
        ),
        "no-number": "Not sent. We know no mobile number of theirs.",
        "no-mail-address": "Not sent. We know no mail address of theirs.",
        "opted-out": "Not sent. They have opted out of this.",
        "unusable": "Not sent. The carrier calls this number or address unusable.",
        "not-agreed": "Not sent. They have not agreed to be written to this way.",
    },
    "may-not-text": {
        "opted-out": "This number has opted out of texts. Call, or write a mail.",
        "paused": "Texts to this number are paused: settle first whether they meant to stop.",
        "unusable": "This number can't be texted: it may be a landline. Call instead.",
        "not-agreed": "They neither wrote in the last week nor agreed to texts. Call instead.",
    },
    "not-yourself": "You can't do that to yourself: ask another manager.",
    "not-yours": (
        "That person administers the whole product: only another administrator can do that."
    ),
}
