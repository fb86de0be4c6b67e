"""How a store sends: by which carriers, for how much, with which label. And where carriers say what became of it."""

import base64
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.orders import labelling
from functions.orders.api.app import OrderPath, StorePath, api
from functions.orders.carriers import chosen
from functions.orders.model.carriers import (
    CarrierChoice,
    CarrierName,
    CarrierNews,
    CarrierRates,
    LabelLink,
    LabelWanted,
    Package,
    StoreCarriers,
)
from functions.orders.model.names import ParcelId
from functions.orders.model.parcels import Parcel
from functions.orders.rules import labels as rules
from functions.orders.rules import placing
from functions.orders.store.carriers import carriers
from kernel import log
from kernel.authz import PUBLIC, require
from kernel.http import receipt

ParcelPath = Annotated[ParcelId, Path()]


@api.get("/v1/stores/<store_id>/carriers", permit="fulfil_orders")
def read_store_carriers(store_id: StorePath) -> StoreCarriers:
    """By which carriers the store sends, from where, and by which others it might."""
    require("fulfil_orders", store=store_id)
    return labelling.of_store(store_id)


@api.put("/v1/stores/<store_id>/carriers", permit="fulfil_orders")
def choose_store_carriers(store_id: StorePath, choice: CarrierChoice) -> StoreCarriers:
    """Say by which carriers the store sends, the usual one first, and from where: labels have that on them."""
    require("fulfil_orders", store=store_id)
    before = labelling.of_store(store_id)
    after = rules.chosen(store_id, choice, before.offered, before)
    carriers().choose(before, after, receipt(after))
    return after


@api.get("/v1/stores/<store_id>/orders/<order_id>/rates", permit="fulfil_orders")
def list_carrier_rates(
    store_id: StorePath,
    order_id: OrderPath,
    carrier: CarrierName | None = None,
    weight_g: Annotated[int | None, Query(ge=1, le=70_000)] = None,
) -> CarrierRates:
    """What the store's carriers take for all that is left to send, the cheapest first. It costs nothing to ask."""
    require("fulfil_orders", store=store_id)
    package = Package(weight_g=weight_g) if weight_g else None
    asked = LabelWanted(carrier=carrier, package=package)
    return labelling.rates(order_id, placing.seller_order_id_of(order_id, store_id), asked)


@api.post("/v1/stores/<store_id>/orders/<order_id>/parcels/label", permit="fulfil_orders", status_code=201)
def label_parcel(store_id: StorePath, order_id: OrderPath, asked: LabelWanted) -> Parcel:
    """Get a label of the carrier's for a parcel. It counts as sent when you say so, or when the carrier scans it."""
    require("fulfil_orders", store=store_id)
    part = placing.seller_order_id_of(order_id, store_id)
    return labelling.label(order_id, part, asked, lambda parcel: receipt(parcel, 201))


@api.get("/v1/stores/<store_id>/orders/<order_id>/parcels/<parcel_id>/label", permit="fulfil_orders")
def read_label(store_id: StorePath, order_id: OrderPath, parcel_id: ParcelPath) -> LabelLink:
    """Where the label can be fetched, to be printed. The link lives for a few minutes, the label for some weeks."""
    require("fulfil_orders", store=store_id)
    part = placing.seller_order_id_of(order_id, store_id)
    return LabelLink(url=labelling.link(order_id, part, parcel_id))


@api.post("/v1/carriers/<carrier>/events", permit=PUBLIC)
def hear_carrier(carrier: Annotated[str, Path(pattern=r"^[a-z]{2,20}$")]) -> CarrierNews:
    """Take what a carrier tells of parcels. What it proves itself by is the credential: a signature or a token."""
    name = chosen.who_calls(carrier)
    event = api.resolver.current_event
    body = event.body or ""
    raw = base64.b64decode(body) if event.is_base64_encoded else body.encode()
    headers = {key.lower(): value for key, value in event.headers.items()}
    numbers = chosen.of(name).heard(raw, headers)
    new = bool(numbers) and carriers().called(name, raw, numbers)
    log.info("carrier called", carrier=name, parcels=len(numbers), new=new)
    return CarrierNews()
