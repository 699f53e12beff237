"""Faults of sending: to whom, at what hour, and what was said of it."""

from tests.data_checks.planted_faults.planted import Planted, of_message

SENDING = [
    Planted(
        "sent-after-opt-out",
        "sent",
        """
        INSERT INTO scheduler_optout (channel, address, source, paused_for_staff, at)
        SELECT 'sms', "to", 'text', false, created_at FROM scheduler_message WHERE id = %(id)s
        """,
    ),
    Planted(
        "sent-to-a-bad-address",
        "sent",
        """
        INSERT INTO scheduler_badaddress (channel, address, code, at)
        SELECT 'sms', "to", '30006', created_at FROM scheduler_message WHERE id = %(id)s
        """,
    ),
    of_message(
        "opt-out-acknowledged-late",
        "acknowledgement",
        "sending_at = sending_at + interval '10 minutes',"
        " expires_at = expires_at + interval '1 hour'",
    ),
    of_message("text-in-the-night", "sent", "sending_at = sending_at + interval '12 hours'"),
    Planted(
        "delivered-and-not-said",
        "sent",
        """
        INSERT INTO scheduler_deliveryevent (message_id, sid, status, error_code, at)
        SELECT id, sid, 'delivered', '', accepted_at FROM scheduler_message WHERE id = %(id)s
        """,
    ),
    of_message(
        "trouble-nobody-was-told-of",
        "sent",
        "status = 'uncertain', error_code = 'lost', settled_at = sending_at",
    ),
]
