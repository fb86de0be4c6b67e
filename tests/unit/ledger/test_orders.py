from collections import Counter

import pytest

from tests.unit.ledger.planted import BUGS
from tests.unit.ledger.tale import CURRENCY, Tale

ORDERS = 10_000
UNTIL_CAUGHT = 400
# What only some orders meet, and at least so many of ten thousand do.
MET = {
    "sale_released": 3_000,
    "transfer_reversed": 500,
    "debt_netted": 500,
    "chargeback_lost": 300,
    "refund_failed": 500,
}


@pytest.mark.parametrize("place", range(len(CURRENCY)), ids=CURRENCY)
def test_orders_that_are_split_and_refunded_in_random_pieces_leave_every_account_as_it_was(place):
    met = Counter[str]()
    for seed in range(place, ORDERS, len(CURRENCY)):
        tale = Tale(seed)
        try:
            tale.run()
        except Exception as error:
            error.add_note(
                f"Tale({seed}).run() in {tale.currency}, after {[one.kind for one in tale.books.journals.values()]}"
            )
            raise
        met.update({journal.kind for journal in tale.books.journals.values()})
    assert {kind: met[kind] for kind, least in MET.items() if met[kind] < least / len(CURRENCY)} == {}


def first_to_catch() -> int | None:
    for seed in range(UNTIL_CAUGHT):
        try:
            Tale(seed).run()
        except Exception:  # noqa: BLE001 - a bug shows in whatever way it likes
            return seed
    return None


def test_every_planted_money_bug_is_caught(capsys):
    assert first_to_catch() is None, "without a bug there is nothing to catch"
    caught = {}
    for name, planted in BUGS.items():
        with planted():
            caught[name] = first_to_catch()
    with capsys.disabled():
        print(f"\n{sum(seed is not None for seed in caught.values())} of {len(BUGS)} planted money bugs caught, after")
        print(
            *(f"{seed + 1 if seed is not None else 'NEVER':>6} orders  {name}" for name, seed in caught.items()),
            sep="\n",
        )
    assert None not in caught.values()
