"""Which number the clinic calls for a visit by phone."""

from phonenumber_field.phonenumber import PhoneNumber

from scheduler.booking.models import Appointment


def number_to_call(appointment: Appointment) -> str:
    """As it is written in the country, such as "(419) 555-0123"; empty where none is known.

    That of who answers for the patient, else the patient's own; of a hold, what was typed.
    """
    if appointment.held_details:
        typed = appointment.held_details.get("phone", "")
        return str(PhoneNumber.from_string(typed).as_national) if typed else ""
    for person in (appointment.contact, appointment.patient):
        if person is not None and person.phone:
            return str(person.phone.as_national)
    return ""
