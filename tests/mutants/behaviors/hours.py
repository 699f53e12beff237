"""Hours are the clinic's, on both days on which its clock changes too."""

from tests.mutants.mutant import Edit, Mutant, Promise

HOURS = (
    Mutant(
        "In autumn the repeated hour closes an hour early",
        Promise.TIME_IS_RIGHT,
        (Edit("return wall - («after if closing else before»)", "before"),),
        (
            "TestInstant::test_a_repeated_time_closes_at_its_second_pass",
            "TestExpandHours::test_hours_inside_the_repeated_hour_run_from_its_first_to_its_second_pass",
        ),
    ),
    Mutant(
        "In spring a time that the clock skips is an hour off",
        Promise.TIME_IS_RIGHT,
        (Edit("return «_change_between(wall - after, wall - before, tz)»", "wall - after"),),
        ("TestInstant::test_a_skipped_time_is_the_instant_of_the_change",),
    ),
    Mutant(
        "After a change of the clock visits are offered an hour off",
        Promise.TIME_IS_RIGHT,
        (Edit("if «len(segments) == 1»: only = segments[0][1]", "True"),),
        (
            "TestOffsets::test_look_up_what_the_zone_says",
            "TestDaylightSaving::test_in_autumn_an_hour_comes_twice",
        ),
    ),
    Mutant(
        "Messages state the time of London",
        Promise.TIME_IS_RIGHT,
        (
            Edit(
                "_visit_context(message, appointment, «clinic.zone», told_too)",
                'ZoneInfo("Europe/London")',
            ),
        ),
        ("TestSending::test_says_the_clinics_time_in_the_patients_language",),
    ),
    Mutant(
        "Pages state the time of London",
        Promise.TIME_IS_RIGHT,
        (Edit("local = at.astimezone(«tz») zone = local.tzname()", 'ZoneInfo("Europe/London")'),),
        ("TestTheAppointmentPage::test_says_when_where_and_with_whom",),
    ),
    Mutant(
        "The calendar file has no time zone",
        Promise.TIME_IS_RIGHT,
        (
            Edit('event.add("dtstart", _START«.replace(tzinfo=frame.tz)»)', ""),
            Edit('event.add("dtend", _END«.replace(tzinfo=frame.tz)»)', ""),
        ),
        ("TestCalendar::test_carries_the_clinics_zone_and_both_links",),
    ),
    Mutant(
        "A visit begins between two starts of the grid",
        Promise.TIME_IS_RIGHT,
        (
            Edit(
                "return range(«lowest + -(lowest + offset) % grid, beyond, grid»)",
                "lowest, beyond, 60",
            ),
        ),
        ("TestTheRules::test_a_start_is_on_the_grid",),
    ),
    Mutant(
        "A visit ends after the clinic's hours",
        Promise.TIME_IS_RIGHT,
        (Edit("min(end «- shape.duration», latest) + 1", ""),),
        ("TestTheRules::test_the_whole_visit_lies_inside_the_hours",),
    ),
    Mutant(
        "A time of a provider's time off can be booked",
        Promise.TIME_IS_RIGHT,
        (Edit("blocked = _blocked(shape, [«*column.closed,» *column.busy])", ""),),
        ("TestTheRules::test_time_off_closes",),
    ),
    Mutant(
        "A day that the clinic closed is still bookable",
        Promise.TIME_IS_RIGHT,
        (Edit("everywhere = expand_closures(«closures.everywhere», *around)", "[]"),),
        ("TestThePlan::test_closes_the_clinic_for_new_bookings",),
    ),
    Mutant(
        "Hours of every second week are offered each week",
        Promise.TIME_IS_RIGHT,
        (
            Edit(
                "return «(_week_number(day) - _week_number(self.valid_from)) % "
                "self.every_n_weeks == 0»",
                "True",
            ),
        ),
        ("TestPlace::test_hours_may_repeat_every_second_week",),
    ),
)
