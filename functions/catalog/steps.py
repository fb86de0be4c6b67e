"""What a checkout asks of the catalogue: is all as quoted, hold agreed prices, hand over digital goods."""

from collections.abc import Callable

from functions.catalog import agreed, delivering
from functions.catalog.model.checkouts import (
    AgreedLine,
    CheckOffers,
    OffersChecked,
    OfOrder,
    PricesRedeemed,
    PricesReleased,
    PricesReserved,
    QuoteChanged,
    RefusedChanged,
    ReservePrices,
)
from functions.catalog.model.downloads import (
    DownloadsGranted,
    DownloadsRevoked,
    GrantDownloads,
    RevokeDownloads,
)
from functions.catalog.model.proposals import Checkout, CheckoutChanged, ProposalChanged
from functions.catalog.rules import proposals as rules
from functions.catalog.rules import quoted
from functions.catalog.store.goods import goods
from functions.catalog.store.proposals import proposals
from functions.catalog.store.standing import standings
from kernel import clock
from kernel.tasks import Outcome, Tasks

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


@tasks.task("check_offers", CheckOffers)
def check_offers(asked: CheckOffers) -> Outcome:
    """Whatever was quoted is offered at this moment, in that version, at that price; then agreed prices are held."""
    found = goods().several_offers(list(dict.fromkeys((line.product_id, line.offer_id) for line in asked.lines)))
    offers = {place: offer for place, (_, offer) in found.items()}
    shut = standings().shut({line.store_id for line in asked.lines})
    changed = quoted.not_as_quoted(asked.lines, offers, shut, clock.now())
    if changed:
        return RefusedChanged(code=QuoteChanged.code, detail=QuoteChanged.advice, variant_ids=changed)
    wanted = [
        AgreedLine(**line.model_dump(include={"proposal_id", "variant_id", "quantity", "price"}))
        for line in asked.lines
        if line.proposal_id
    ]
    if wanted:
        reserve(ReservePrices(order_id=asked.order_id, buyer_id=asked.buyer_id, lines=wanted))
    return OffersChecked(order_id=asked.order_id)


@tasks.task("redeem_agreed_prices", OfOrder)
def redeem(asked: OfOrder) -> PricesRedeemed:
    """The order was paid: an agreed price is paid once."""
    agreed.redeem(asked.order_id)
    return PricesRedeemed(order_id=asked.order_id)


@tasks.task("release_agreed_prices", OfOrder)
def release(asked: OfOrder) -> PricesReleased:
    """The order came to nothing. Also before it has reserved anything: then it will not any more."""
    agreed.release(asked.order_id)
    return PricesReleased(order_id=asked.order_id)


@tasks.task("grant_downloads", GrantDownloads)
def grant_downloads(asked: GrantDownloads) -> DownloadsGranted:
    """The buyer gets the files of every line. What an order was granted before is found; what was refunded stays so."""
    granted = [delivering.granted(asked.order_id, asked.buyer_id, line) for line in asked.lines]
    return DownloadsGranted(order_id=asked.order_id, grants=granted)


@tasks.task("revoke_downloads", RevokeDownloads)
def revoke_downloads(asked: RevokeDownloads) -> DownloadsRevoked:
    """The order was refunded. Also before anything was granted: then it will not be any more."""
    for line in asked.lines:
        delivering.revoke(asked.order_id, asked.buyer_id, line)
    return DownloadsRevoked(order_id=asked.order_id)


def _until_settled(attempt: Callable[[], None]) -> None:
    delivering.until_settled(attempt, ProposalChanged, CheckoutChanged)
