from datetime import timedelta
from typing import Any

import pytest

from kernel import clock
from tests.builders import deciding as d
from tests.builders import ledger as a
from tests.builders import settling as s

PRODUCT, CATEGORY, ROOT, CAMPAIGN = a.an_id("prd"), a.an_id("cat"), a.an_id("cat", 1), a.an_id("cmp")
RULES = "/v1/commission-rules"


@pytest.fixture
def later():
    with clock.frozen(a.NOON) as advance:
        yield advance


def explain(**said: Any) -> Any:
    line = {"store_id": a.STORE, "product_id": PRODUCT, "categories": [CATEGORY, ROOT], "price": s.money(100_00)}
    return d.finance()("POST", f"{RULES}/explain", {**line, **said})


def won(**said: Any) -> str:
    return str(explain(**said).json["terms"]["rule_id"])


def end(rule_id: str, **said: Any) -> Any:
    return d.finance()("POST", f"{RULES}/{rule_id}/end", said)


def at(**by: float) -> str:
    return clock.rfc3339(clock.now() + timedelta(**by))


def test_the_rule_that_says_most_of_a_line_wins_and_every_other_is_told_why_not(world):
    made = {
        "platform": d.a_rule(),
        "root": d.a_rule(scope="category", target=ROOT),
        "category": d.a_rule(scope="category", target=CATEGORY),
        "store": d.a_rule(scope="store", target=a.STORE),
        "product": d.a_rule(scope="product", target=PRODUCT),
        "campaign": d.a_rule(scope="campaign", target=CAMPAIGN, tiers=[{"rate_bps": 500}]),
    }
    answer = explain(campaigns=[CAMPAIGN]).json
    assert (answer["terms"]["rule_id"], answer["commission"]) == (made["campaign"], s.money(5_00))
    assert {one["rule_id"] for one in answer["considered"]} == set(made.values())
    assert [one["rule_id"] for one in answer["considered"] if one["taken"]] == [made["campaign"]]
    assert all(one["why"] for one in answer["considered"])
    assert won() == made["product"]
    for scope in ("product", "store", "category", "root"):
        end(made[scope])
        assert won() != made[scope]
    assert won() == made["platform"]


def test_a_line_that_no_rule_is_for_is_told_so(world):
    assert (explain().status, explain().json["code"]) == (409, "no_commission_rule")


def test_a_rule_with_amounts_is_reckoned_step_by_step(world):
    d.a_rule(
        currency="USD", tiers=[{"rate_bps": 1_000}, {"above": 50_00, "rate_bps": 500}], fixed=30, maximum=7_00
    )  # fmt: skip # so that the amounts stand side by side
    answer = explain().json
    assert answer["commission"] == s.money(7_00)
    assert answer["steps"] == ["10% of 50.00 USD", "5% of 50.00 USD", "and 0.30 USD", "at most 7.00 USD"]


def test_rules_hold_from_their_beginning_to_their_end(world, later):
    always = d.a_rule()
    spring = d.a_rule(scope="store", target=a.STORE, starts_at=at(days=1), ends_at=at(days=3))
    assert won() == always
    assert won(at=at(days=2)) == spring
    later(timedelta(days=2))
    assert won() == spring
    later(timedelta(days=2))
    assert (won(), won(at=at(days=-2))) == (always, spring)


def test_a_rule_is_ended_and_kept(world, later):
    d.a_rule()
    rule = d.a_rule(scope="store", target=a.STORE)
    later(timedelta(days=1))
    assert end(rule, ends_at=at(days=1)).json["items"][0]["rule_id"] == rule
    assert won() == rule
    later(timedelta(days=2))
    assert won() != rule
    kept = d.finance()("GET", f"{RULES}/{rule}").json
    assert kept["rule_id"] == rule
    assert end(rule).json["code"] == "rule_is_over"
    [listed] = d.finance()("GET", RULES, query={"scope": "store"}).json["items"]
    assert listed["items"] == [kept]


def test_a_rule_that_never_began_is_as_if_it_had_never_been(world, later):
    rule = d.a_rule(scope="store", target=a.STORE, starts_at=at(days=1))
    assert end(rule).json["items"] == []
    assert d.finance()("GET", f"{RULES}/{rule}").json["code"] == "no_such_rule"


