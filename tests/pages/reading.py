"""What a page says, as a person reads it; and how hard that is to read."""

import re
from html import unescape

import lxml.html
from bs4 import BeautifulSoup
from django.http import HttpResponse

_READ = ".//text()[not(parent::script or parent::style or parent::template)]"


def soup(response: HttpResponse) -> BeautifulSoup:
    return BeautifulSoup(response.content, "lxml")


def marked_fields(response: HttpResponse) -> set[str]:
    """The names of the fields that the page marks as wrong, with words beside each."""
    groups = soup(response).select(".usa-form-group--error:has(.usa-error-message)")
    return {str(field["name"]) for group in groups for field in group.select("[name]")}


def values_of(response: HttpResponse, name: str) -> list[str]:
    """What the page's inputs of that name hold, in order; without reading the rest of the page."""
    pattern = rf'<input[^>]*\bname="{re.escape(name)}"[^>]*\bvalue="([^"]*)"'
    return [unescape(value) for value in re.findall(pattern, response.content.decode())]


def words_of(response: HttpResponse) -> str:
    """The text of the page's main part, with single spaces."""
    main = lxml.html.document_fromstring(response.content.decode()).find(".//main")
    assert main is not None
    return " ".join(" ".join(main.xpath(_READ)).split())


def reading_grade(text: str) -> float:
    """Flesch-Kincaid's grade: US school years needed, from sentence length and syllables."""
    sentences = [part for part in re.split(r"[.!?:\n]+", text) if re.search(r"[a-zA-Z]", part)]
    words = re.findall(r"[A-Za-z'’]+", text)
    syllables = sum(map(_syllables, words))
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def _syllables(word: str) -> int:
    """Groups of vowels, without a silent e at the end."""
    groups = re.findall(r"[aeiouy]+", word.lower())
    silent = word.lower().endswith("e") and not word.lower().endswith("le") and len(groups) > 1
    return max(1, len(groups) - silent)
