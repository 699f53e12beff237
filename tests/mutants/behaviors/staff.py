"""Staff see what their role allows, and every look is in the audit log."""

from tests.mutants.mutant import Edit, Mutant, Promise, without_trigger

STAFF = (
    Mutant(
        "A clinician sees another's patient",
        Promise.PRIVATE,
        (Edit('patient=OuterRef("pk")«, provider__user=user.pk»', ""),),
        (
            "TestAClinician::test_does_not_see_another_s",
            "TestShows::test_a_clinician_only_who_has_a_visit_with_them",
        ),
    ),
    Mutant(
        "A clinician opens another's visit",
        Promise.PRIVATE,
        (Edit("return Appointment.objects.«filter(provider__user=user.pk)»", "all()"),),
        ("TestThePage::test_is_not_for_another_clinician",),
    ),
    Mutant(
        "The front desk reads the numbers and the trail of the managers",
        Promise.PRIVATE,
        (
            Edit(
                "if not «any(may(request.user, right) for right in rights)»: raise "
                "PermissionDenied",
                "request.user.is_active",
            ),
        ),
        ("TestEveryAddress::test_is_open_to_its_roles_alone_and_notes_on_the_trail_whom_it_shows",),
    ),
    Mutant(
        "Whoever is not signed in sees staff's pages",
        Promise.PRIVATE,
        (
            Edit(
                "if «not request.user.is_authenticated»: if htmx_asks(request)",
                "False",
            ),
            Edit(
                "if «not any(may(request.user, right) for right in rights)»: raise "
                "PermissionDenied",
                "False",
            ),
        ),
        ("TestEveryAddress::test_is_closed_to_who_is_not_signed_in",),
    ),
    Mutant(
        "A look of staff at a patient leaves no row on the trail",
        Promise.PRIVATE,
        (Edit("if «(shown.patients or shown.asked) and request.user.pk»: $note_access(", "False"),),
        (
            "TestEveryAddress::test_is_open_to_its_roles_alone_and_notes_on_the_trail_whom_it_shows",
            "TestWhoMaySeeIt::test_leaves_a_row_on_the_trail",
        ),
    ),
    Mutant(
        "A row of the trail can be changed afterwards",
        Promise.PRIVATE,
        (without_trigger("scheduler_accessevent", "append_only"),),
        ("TestIsForGood::test_looks_can_not_be_changed_or_removed",),
    ),
    Mutant(
        "A change of a visit leaves no row on the trail",
        Promise.PRIVATE,
        (without_trigger("scheduler_appointment", "update_update"),),
        (
            "TestTheTrail::test_tells_of_visits_in_words",
            "test_every_trigger_that_keeps_the_trail_stands_in_the_database",
        ),
    ),
    Mutant(
        "A screen that was left alone stays open all day",
        Promise.PRIVATE,
        (Edit('if «idle >= IDLE.total_seconds()»: return "locked"', "False"),),
        ("TestASession::test_locks_after_fifteen_idle_minutes",),
    ),
    Mutant(
        "Staff come in without the second factor",
        Promise.PRIVATE,
        (
            Edit(
                "if «settings.STAFF_MFA_REQUIRED and» not is_mfa_enabled(request.user):",
                "False and",
            ),
        ),
        ("TestTheSecondStep::test_must_be_set_up_before_anything_is_shown",),
    ),
    Mutant(
        "Another site makes a signed-in colleague's browser move visits",
        Promise.PRIVATE,
        (Edit("self.rights = rights super().__init__(csrf=«True»)", "False"),),
        ("TestWhoMayMove::test_is_nobody_with_a_forged_request",),
    ),
    Mutant(
        "A file for a spreadsheet runs a formula that a patient typed as their name",
        Promise.PRIVATE,
        (Edit("return «GUARD +» text", ""),),
        ("TestExport::test_has_no_formula_in_it",),
    ),
)