def test_the_platform_is_never_without_a_rule_for_everything(world, later):
    last = d.a_rule()
    d.a_rule(currency="USD")
    d.a_rule(ends_at=at(days=5))
    before = world.items()
    assert end(last).json["code"] == "last_rule"
    assert world.items() == before
    new = d.a_rule(starts_at=at(days=6))
    assert end(last, ends_at=at(days=4)).json["code"] == "last_rule"
    assert end(last, ends_at=at(days=6)).status == 200
    assert end(last, ends_at=at(days=4)).json["code"] == "last_rule"
    assert end(new).json["code"] == "last_rule"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"scope": "store"}, 422),
        ({"scope": "store", "target": CATEGORY}, 422),
        ({"target": a.STORE}, 422),
        ({"tiers": []}, 422),
        ({"tiers": [{"above": 5, "rate_bps": 100}]}, 422),
        ({"tiers": [{"rate_bps": 10_001}]}, 422),
        ({"fixed": 30}, 422),
        ({"currency": "USD", "minimum": 5, "maximum": 4}, 422),
        ({"starts_at": "2029-12-31T00:00:00Z"}, 422),
        ({"starts_at": "2031-01-01T00:00:00"}, 422),
        ({"starts_at": "2031-01-01T00:00:00Z", "ends_at": "2031-01-01T00:00:00Z"}, 422),
        ({"rate": 5}, 422),
    ],
)
def test_a_rule_that_makes_no_sense_is_not_made(world, later, said, status):
    before = world.items()
    body = {"scope": "platform", "tiers": [{"rate_bps": 1_000}], **said}
    answer = d.finance()("POST", RULES, body)
    assert answer.status == status, answer.text
    assert world.items() == before


def test_of_two_who_change_the_rules_for_one_thing_at_once_one_is_told(world):
    d.a_rule()
    body = {"scope": "platform", "tiers": [{"rate_bps": 900}]}
    with s.rival(d.a_rule):
        assert d.finance()("POST", RULES, body).json["code"] == "rules_changed"
    [listed] = d.finance()("GET", RULES).json["items"]
    assert len(listed["items"]) == 2


@pytest.mark.parametrize("who", [d.admin, d.buyer, d.seller])
def test_only_finance_sees_and_makes_rules(world, who):
    rule = d.a_rule()
    before = world.items()
    calls = [("GET", RULES, None), ("POST", RULES, {"scope": "platform", "tiers": [{"rate_bps": 1}]})]
    calls += [("GET", f"{RULES}/{rule}", None), ("POST", f"{RULES}/{rule}/end", {}), ("POST", f"{RULES}/explain", {})]
    for method, path, body in calls:
        assert who()(method, path, body).status == 403
    assert world.items() == before


def test_what_is_made_and_ended_is_told_with_who_did_it(world):
    d.a_rule()
    rule = d.a_rule(scope="store", target=a.STORE)
    end(rule)
    told = [one for one in world.envelopes() if rule in str(one["data"])]
    assert [one["metadata"]["type"] for one in told if one["metadata"]["type"] != "OperatorActed"] == [
        "CommissionRuleMade",
        "CommissionRuleEnded",
    ]
    tracks = [one["data"] for one in told if one["metadata"]["type"] == "OperatorActed"]
    assert [(one["operator_id"], one["action"]) for one in tracks] == [(d.FINN, "make_rule"), (d.FINN, "end_rule")]


def sold(**said: Any) -> dict[str, Any]:
    line = {"line_id": "1", "goods": s.money(100_00), "tax": s.money(0), "subsidy": s.money(0)}
    what = {"product_id": PRODUCT, "categories": [CATEGORY, ROOT], **said}
    return {"seller_order_id": s.SALE, "store_id": a.STORE, "lines": [{**line, "sold": what}]}


def record(ordered_at: str) -> Any:
    paid = {"card": s.money(100_00), "credits": s.money(0), "payment_id": a.PAYMENT, "seller_orders": [sold()]}
    return s.task("record_paid", order_id=a.ORDER, buyer_id=a.BUYER, ordered_at=ordered_at, **paid)


def test_a_sale_has_the_terms_of_when_it_was_ordered_however_late_it_is_told(world, later):
    d.a_rule(tiers=[{"rate_bps": 1_000}])
    ordered_at = at()
    later(timedelta(minutes=5))
    dearer = d.a_rule(scope="product", target=PRODUCT, tiers=[{"rate_bps": 2_000}])
    assert won() == dearer
    assert record(ordered_at)["outcome"] == "recorded"
    assert s.standing() == {"pending": 90_00, "held": 10_00}
    later(timedelta(minutes=5))
    assert record(ordered_at)["outcome"] == "recorded"
    assert s.standing() == {"pending": 90_00, "held": 10_00}


def test_before_anything_is_paid_it_is_told_that_no_rule_is_for_a_line(world):
    asked = {"ordered_at": at(), "seller_orders": [sold()]}
    assert s.task("check_terms", **asked)["code"] == "no_commission_rule"
    d.a_rule()
    asked["ordered_at"] = at(minutes=1)
    assert s.task("check_terms", **asked) == {"outcome": "rated"}


def test_shipping_is_rated_by_its_store_and_never_as_a_product(world):
    d.a_rule(tiers=[{"rate_bps": 1_000}])
    d.a_rule(scope="product", target=PRODUCT, tiers=[{"rate_bps": 5_000}])
    paid = {"card": s.money(100_00), "credits": s.money(0), "payment_id": a.PAYMENT}
    orders = [sold(product_id=None, categories=[])]
    s.task("record_paid", order_id=a.ORDER, buyer_id=a.BUYER, ordered_at=at(minutes=1), seller_orders=orders, **paid)
    assert s.standing() == {"pending": 90_00, "held": 10_00}
