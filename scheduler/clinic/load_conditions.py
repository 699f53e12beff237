"""Put the conditions that come with the product into the database, once."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from scheduler.clinic.models import Condition, ConditionSection, ConditionText

# A folder a condition, named by its slug; in it a file a language, such as en.toml.
CONTENT = Path(__file__).resolve().parent / "content" / "conditions"
DEFAULT_SLUG = "post-laminectomy-syndrome"


@transaction.atomic
def load_conditions(*, now: datetime) -> Condition:
    """Create each condition that is missing, published but not yet approved by a clinician.

    One that exists is left alone, texts and all: the database is where its words are edited.
    Returns the condition that the clinic's confirmations link to by default.
    """
    for folder in sorted(path for path in CONTENT.iterdir() if path.is_dir()):
        condition, created = Condition.objects.get_or_create(
            slug=folder.name,
            defaults={"published": True, "created_at": now, "updated_at": now},
        )
        if created:
            for source in sorted(folder.glob("*.toml")):
                _load_text(condition, source.stem, tomllib.loads(source.read_text("utf-8")))
    return Condition.objects.get(slug=DEFAULT_SLUG)


def _load_text(condition: Condition, language: str, content: dict[str, Any]) -> None:
    sections = content.pop("sections")
    text = ConditionText.objects.create(
        condition=condition,
        language=language,
        **{field: value.strip() for field, value in content.items()},
    )
    ConditionSection.objects.bulk_create(
        ConditionSection(
            text=text,
            position=10 * number,
            kind=section["kind"],
            heading=section["heading"],
            body=section["body"].strip(),
        )
        for number, section in enumerate(sections, start=1)
    )
