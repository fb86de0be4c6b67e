"""Pictures and files of goods, once each: sent, rendered, shown, taken away; sold, downloaded, taken back."""

import json
import time
from typing import Any

import httpx

from kernel import clock, ids
from local.home import STAGE
from local.stack import Stack
from tests.builders.images import a_jpeg, a_png_that_claims, told_of
from tests.e2e import buying_walk as buying
from tests.e2e.store_walk import a_moderator, fetch, send, soon
from tests.e2e.walk import Person, StepFailed

SOUND = b"Rain on a tin roof, recorded for an hour." * 1000
WIDTHS = (320, 800, 1600)


def walk_media(seller: Person) -> None:
    buyer = type(seller)(seller.stack, seller.patience_s)
    for person in (seller, buyer):
        person.sign_up()
        person.sign_in()
    opening = {
        "name": "Film",
        "slug": f"media-{seller.email.partition('@')[0]}",
        "country": "DE",
        "currency": "EUR",
    }
    store_id = seller.mine("POST", "/v1/stores", expect=201, json=opening).json()["store_id"]
    refuse_a_bomb(seller, store_id)
    show_pictures(seller, store_id)
    show_on_a_category(a_moderator(seller.stack))
    sell_files(seller, buyer, store_id)


def show_pictures(seller: Person, store_id: str) -> None:
    """Those of a thing listed in one call; one of them goes again, with its files."""
    first, second = (confirmed(seller, f"/v1/stores/{store_id}/images", photo()) for _ in range(2))
    thing = {
        "texts": {"en": {"title": "Leica M3"}},
        "prices": {"EUR": 129_00},
        "pictures": [{"image_id": first, "alt": {"en": "From above"}}, {"image_id": second}],
    }
    product = seller.mine("POST", f"/v1/stores/{store_id}/items", expect=201, json=thing).json()["product"]
    soon(seller, lambda: rendered(seller, store_id, first, second), "images were not rendered")
    for width in WIDTHS:
        shown = seller.ask("GET", f"/media/{first}/{width}.webp", expect=200)
        assert (shown.headers["Content-Type"], b"48.8584" in shown.content) == ("image/webp", False)
        assert "immutable" in shown.headers["Cache-Control"]
    page = seller.ask("GET", f"/v1/products/{product['product_id']}", expect=200, follow_redirects=True).json()
    assert '"width": 1600' in json.dumps(page)
    pictures = f"/v1/stores/{store_id}/products/{product['product_id']}/pictures"
    seller.mine("PUT", pictures, json={"pictures": [{"image_id": first}]})
    gone = f"{seller.stack.url}/media/{second}/320.webp"
    soon(seller, lambda: httpx.get(gone, timeout=30).status_code == 403, "a picture that was taken away is still there")
    for folder in ("incoming", "originals"):
        left = f"{folder}/{second}"
        soon(seller, lambda: not objects(seller.stack, left), f"{left} is still there")  # noqa: B023  # asked at once


def refuse_a_bomb(seller: Person, store_id: str) -> None:
    """It is shown before anybody has looked into it, and taken away again. First, while the function starts slowly."""
    images = f"/v1/stores/{store_id}/images"
    image_id = confirmed(seller, images, a_png_that_claims(60_000, 60_000), "image/png")
    thing = {"texts": {"en": {"title": "A bomb"}}, "prices": {"EUR": 1_00}, "pictures": [{"image_id": image_id}]}
    items = f"{seller.stack.url}/v1/stores/{store_id}/items"
    listed = httpx.post(items, json=thing, headers=seller.authorization, timeout=30)

    def reason() -> Any:
        return seller.mine("GET", f"{images}/{image_id}").json()["reason"]

    assert soon(seller, reason, "an image that is none was not refused") == "too_many_pixels"
    if listed.status_code == 409:  # it was looked into at once
        return
    path = f"/v1/stores/{store_id}/products/{listed.json()['product']['product_id']}"
    assert seller.mine("GET", path).json()["product"]["pictures"] == []


def show_on_a_category(moderator: Person) -> None:
    made = moderator.mine("POST", "/v1/categories", expect=201, json={"names": {"en": "Cameras"}})
    path = f"/v1/categories/{made.json()['category_id']}/image"
    for _ in range(2):
        image_id = confirmed(moderator, "/v1/images", photo())

        def ready(image_id: str = image_id) -> bool:
            return bool(moderator.mine("GET", f"/v1/images/{image_id}").json()["state"] == "ready")

        soon(moderator, ready, "a category's image was not rendered")
        moderator.mine("PUT", path, json={"image_id": image_id})
    moderator.mine("DELETE", path)


