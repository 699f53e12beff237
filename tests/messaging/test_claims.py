"""What pages and messages say that messages do is listed beside the test that it is so."""

import pytest

from tests.messaging.claims import NO_CLAIM, TO_PATIENTS, TO_STAFF, Claims
from tests.messaging.said import ROOT, said_to_patients, said_to_staff, says
from tests.mutants.named_tests import known_tests


def listed(claims: Claims) -> list[str]:
    return [sentence for _tests, sentences in claims for sentence in sentences]


class TestEverySentence:
    """If this fails after a change of words: see `claims.py`."""

    def test_to_patients_is_listed(self) -> None:
        assert said_to_patients() - {*listed(TO_PATIENTS), *NO_CLAIM} == set()

    def test_to_staff_is_listed(self) -> None:
        assert said_to_staff() - {*listed(TO_STAFF), *NO_CLAIM} == set()

    def test_listed_is_said(self) -> None:
        said = said_to_patients() | said_to_staff()
        assert {*listed(TO_PATIENTS), *listed(TO_STAFF), *NO_CLAIM} - said == set()

    @pytest.mark.parametrize("claims", [TO_PATIENTS, TO_STAFF], ids=["to patients", "to staff"])
    def test_has_tests_that_it_is_so(self, claims: Claims) -> None:
        known = known_tests(ROOT)
        for tests, sentences in claims:
            assert tests
            assert sentences
            assert [test for test in tests if test not in known] == []
        assert len(listed(claims)) == len({*listed(claims)})


class TestTheSearch:
    @pytest.mark.parametrize(
        "sentence",
        [
            "We will text you an hour before.",
            "We call you the day before.",
            "You get a mail when it is ready.",
            "A reminder will come the evening before.",
            "Nobody reads the mails that come in.",
        ],
    )
    def test_finds_what_claims_something(self, sentence: str) -> None:
        assert says(sentence)

    @pytest.mark.parametrize("sentence", ["Please call us.", "Your name", "Choose a day"])
    def test_leaves_out_what_asks_the_reader(self, sentence: str) -> None:
        assert not says(sentence)
