"""The short questions as forms; the long one, about the person, is in `person_form`."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from scheduler.booking.models import Appointment
from scheduler.pages.booking.reasons import NEW, RETURNING, Reason
from scheduler.pages.fields import PlainField

INTAKE_LENGTH = 120
CHOOSE = {
    "required": _("Please choose one of these answers."),
    "invalid_choice": _("Please choose one of these answers."),
}


def radios(choices: Sequence[tuple[str, Any]], **options: Any) -> forms.ChoiceField:
    tile = {"class": "usa-radio__input usa-radio__input--tile"}
    return forms.ChoiceField(
        choices=choices, widget=forms.RadioSelect(attrs=tile), error_messages=CHOOSE, **options
    )


def text_input(**attributes: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "usa-input", **attributes})


class Question(forms.Form):
    """What they share: no colon after a label."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.label_suffix = ""


class VisitedBeforeForm(Question):
    been = radios(
        [(NEW, _("No, this is my first visit")), (RETURNING, _("Yes, I have been here before"))],
        label=_("Have you been here before?"),
    )


class WhyForm(Question):
    """`offered` decides what can be chosen."""

    def __init__(self, *args: Any, offered: Sequence[Reason], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"] = radios(
            [(one.value, one.words) for one in offered], label=_("Why do you want to come?")
        )


class CodeForm(Question):
    """`code` comes out as digits, however they were grouped."""

    code = forms.CharField(
        label=_("The code"),
        help_text=_("Six digits"),
        max_length=20,
        error_messages={"required": _("Please enter the six digits.")},
        widget=text_input(inputmode="numeric", autocomplete="one-time-code"),
    )

    def clean_code(self) -> str:
        digits = "".join(self.cleaned_data["code"].replace("-", " ").split())
        if not (len(digits) == 6 and digits.isascii() and digits.isdigit()):
            raise forms.ValidationError(_("Please enter the six digits."))
        return digits


class TextsForm(Question):
    """`words` is the sentence that is agreed to; agreeing is the whole form."""

    sms_consent = forms.BooleanField(
        widget=forms.CheckboxInput(attrs={"class": "usa-checkbox__input"}),
        error_messages={"required": _("Tick the box if you would like texts from us.")},
    )

    def __init__(self, *args: Any, words: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["sms_consent"].label = words


class IntakeForm(Question):
    """None of it is needed."""

    referred_by = PlainField(
        label=_("Who sent you to us?"),
        help_text=_("Such as the name of your doctor"),
        required=False,
        max_length=INTAKE_LENGTH,
        widget=text_input(),
    )
    insurance_plan = PlainField(
        label=_("Your insurance plan"),
        required=False,
        max_length=INTAKE_LENGTH,
        widget=text_input(),
    )
    injury = radios(
        [
            (Appointment.Injury.NONE.value, _("No")),
            (Appointment.Injury.WORK.value, _("Yes, an injury at work")),
            (Appointment.Injury.CAR.value, _("Yes, a car accident")),
        ],
        label=_("Does the pain come from an injury?"),
        required=False,
    )
