"""What a checkout asks of the catalogue: hold the prices that were agreed on, use them up, or give them back."""

from collections.abc import Callable

from functions.catalog.model.checkouts import OfOrder, PricesRedeemed, PricesReleased, PricesReserved, ReservePrices
from functions.catalog.model.proposals import Checkout, CheckoutChanged, ProposalChanged
from functions.catalog.rules import proposals as rules
from functions.catalog.store.proposals import proposals
from kernel import clock
from kernel.errors import Unavailable
from kernel.tasks import Tasks

ATTEMPTS = 5

tasks = Tasks("catalog")
handler = tasks.handler


@tasks.task("reserve_agreed_prices", ReservePrices)
def reserve(asked: ReservePrices) -> PricesReserved:
    """All of an order's agreed prices, or none. Each is promised to one order at a time."""

    def attempt() -> None:
        before, now = proposals().checkout(asked.order_id), clock.now()
        if not rules.to_reserve(before):
            return
        found = proposals().wanted([line.proposal_id for line in asked.lines])
        held = [
            rules.reserved(one, asked.order_id, asked.buyer_id, line.variant_id, line.quantity, line.price, now)
            for one, line in zip(found, asked.lines, strict=True)
        ]
        after = Checkout(order_id=asked.order_id, state="reserved", proposals=[one.proposal_id for one in held])
        proposals().settle(before, after, list(zip(found, held, strict=True)))

    _until_settled(attempt)
    return PricesReserved(order_id=asked.order_id)


@tasks.task("redeem_agreed_prices", OfOrder)
def redeem(asked: OfOrder) -> PricesRedeemed:
    """The order was paid: an agreed price is paid once."""

    def attempt() -> None:
        before, now = proposals().checkout(asked.order_id), clock.now()
        if rules.to_redeem(before) and before:
            found = proposals().wanted(before.proposals)
            paid = [(one, rules.redeemed(one, now)) for one in found]
            proposals().settle(before, rules.settled(before, "redeemed"), paid)

    _until_settled(attempt)
    return PricesRedeemed(order_id=asked.order_id)


@tasks.task("release_agreed_prices", OfOrder)
def release(asked: OfOrder) -> PricesReleased:
    """The order came to nothing. Also before it has reserved anything: then it will not any more."""

    def attempt() -> None:
        before, now = proposals().checkout(asked.order_id), clock.now()
        if not rules.to_release(before):
            return
        found = proposals().wanted(before.proposals) if before else []
        after = rules.settled(before or Checkout(order_id=asked.order_id, version=0), "released")
        proposals().settle(before, after, [(one, rules.released(one, now)) for one in found])

    _until_settled(attempt)
    return PricesReleased(order_id=asked.order_id)


def _until_settled(attempt: Callable[[], None]) -> None:
    """A buyer or another task may be faster than a look and a commit: look again."""
    for _ in range(ATTEMPTS):
        try:
            attempt()
            return
        except (ProposalChanged, CheckoutChanged):
            continue
    raise Unavailable("These prices change faster than they can be held. Try again.")
