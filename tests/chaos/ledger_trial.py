"""The ledger on trial."""

from tests.chaos import house_bugs, ledger_bugs
from tests.chaos.ledger_world import SHELVES, LedgerWorld
from tests.chaos.trial import Fewest, Trial
from tests.unit.ledger import planted

# Nothing here waits for an answer that was given before, and whoever meets own work takes it for done.
HARMLESS = {"own write taken for a conflict", "lost receipt", "acknowledged before the effect"}
BUGS = {name: bug for name, bug in (house_bugs.BUGS | planted.BUGS | ledger_bugs.BUGS).items() if name not in HARMLESS}
TRIAL = Trial(
    make_world=LedgerWorld,
    shelves=SHELVES,
    domains=("ledger",),
    bugs=BUGS,
    fewest=Fewest(actors=6, calls=10, faults=0),  # the first fault comes within 30 calls: a few end before
)
