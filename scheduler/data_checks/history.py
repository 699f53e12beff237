"""What the audit log tells of visits: each state could follow the one before, each move counted."""

from scheduler.core.status import TRANSITIONS
from scheduler.data_checks.check import Check

_STEPS = """
    SELECT 'scheduler_appointment', step.visit::text, {detail}
      FROM (SELECT pgh_obj_id AS visit, pgh_label AS label, created_by, status, sequence,
                   lag(status) OVER steps AS was, lag(sequence) OVER steps AS sequence_was,
                   lag(starts_at) OVER steps IS DISTINCT FROM starts_at
                   OR lag(provider_id) OVER steps IS DISTINCT FROM provider_id
                   OR (lag(status) OVER steps = 'cancelled') <> (status = 'cancelled') AS told
              FROM scheduler_appointmentevent
             WHERE pgh_label <> 'delete'
            WINDOW steps AS (PARTITION BY pgh_obj_id ORDER BY pgh_id)) AS step
     WHERE {wrong}
"""
_ALLOWED = ", ".join(
    f"('{before}', '{after}')" for before, states in TRANSITIONS.items() for after in states
)

CHECKS = (
    Check(
        name="state-that-could-not-follow",
        wrong="it went from one state to another that can't follow it",
        expected="the steps of the table of states, from a hold, a booking or a walk-in on",
        sql=_STEPS.format(
            detail="concat_ws(' to ', step.was, step.status)",
            wrong=f"""
                CASE WHEN step.was IS NULL
                     THEN step.created_by <> 'system'
                          AND step.status NOT IN ('held', 'booked', 'arrived')
                     ELSE step.was <> step.status
                          AND (step.was, step.status) NOT IN ({_ALLOWED}) END
            """,
        ),
    ),
    Check(
        name="sequence-unlike-its-moves",
        wrong="it moved, was canceled or came back without its sequence, or the other way round",
        expected="a sequence that counts each of these by one",
        sql=_STEPS.format(
            detail="'sequence ' || step.sequence",
            wrong="""
                step.sequence <> CASE WHEN step.was IS NULL THEN 0
                                      ELSE step.sequence_was + step.told::int END
            """,
        ),
    ),
)
