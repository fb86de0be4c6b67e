"""Payments and the ledger in one world: what either tells, the other hears."""

from functions.ledger import consumers as ledger
from functions.payments import consumers as payments
from tests.builders.cloud import World
from tests.builders.consumed import everything
from tests.builders.paying import post
from tests.builders.stand_in import AtStripe

ROUNDS = 4  # there and back: what is told because of what was told


def carried(world: World, *, to_ledger: bool = True) -> None:
    """All that was ever told, again and again what was heard before."""
    for _ in range(ROUNDS):
        everything(world, payments.handler, payments.consumer)
        if to_ledger:
            everything(world, ledger.handler, ledger.consumer)


def told_by_stripe(stripe: AtStripe, world: World, *, to_ledger: bool = True) -> None:
    stripe.webhooks(lambda delivery: post(delivery).status)
    carried(world, to_ledger=to_ledger)
