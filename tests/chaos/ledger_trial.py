"""The ledger on trial."""

from tests.chaos import house_bugs, ledger_bugs
from tests.chaos.ledger_world import SHELVES, LedgerWorld
from tests.chaos.trial import Fewest, Trial
from tests.unit.ledger import planted

# Whoever meets own work takes it for done: journals and holds look who made them, requests have their receipts.
HARMLESS = {"own write taken for a conflict"}
BY_RIVALS = {"paid credits expire"}  # chance seldom meets it: test_ledger_rivals.py catches it by a rival at every call
LEFT_OUT = HARMLESS | BY_RIVALS
ALL = house_bugs.BUGS | planted.BUGS | ledger_bugs.BUGS
BUGS = {name: bug for name, bug in ALL.items() if name not in LEFT_OUT}
TRIAL = Trial(
    make_world=LedgerWorld,
    shelves=SHELVES,
    domains=("ledger",),
    bugs=BUGS,
    fewest=Fewest(actors=6, calls=10, faults=0),  # the first fault comes within 30 calls: a few end before
)
