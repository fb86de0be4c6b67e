"""A label for a parcel: asked of the carrier once, whatever becomes of the answer, and kept with the parcel."""

from functions.orders import following, label_files
from functions.orders.carriers import chosen
from functions.orders.model.carriers import (
    AddressMoved,
    CarrierRates,
    CarrierRefused,
    Consignment,
    LabelWanted,
    NoLabel,
    StoreCarriers,
)
from functions.orders.model.orders import Kept, SellerOrder
from functions.orders.model.parcels import Parcel
from functions.orders.rules import labels as rules
from functions.orders.rules.progress import Step
from functions.orders.store.carriers import ReceiptOf, carriers
from functions.orders.store.orders import orders
from functions.orders.store.parts import parts
from kernel import clock, log
from kernel.errors import DomainError


def of_store(store_id: str) -> StoreCarriers:
    return carriers().of_store(store_id, chosen.offered())


def rates(order_id: str, seller_order_id: str, asked: LabelWanted) -> CarrierRates:
    """What each of the store's carriers would take for it, the cheapest first. One that refuses says nothing."""
    kept = orders().whole(order_id)
    part = kept.part(seller_order_id)
    choice, packed = of_store(part.store_id), rules.pieces(kept, part, asked.lines)
    told = rules.consignment(kept, part, packed, choice, asked, clock.now())
    names = [name for name in choice.carriers if not asked.carrier or name == asked.carrier]
    found = []
    for name in names:
        try:
            found += chosen.of(name).rates(told)
        except DomainError as silent:  # the others may still do
            log.info("no rates", outside=name, code=silent.code)
    return CarrierRates(items=sorted(found, key=lambda rate: (rate.price.minor, rate.service)))


def label(order_id: str, seller_order_id: str, asked: LabelWanted, receipt: ReceiptOf) -> Parcel:
    """Written down, asked, kept. Where the answer was lost, the next one who asks finds what became of it."""
    kept = orders().whole(order_id)
    part = kept.part(seller_order_id)
    choice, packed = of_store(part.store_id), rules.pieces(kept, part, asked.lines)
    name = rules.carrier(choice, asked.carrier)
    told = rules.consignment(kept, part, packed, choice, asked, clock.now())
    parcel_id, carrier = rules.parcel_id(kept, seller_order_id), chosen.of(name)
    before = carriers().begin(parcel_id, told.reference)
    try:
        made = carrier.label(_by_some_service(carrier, told), before=before)
    except CarrierRefused:
        carriers().rest(parcel_id, told.reference)
        raise
    label_files.keep(order_id, parcel_id, made.pdf)
    log.count("labels_total", carrier=name)

    def decide(now: Kept, part: SellerOrder) -> Step:
        if now.address != kept.address:
            raise AddressMoved()
        return rules.labelled(part, parcel_id, rules.pieces(now, part, packed), name, made, clock.now())

    try:
        after = parts().change(
            order_id,
            seller_order_id,
            decide,
            receipt=lambda kept: receipt(kept.parcel(parcel_id)),
            rows=lambda kept: [carriers().followed(order_id, kept.parcel(parcel_id), following.first_look())],
        )
    except DomainError as gone:  # cancelled, or sent by hand, while the carrier was asked
        if not gone.retryable:
            carrier.void(made.tracking_number)
            carriers().rest(parcel_id, told.reference)
        raise
    return after.parcel(parcel_id)


def _by_some_service(carrier: chosen.Carrier, told: Consignment) -> Consignment:
    """Whoever does not say how is sent the cheapest way."""
    best = None if told.service else rules.cheapest(carrier.rates(told))
    return told.model_copy(update={"service": best.service}) if best else told


def link(order_id: str, seller_order_id: str, parcel_id: str) -> str:
    parcel = orders().whole(order_id).parcel_of(seller_order_id, parcel_id)
    if not parcel.tracking_number or parcel.carrier in rules.NO_LABEL:
        raise NoLabel()
    return label_files.link(order_id, parcel_id)


def void(order_id: str, parcel_id: str) -> None:
    """Its store will not use it."""
    parcel = orders().whole(order_id).parcel(parcel_id)
    if parcel.state == "void" and parcel.carrier in chosen.offered():
        label_files.forget(order_id, parcel_id)
        chosen.of(parcel.carrier).void(parcel.tracking_number)


def forget(owner_id: str) -> None:
    """The labels with this person's address. What was sent stays sent, under numbers that lead to carriers alone."""
    for order_id in list(orders().every_of_owner(owner_id)):
        labelled = [one.parcel_id for one in orders().whole(order_id).parcels if one.carrier not in rules.NO_LABEL]
        label_files.forget(order_id, *labelled)
