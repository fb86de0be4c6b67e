"""Inventory on trial."""

from tests.chaos import house_bugs, stock_bugs
from tests.chaos.stock_world import SHELVES, StockWorld
from tests.chaos.trial import Fewest, Trial

TRIAL = Trial(
    make_world=StockWorld,
    shelves=SHELVES,
    domains=("inventory",),
    bugs=house_bugs.BUGS | stock_bugs.BUGS,
    fewest=Fewest(actors=4, calls=20, faults=1),
)
