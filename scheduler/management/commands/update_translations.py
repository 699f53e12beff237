"""Bring the catalogs in step with the templates, pages and messages they are taken from."""

from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation.template import templatize

TEMPLATES = {".html", ".txt", ".mjml"}
KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_noop": None}


def catalog_path(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def read_catalog(language: str) -> Catalog:
    with catalog_path(language).open("rb") as file:
        return read_po(file, locale=language, domain="django")


def extract() -> Catalog:
    """Every string that templates, pages and messages mark for translation."""
    found = Catalog()
    root = Path(settings.BASE_DIR)
    for path in sorted((root / "templates").rglob("*")):
        if path.suffix in TEMPLATES:
            # Django's own step before gettext: what is marked becomes calls in Python.
            _add(found, templatize(path.read_text("utf-8"), origin=path.name))
    for room in ("pages", "messaging", "refusals"):
        for path in sorted((root / "scheduler" / room).rglob("*.py")):
            _add(found, path.read_text("utf-8"))
    return found


def _add(catalog: Catalog, source: str) -> None:
    for _line, function, arguments, _comments in extract_python(
        BytesIO(source.encode()), KEYWORDS, [], {"encoding": "utf-8"}
    ):
        texts = [arguments] if isinstance(arguments, str) else list(arguments or [])
        context = texts.pop(0) if function in {"pgettext", "npgettext"} else None
        texts = texts[: 2 if function in {"ngettext", "npgettext"} else 1]
        if not texts or None in texts:
            continue  # a variable: its value is marked elsewhere
        message: Any = texts[0] if len(texts) == 1 else tuple(texts)
        catalog.add(message, context=context)


def _new(language: str) -> Catalog:
    return Catalog(
        locale=language, project="Clinic pages", version="1", header_comment="#", fuzzy=False
    )


def _is_whole(message: Message) -> bool:
    forms = [message.string] if isinstance(message.string, str) else message.string
    return bool(forms) and all(forms or ())


class Command(BaseCommand):
    help = __doc__

    def handle(self, *_args: object, **_options: object) -> None:
        template = extract()
        for language, _name in settings.LANGUAGES:
            if language == settings.LANGUAGE_CODE:
                continue
            path = catalog_path(language)
            path.parent.mkdir(parents=True, exist_ok=True)
            catalog = read_catalog(language) if path.exists() else _new(language)
            catalog.update(template, no_fuzzy_matching=True)
            with path.open("wb") as file:
                write_po(file, catalog, no_location=True, sort_output=True, ignore_obsolete=True)
            waiting = [message.id for message in catalog if message.id and not _is_whole(message)]
            self.stdout.write(f"{path.name} for {language}: {len(waiting)} to translate")
