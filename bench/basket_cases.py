"""What baskets' use cases cost: three things of one store in a basket, one of them reduced by a sale."""

from bench.meter import measured
from bench.prices import Cost
from tests.builders import promotions
from tests.builders import shopping as a

# A change looks and writes; a read finds the basket, then all that is to be known of what is in it.
MAX_CALLS = {"add to a basket": 2, "change a basket": 2, "read a basket": 2, "hear of a listing": 1}
MAX_WRITE_UNITS = {"add to a basket": 2, "change a basket": 2, "hear of a listing": 2}


def all_of() -> dict[str, Cost]:
    here = {"store": promotions.ALMA, "variant": {"quantity": 1_000}}
    promotions.made()
    for number in (1, 2, 3):
        a.listed(number, **here)
    for number in (1, 2):
        _put_in(number)
    costs = {"add to a basket": measured(lambda: _put_in(3), invocations=1, http=1)}
    costs["change a basket"] = measured(lambda: a.change(1, quantity=2), invocations=1, http=1)
    if a.read()["totals"]["discounts"] == a.money(0):
        raise RuntimeError("nothing is reduced in this basket")
    costs["read a basket"] = measured(a.read, invocations=1, http=1)
    told = measured(lambda: a.listed(1, version=2, **here), invocations=1, messages=1)
    return costs | {"hear of a listing": told}


def _put_in(number: int) -> None:
    answer = a.add(number, store_id=promotions.ALMA)
    if answer.status != 201:
        raise RuntimeError(answer.text)
