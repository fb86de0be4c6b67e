import json
from datetime import timedelta

import pytest

from functions.catalog.store.departures import departures
from functions.catalog.store.goods import goods
from kernel import clock, ids
from tests.builders import catalog as a
from tests.builders.catalog import NOON, STORE
from tests.builders.requests import ASKER, KIM, LEE, a_body, claimed, judge, moderator, submitted
from tests.component.catalog.test_standing import deliver

KEY = {"idempotency-key": "the-same-key"}
STRANGER = "usr_00000000000000000000000008"


def told(world, request_id):
    rows = [one["metadata"] for one in world.envelopes() if one["metadata"]["aggregate"] == request_id]
    return [row["type"] for row in sorted(rows, key=lambda row: (row["sequence"], row["type"]))]


def read(request_id, who=ASKER):
    return a.as_user(who)("GET", f"/v1/product-requests/{request_id}")


def queue(who=LEE):
    return [one["request_id"] for one in moderator(who)("GET", "/v1/product-requests").json["items"]]


def test_a_product_that_somebody_misses_is_made_and_every_store_may_offer_it(world):
    request_id = claimed()
    approved = judge(request_id, "approve")
    assert (approved.status, approved.json["state"]) == (200, "approved")
    product = goods().product(approved.json["product_id"])
    assert (product.store_id, product.status, product.texts["en"].title, product.slug) == (
        None,
        "active",
        "Leica M3",
        "leica-m3",
    )
    assert told(world, request_id) == ["ProductRequested", "OperatorActed", "OperatorActed", "ProductApproved"]
    assert (read(request_id).json, queue()) == (approved.json, [])
    offer = {"prices": {"EUR": 129_00}}
    offered = a.as_seller()("POST", f"/v1/stores/{STORE}/products/{product.product_id}/offers", offer)
    assert offered.status in (201, 404)  # 404: that route is not there yet


def test_what_a_moderator_has_put_right_is_what_is_made(world):
    request_id = claimed()
    better = {"texts": {"en": {"title": "Leica M3 rangefinder"}}, "brand": "Leica"}
    product_id = judge(request_id, "approve", {"product": better}).json["product_id"]
    assert goods().product(product_id).texts["en"].title == "Leica M3 rangefinder"
    assert read(request_id).json["product"]["texts"]["en"]["title"] == "Leica M3"


def test_a_rejected_request_is_mended_and_sent_in_again(world):
    request_id = claimed()
    rejected = judge(request_id, "reject", {"reason": "Say which model"})
    assert (rejected.json["state"], rejected.json["reason"]) == ("rejected", "Say which model")
    assert queue() == []
    body = a_body(note="The double stroke one")
    again = a.as_user(ASKER)("PUT", f"/v1/product-requests/{request_id}", body)
    assert (again.status, again.json["state"], again.json["reason"]) == (200, "waiting", "")
    assert queue() == [request_id]
    judge(request_id, "claim", who=KIM)
    assert judge(request_id, "approve", who=KIM).status == 200


def test_what_is_there_already_is_named(world):
    product = a.a_product(store_id=None)
    goods().keep(product, [], product_was=None)
    request_id = claimed()
    missing = judge(request_id, "reject", {"product_id": ids.derived_id("prd", "none")})
    assert missing.status == 404
    judge(request_id, "reject", {"product_id": product.product_id})
    assert read(request_id).json["product_id"] == product.product_id


def test_moderators_share_the_queue_and_nobody_decides_twice(world):
    first, second = submitted(), submitted()
    assert queue() == [first, second]
    judge(first, "claim")
    waiting = moderator(KIM)("GET", "/v1/product-requests").json["items"]
    assert [(one["request_id"], one["claimed_by"], one["title"]) for one in waiting] == [
        (first, LEE, "Leica M3"),
        (second, "", "Leica M3"),
    ]
    before = world.items()
    for act, who in (("claim", KIM), ("approve", KIM), ("reject", KIM)):
        assert judge(first, act, who=who).json["code"] == "request_not_waiting"
    assert judge(second, "approve").json["code"] == "request_not_waiting"
    assert world.items() == before


def test_a_claim_that_is_forgotten_can_be_taken_over_after_a_day(world):
    with clock.frozen(NOON) as advance:
        request_id = claimed()
        advance(timedelta(days=1))
        assert judge(request_id, "claim", who=KIM).status == 200
        assert judge(request_id, "approve", who=LEE).status == 409
        assert judge(request_id, "approve", who=KIM).status == 200


def test_nobody_judges_what_they_asked_for(world):
    request_id = submitted(LEE)
    before = world.items()
    refused = judge(request_id, "claim", who=LEE)
    assert (refused.status, refused.json["code"]) == (403, "not_your_own_request")
    assert world.items() == before


