"""The Spanish catalog is whole and in step with what pages and messages say."""

import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Message
from pytest_django import Settings

from scheduler.apps import catalogs_are_compiled
from scheduler.management.commands.update_translations import extract, read_catalog


def _key(message: Message) -> Any:
    return tuple(message.id) if isinstance(message.id, list | tuple) else message.id


def _forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


class TestTheSpanishCatalog:
    def test_has_every_string_of_pages_and_messages_and_no_other(self) -> None:
        wanted = {_key(message) for message in extract() if message.id}
        assert wanted == {_key(message) for message in read_catalog("es") if message.id}
        assert len(wanted) > 100

    def test_leaves_nothing_untranslated(self) -> None:
        missing = [_key(m) for m in read_catalog("es") if m.id and not all(_forms(m))]
        assert missing == []

    def test_leaves_nothing_fuzzy(self) -> None:
        assert [_key(message) for message in read_catalog("es") if message.fuzzy] == []

    def test_keeps_every_placeholder(self) -> None:
        for message in read_catalog("es"):
            original = message.id if isinstance(message.id, str) else message.id[1]
            wanted = sorted(re.findall(r"%\(\w+\)s", original))
            for form in _forms(message):
                assert sorted(re.findall(r"%\(\w+\)s", form)) == wanted, message.id

    def test_says_usted(self) -> None:
        familiar = re.compile(r"\b(tú|tu|tus|te|contigo|puedes|tienes|quieres)\b", re.IGNORECASE)
        said = [form for message in read_catalog("es") if message.id for form in _forms(message)]
        assert [form for form in said if familiar.search(form)] == []

    def test_that_is_not_compiled_stops_whoever_starts_without_it(
        self, tmp_path: Path, settings: Settings
    ) -> None:
        assert catalogs_are_compiled() == []
        settings.LOCALE_PATHS = [tmp_path]
        assert [error.msg for error in catalogs_are_compiled()] == [
            "The catalog of Español is not compiled."
        ]


class TestTheWords:
    """One thing has one name, on the pages and in the messages: a visit is "una cita"."""

    @pytest.mark.parametrize("word", ["visitas?", "claves?"])
    def test_in_spanish_are_the_agreed_ones(self, word: str) -> None:
        said = [form for message in read_catalog("es") if message.id for form in _forms(message)]
        assert [form for form in said if _says(word, form)] == []

    @pytest.mark.parametrize("word", ["cancelled", "cancelling", "neighbour"])
    def test_in_english_are_american(self, word: str) -> None:
        said = [str(_key(message)) for message in read_catalog("es") if message.id]
        assert [text for text in said if _says(word, text)] == []


def _says(word: str, text: str) -> bool:
    return bool(re.search(rf"\b{word}\b", text, re.IGNORECASE))
