"""What goes under which label: pieces that nobody has packed yet, how heavy, from where, declared for how much."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from functions.orders import events
from functions.orders.model.carriers import (
    AddressGone,
    CarrierChoice,
    CarrierName,
    CarrierNotOffered,
    CarrierRate,
    Consignment,
    Content,
    Labelled,
    LabelWanted,
    NothingPacked,
    SenderUnknown,
    StoreCarriers,
)
from functions.orders.model.orders import Kept, OrderLine, SellerOrder
from functions.orders.model.parcels import Parcel
from functions.orders.rules import lines, parcels, progress
from functions.orders.rules.progress import Step
from kernel import ids
from kernel.money import Money

NO_LABEL: tuple[CarrierName, ...] = ("manual",)


def parcel_id(kept: Kept, seller_order_id: str) -> str:
    """Asked twice at once, it is the same parcel: so many there are already."""
    return ids.derived_id("pcl", seller_order_id, "label", str(len(kept.parcels_of(seller_order_id))))


def pieces(kept: Kept, part: SellerOrder, asked: Mapping[str, int] | None) -> dict[str, int]:
    """What was said, or all that is left and under no label yet."""
    progress.check_paid(part)
    progress.check_alive(part)
    left = lines.to_send(part)
    for parcel in kept.parcels_of(part.seller_order_id):
        if parcel.state == "label":
            left = {name: some - parcel.lines.get(name, 0) for name, some in left.items()}
    left = {name: some for name, some in left.items() if some > 0}
    wanted = dict(asked) if asked is not None else left
    if not wanted:
        raise NothingPacked()
    for name, some in parcels.pieces_of(part, wanted).items():
        if some > left.get(name, 0):
            raise NothingPacked(f"Of line {name}, {left.get(name, 0)} are under no label yet, not {some}.")
    return wanted


def carrier(choice: StoreCarriers, asked: CarrierName | None) -> CarrierName:
    """The one that was said, or the store's usual one, if it prints labels."""
    if asked and asked not in choice.carriers:
        raise CarrierNotOffered()
    labels = [name for name in choice.carriers if name not in NO_LABEL]
    if asked in NO_LABEL or not labels:
        raise CarrierNotOffered("Nobody prints a label for what a store sends by itself.")
    return asked or labels[0]


def consignment(
    kept: Kept, part: SellerOrder, packed: Mapping[str, int], choice: StoreCarriers, asked: LabelWanted, now: datetime
) -> Consignment:
    package = asked.package or choice.package
    if not choice.sender or not package:
        raise SenderUnknown()
    if not kept.address:
        raise AddressGone()
    inside = [content(line, packed[line.line_id]) for line in part.lines if line.line_id in packed]
    made = Consignment(
        reference="",
        sender=choice.sender,
        receiver=kept.address,
        email=kept.email,
        package=package,
        contents=inside,
        service=asked.service,
        pickup_location=choice.pickup_location,
        sent_on=now,
    )
    return made.model_copy(update={"reference": reference(kept, part, made)})


def content(line: OrderLine, some: int) -> Content:
    """Declared is what was paid for the goods, in proportion to the pieces."""
    value = Money(line.total.minor * some // line.quantity, line.total.currency)
    return Content(line_id=line.line_id, title=line.title or "Goods", quantity=some, value=value)


def reference(kept: Kept, part: SellerOrder, asked: Consignment) -> str:
    """Another address, size or content is another thing to a carrier: what it began for this one it goes on with."""
    what = asked.model_dump_json(exclude={"reference", "sent_on", "service"})
    digest = hashlib.sha256(what.encode()).hexdigest()
    return ids.derived_id("lbl", parcel_id(kept, part.seller_order_id), digest)


def cheapest(rates: list[CarrierRate]) -> CarrierRate | None:
    """For whoever does not say by which service."""
    return min(rates, key=lambda rate: (rate.price.minor, rate.service), default=None)


def labelled(
    part: SellerOrder, id: str, packed: Mapping[str, int], name: CarrierName, made: Labelled, now: datetime
) -> Step:
    """Packed, and not handed over yet: its pieces count as sent when somebody says so, be it by scanning it."""
    parcel = Parcel(
        parcel_id=id,
        seller_order_id=part.seller_order_id,
        store_id=part.store_id,
        state="label",
        lines=dict(packed),
        carrier=name,
        service=made.service,
        tracking_number=made.tracking_number,
        tracking_url=made.tracking_url,
        made_at=now,
    )
    told = events.ParcelLabelled(**progress.of_part(part), parcel_id=id, carrier=name, lines=parcel.lines)
    return Step(part, [parcel], [told])


def chosen(store_id: str, asked: CarrierChoice, offered: list[CarrierName], before: StoreCarriers) -> StoreCarriers:
    """How a store sends from now on."""
    if missing := [name for name in asked.carriers if name not in offered]:
        raise CarrierNotOffered(f"Metco has no account with {missing[0]}.")
    names = list(dict.fromkeys(asked.carriers))
    said = {name: getattr(asked, name) for name in ("sender", "pickup_location", "package")}
    return StoreCarriers(store_id=store_id, carriers=names, offered=offered, version=before.version + 1, **said)


def unchosen(store_id: str, offered: list[CarrierName]) -> StoreCarriers:
    """Whoever has said nothing sends by hand."""
    return StoreCarriers(store_id=store_id, carriers=["manual"], offered=offered)
