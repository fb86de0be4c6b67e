"""A short run of each race, and the bugs that it has to notice. More of it: `python -m tests.chaos.rivals`."""

import pytest

from tests.chaos.rivals import caught, run
from tests.chaos.rivals_races import BUGS, RACES

SEEDS = 120
SOON = 600  # histories, until a bug is met


@pytest.mark.parametrize("name", RACES)
def test_only_one_of_two_has_it(name):
    done = run(RACES[name], range(SEEDS))
    assert done.found == []
    assert len(done.outcomes) > 2, "one of them is always first"


@pytest.mark.parametrize(("name", "bug"), [(name, bug) for name in RACES for bug in BUGS[name]])
def test_a_planted_bug_is_caught(name, bug):
    assert caught(RACES[name], BUGS[name][bug], range(SOON))
