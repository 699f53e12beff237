"""Made-up people before the clinic knows them: who they are and how they like to be reached."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from scheduler.demo.people import names
from scheduler.patients.models import Contact, Patient
from scheduler.patients.names import fold_name
from scheduler.patients.person import Person as Typed

NUMBERS = range(100, 200)
# (419) 555-0100 to 0149 are left to whoever tries the product out, as the README does.
TRIED_OUT = ("419", 2)


@dataclass(slots=True)
class Somebody:
    """One person. `helper` and `relation` are of who answers for them; `patient` and `contact`
    their rows, once they have some. `shares` is whether others have the same number, `twin` whether
    they are a patient already, by another spelling."""

    name: str
    born: date
    phone: str
    email: str
    language: str
    helper: str = ""
    relation: str = Contact.SELF
    interpreter: str = ""
    landline: bool = False
    texts: bool = True
    mails: bool = False
    online: bool = False
    shares: bool = False
    twin: bool = False
    patient: Patient | None = None
    contact: Contact | None = None

    @property
    def folded(self) -> str:
        return fold_name(self.name)

    @property
    def typed(self) -> dict[str, object]:
        """What a hold keeps of them."""
        return Typed(
            name=self.name,
            date_of_birth=self.born,
            phone=self.phone,
            email=self.email,
            language=self.language,
            contact_name=self.helper,
            relation=self.relation,
            sms_consent=self.texts and ("sms", self.phone) in self.addresses,
            email_consent=self.mails,
            landline=self.landline,
            interpreter=self.interpreter,
        ).to_json()

    @property
    def addresses(self) -> list[tuple[str, str]]:
        """(channel, address) of where they can be written to at all, texts first."""
        mobile = "" if self.landline else self.phone
        return [(way, to) for way, to in (("sms", mobile), ("email", self.email)) if to]

    @property
    def agreed(self) -> list[tuple[str, str]]:
        ticked = {"sms": self.texts, "email": self.mails}
        return [(way, to) for way, to in self.addresses if ticked[way]]


def make_people(rng: Random, today: date, how_many: int) -> list[Somebody]:
    """So many that a clinic of three providers is busy, in no order."""
    numbers = (
        f"+1{area}555{number:04d}"
        for area in names.AREA_CODES
        for number in NUMBERS
        if (area, number // 50) != TRIED_OUT
    )
    taken: set[str] = set()
    people: list[Somebody] = []
    while len(people) < how_many:
        people += _household(rng, today, numbers, taken)
    rng.shuffle(people)
    return people[:how_many]


def _household(rng: Random, today: date, numbers: Iterator[str], taken: set[str]) -> list[Somebody]:
    """Mostly one person; some live together, with one number for all."""
    spanish = rng.random() < 0.15
    last = _last_name(rng, spanish)
    size = rng.choices((1, 2, 3), weights=(88, 10, 2))[0]
    phone = next(numbers) if size > 1 or rng.random() < 0.97 else ""
    born = today - timedelta(days=rng.randrange(31, 84) * 365 + rng.randrange(365))
    members = []
    for number in range(size):
        woman = (rng.random() < 0.55) if size == 1 else number % 2 == 0
        name = _free_name(rng, woman, last, spanish, taken)
        birth = born - timedelta(days=rng.randrange(-1400, 1400))
        members.append(_one(rng, name, birth, phone, spanish))
    for one in members:
        one.shares = size > 1
    return members


def _last_name(rng: Random, spanish: bool) -> str:
    return rng.choice(names.APELLIDOS if spanish else names.LAST)


def _free_name(rng: Random, woman: bool, last: str, spanish: bool, taken: set[str]) -> str:
    pool = (
        (names.MUJERES if woman else names.HOMBRES)
        if spanish
        else (names.WOMEN if woman else names.MEN)
    )
    for _ in range(200):
        name = f"{rng.choice(pool)} {last}"
        if name not in taken:
            break
        last = _last_name(rng, spanish)
    taken.add(name)
    return name


def _one(rng: Random, name: str, born: date, phone: str, spanish: bool) -> Somebody:
    first, _, last = fold_name(name).partition(" ")
    mail = f"{first}.{last.replace(' ', '')}@{rng.choice(names.MAIL_HOSTS)}"
    landline = bool(phone) and rng.random() < 0.06
    email = mail if not phone or rng.random() < (0.3 if landline else 0.6) else ""
    one = Somebody(
        name=name,
        born=born,
        phone=phone,
        email=email,
        language="es" if spanish and rng.random() < 0.85 else "en",
        landline=landline,
        texts=not landline and rng.random() < 0.9,
        mails=bool(email) and rng.random() < 0.6,
        online=bool(email or phone) and not landline and rng.random() < 0.5,
        interpreter=rng.choice(names.INTERPRETED) if not spanish and rng.random() < 0.015 else "",
    )
    if rng.random() < 0.07 and phone:
        first = rng.choice(names.MUJERES + names.HOMBRES if spanish else names.WOMEN + names.MEN)
        one.helper = f"{first} {name.rsplit(maxsplit=1)[-1]}"
        one.relation = rng.choice(names.HELPERS)
    return one
