"""All that the catalogue tells of, and the words of people that are said on the way."""

from functions.catalog.steps import handler as task
from functions.catalog.store import files as stored
from functions.catalog.store.images import images
from functions.catalog.store.standing import standings
from kernel import clock, ids
from tests.builders import catalog as a
from tests.builders import files, imports, proposals, requests
from tests.builders import images as pictures
from tests.builders.cloud import World
from tests.builders.http import Context

OWN_WORDS = "For Ada, who collects them"
PERSONAL = ("Ada", "Rain.flac")
ORDER = {"order_id": files.ORDER, "buyer_id": files.BUYER}
BARGAIN = "/v1/me/proposals"

seller, buyer = a.as_seller(), a.as_user(proposals.BUYER)


def everything() -> None:
    for part in (sorting, selling, looking, asking, downloading, delivering, bargaining, by_file, standing_still):
        part()


def sorting() -> None:
    a.a_category(a.a_category())
    product = a.a_global_product()
    a.as_moderator("PATCH", f"/v1/products/{product.product_id}", {"brand": "Leica"})


def selling() -> None:
    """One offer in another condition, one no longer at all."""
    for change in ({"condition": "used"}, {"status": "archived"}):
        offer = a.on_sale()
        place = f"/v1/stores/{a.STORE}/products/{offer.product_id}/offers/{offer.offer_id}"
        assert seller("PATCH", place, change).status == 200


def looking() -> None:
    image = images().image(a.STORE, pictures.ready())
    images().settle(a.STORE, image, "no row at all")


def asking() -> None:
    wanted = requests.claimed(note=OWN_WORDS)
    assert requests.judge(wanted, "approve").status == 200


def downloading() -> None:
    offer = files.a_digital_offer()
    file = files.ready(offer)
    named = {"product_id": offer.product_id, "offer_id": offer.offer_id}
    task({"task": "grant_downloads", **ORDER, "lines": [named]}, Context())
    [grant] = a.as_user(files.BUYER)("GET", "/v1/me/downloads").json["items"]
    link = f"/v1/me/downloads/{grant['grant_id']}/files/{file.file_id}/link"
    assert a.as_user(files.BUYER)("POST", link).status in (200, 201)
    task({"task": "revoke_downloads", **ORDER, "lines": [named]}, Context())
    stored.files().settle(file, "no row at all")


def delivering() -> None:
    """One key that is read, another that goes back."""
    offer = files.a_digital_offer()
    files.keyed(offer, 2)
    person = a.as_user(files.BUYER)
    assert person("POST", f"/v1/me/downloads/{files.bought(offer)}/keys").status == 200
    assert person("POST", f"/v1/me/downloads/{files.bought(offer)}/return").status == 200


def bargaining() -> None:
    """A price that is countered and declined, and one that is agreed on and paid."""
    ask = proposals.asked(proposals.for_sale()) | {"note": OWN_WORDS}
    proposal_id = buyer("POST", BARGAIN, ask).json["proposal_id"]
    answer = f"/v1/stores/{a.STORE}/proposals/{proposal_id}"
    price = {"price": {"minor": 90_00, "currency": "EUR"}}
    assert seller("POST", f"{answer}/counter", {**price, "note": OWN_WORDS}).status == 200
    assert buyer("POST", f"{BARGAIN}/{proposal_id}/decline").status == 200
    made = proposals.made()
    price = {"price": {"minor": made.price.minor, "currency": made.price.currency}}
    assert seller("POST", f"/v1/stores/{a.STORE}/proposals/{made.proposal_id}/accept", price).status == 200
    line = {"proposal_id": made.proposal_id, "variant_id": made.variant_id, "quantity": 1, **price}
    for step in ("reserve_agreed_prices", "redeem_agreed_prices"):
        task(
            {"task": step, "order_id": ids.derived_id("ord", "told"), "buyer_id": proposals.BUYER, "lines": [line]},
            Context(),
        )


def by_file() -> None:
    everywhere = World({}, "")
    imports.imported(everywhere, imports.a_csv(imports.a_row()))
    imports.exported(everywhere)


def standing_still() -> None:
    standings().stands(a.STORE, "suspended", 2, clock.now())
