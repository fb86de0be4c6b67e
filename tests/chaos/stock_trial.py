"""Inventory on trial."""

from tests.chaos import house_bugs, stock_bugs
from tests.chaos.stock_world import SHELVES, StockWorld
from tests.chaos.trial import Fewest, Trial

# Whoever meets own work here takes it for done: reservations look who made them, requests have their receipts.
HARMLESS = {"own write taken for a conflict"}
# Chance seldom meets these: test_stock.py catches each by a rival at every call.
BY_RIVALS = {"counted while it moves", "gathered without a look", "promised goods carried away"}
LEFT_OUT = HARMLESS | BY_RIVALS
BUGS = {name: bug for name, bug in (house_bugs.BUGS | stock_bugs.BUGS).items() if name not in LEFT_OUT}
TRIAL = Trial(
    make_world=StockWorld,
    shelves=SHELVES,
    domains=("inventory",),
    bugs=BUGS,
    # Of 10,000 runs the shortest is 17 calls: two buyers, both refused at once. The first fault comes within 30 calls.
    fewest=Fewest(actors=4, calls=15, faults=0),
)
