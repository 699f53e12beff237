"""People on the staff, and calls that may come twice."""

from scheduler.accounts.roles import MANAGER, ROLES
from scheduler.data_checks.check import Check, listed, rows

_ROLES = f"""
    SELECT count(*) FROM auth_user_groups AS given
      JOIN auth_group AS role ON role.id = given.group_id
     WHERE given.user_id = person.id AND role.name IN ({listed(ROLES)})
"""
_IS_MANAGER = f"""
    EXISTS (SELECT FROM auth_user_groups AS given
              JOIN auth_group AS role ON role.id = given.group_id
             WHERE given.user_id = person.id AND role.name = '{MANAGER}')
"""

CHECKS = (
    Check(
        name="person-with-two-roles",
        wrong="somebody on the staff has more than one role",
        expected="one",
        sql=f"SELECT 'auth_user', person.id::text, '' FROM auth_user AS person"
        f" WHERE ({_ROLES}) > 1",
    ),
    Check(
        name="admin-for-the-wrong-people",
        wrong="whether somebody may open the admin does not fit their role",
        expected="managers and administrators, and nobody else",
        sql=f"SELECT 'auth_user', person.id::text, '' FROM auth_user AS person"
        f" WHERE person.is_staff <> (person.is_superuser OR {_IS_MANAGER})",
    ),
    rows(
        "answer-of-another-visit",
        "idempotencykey",
        where="""
            (idempotencykey.answer <> '{}'
             AND idempotencykey.answer ->> 'id' IS DISTINCT FROM idempotencykey.reference)
            OR NOT EXISTS (SELECT FROM scheduler_appointment AS visit
                            WHERE visit.reference = idempotencykey.reference)
            OR EXISTS (SELECT FROM scheduler_idempotencykey AS other
                        WHERE other.reference = idempotencykey.reference
                          AND other.id < idempotencykey.id)
        """,
        wrong="the answer that is kept for a repeated call is not that of one visit of its own",
        expected="a visit that is there, one key for it, and its reference in the API's answer; "
        "pages keep none",
    ),
)
