"""From somebody to their rows: the register of patients and of who answers for them."""

from collections import Counter, defaultdict
from datetime import timedelta
from functools import partial

from scheduler.demo.days import Days
from scheduler.demo.people.somebody import Somebody
from scheduler.demo.people.staff import Staff
from scheduler.demo.world import By, World
from scheduler.patients.models import Contact, Patient

APART = "staff/patients/<int:pk>/apart/"


class Register:
    def __init__(self, world: World, days: Days, staff: Staff) -> None:
        self._world = world
        self._days = days
        self._staff = staff
        self._known: Counter[str] = Counter()
        self._contacts: dict[int, list[Contact]] = defaultdict(list)

    def bring_in(self, person: Somebody) -> None:
        """As the import does: families share numbers, and nobody is doubted for it."""
        patient = self._patient(person, doubt=False)
        if person.phone or person.email:
            self._contact(patient, person.name, Contact.SELF, person)

    def match(self, person: Somebody) -> tuple[Patient, Contact | None]:
        """The patient and contact that a booking means, made where they are new."""
        patient = person.patient or self._patient(person, doubt=True)
        if not (person.phone or person.email):
            return patient, None
        return patient, self._contact(
            patient, person.helper or person.name, person.relation, person
        )

    def _patient(self, person: Somebody, *, doubt: bool) -> Patient:
        shared = any(self._known[to] for to in (person.phone, person.email) if to)
        person.patient = patient = self._world.add(
            Patient(
                name=person.name,
                folded_name=person.folded,
                date_of_birth=person.born,
                phone=person.phone,
                email=person.email,
                language=person.language,
                possible_duplicate=doubt and shared,
                created_at=self._world.clock,
            )
        )
        self._known.update(to for to in (person.phone, person.email) if to)
        if patient.possible_duplicate and not person.twin:
            self._look_at_it_later(patient)
        return patient

    def _look_at_it_later(self, patient: Patient) -> None:
        """A manager says that a family is no duplicate, once they find the time."""
        day = self._days.of(self._world.clock) + timedelta(days=self._world.rng.randrange(3, 16))
        by = By(self._staff.manager, APART)
        tell_apart = partial(self._world.change, patient, possible_duplicate=False)
        self._world.later(self._days.in_office(day, self._world.rng), tell_apart, by)

    def _contact(self, patient: Patient, name: str, relation: str, person: Somebody) -> Contact:
        for one in self._contacts[patient.pk]:
            if (one.name, one.relation) == (name, relation):
                return one
        contact: Contact = self._world.add(
            Contact(
                patient_id=patient.pk,
                name=name,
                relation=relation,
                phone=person.phone,
                email=person.email,
            )
        )
        self._contacts[patient.pk].append(contact)
        return contact
