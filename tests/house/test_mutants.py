"""The broken behaviors of `make mutants` fit the tree as it is, so that none is ever dropped.

A failure here says that the product, or a test, moved on: point the behavior anew in
`tests/mutants/behaviors`, with the same name.
"""

import pytest

from tests.mutants.behaviors import MUTANTS
from tests.mutants.mutant import Mutant, Promise
from tests.mutants.named_tests import known_tests
from tests.mutants.snippets import check_named, product
from tests.mutants.trees import places
from tests.services import ROOT


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.behavior)
class TestEachBehavior:
    def test_can_be_broken_in_just_one_place(self, mutant: Mutant) -> None:
        assert mutant.how
        changed = places(mutant.edits, product(ROOT))
        assert len(changed) > 0 or not mutant.edits
        for change in mutant.statements:
            check_named(change, ROOT)
        for one in changed:
            if one.file.suffix == ".py":
                compile(one.text, str(one.file), "exec")

    def test_has_tests_that_catch_it(self, mutant: Mutant) -> None:
        known = known_tests(ROOT)
        assert mutant.tests
        assert [test for test in mutant.tests if test not in known] == []


class TestTheList:
    def test_names_each_behavior_once(self) -> None:
        assert len({mutant.behavior for mutant in MUTANTS}) == len(MUTANTS) >= 30

    def test_breaks_every_promise(self) -> None:
        assert {mutant.promise for mutant in MUTANTS} == set(Promise)
