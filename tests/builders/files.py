"""Files for sale and who may download them, for tests: say what matters to the test, the rest is filled in."""

from typing import Any

from functions.catalog import delivering
from functions.catalog import files as bucket
from functions.catalog.model.bought import OrderPaid
from functions.catalog.model.downloads import Grant
from functions.catalog.model.files import GoodsFile, NewFile
from functions.catalog.model.offers import Offer
from functions.catalog.rules import downloads as granting
from functions.catalog.rules import files as rules
from functions.catalog.store.downloads import downloads
from functions.catalog.store.files import files
from functions.catalog.store.keys import keys
from kernel import aws, clock, ids, settings
from kernel.authz import Principal
from tests.builders import catalog

STORE = "sto_00000000000000000000000000"
BUYER = "usr_00000000000000000000000007"
ORDER = "ord_01k6m2q8vx4c7e9r1t3y5w7zab"
CONTENT = b"Rain on a tin roof, recorded for an hour."


def a_digital_offer(store_id: str = STORE) -> Offer:
    return catalog.on_sale(store_id, kind="digital")


def arrived(file_id: str, content: bytes = CONTENT) -> None:
    """Sent to the address that its announcement gave."""
    key, s3 = rules.incoming(file_id), aws.client("s3")
    s3.put_object(Bucket=settings.env("BUCKET"), Key=key, Body=content, ContentType=rules.CONTENT_TYPE)


def announced(offer: Offer, name: str = "Rain.flac", content: bytes = CONTENT) -> GoodsFile:
    """Sent, and not confirmed yet."""
    file = rules.announced(ids.new_id("fil"), offer, NewFile(name=name, size_bytes=len(content)))
    files().announce(file, clock.now(), None)
    arrived(file.file_id, content)
    return file


def ready(offer: Offer, name: str = "Rain.flac", content: bytes = CONTENT) -> GoodsFile:
    """As if it had been put away."""
    file = announced(offer, name, content)
    bucket.keep_goods(file)
    kept = rules.with_state(file, "keeping")
    files().confirm(kept, None)
    files().keep(rules.with_state(kept, "ready"))
    return files().file(offer.offer_id, file.file_id)


def given(offer: Offer, buyer_id: str = BUYER) -> Grant:
    """A gift of the store."""
    place = (offer.store_id, offer.product_id, offer.offer_id)
    grant = granting.granted(ids.new_id("gra"), buyer_id, place, files().every_of(offer.offer_id), clock.now())
    downloads().give(grant, clock.now(), None)
    return grant


def paid(
    *offers: Offer, buyer_id: str = BUYER, order_id: str = ORDER, kind: str = "digital", quantity: int = 1
) -> OrderPaid:
    """An order of one store, a line for each of its offers."""
    lines = [
        {
            "line_id": str(place),
            "product_id": one.product_id,
            "offer_id": one.offer_id,
            "kind": kind,
            "quantity": quantity,
        }
        for place, one in enumerate(offers, start=1)
    ]
    slo = ids.derived_id("slo", order_id)
    part = {"seller_order_id": slo, "store_id": offers[0].store_id, "lines": lines}
    return OrderPaid.model_validate({"order_id": order_id, "buyer_id": buyer_id, "seller_orders": [part]})


def bought(offer: Offer, buyer_id: str = BUYER) -> str:
    """The grant's id."""
    order_id = ids.new_id("ord")
    delivering.hand_over(paid(offer, buyer_id=buyer_id, order_id=order_id))
    return granting.grant_id_of(order_id, offer.offer_id)


def keyed(offer: Offer, number: int) -> list[str]:
    """So many licence keys for it."""
    new = [f"KEY-{ids.new_id('key')}" for _ in range(number)]
    keys().add(offer, new, None)
    return new


def content_of(key: str) -> bytes:
    body: bytes = aws.client("s3").get_object(Bucket=settings.env("BUCKET"), Key=key)["Body"].read()
    return body


# For the access matrix and the other tests that call every route


def things_of(user_id: str) -> dict[str, str]:
    return {"grant_id": ids.derived_id("gra", user_id), "file_id": ids.derived_id("fil", user_id)}


def ready_for(operation: str, who: Principal, things: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    store_id = things.get("store_id", "")
    match operation:
        case "announce_file" | "list_files":
            return things | _path(a_digital_offer(store_id)), {}
        case "confirm_file" | "withdraw_file":
            offer = a_digital_offer(store_id)
            return things | _path(offer) | {"file_id": announced(offer).file_id}, {}
        case "read_my_download" | "link_download":
            offer = a_digital_offer()
            file = ready(offer)
            return things | {"grant_id": given(offer, who.id).grant_id, "file_id": file.file_id}, {}
        case "add_keys" | "read_key_stock":
            return things | _path(a_digital_offer(store_id)), {}
        case "read_my_keys":
            offer = a_digital_offer()
            keyed(offer, 1)
            return things | {"grant_id": bought(offer, who.id)}, {}
        case "return_download":
            offer = a_digital_offer()
            ready(offer)
            return things | {"grant_id": bought(offer, who.id)}, {}
        case "give_download":
            offer = a_digital_offer(store_id)
            return things, {"buyer_id": BUYER, "product_id": offer.product_id, "offer_id": offer.offer_id}
        case "take_download_back":
            return things | {"grant_id": given(a_digital_offer(store_id)).grant_id}, {}
    return things, {}


def _path(offer: Offer) -> dict[str, str]:
    return {"product_id": offer.product_id, "offer_id": offer.offer_id}
