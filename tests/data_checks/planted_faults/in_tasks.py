"""Faults of what waits for a person."""

from tests.data_checks.planted_faults.planted import of

TASKS = [
    of("stafftask", "task-about-nothing", "task", "appointment_id = NULL"),
    of("stafftask", "task-half-done", "task", "done_at = created_at - interval '1 minute'"),
    of(
        "stafftask",
        "doubt-that-is-over",
        "task",
        "kind = 'uncertain', message_id = (SELECT min(id) FROM scheduler_message AS message"
        " WHERE message.appointment_id = scheduler_stafftask.appointment_id)",
    ),
    of("stafftask", "call-about-a-time-that-is-booked", "task", "kind = 'call-to-book'"),
]
