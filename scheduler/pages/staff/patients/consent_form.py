"""What somebody said about being written to, as a form."""

from typing import Any

from django import forms
from django.conf import settings


class ConsentForm(forms.Form):
    """`agreed`: the sentence was read aloud, and they said yes. `no-stop`: somebody read the text
    that paused the number, and it was none."""

    channel = forms.ChoiceField(choices=[("sms", "Text"), ("email", "Mail")])
    address = forms.CharField(max_length=254)
    language = forms.ChoiceField(choices=settings.LANGUAGES)
    answer = forms.ChoiceField(
        choices=[("agreed", "Agreed"), ("withdrawn", "Withdrawn"), ("no-stop", "No stop")]
    )
    read_aloud = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("answer") == "agreed" and not cleaned.get("read_aloud"):
            self.add_error("read_aloud", "Read the sentence to them first, then tick this.")
        return cleaned
