"""Conditions and their pages in the clinic's languages: data, so that a new one needs no code."""

from typing import Self

import pghistory
from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.db.models import Q

# The page's own languages, each named in itself. English is the one every page must have.
PAGE_LANGUAGES = [("en", "English"), ("es", "Español")]
FALLBACK_LANGUAGE = "en"

# What the API takes for one: what is named otherwise could be seen, and never asked for.
PLAIN_SLUG = RegexValidator(
    r"^[a-z0-9-]{1,60}\Z", "Use small letters, digits and hyphens, such as follow-up."
)

# What an editor may write; scheduler/templatetags/prose.py turns it into HTML.
MARKUP_HELP = (
    "Plain text. A blank line starts a paragraph, a line with '- ' in front is a bullet, "
    "**two stars** make bold, and [words](tel:911) make a link (tel, sms or https)."
)


class ConditionQuerySet(models.QuerySet["Condition"]):
    def published(self) -> Self:
        return self.filter(published=True)

    def with_own_page(self) -> Self:
        """Published ones that are shown here, not on another site."""
        return self.published().filter(external_url="")


@pghistory.track()
class Condition(models.Model):
    """What a visit may be about. `reviewed_*` say which clinician approved the words, and when."""

    slug = models.SlugField(
        max_length=60,
        unique=True,
        validators=[PLAIN_SLUG],
        help_text="The page's address: /conditions/<slug>/.",
    )
    external_url = models.URLField(
        blank=True,
        validators=[URLValidator(schemes=["https"])],
        help_text="Confirmations link to this https address instead of our own page.",
    )
    published = models.BooleanField(
        default=False, help_text="Only published pages can be seen by the public."
    )
    reviewed_by = models.CharField(
        "approved by",
        max_length=100,
        blank=True,
        help_text="The clinician who approved the page's text and its two notices.",
    )
    reviewed_on = models.DateField(
        "approved on", null=True, blank=True, help_text="The day of that approval."
    )
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    objects = ConditionQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed_by="", reviewed_on__isnull=True)
                | (~Q(reviewed_by="") & Q(reviewed_on__isnull=False)),
                name="condition_review_is_whole",
                violation_error_message="An approval needs both a name and a day.",
            )
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def is_reviewed(self) -> bool:
        return self.reviewed_on is not None

    def text_in(self, language: str) -> "ConditionText | None":
        """The text in `language` ("en", "es"), else in English, else in whatever there is.

        Looks at `texts` as a whole, so that a prefetch of it costs no further query.
        """
        by_language = {text.language: text for text in self.texts.all()}
        wanted = by_language.get(language[:2]) or by_language.get(FALLBACK_LANGUAGE)
        return wanted or next(iter(by_language.values()), None)


@pghistory.track()
class ConditionText(models.Model):
    """A condition's page in one language, with the two notices that always stand on it."""

    condition = models.ForeignKey(Condition, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=2, choices=PAGE_LANGUAGES)
    name = models.CharField(max_length=100)
    other_names = models.CharField(
        max_length=200, blank=True, help_text="Other names for it, with commas between them."
    )
    summary = models.TextField(help_text=f"One short paragraph under the title. {MARKUP_HELP}")
    emergency_notice = models.TextField(
        help_text="When to call 911 or 988. Clinicians approve it before it goes live. "
        f"{MARKUP_HELP}"
    )
    everyone_notice = models.TextField(
        help_text="That the page goes out with every booking and only the provider can say whether "
        f"it is about the reader. Clinicians approve it before it goes live. {MARKUP_HELP}"
    )

    class Meta:
        ordering = ["condition", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["condition", "language"],
                name="condition_text_one_a_language",
                violation_error_message="This condition already has a text in that language.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"


@pghistory.track()
class ConditionSection(models.Model):
    """A part of the page under its own heading. `position` orders them; gaps do no harm."""

    class Kind(models.TextChoices):
        ABOUT = "about", "What it is"
        CAUSES = "causes", "Causes"
        SYMPTOMS = "symptoms", "Symptoms"
        TREATMENT = "treatment", "Treatment"
        PLAN = "plan", "Your plan"
        OTHER = "other", "Something else"

    text = models.ForeignKey(ConditionText, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.OTHER)
    heading = models.CharField(max_length=120)
    body = models.TextField(help_text=MARKUP_HELP)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.heading
