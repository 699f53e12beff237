"""What the API takes and gives. Times are RFC 3339 with offset; slugs name things."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from api.fields import (
    BirthDate,
    Email,
    Instant,
    LongText,
    Name,
    Phone,
    Reason,
    Relation,
    ShortText,
    Slug,
)
from scheduler.core.status import AppointmentStatus

Language = Literal["en", "es"]


# Pydantic's own models: ninja's ask each field of an object, and check a body twice.
class Input(BaseModel):
    """A body: what it doesn't know, it refuses."""

    model_config = ConfigDict(extra="forbid")


class FieldError(BaseModel):
    field: str = Field(examples=["patient.phone"])
    message: str = Field(examples=["Give a phone number with its area code."])


class SlotOut(BaseModel):
    start: datetime
    end: datetime
    provider: str


class Alternative(SlotOut):
    words: str = Field("", description="Staff read it so.", examples=["Tue Nov 24, 10:00 AM"])


class Problem(BaseModel):
    """RFC 9457, for every error there is. `errors` names each field and what would be right."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError]
    alternatives: list[Alternative] = Field(
        default_factory=list, description="The nearest free times, where one was taken."
    )
    may_overbook: bool = Field(
        False, description="Whether staff may put the visit on top of others, with a reason."
    )


class SlotsOut(BaseModel):
    time_zone: str = Field(examples=["America/New_York"])
    slots: list[SlotOut]


class ClinicOut(BaseModel):
    name: str
    address: str
    phone: str
    email: str
    time_zone: str
    condition: str | None = Field(description="The condition whose page goes out by default.")


class VisitTypeOut(BaseModel):
    slug: str
    name: str
    name_es: str
    minutes: int
    by_phone: bool
    audience: Literal["everyone", "new", "returning"]
    referral: Literal["no", "ask", "required"]
    horizon_days: int
    arrive_early_minutes: int
    instructions: str
    instructions_es: str
    providers: list[str]


class ProviderOut(BaseModel):
    slug: str
    name: str
    visit_types: list[str]


class ConditionSectionOut(BaseModel):
    heading: str
    body: str


class ConditionTextOut(BaseModel):
    language: str
    name: str
    other_names: str
    summary: str
    sections: list[ConditionSectionOut]


class ConditionOut(BaseModel):
    slug: str
    url: str
    texts: list[ConditionTextOut]


class PatientIn(Input):
    """Who is coming. A mobile number or a mail address is needed, for the code."""

    name: Name
    date_of_birth: BirthDate | None = None
    phone: Phone | None = None
    email: Email | None = None
    language: Language = "en"

    @model_validator(mode="after")
    def _reachable(self) -> "PatientIn":
        if self.phone is None and self.email is None:
            raise ValueError("Give a mobile number or a mail address, so that we can send a code.")
        return self


class ContactIn(Input):
    """Someone who helps and gets the messages instead."""

    name: Name
    relation: Relation


class ConsentIn(Input):
    """What may be sent. Texts need a yes of their own."""

    sms: StrictBool = False
    email: StrictBool = False


class BookingIn(Input):
    visit_type: Slug = Field(examples=["new-patient"])
    provider: Slug | None = Field(None, description="Anyone, if left out.")
    start: Instant
    condition: Slug | None = Field(None, examples=["post-laminectomy-syndrome"])
    patient: PatientIn
    contact: ContactIn | None = None
    # Not a value: makers of clients leave out a call with an object for a default.
    consent: ConsentIn = Field(default_factory=ConsentIn)


class BookedOut(BaseModel):
    """A held time (until the code is entered) or a booked visit."""

    id: str = Field(examples=["7K3MZQ4D"])
    token: str
    status: AppointmentStatus = Field(examples=["held"])
    start: datetime
    end: datetime
    provider: str
    manage_url: str
    information_url: str
    hold_expires_at: datetime | None
    code_sent_by: Literal["sms", "email"] | None


class AppointmentOut(BaseModel):
    """The patient's own appointment."""

    id: str
    status: AppointmentStatus
    version: int
    visit_type: str
    visit_name: str
    provider: str
    provider_name: str
    start: datetime
    end: datetime
    time_zone: str
    arrive_by: datetime
    by_phone: bool
    address: str
    instructions: str
    language: Language
    manage_url: str
    information_url: str
    hold_expires_at: datetime | None
    can_confirm: bool
    can_reschedule: bool
    can_cancel: bool


class VerifyIn(Input):
    code: Annotated[str, Field(min_length=6, max_length=6, pattern=r"^[0-9]{6}$")]


class ResendIn(Input):
    channel: Literal["sms", "email"]


class RescheduleIn(Input):
    start: Instant
    provider: Slug | None = None
    version: Annotated[int, Field(ge=1, le=2_000_000_000, strict=True)] | None = None


class CancelIn(Input):
    reason: Reason = ""


class ContactRequestIn(Input):
    """Ask to be called or written to."""

    name: Name
    topic: Literal["book", "change", "question"] = "book"
    phone: Phone | None = None
    email: Email | None = None
    language: Language = "en"
    times: ShortText = ""
    note: LongText = ""

    @model_validator(mode="after")
    def _reachable(self) -> "ContactRequestIn":
        if self.phone is None and self.email is None:
            raise ValueError("Give a phone number or a mail address, so that we can reach you.")
        return self


class ContactRequestOut(BaseModel):
    id: str
    promised_by: datetime
