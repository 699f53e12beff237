"""Links: each visit and request has its own, as long as they are of use, and no longer."""

from scheduler.data_checks.check import rows
from scheduler.links.issue import INFORMATION_FOR, MANAGE_FOR, REQUEST_FOR

_LIVES = f"""
    CASE link.purpose WHEN 'a' THEN interval '{MANAGE_FOR.days} days'
                      WHEN 'i' THEN interval '{INFORMATION_FOR.days} days' END
"""
_REQUEST_LIVES = f"interval '{REQUEST_FOR.days} days'"
# Days are counted on the wall clock, which may change between.
_CLOCK_CHANGE = "interval '1 hour'"
_VISIT = "JOIN scheduler_appointment AS visit ON visit.id = link.appointment_id"
_REQUEST = "JOIN scheduler_contactrequest AS request ON request.id = link.contact_request_id"
_BOTH = """
    2 > (SELECT count(*) FROM scheduler_link AS link WHERE link.appointment_id = appointment.id)
"""

CHECKS = (
    rows(
        "visit-without-links",
        "appointment",
        # A time that is kept for an offer has none.
        where=f"""
            {_BOTH} AND NOT (appointment.status IN ('held', 'expired')
                             AND appointment.patient_id IS NOT NULL)
        """,
        detail="appointment.status",
        wrong="it lacks the patient's link or that of the information",
        expected="one of each, written with the visit",
    ),
    rows(
        "link-opens-at-the-wrong-times",
        "link",
        joins=_VISIT,
        where=f"link.expires_at NOT BETWEEN visit.ends_at + {_LIVES} - {_CLOCK_CHANGE}"
        f" AND visit.ends_at + {_LIVES} + {_CLOCK_CHANGE}",
        detail="'purpose ' || link.purpose || ', ' || visit.status",
        wrong="it opens its visit for longer or shorter than it should",
        expected=f"{MANAGE_FOR.days} days after the visit for the patient's link, "
        f"{INFORMATION_FOR.days} for the information's",
    ),
    rows(
        "request-without-link",
        "contactrequest",
        where="""
            NOT EXISTS (SELECT FROM scheduler_link AS link
                         WHERE link.contact_request_id = contactrequest.id)
        """,
        wrong="who asked to be called has no link to their request",
        expected="one, written with the request",
    ),
    rows(
        "request-link-opens-at-the-wrong-times",
        "link",
        joins=_REQUEST,
        where=f"""
            link.expires_at NOT BETWEEN request.promised_by + {_REQUEST_LIVES} - {_CLOCK_CHANGE}
                                    AND request.promised_by + {_REQUEST_LIVES} + {_CLOCK_CHANGE}
        """,
        wrong="it opens its request for longer or shorter than it should",
        expected=f"{REQUEST_FOR.days} days after what was promised",
    ),
    rows(
        "link-not-revoked",
        "link",
        joins=_REQUEST,
        where="""
            link.version <> 1 + (
                SELECT count(*) FROM (
                    SELECT (event.phone, event.email) IS DISTINCT FROM (
                               lag(event.phone) OVER steps, lag(event.email) OVER steps) AS other,
                           row_number() OVER steps AS step
                      FROM scheduler_contactrequestevent AS event
                     WHERE event.pgh_obj_id = request.id
                    WINDOW steps AS (ORDER BY event.pgh_id)) AS each
                 WHERE each.other AND each.step > 1)
        """,
        wrong="what was sent to an earlier number or address opens the request still, or to the "
        "present one no more",
        expected="a version for each number or address that the request has had",
    ),
    rows(
        "link-of-a-visit-revoked",
        "link",
        where="link.appointment_id IS NOT NULL AND link.version <> 1",
        wrong="what was sent about its visit opens it no more",
        expected="the version that was sent, which nothing raises",
    ),
)