def test_a_store_asks_as_one(world):
    made = a.as_seller()("POST", f"/v1/stores/{STORE}/product-requests", a_body())
    request_id = made.json["request_id"]
    colleague = a.as_seller(user_id=STRANGER)
    listed = colleague("GET", f"/v1/stores/{STORE}/product-requests").json["items"]
    assert [one["request_id"] for one in listed] == [request_id]
    assert colleague("POST", f"/v1/product-requests/{request_id}/withdraw").json["state"] == "withdrawn"
    assert a.as_user(a.SELLER)("GET", "/v1/me/product-requests").json["items"] == []
    assert read(request_id, a.SELLER).status == 404  # who no longer edits the store's products


def test_another_person_and_another_store_see_and_do_nothing(world):
    request_id = submitted()
    before = world.items()
    for caller in (a.as_user(STRANGER), a.as_seller()):
        assert caller("GET", f"/v1/product-requests/{request_id}").status == 404
        assert caller("PUT", f"/v1/product-requests/{request_id}", a_body()).status == 404
        assert caller("POST", f"/v1/product-requests/{request_id}/withdraw").status == 404
        assert caller("GET", "/v1/me/product-requests").json["items"] == []
    assert a.as_user(STRANGER)("POST", f"/v1/stores/{STORE}/product-requests", a_body()).status == 404
    assert a.as_seller(a.OTHER_STORE)("POST", f"/v1/stores/{STORE}/product-requests", a_body()).status == 404
    assert judge(request_id, "claim", who=LEE).status == 200
    assert world.items() != before


@pytest.mark.parametrize(
    ("product", "code"),
    [
        ({"texts": {}}, "invalid"),
        ({"texts": {"en": {"title": " "}}}, "invalid"),
        ({"texts": {"uk": {"title": "Лейка"}}}, "text_missing"),
        ({"texts": {"en": {"title": "M3"}}, "attributes": {"weight": 5}}, "attributes_refused"),
        ({"texts": {"en": {"title": "M3"}}, "category_id": ids.derived_id("cat", "none")}, "no_such_category"),
    ],
)
def test_what_could_not_be_a_product_cannot_be_asked_for(world, product, code):
    before = world.items()
    assert a.as_user(ASKER)("POST", "/v1/me/product-requests", {"product": product}).json["code"] == code
    assert world.items() == before


def test_a_category_that_asks_for_more_by_now_asks_the_moderator(world):
    """Between the request and its approval an attribute became required: the moderator says it, or rejects."""
    category_id = a.a_category()
    request_id = claimed(product={"texts": {"en": {"title": "M3"}}, "category_id": category_id})
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        asked = {"attributes": [{"code": "format", "kind": "text", "required": True}]}
        assert a.as_moderator("PATCH", f"/v1/categories/{category_id}", asked).status == 200
        before = world.items()
        assert judge(request_id, "approve").json["code"] == "attributes_refused"
        assert world.items() == before
        described = {"texts": {"en": {"title": "M3"}}, "category_id": category_id, "attributes": {"format": "35mm"}}
        assert judge(request_id, "approve", {"product": described}).status == 200


def test_twenty_requests_a_day_are_enough(world):
    with clock.frozen(NOON) as advance:
        for _ in range(20):
            submitted()
        refused = a.as_user(ASKER)("POST", "/v1/me/product-requests", a_body())
        assert (refused.status, refused.json["code"]) == (429, "too_many_product_requests")
        assert len(queue()) == 20
        advance(timedelta(days=1))
        submitted()


def test_approving_twice_is_approving_once(world):
    request_id = claimed()
    first, again = (judge(request_id, "approve", headers=KEY) for _ in range(2))
    assert (again.status, again.text) == (first.status, first.text)
    assert judge(request_id, "approve").json["code"] == "request_not_waiting"
    assert told(world, request_id).count("ProductApproved") == 1


def test_whoever_is_erased_leaves_the_product_and_takes_the_words(world):
    made = claimed(note="I am Ada Lovelace")
    product_id = judge(made, "approve").json["product_id"]
    waiting, rejected = submitted(note="Ada again"), claimed(note="Ada too")
    judge(rejected, "reject")
    known = departures().known_of(ASKER)["product_requests"]
    assert {one["request_id"] for one in known} == {made, waiting, rejected}
    assert "moderator_id" not in json.dumps(known)
    for _ in range(2):
        assert deliver("UserErased", source="metco.identity", user_id=ASKER) == []
    assert "Ada" not in json.dumps(world.items())
    assert not [row for row in world.items() if ASKER in row["pk"]["S"]]
    assert (queue(), goods().product(product_id).texts["en"].title) == ([], "Leica M3")
