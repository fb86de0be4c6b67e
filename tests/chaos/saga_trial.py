"""Whole checkouts on trial."""

from tests.chaos import saga_bugs
from tests.chaos.saga_scene import SHELVES
from tests.chaos.saga_world import SagaWorld
from tests.chaos.trial import Fewest, Trial

TRIAL = Trial(
    make_world=SagaWorld,
    shelves=SHELVES,
    domains=(),
    bugs=saga_bugs.BUGS,
    fewest=Fewest(actors=10, calls=8, faults=0),  # in the shortest all come too late with their quotes
    by_steps=False,  # a saga is gone through step by step, with every fault at every call, in checkout_points
)
