"""GraphQL beside REST: the same answers, the same refusals, one matrix for both; and what a query may cost."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.catalog.api import api
from functions.catalog.graphql import limits
from functions.catalog.store.categories import categories
from functions.catalog.store.goods import Goods
from kernel.authz import GUEST, PUBLIC, Principal
from tests.builders import catalog as a
from tests.builders import cloud, graphql
from tests.builders.catalog import STORE
from tests.builders.cloud import World
from tests.builders.operations import GUARDED, a_person, body_of, ready
from tests.builders.proposals import BUYER, asked, for_sale, made

KEY = {"idempotency-key": "the-same-key"}
ANYONE = Principal(BUYER, "", frozenset({"customer"}))
SELLER = Principal(a.SELLER, "", frozenset({"customer", "seller"}), {STORE: frozenset({"edit_products"})})
CATALOG = [name for name in GUARDED if name in api.operations]
MATRIX = tomllib.loads((Path(__file__).parents[1] / "access_matrix.toml").read_text(encoding="utf-8"))


# One matrix for both


@pytest.mark.parametrize("name", CATALOG)
def test_whoever_may_use_a_route_may_use_its_field(name: str, world: World):
    """Whoever may not, may not: test_access_matrix.py asks both."""
    owner = a_person("owner@example.com")
    who = owner.as_a("admin")
    things, more = ready(name, who, owner.things())
    answer = graphql.carry_out(name, who, **graphql.arguments(name, things, body_of(name, who, **more)))
    assert answer.status == 200, answer


def test_the_matrix_has_every_field():
    """Every route of the catalogue is a field, guarded by the action that the matrix decides about."""
    assert graphql.all_fields().keys() == api.operations.keys()
    assert {one.permit for one in api.operations.values()} - {PUBLIC} <= MATRIX["actions"].keys()


@pytest.mark.parametrize(
    "who",
    [
        Principal("gst_00000000000000000000000000", "", frozenset({GUEST})),
        Principal(BUYER, "", frozenset({"customer"}), {}, frozenset({"products:read"})),
        ANYONE,
        None,
    ],
)
def test_the_door_is_open_to_guests_keys_and_visitors_and_what_is_behind_it_is_not(world, who):
    a.on_sale()
    assert graphql.carry_out("list_store_products", who, store_id=STORE).status == 200
    before = world.items()
    refused = graphql.carry_out("create_category", who, request={"names": {"en": "Cameras"}})
    assert refused.status == (403 if who and GUEST not in who.roles else 401)
    assert world.items() == before


def test_a_key_without_the_scope_does_not_pass_the_door(world):
    key = Principal(BUYER, "", frozenset({"customer"}), {}, frozenset({"profile:read"}))
    assert graphql.post("{ list_categories { items { category_id } } }", key).status == 403


# The same answers


def test_a_product_is_the_same_by_both(world):
    category_id = a.a_category()
    item = {
        "texts": {"en": {"title": "Leica M3", "description": "Of 1954"}, "uk": {"title": "Лейка М3"}},
        "category_id": category_id,
        "options": [{"code": "colour", "values": ["Black", "Silver"]}],
        "prices": {"EUR": 5_000_000_000, "USD": 129_00},
        "compare_at": {"EUR": 6_000_000_000},
    }
    listed = graphql.carry_out("list_item", SELLER, store_id=STORE, request=item)
    product_id = listed.data["product"]["product_id"]
    assert listed.data == a.as_seller()("GET", f"/v1/stores/{STORE}/products/{product_id}").json
    asked_for: list[tuple[str, str, dict[str, Any]]] = [
        ("read_product", f"/v1/products/{product_id}", {"address": product_id}),
        ("list_offers", f"/v1/products/{product_id}/offers", {"address": product_id}),
        ("list_products", f"/v1/categories/{category_id}/products", {"category_id": category_id}),
        ("list_store_products", f"/v1/stores/{STORE}/products", {"store_id": STORE}),
        ("read_category", f"/v1/categories/{category_id}", {"category_id": category_id}),
        ("list_categories", "/v1/categories", {}),
    ]
    for name, path, given in asked_for:
        by_rest = a.public("GET", path)
        assert by_rest.status == 200
        assert graphql.carry_out(name, None, **given).data == by_rest.json


def test_what_is_written_by_one_is_read_by_the_other(world):
    proposal = made()
    seller = Principal(a.SELLER, "", frozenset({"customer"}), {proposal.store_id: frozenset({"edit_products"})})
    counter = {"price": {"minor": 90_00, "currency": "EUR"}, "note": "Hardly used"}
    named: dict[str, Any] = {"store_id": proposal.store_id, "proposal_id": proposal.proposal_id}
    by_graphql = graphql.carry_out("counter_proposal", seller, **named, counter=counter)
    assert by_graphql.data["state"] == "awaiting_buyer"
    assert a.as_user(BUYER)("GET", f"/v1/me/proposals/{proposal.proposal_id}").json == by_graphql.data


def test_a_former_address_says_the_present_one(world):
    offer = a.on_sale()
    answer = graphql.carry_out("read_product", None, address=f"another-{offer.product_id[4:]}")
    assert (answer.status, answer.code) == (308, "moved")


# The same refusals


@pytest.mark.parametrize(
    "said",
    [
        {"prices": {"EUR": -1}},
        {"prices": {"XXX": 5}},
        {"texts": {}},
        {"texts": {"en": {"title": ""}}},
        {"attributes": {"weight": 5}},
        {"options": [{"code": "Colour", "values": ["Black"]}]},
    ],
)
def test_what_a_route_refuses_a_field_refuses_in_the_same_words(world, said):
    item = {"texts": {"en": {"title": "Leica M3"}}, "prices": {"EUR": 129_00}} | said
    before = world.items()
    by_rest = a.as_seller()("POST", f"/v1/stores/{STORE}/items", item)
    by_graphql = graphql.carry_out("list_item", SELLER, store_id=STORE, request=item)
    assert by_rest.status == by_graphql.status == 422
    assert (by_graphql.code, by_graphql.faults) == (by_rest.json["code"], by_rest.json.get("errors"))
    assert world.items() == before


@pytest.mark.parametrize("limit", [0, 51, -1])
def test_a_page_that_is_too_long_is_refused_alike(world, limit):
    by_rest = a.public("GET", f"/v1/stores/{STORE}/products", query={"limit": str(limit)})
    by_graphql = graphql.carry_out("list_store_products", None, store_id=STORE, limit=limit)
    assert (by_graphql.status, by_graphql.faults) == (by_rest.status, by_rest.json["errors"])


def test_what_goes_wrong_within_is_nobodys_to_read(world, monkeypatch):
    monkeypatch.setattr(Goods, "tiles_of_store", lambda *_, **__: 1 / 0)
    answer = graphql.post(f'{{ list_store_products(store_id: "{STORE}") {{ items {{ address }} }} }}')
    [error] = answer.json["errors"]
    assert error["extensions"]["code"] == "internal_error"
    assert "division" not in answer.text


def test_of_several_queries_each_succeeds_or_fails_by_itself(world):
    offer = a.on_sale()
    query = """
    query($there: String!, $missing: String!, $store: String!) {
      there: read_product(address: $there) { product_id }
      missing: read_product(address: $missing) { product_id }
      drafts: list_store_offers(store_id: $store) { items { offer_id } }
    }
    """
    variables = {"there": offer.product_id, "missing": a.PRODUCT, "store": STORE}
    told = graphql.post(query, ANYONE, variables=variables).json
    assert told["data"] == {"there": {"product_id": offer.product_id}, "missing": None, "drafts": None}
    assert {(error["path"][0], error["extensions"]["status"]) for error in told["errors"]} == {
        ("missing", 404),
        ("drafts", 403),
    }


# Once


def test_a_mutation_that_is_repeated_is_carried_out_once(world):
    body = asked(for_sale())
    first, again = (graphql.carry_out("propose_price", ANYONE, request=body, headers=KEY) for _ in range(2))
    assert first.status == 200
    assert first == again
    types = [one["metadata"]["type"] for one in world.envelopes()]
    assert types.count("PriceProposed") == 1
    other = graphql.carry_out("propose_price", ANYONE, request=asked(for_sale()), headers=KEY)
    assert other.code == "idempotency_key_reused"


def test_a_request_carries_out_one_mutation(world):
    one = 'withdraw_proposal(proposal_id: "prp_00000000000000000000000000") { state }'
    before = world.items()
    for query in (
        f"mutation {{ a: {one} b: {one} }}",
        f"mutation {{ ...f ...g }} fragment f on Mutation {{ a: {one} }} fragment g on Mutation {{ b: {one} }}",
    ):
        [error] = graphql.post(query, ANYONE).json["errors"]
        assert error["extensions"]["code"] == "too_many_operations"
    assert world.items() == before


# What leads on


@pytest.fixture
def calls() -> Iterator[list[str]]:
    """What is asked of the table."""
    made, events = list[str](), cloud.client("dynamodb").meta.events
    events.register("before-call.dynamodb", lambda model, **_: made.append(model.name), unique_id="counted")
    yield made
    events.unregister("before-call.dynamodb", unique_id="counted")


def test_a_level_of_a_list_is_read_in_one_call(world, calls):
    category_id = a.a_category()
    made = []
    for number in range(12):
        texts = {"en": {"title": f"Camera {number}", "description": "Of 1954"}}
        item = {"texts": texts, "prices": {"EUR": 129_00}, "category_id": category_id}
        made.append(a.as_seller()("POST", f"/v1/stores/{STORE}/items", item).json["product"])
    query = f"""
    {{ list_store_products(store_id: "{STORE}") {{ items {{
        product_id product {{ texts address category {{ names }} }} category {{ category_id }} }} }} }}
    """
    graphql.post("{ list_categories { items { names } } }")  # the tree is kept in the process for a while
    calls.clear()
    answer = graphql.post(query)
    items = answer.json["data"]["list_store_products"]["items"]
    assert [one["product"]["texts"] for one in items] == [one["texts"] for one in made]
    assert {one["category"]["category_id"] for one in items} == {category_id}
    assert calls == ["Query", "BatchGetItem"]


def test_what_visitors_do_not_see_is_not_led_to(world):
    shown, hidden = made(), made()
    goods = Goods()
    product, offer = goods.offer(hidden.product_id, hidden.offer_id)
    archived = offer.model_copy(update={"status": "archived", "listed": False, "version": 2})
    goods.keep(product, [(offer, archived)], product_was=product)
    query = "{ list_my_proposals { items { proposal_id product { product_id } } } }"
    items = graphql.post(query, ANYONE).json["data"]["list_my_proposals"]["items"]
    assert {one["proposal_id"]: one["product"] for one in items} == {
        shown.proposal_id: {"product_id": shown.product_id},
        hidden.proposal_id: None,
    }


# What it may cost

LONG = "category { products(limit: 50) { items { address } } }"
DEEP = "category { products(limit: 1) { items { " * 4 + "address" + " } } }" * 4


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ list_categories {", "query_invalid"),
        ("{ no_such_field }", "query_invalid"),
        ("{ read_product(address: 5) { address } }", "query_invalid"),
        ("query a { __typename } query b { __typename }", "no_such_operation"),
        ("fragment f on Query { __typename } fragment g on Query { ...f }", "query_invalid"),
        (f'{{ list_products(category_id: "{a.CATEGORY}", limit: 1) {{ items {{ {DEEP} }} }} }}', "query_too_deep"),
        (
            f'{{ list_products(category_id: "{a.CATEGORY}", limit: 50) {{ items {{ {LONG} }} }} }}',
            "query_too_dear",
        ),
        ("{ " + " ".join(f"a{n}: list_categories {{ __typename }}" for n in range(11)) + " }", "too_many_operations"),
        ("{ " + " ".join(f"a{n}: __typename" for n in range(1000)) + " }", "query_invalid"),
        ("subscription { __typename }", "query_invalid"),
    ],
)
def test_what_would_cost_too_much_is_refused_before_anything_is_read(world, calls, query, code):
    answer = graphql.post(query)
    assert (answer.status, "data" in answer.json) == (200, False)
    assert {error["extensions"]["code"] for error in answer.json["errors"]} == {code}
    assert calls == []


def test_fragments_that_multiply_are_reckoned_no_further_than_the_limit(world):
    rings = " ".join(f"fragment f{n} on CategoryTree {{ ...f{n + 1} ...f{n + 1} }}" for n in range(60))
    query = f"{{ list_categories {{ ...f0 }} }} {rings} fragment f60 on CategoryTree {{ items {{ category_id }} }}"
    [error] = graphql.post(query).json["errors"]
    assert error["extensions"]["code"] == "query_too_dear"


@pytest.mark.parametrize("limit", ["$n", "1"])
def test_a_page_costs_what_is_asked_for(limit):
    inner = "category { products(limit: 50) { items { address } } }"
    query = f'query($n: Int) {{ list_products(category_id: "{a.CATEGORY}", limit: {limit}) {{ items {{ {inner} }} }} }}'
    document = graphql.parse(query)
    limits.check(graphql.schema(), document, None, {"n": 1})
    if limit == "$n":
        with pytest.raises(limits.QueryTooDear):
            limits.check(graphql.schema(), document, None, {"n": 50})


def test_the_schema_tells_of_itself(world):
    told = graphql.post("{ __schema { queryType { name } types { name fields { name type { name } } } } }")
    assert "ProductPage" in {one["name"] for one in told.json["data"]["__schema"]["types"]}
    assert json.loads(told.text)


def test_a_category_that_another_process_has_just_made_can_be_sorted_into(world):
    """Each process remembers the tree for a while: whoever names a category that is not in it has it read anew."""
    graphql.post("{ list_categories { items { names } } }")
    remembered = categories()._remembered
    category_id = a.a_category()
    categories()._remembered = remembered
    item = {"texts": {"en": {"title": "Leica M3"}}, "prices": {"EUR": 129_00}, "category_id": category_id}
    assert graphql.carry_out("list_item", SELLER, store_id=STORE, request=item).status == 200
