"""The sentences that people agree to are kept by version."""

from hashlib import blake2b

import pytest

from scheduler.messaging.consent.wordings import MAILS, TEXTS, Wording, wording_of

# A sentence that is changed gets a new version, and a new line here: those stay.
DIGESTS = {
    ("texts-1", "en"): "37e9a081cd696ceb",
    ("texts-1", "es"): "0c719677e11b3677",
    ("mails-1", "en"): "e80a9b99f7d94f43",
    ("mails-1", "es"): "ebb1811132ccc653",
}


@pytest.mark.parametrize("wording", [TEXTS, MAILS])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_version_says_what_it_always_said(wording: Wording, language: str) -> None:
    said = blake2b(wording.words[language].encode(), digest_size=8).hexdigest()
    assert DIGESTS[wording.version, language] == said


def test_each_channel_has_one() -> None:
    assert (wording_of("sms"), wording_of("email")) == (TEXTS, MAILS)