def sell_files(seller: Person, buyer: Person, store_id: str) -> None:
    thing = {"texts": {"en": {"title": "Rain"}}, "prices": {"EUR": 5_00}, "kind": "digital"}
    [offer] = seller.mine("POST", f"/v1/stores/{store_id}/items", expect=201, json=thing).json()["offers"]
    named = {name: offer[name] for name in ("product_id", "offer_id")}
    path = f"/v1/stores/{store_id}/products/{offer['product_id']}/offers/{offer['offer_id']}/files"
    order_id, early = buy_before_there_is_a_file(buyer, store_id, offer)
    upload = seller.mine("POST", path, expect=201, json={"name": "Дощ.flac", "size_bytes": len(SOUND)}).json()
    send(upload, SOUND)
    seller.mine("POST", f"{path}/{upload['file_id']}/confirm")

    def ready() -> bool:
        return bool(seller.mine("GET", path).json()["items"][0]["state"] == "ready")

    soon(seller, ready, "a file for sale was not put away")
    have_it_delivered_and_give_it_back(buyer, order_id, early)
    order = {"order_id": ids.new_id("ord"), "buyer_id": buyer.user_id, "lines": [named]}
    [bought] = task(seller.stack, "grant_downloads", **order)["grants"]
    given = seller.mine(
        "POST", f"/v1/stores/{store_id}/downloads", expect=201, json={"buyer_id": buyer.user_id, **named}
    )
    for grant_id in (bought, given.json()["grant_id"]):
        link = f"/v1/me/downloads/{grant_id}/files/{upload['file_id']}/link"
        fetch(buyer.mine("POST", link, expect=201).json()["url"], SOUND)
    for items in (buyer.mine("GET", "/v1/me/downloads"), seller.mine("GET", f"/v1/stores/{store_id}/downloads")):
        assert sum(not one["revoked_at"] for one in items.json()["items"]) == 2
    seller.mine("DELETE", f"/v1/stores/{store_id}/downloads/{given.json()['grant_id']}")
    assert task(seller.stack, "revoke_downloads", **order)["outcome"] == "revoked"
    seller.mine("DELETE", f"{path}/{upload['file_id']}")
    tell_of_time(seller.stack, upload["file_id"])
    for folder in ("incoming", "sold"):
        left = f"{folder}/{upload['file_id']}"
        soon(seller, lambda: not objects(seller.stack, left), f"{left} is still there")  # noqa: B023  # asked at once


def confirmed(person: Person, images: str, content: bytes, content_type: str = "image/jpeg") -> str:
    """A store's people may send for it as soon as the gateway has heard that they are."""
    body = {"content_type": content_type}

    def announced() -> httpx.Response | None:
        headers = person.authorization
        answer = httpx.post(f"{person.stack.url}{images}", json=body, headers=headers, timeout=30)
        if answer.status_code not in (201, 403, 404):
            raise StepFailed(f"announcing an image: {answer.status_code} {answer.text[:300]}")
        if answer.status_code == 201:
            return answer
        time.sleep(0.5)
        return None

    upload = soon(person, announced, "nobody may send images").json()
    send(upload, content)
    person.mine("POST", f"{images}/{upload['image_id']}/confirm")
    return str(upload["image_id"])


def rendered(seller: Person, store_id: str, *image_ids: str) -> bool:
    states = {seller.mine("GET", f"/v1/stores/{store_id}/images/{one}").json()["state"] for one in image_ids}
    return states == {"ready"}


def photo() -> bytes:
    return a_jpeg(2000, 1500, exif=told_of())


def buy_before_there_is_a_file(buyer: Person, store_id: str, offer: dict[str, Any]) -> tuple[str, str]:
    """The order's id, and the grant's: it waits."""
    buyer.patience_s = max(buyer.patience_s, buying.PATIENCE_S)
    variant_id = offer["variants"][0]["variant_id"]
    line = {"store_id": store_id, "offer_id": offer["offer_id"], "variant_id": variant_id, "quantity": 1}
    buying.into_basket(buyer, line)
    order_id = buying.ordered(buyer, buying.quoted(buyer), payment={"method": "card"})
    buying.pay_by_card(buyer, buying.to_be_paid(buyer, order_id))
    buying.became(buyer, order_id, "confirmed")

    def granted() -> str | None:
        items = buyer.mine("GET", "/v1/me/downloads").json()["items"]
        return next((str(one["grant_id"]) for one in items if one["order_id"] == order_id), None)

    return order_id, str(soon(buyer, granted, "what was paid was not handed over"))


def have_it_delivered_and_give_it_back(buyer: Person, order_id: str, grant_id: str) -> None:
    """With the first file; nobody has downloaded it, so the money comes back."""
    buying.became(buyer, order_id, "delivered")
    grant = buyer.mine("POST", f"/v1/me/downloads/{grant_id}/return").json()
    assert all((grant["delivered_at"], grant["revoked_at"])), f"{grant} was delivered and given back"
    papers = f"/v1/orders/{order_id}/papers"

    def credited() -> bool:
        return [one["kind"] for one in buyer.mine("GET", papers).json()["items"]] == ["invoice", "credit_note"]

    soon(buyer, credited, "what was given back has no credit note")


def task(stack: Stack, name: str, **asked: Any) -> dict[str, Any]:
    function, event = f"metco-{STAGE}-catalog-steps", {"task": name, **asked}
    answer = stack.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
    outcome: dict[str, Any] = json.loads(answer["Payload"].read())
    if "outcome" not in outcome or outcome["outcome"] == "refused":
        raise StepFailed(f"{name}: {outcome}")
    return outcome


def tell_of_time(stack: Stack, file_id: str) -> None:
    """A year passes: what the sweep would tell then."""
    metadata = {
        "id": ids.new_id("evt"),
        "type": "FileRemoved",
        "version": 1,
        "occurred_at": clock.rfc3339(clock.now()),
        "aggregate": file_id,
        "sequence": 1000,
        "correlation_id": ids.new_id("cor"),
        "causation_id": "",
    }
    detail = json.dumps({"metadata": metadata, "data": {"file_id": file_id}})
    bus = stack.cloud.parameter(f"/metco/{STAGE}/platform/bus-name")
    entry = {"EventBusName": bus, "Source": "metco.catalog", "DetailType": "FileRemoved.v1", "Detail": detail}
    stack.client("events").put_events(Entries=[entry])


def objects(stack: Stack, prefix: str) -> list[str]:
    bucket = stack.cloud.parameter(f"/metco/{STAGE}/catalog/media-bucket")
    listed = stack.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)
    return [one["Key"] for one in listed.get("Contents", [])]
