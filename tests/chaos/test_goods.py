"""Goods and categories under faults and rivals: every fault at every call; sellers, moderators and time at once."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from functions.catalog import filing
from functions.catalog.api import api
from functions.catalog.model.categories import Category
from functions.catalog.rules import listings as rules
from functions.catalog.rules.tree import Tree
from functions.catalog.store.goods import read_offer
from kernel import clock
from kernel.changes import decode
from tests.chaos import tales
from tests.chaos.tales import Stage

SELLER, MODERATOR = "usr_00000000000000000000000001", "usr_00000000000000000000000002"
STORE = "sto_00000000000000000000000000"
MAY = {STORE: frozenset({"edit_products"})}
HOUR = timedelta(hours=1)


def sell(stage: Stage, method: str, path: str, body: Any = None) -> Any:
    return stage.ask(SELLER, method, f"/v1/stores/{STORE}/{path}", body, stores=MAY)


def rule(stage: Stage, method: str, path: str, body: Any = None) -> Any:
    return stage.ask(MODERATOR, method, f"/v1/{path}", body, role="moderator")


def listed(stage: Stage, **said: Any) -> dict[str, Any]:
    thing = {"texts": {"en": {"title": "Leica M3"}}, "prices": {"EUR": 100_00}}
    answer = sell(stage, "POST", "items", thing | said).json
    return dict(answer["offers"][0]) if "offers" in answer else {}


def place(offer: Mapping[str, Any]) -> str:
    return f"products/{offer['product_id']}/offers/{offer['offer_id']}"


def variant(offer: Mapping[str, Any]) -> str:
    return f"{place(offer)}/variants/{offer['variants'][0]['variant_id']}"


def category(stage: Stage, parent_id: str | None = None) -> str:
    body = {"names": {"en": "Cameras"}, "parent_id": parent_id}
    return str(rule(stage, "POST", "categories", body).json["category_id"])


def a_sale() -> dict[str, Any]:
    begins, ends = (clock.rfc3339(clock.now() + HOUR * number) for number in (1, 2))
    return {"items": [{"starts_at": begins, "ends_at": ends, "prices": {"EUR": 80_00}}]}


# Tales


def trade(stage: Stage) -> None:
    """Listed, priced, put on sale, sold in other colours, put away and brought back."""
    offer = listed(stage, sku="M3", quantity=3)
    listed(stage, sku="M3")
    sell(stage, "PATCH", variant(offer), {"prices": {"EUR": 90_00}, "sku": "M3-B"})
    sell(stage, "PUT", f"{variant(offer)}/schedule", a_sale())
    later = clock.now() + 3 * HOUR
    stage.until_done(lambda: filing.tell_scheduled_prices(later))
    options = [{"code": "colour", "values": ["Black", "Silver"]}]
    sell(stage, "PUT", f"products/{offer['product_id']}/options", {"options": options, "prices": {"EUR": 1_00}})
    for status in ("archived", "active"):
        sell(stage, "PATCH", place(offer), {"status": status})
    sell(stage, "PATCH", f"products/{offer['product_id']}", {"texts": {"uk": {"title": "Лейка"}}})


def rearrange(stage: Stage) -> None:
    """A category moves with its goods; a product of everyone is put away with its offers."""
    here, there = category(stage), category(stage)
    below = category(stage, here)
    listed(stage, category_id=below)
    rule(stage, "PUT", f"categories/{below}/parent", {"parent_id": there})
    rule(stage, "PUT", f"categories/{there}/parent", {"parent_id": below})
    later = clock.now() + HOUR
    stage.until_done(lambda: filing.refile_moved(later))
    product = rule(stage, "POST", "products", {"texts": {"en": {"title": "Film"}}}).json
    sell(stage, "POST", f"products/{product['product_id']}/offers", {"prices": {"EUR": 9_00}})
    rule(stage, "PATCH", f"products/{product['product_id']}", {"status": "archived"})
    now = clock.now()
    stage.until_done(lambda: filing.follow(product["product_id"], now))


@pytest.mark.parametrize("tale", [trade, rearrange])
def test_a_fault_at_any_call_leaves_nothing_else_behind(tale):
    assert list(tales.differences(api, tale)) == []


# Races


def wrong(rows: Mapping[Any, Any]) -> list[str]:
    """What may never be, whoever was faster."""
    plain = {key: decode(row) for key, row in rows.items()}
    offers = [read_offer(row) for (_, sk), row in plain.items() if sk.startswith("OFFER#")]
    found = []
    claims = {(row["variant_id"], sk) for (pk, sk), row in plain.items() if pk.startswith("SKU#")}
    has = [(one.variant_id, one.sku) for offer in offers for one in offer.variants if one.sku]
    if claims != set(has) or max(Counter(sku for _, sku in has).values(), default=1) > 1:
        found.append(f"SKUs {has}, claimed {claims}")
    for offer in offers:
        news = sorted(sk for pk, sk in plain if pk == f"EVENT#{offer.offer_id}")
        states = [sk.split("#")[1] for sk in news]
        seen = bool(states) and states[-1] != "OfferWithdrawn"
        if seen != offer.listed or len({sk.split("#")[0] for sk in news}) < len(news):
            found.append(f"listed: {offer.listed}, told as {news}")
        due = [sk for pk, sk in plain if pk == "DUE#prices" and sk.endswith(offer.offer_id)]
        at = rules.next_price(offer)
        if at and f"{clock.rfc3339(at)}#{offer.offer_id}" not in due:
            found.append(f"next price at {at}, due {due}")
        row = plain[f"PRODUCT#{offer.product_id}", f"OFFER#{offer.offer_id}"]
        if row["by_storesk"] != f"{rules.shelf(offer)}#{offer.offer_id}" or row["version"] != offer.version:
            found.append(f"{row['by_storesk']} of version {row['version']}, but {offer}")
    return found


def tree_of(rows: Mapping[Any, Any]) -> Tree:
    kept = {sk: decode(row) for (pk, sk), row in rows.items() if pk == "CATEGORIES" and sk != "TREE"}
    return Tree({sk: Category.model_validate_json(row["doc"]) for sk, row in kept.items()})


@pytest.mark.parametrize("seed", range(15))
def test_of_many_who_want_one_sku_one_has_it(seed):
    def check(stage: Stage, rows: Mapping[Any, Any]) -> None:
        assert sorted(one.status for one in stage.answers) == [201] + [409] * 7
        assert wrong(rows) == []

    def rival(stage: Stage) -> None:
        listed(stage, sku="M3")

    tales.race(api, lambda _: None, [rival] * 8, seed, check)


@pytest.mark.parametrize("seed", range(25))
def test_whoever_edits_an_offer_at_once_with_others_and_with_time_it_stays_one_whole(seed):
    offer = dict[str, Any]()

    def before(stage: Stage) -> None:
        offer.update(listed(stage, sku="M3"))
        sell(stage, "PUT", f"{variant(offer)}/schedule", a_sale())

    def edit(method: str, path: str, body: Any, stage: Stage) -> None:
        sell(stage, method, path.format(place=place(offer), variant=variant(offer), **offer), body)

    def sweep(stage: Stage) -> None:
        stage.until_done(lambda: filing.tell_scheduled_prices(clock.now() + 3 * HOUR))

    def once_more(stage: Stage) -> None:
        listed(stage, sku="M3")

    rivals: list[tales.Tale] = [
        partial(edit, "PATCH", "{variant}", {"sku": "M4"}),
        partial(edit, "PATCH", "{variant}", {"sku": None}),
        partial(edit, "PATCH", "{variant}", {"prices": {"EUR": 70_00}}),
        partial(edit, "PATCH", "{place}", {"status": "archived"}),
        partial(edit, "PATCH", "{place}", {"status": "active"}),
        partial(edit, "PATCH", "products/{product_id}", {"status": "archived"}),
        partial(edit, "PATCH", "products/{product_id}", {"brand": "Leica"}),
        partial(edit, "PUT", "products/{product_id}/options", {"options": []}),
        partial(edit, "POST", "products/{product_id}/offers", {"prices": {"EUR": 1_00}, "sku": "M4"}),
        once_more,
        sweep,
        sweep,
    ]

    def check(_: Stage, rows: Mapping[Any, Any]) -> None:
        assert wrong(rows) == []

    tales.race(api, before, rivals, seed, check)


@pytest.mark.parametrize("seed", range(25))
def test_whoever_moves_categories_at_once_they_stay_a_tree(seed):
    named: list[str] = []

    def before(stage: Stage) -> None:
        named.extend(category(stage) for _ in range(4))

    def move(child: int, parent: int, stage: Stage) -> None:
        rule(stage, "PUT", f"categories/{named[child]}/parent", {"parent_id": named[parent]})

    pairs = [(0, 1), (1, 2), (2, 3), (3, 0), (2, 0), (1, 0)]

    def check(_: Stage, rows: Mapping[Any, Any]) -> None:
        tree = tree_of(rows)
        assert len(list(tree.below(None))) == len(named)

    tales.race(api, before, [partial(move, *pair) for pair in pairs], seed, check)


@pytest.mark.parametrize("seed", range(10))
def test_offers_that_are_made_while_their_product_changes_are_in_step_when_all_is_told(seed):
    product = dict[str, Any]()

    def before(stage: Stage) -> None:
        product.update(rule(stage, "POST", "products", {"texts": {"en": {"title": "Film"}}}).json)

    def offer(stage: Stage) -> None:
        sell(stage, "POST", f"products/{product['product_id']}/offers", {"prices": {"EUR": 9_00}})

    def change(body: dict[str, Any], stage: Stage) -> None:
        if rule(stage, "PATCH", f"products/{product['product_id']}", body).status < 300:
            stage.until_done(lambda: filing.follow(product["product_id"], clock.now()))

    def check(_: Stage, rows: Mapping[Any, Any]) -> None:
        kept = decode(rows[f"PRODUCT#{product['product_id']}", "-"])
        made = [decode(row) for (_, sk), row in rows.items() if sk.startswith("OFFER#")]
        versions = {read_offer(row).card.product_version for row in made}
        assert versions <= {kept["version"]}
        assert wrong(rows) == []

    rivals: list[tales.Tale] = [offer, offer]
    rivals += [partial(change, {"brand": "Ilford"}), offer, partial(change, {"status": "archived"})]
    tales.race(api, before, rivals, seed, check)
