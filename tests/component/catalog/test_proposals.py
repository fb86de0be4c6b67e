import json
from datetime import timedelta

import pytest

from functions.catalog.model.proposals import TooManyProposals
from kernel import clock, ids
from tests.builders import catalog as a
from tests.builders.proposals import BUYER, NOON, asked, for_sale

KEY = {"idempotency-key": "the-same-key"}
OTHER = "usr_00000000000000000000000008"


def euros(minor):
    return {"price": {"minor": minor, "currency": "EUR"}}


def propose(offer=None, buyer=BUYER, **said):
    return a.as_user(buyer)("POST", "/v1/me/proposals", asked(offer or for_sale(), **said))


def as_buyer(proposal, act="", body=None, who=BUYER, **options):
    path = f"/v1/me/proposals/{proposal['proposal_id']}"
    return a.as_user(who)("POST" if act else "GET", f"{path}/{act}" if act else path, body, **options)


def as_store(proposal, act="", body=None, *, store_id=None, who=None, **options):
    store_id = store_id or proposal["store_id"]
    path = f"/v1/stores/{store_id}/proposals/{proposal['proposal_id']}"
    caller = who or a.as_seller(store_id)
    return caller("POST" if act else "GET", f"{path}/{act}" if act else path, body, **options)


def test_a_price_below_the_categorys_floor_is_refused_and_nothing_is_kept(world):
    category = a.a_category(a.a_category(price_limits={"EUR": {"floor": 85_00}}))
    offer = for_sale(product=a.a_product(product_id=ids.new_id("prd"), category_id=category), kept=False)
    before = world.items()
    refused = propose(offer)
    assert (refused.status, refused.json["code"]) == (422, "price_below_floor")
    assert world.items() == before
    assert propose(offer, **euros(85_00)).status == 201


def told(world, proposal):
    return [
        one["metadata"]["type"] for one in world.envelopes() if one["metadata"]["aggregate"] == proposal["proposal_id"]
    ]


def test_a_price_is_proposed_countered_and_agreed_on(world):
    proposal = propose(quantity=2, note="I collect it").json
    assert (proposal["state"], proposal["price"]["minor"], proposal["listed"]["minor"]) == (
        "awaiting_seller",
        80_00,
        100_00,
    )
    assert as_store(proposal).json == as_buyer(proposal).json == proposal
    countered = as_store(proposal, "counter", euros(95_00) | {"note": "Hardly used"})
    assert (countered.status, countered.json["state"]) == (200, "awaiting_buyer")
    assert as_buyer(proposal, "counter", euros(90_00)).json["state"] == "awaiting_seller"
    agreed = as_store(proposal, "accept", euros(90_00)).json
    assert (agreed["state"], agreed["price"]["minor"]) == ("agreed", 90_00)
    assert [(one["by"], one["price"]["minor"]) for one in agreed["rounds"]] == [
        ("buyer", 80_00),
        ("seller", 95_00),
        ("buyer", 90_00),
    ]
    assert told(world, proposal) == ["PriceProposed", "PriceCountered", "PriceCountered", "PriceAgreed"]
    last = world.envelopes()[-1]["data"]
    assert (last["buyer_id"], last["quantity"], last["price"]["minor"]) == (BUYER, 2, 90_00)


def test_no_event_has_what_was_said(world):
    proposal = propose(note="I am Ada Lovelace").json
    as_store(proposal, "counter", euros(95_00) | {"note": "Dear Ada"})
    assert "Ada" not in json.dumps([one["data"] for one in world.envelopes()])


@pytest.mark.parametrize("act", ["decline", "withdraw"])
@pytest.mark.parametrize("countered", [False, True])
def test_it_comes_to_nothing_by_whoever_may_end_it(world, act, countered):
    proposal = propose().json
    if countered:
        as_store(proposal, "counter", euros(95_00))
    by_buyer, by_store = as_buyer, as_store
    answers = {
        (False, "decline"): (by_store, by_buyer),
        (False, "withdraw"): (by_buyer, by_store),
        (True, "decline"): (by_buyer, by_store),
        (True, "withdraw"): (by_store, None),
    }
    may, may_not = answers[countered, act]
    if may_not:
        before = world.items()
        assert may_not(proposal, act).json["code"] == "not_your_turn"
        assert world.items() == before
    assert may(proposal, act).json["state"] == {"decline": "declined", "withdraw": "withdrawn"}[act]
    assert told(world, proposal)[-1] == "ProposalClosed"
    assert may(proposal, act).json["code"] == "proposal_over"


def test_an_agreed_price_is_taken_back_by_the_buyer_only(world):
    proposal = propose().json
    as_store(proposal, "accept", euros(80_00))
    assert as_store(proposal, "withdraw").json["code"] == "proposal_over"
    assert as_buyer(proposal, "withdraw").json["state"] == "withdrawn"


@pytest.mark.parametrize(
    ("offered", "said", "code"),
    [
        ({"takes_proposals": False}, {}, "no_bargaining"),
        ({"status": "draft"}, {}, "no_bargaining"),
        ({"hidden": True}, {}, "no_bargaining"),
        ({}, {"variant_id": ids.derived_id("var", "another")}, "no_bargaining"),
        ({}, {"price": {"minor": 80_00, "currency": "GBP"}}, "no_bargaining"),
        ({}, euros(100_00), "price_not_between"),
        ({}, euros(0), "price_not_between"),
        ({}, {"offer_id": ids.derived_id("ofr", "another")}, "not_found"),
        ({}, {"quantity": 0}, "invalid"),
        ({}, {"price": {"minor": 80_00, "currency": "XXX"}}, "invalid"),
        ({}, {"price": {"minor": 80.5, "currency": "EUR"}}, "invalid"),
    ],
)
def test_what_cannot_be_proposed_is_refused_and_nothing_is_kept(world, offered, said, code):
    offer = for_sale(**offered)
    before = world.items()
    assert propose(offer, **said).json["code"] == code
    assert world.items() == before


