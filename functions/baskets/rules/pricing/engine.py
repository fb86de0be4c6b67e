"""What a basket costs: its lines and their shipping, less what is given off, with tax, and where it all comes from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from functions.baskets.model.pricing import InTheWay, LineToPrice, Priced, Seller
from functions.baskets.model.promotions import Promotion
from functions.baskets.model.quotes import QuotedLine, QuotedShipping, QuotedUse, QuoteTotals
from functions.baskets.model.reductions import Buyer, LineToReduce, ReducedLine, ShippingToReduce
from functions.baskets.model.shipping import ShippingWay, ShipTo
from functions.baskets.model.taxes import Taxable, Taxed, TaxPort
from functions.baskets.rules.pricing.explaining import explained
from functions.baskets.rules.pricing.parts import Part
from functions.baskets.rules.pricing.shipping import needs_parcel, options, why_none
from functions.baskets.rules.promotions import reduced
from kernel.money import Money


def priced(
    lines: Sequence[LineToPrice],
    sellers: Mapping[str, Seller],
    promotions: Sequence[Promotion],
    buyer: Buyer,
    taxes: TaxPort,
    now: datetime,
    *,
    currency: str,
    ship_to: ShipTo | None = None,
    methods: Mapping[str, str] | None = None,
) -> Priced:
    """Everything that a quote says, for lines that can be bought, all of them in `currency`.

    Without `ship_to`, or where a store does not send there, shipping is left out and `in_the_way` says so: a basket
    can be shown then, but not quoted. `methods` by store; the cheapest where none is chosen.
    """
    found = _sending(lines, sellers, ship_to, methods or {})
    told = reduced(
        [_to_reduce(line) for line in lines],
        [ShippingToReduce(store_id, store_id, one.price) for store_id, one in found.chosen.items()],
        promotions,
        buyer,
        now,
    )
    asked = [(line.line_id, line.store_id, line.price, line.category_path) for line in lines]
    asked += [(store_id, store_id, one.price, ()) for store_id, one in found.chosen.items()]
    off = [*told.lines, *told.shipping]
    taxable = [_taxable(one, reduction, sellers, ship_to) for one, reduction in zip(asked, off, strict=True)]
    parts = [_part(one[2], reduction, tax) for one, reduction, tax in zip(asked, off, taxes(taxable), strict=True)]
    of_lines, of_shipping = parts[: len(lines)], parts[len(lines) :]
    totals = _totals(of_lines, of_shipping, currency)
    return Priced(
        currency=currency,
        lines=[_line(line, part) for line, part in zip(lines, of_lines, strict=True)],
        shipping=[
            _shipping(store_id, option, part)
            for (store_id, option), part in zip(found.chosen.items(), of_shipping, strict=True)
        ],
        options=found.options,
        uses=[QuotedUse(**{name: getattr(use, name) for name in QuotedUse.model_fields}) for use in told.uses],
        considered=told.considered,
        totals=totals,
        explain=explained(lines, of_lines, list(found.chosen.items()), of_shipping, totals),
        in_the_way=[*found.in_the_way, *_not_chargeable(asked)],
        until=min(filter(None, [told.valid_until, *(line.until for line in lines)]), default=None),
    )


@dataclass(frozen=True, slots=True)
class _Sending:
    chosen: Mapping[str, ShippingWay]
    options: Mapping[str, Sequence[ShippingWay]]
    in_the_way: Sequence[InTheWay]


def _sending(
    lines: Sequence[LineToPrice], sellers: Mapping[str, Seller], ship_to: ShipTo | None, methods: Mapping[str, str]
) -> _Sending:
    """One parcel a store: how it can be sent, and how it is."""
    parcels: dict[str, list[LineToPrice]] = {}
    for line in filter(needs_parcel, lines):
        parcels.setdefault(line.store_id, []).append(line)
    chosen, offered, in_the_way = dict[str, ShippingWay](), dict[str, Sequence[ShippingWay]](), list[InTheWay]()
    for store_id, parcel in parcels.items():
        if not ship_to:
            in_the_way.append(InTheWay(store_id, "ship_to_missing", "Say where to: then shipping is known."))
            continue
        seller = sellers.get(store_id) or Seller(store_id)
        offered[store_id] = options(seller, ship_to.country, parcel)
        wanted = methods.get(store_id)
        fitting = [one for one in offered[store_id] if wanted in (None, one.method_id)]
        if fitting:
            chosen[store_id] = fitting[0]
        elif offered[store_id]:
            in_the_way.append(InTheWay(store_id, "no_such_method", "The store does not send it in this way."))
        else:
            why = why_none(seller, ship_to.country, parcel)
            in_the_way.append(InTheWay(store_id, "cannot_be_sent", why))
    return _Sending(chosen, offered, in_the_way)


_Asked = tuple[str, str, Money, Sequence[str]]  # a line or a store's shipping: id, store, price, categories


def _not_chargeable(asked: Iterable[_Asked]) -> list[InTheWay]:
    """No card could be charged it, and better known before anything is sold than after."""
    return [
        InTheWay(store_id, "not_chargeable", f"{price} cannot be charged: it is not a round amount.")
        for _, store_id, price, _ in asked
        if not price.chargeable()
    ]


def _to_reduce(line: LineToPrice) -> LineToReduce:
    return LineToReduce(
        line_id=line.line_id,
        store_id=line.store_id,
        product_id=line.product_id,
        category_path=line.category_path,
        quantity=line.quantity,
        unit_price=line.unit_price,
        agreed=line.proposal_id is not None,
    )


def _taxable(one: _Asked, reduction: ReducedLine, sellers: Mapping[str, Seller], ship_to: ShipTo | None) -> Taxable:
    """Whoever does not say where to buys as if in the shop."""
    line_id, store_id, price, category_path = one
    seller = sellers.get(store_id)
    return Taxable(
        line_id=line_id,
        store_id=store_id,
        amount=price - reduction.by_store,
        country=ship_to.country if ship_to else seller.country if seller else "",
        region=ship_to.region if ship_to else "",
        postal_code=ship_to.postal_code if ship_to else "",
        category_path=category_path,
    )


def _part(price: Money, reduction: ReducedLine, tax: Taxed) -> Part:
    asked = price - reduction.by_store
    return Part(
        price=price,
        reduction=reduction,
        taxed=tax,
        goods=asked - tax.tax if tax.included else asked,
        subsidy=reduction.by_platform,
    )


def _line(line: LineToPrice, part: Part) -> QuotedLine:
    return QuotedLine(
        line_id=line.line_id,
        store_id=line.store_id,
        product_id=line.product_id,
        offer_id=line.offer_id,
        offer_version=line.offer_version,
        variant_id=line.variant_id,
        title=line.title,
        options=dict(line.options),
        image_id=line.image_id,
        kind=line.kind,
        quantity=line.quantity,
        unit_price=line.unit_price,
        list_price=line.list_price,
        category_path=list(line.category_path),
        campaigns=list(part.reduction.campaigns),
        proposal_id=line.proposal_id,
        goods=part.goods,
        subsidy=part.subsidy,
        tax=part.tax,
        total=part.total,
    )


def _shipping(store_id: str, option: ShippingWay, part: Part) -> QuotedShipping:
    return QuotedShipping(
        store_id=store_id,
        method_id=option.method_id,
        name=option.name,
        goods=part.goods,
        subsidy=part.subsidy,
        tax=part.tax,
        total=part.total,
    )


def _totals(lines: Sequence[Part], shipping: Sequence[Part], currency: str) -> QuoteTotals:
    def summed(amounts: Iterable[Money]) -> Money:
        return sum(amounts, Money.zero(currency))

    parts = [*lines, *shipping]
    return QuoteTotals(
        goods=summed(part.price for part in lines),
        shipping=summed(part.price for part in shipping),
        discounts=summed(part.discount for part in parts),
        tax=summed(part.tax for part in parts),
        tax_included=summed(part.tax for part in parts if part.taxed.included),
        total=summed(part.total for part in parts),
    )
