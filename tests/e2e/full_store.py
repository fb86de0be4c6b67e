"""A store with one of everything that catalog and inventory keep for it, so that others can try to get at it."""

import httpx

from kernel import ids
from tests.e2e.media_walk import confirmed, photo
from tests.e2e.stock_walk import call, wait_for_the_keys
from tests.e2e.store_walk import send, soon
from tests.e2e.walk import Person

COST = 86_753_09  # of nothing else on the stack
ROWS = b"sku,title,price,cost\nCAP-1,Lens cap,4.50,86753.09\nCAP-2,Lens cap,free,1.00\n"
SOUND = b"Rain on a tin roof."


def a_seller(person: Person) -> str:
    """Somebody with an account and a store; the store's id."""
    person.sign_up()
    person.sign_in()
    slug = f"isolation-{person.email.partition('@')[0]}"
    opening = {"name": "Film", "slug": slug, "country": "DE", "currency": "EUR"}
    store_id = str(person.mine("POST", "/v1/stores", expect=201, json=opening).json()["store_id"])
    wait_for_the_keys(person, store_id)
    return store_id


def furnish(seller: Person, buyer: Person, store_id: str) -> dict[str, str]:
    """What paths can name of it, by the names they have in paths; and as `draft_id` a product that nobody sees."""
    things = {"store_id": store_id, "draft_id": _draft(seller, store_id)}
    things |= _listed(seller, store_id)
    things |= _sold_as_files(seller, buyer, store_id)
    things |= _bargained(seller, buyer, things)
    things |= _in_bulk(seller, store_id)
    things |= _kept(seller, things)
    wanted = {"product": {"texts": {"en": {"title": "Leica M4"}}}}
    asked = seller.mine("POST", f"/v1/stores/{store_id}/product-requests", expect=201, json=wanted)
    return things | {"request_id": asked.json()["request_id"]}


def _draft(seller: Person, store_id: str) -> str:
    secret = {"texts": {"en": {"title": "Not for sale yet"}}, "prices": {"EUR": 1_00}, "cost": {"EUR": COST}}
    made = seller.mine("POST", f"/v1/stores/{store_id}/items", expect=201, json={**secret, "status": "draft"})
    return str(made.json()["product"]["product_id"])


def _listed(seller: Person, store_id: str) -> dict[str, str]:
    image_id = confirmed(seller, f"/v1/stores/{store_id}/images", photo())
    thing = {
        "texts": {"en": {"title": "Leica M3"}},
        "prices": {"EUR": 129_000},
        "cost": {"EUR": COST},
        "quantity": 3,
        "takes_proposals": True,
        "pictures": [{"image_id": image_id}],
    }
    item = seller.mine("POST", f"/v1/stores/{store_id}/items", expect=201, json=thing).json()
    [offer] = item["offers"]
    named = {name: offer[name] for name in ("product_id", "offer_id")}
    return {**named, "variant_id": offer["variants"][0]["variant_id"], "image_id": image_id}


def _sold_as_files(seller: Person, buyer: Person, store_id: str) -> dict[str, str]:
    thing = {"texts": {"en": {"title": "Rain"}}, "prices": {"EUR": 5_00}, "kind": "digital"}
    [offer] = seller.mine("POST", f"/v1/stores/{store_id}/items", expect=201, json=thing).json()["offers"]
    named = {name: offer[name] for name in ("product_id", "offer_id")}
    path = f"/v1/stores/{store_id}/products/{offer['product_id']}/offers/{offer['offer_id']}/files"
    upload = seller.mine("POST", path, expect=201, json={"name": "rain.flac", "size_bytes": len(SOUND)}).json()
    send(upload, SOUND)
    seller.mine("POST", f"{path}/{upload['file_id']}/confirm")
    soon(seller, lambda: seller.mine("GET", path).json()["items"][0]["state"] == "ready", "a file was not put away")
    gift = {"buyer_id": buyer.user_id, **named}
    given = seller.mine("POST", f"/v1/stores/{store_id}/downloads", expect=201, json=gift).json()
    things = {"grant_id": given["grant_id"], "file_id": upload["file_id"]}
    return things | {f"digital_{name}": value for name, value in named.items()}


def _bargained(seller: Person, buyer: Person, things: dict[str, str]) -> dict[str, str]:
    price = {"minor": 100_000, "currency": "EUR"}
    body = {name: things[name] for name in ("product_id", "offer_id", "variant_id")} | {"price": price}
    made = buyer.mine("POST", "/v1/me/proposals", expect=201, json=body).json()
    return {"proposal_id": made["proposal_id"]}


def _in_bulk(seller: Person, store_id: str) -> dict[str, str]:
    """An import that was tried and can be started, with a fault to be read; an export that can be fetched."""
    store = f"/v1/stores/{store_id}"
    announced = seller.mine("POST", f"{store}/imports", expect=201, json={"size_bytes": len(ROWS)}).json()
    send(announced, ROWS)
    path = f"{store}/imports/{announced['progress']['import_id']}"
    seller.mine("POST", f"{path}/start", json={"dry_run": True})
    soon(seller, lambda: seller.mine("GET", path).json()["state"] == "checked", "an import was not tried")
    export_id = seller.mine("POST", f"{store}/exports", expect=201, json={"kind": "csv"}).json()["export_id"]
    ready = f"{store}/exports/{export_id}"
    soon(seller, lambda: seller.mine("GET", ready).json()["state"] == "ready", "an export was not written")
    return {"import_id": announced["progress"]["import_id"], "goods_export_id": export_id}


def _kept(seller: Person, things: dict[str, str]) -> dict[str, str]:
    """A second location, and one unit that is promised to an order."""
    store_id, variant_id = things["store_id"], things["variant_id"]
    shop = seller.mine("POST", f"/v1/stores/{store_id}/locations", expect=201, json={"name": "Shop"}).json()
    stock = f"{seller.stack.url}/v1/stores/{store_id}/stock/{variant_id}"

    def counted() -> bool:
        answer = httpx.get(stock, headers=seller.authorization, timeout=30)
        return answer.status_code == 200 and answer.json()["available"] == 3

    soon(seller, counted, "what was listed is not in stock")
    line = {"store_id": store_id, "variant_id": variant_id, "quantity": 1}
    asked = {"task": "reserve", "order_id": ids.new_id("ord"), "lines": [line], "hold_s": 86_400}
    return {
        "location_id": shop["location_id"],
        "reservation_id": call(seller.stack, "steps", asked)["reservation_id"],
    }