def test_a_scheduled_price_is_the_listed_one_while_it_holds(world):
    with clock.frozen(NOON):
        sale = {"starts_at": NOON, "ends_at": NOON + timedelta(hours=1), "prices": {"EUR": 70_00}}
        variant = a.a_variant(variant_id=ids.new_id("var"), prices={"EUR": 100_00}, scheduled=[sale])
        offer = for_sale(variants=[variant])
        assert propose(offer).json["code"] == "price_not_between"
        assert propose(offer, **euros(60_00)).json["listed"]["minor"] == 70_00


def test_nobody_bargains_with_the_store_they_work_in(world):
    offer = for_sale()
    before = world.items()
    refused = a.as_seller(offer.store_id)("POST", "/v1/me/proposals", asked(offer))
    assert (refused.status, refused.json["code"]) == (403, "own_offer")
    assert world.items() == before


def test_one_at_a_time_and_three_a_month_for_an_offer(world):
    offer = for_sale()
    with clock.frozen(NOON) as advance:
        first = propose(offer).json
        assert propose(offer, **euros(81_00)).json["code"] == "proposal_open"
        assert propose(offer, OTHER).status == 201
        as_buyer(first, "withdraw")
        second = propose(offer).json
        advance(timedelta(days=2))  # nobody answers, and nobody has swept
        assert as_buyer(second).json["state"] == "expired"
        as_buyer(propose(offer).json, "withdraw")
        refused = propose(offer)
        assert (refused.status, refused.json["code"]) == (429, "too_many_proposals")
        assert int(refused.headers["Retry-After"]) == 28 * 86_400 + 1
        assert propose().status == 201
        advance(timedelta(days=28))
        assert propose(offer).status == 201


def test_twenty_proposals_a_day_are_enough(world):
    with clock.frozen(NOON) as advance:
        for _ in range(20):
            assert propose().status == 201
        offer = for_sale()
        before = world.items()
        assert propose(offer).json["code"] == TooManyProposals.code
        assert world.items() == before
        advance(timedelta(days=1))
        assert propose(offer).status == 201


def test_whoever_agrees_to_another_price_than_the_present_one_has_agreed_to_nothing(world):
    proposal = propose().json
    as_store(proposal, "counter", euros(95_00))
    as_buyer(proposal, "counter", euros(90_00))
    before = world.items()
    assert as_store(proposal, "accept", euros(80_00)).json["code"] == "price_outdated"
    assert world.items() == before


def test_another_store_and_another_buyer_see_and_do_nothing(world):
    proposal = propose().json
    before = world.items()
    for act, body in (("", None), ("counter", euros(90_00)), ("accept", euros(80_00)), ("decline", None)):
        assert as_buyer(proposal, act, body, who=OTHER).status == 404
        assert as_buyer(proposal, act, body, who=a.SELLER).status == 404
        assert as_store(proposal, act, body, store_id=a.OTHER_STORE).status == 404
        assert as_store(proposal, act, body, who=a.as_seller(a.OTHER_STORE)).status == 404
    assert a.as_seller(a.OTHER_STORE)("GET", f"/v1/stores/{a.OTHER_STORE}/proposals").json["items"] == []
    assert a.as_seller(a.OTHER_STORE)("GET", f"/v1/stores/{proposal['store_id']}/proposals").status == 404
    assert a.as_user(OTHER)("GET", "/v1/me/proposals").json["items"] == []
    assert world.items() == before


def test_both_sides_list_what_concerns_them(world):
    made = [propose().json["proposal_id"] for _ in range(3)]
    declined = propose().json
    as_store(declined, "decline")
    mine = a.as_user(BUYER)("GET", "/v1/me/proposals", query={"limit": "3"}).json
    assert [one["proposal_id"] for one in mine["items"]] == [declined["proposal_id"], *reversed(made[1:])]
    rest = a.as_user(BUYER)("GET", "/v1/me/proposals", query={"cursor": mine["cursor"]}).json
    assert [one["proposal_id"] for one in rest["items"]] == made[:1]
    seller = a.as_seller(declined["store_id"])
    waiting = seller("GET", f"/v1/stores/{declined['store_id']}/proposals").json["items"]
    assert {one["proposal_id"] for one in waiting} == set(made)
    closed = seller("GET", f"/v1/stores/{declined['store_id']}/proposals", query={"state": "declined"}).json["items"]
    assert [one["proposal_id"] for one in closed] == [declined["proposal_id"]]


def test_an_answer_that_is_repeated_is_given_once(world):
    proposal = propose().json
    first, again = (as_store(proposal, "accept", euros(80_00), headers=KEY) for _ in range(2))
    assert (again.status, again.text) == (first.status, first.text)
    assert told(world, proposal) == ["PriceProposed", "PriceAgreed"]


def test_how_long_an_agreed_price_holds_is_the_platforms_setting(world):
    world.set(agreed_price_hours=2, proposal_answer_hours=1)
    with clock.frozen(NOON) as advance:
        proposal = propose().json
        assert proposal["expires_at"].startswith("2030-01-01T13:00:00")
        agreed = as_store(proposal, "accept", euros(80_00)).json
        assert agreed["expires_at"].startswith("2030-01-01T14:00:00")
        advance(timedelta(hours=2))
        assert as_buyer(proposal).json["state"] == "expired"
        assert as_buyer(proposal, "withdraw").json["code"] == "proposal_over"
