"""Prices that change: by hand, by themselves at a moment, and what is remembered of them."""

from datetime import timedelta

from functions.catalog import sweep
from functions.catalog.store.goods import goods
from kernel import clock
from tests.builders import catalog as a
from tests.builders.catalog import NOON, STORE, as_seller, public

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def variant_path(offer):
    variant = offer.variants[0].variant_id
    return f"/v1/stores/{STORE}/products/{offer.product_id}/offers/{offer.offer_id}/variants/{variant}"


def price(offer):
    return public("GET", f"/v1/products/{offer.product_id}").json["offers"][0]["variants"][0]


def sale(start, end, minor=99_00):
    return {"starts_at": clock.rfc3339(start), "ends_at": clock.rfc3339(end), "prices": {"EUR": minor}}


def told_prices(world):
    listings = [one["data"]["listing"] for one in world.envelopes() if "listing" in one["data"]]
    return [one["variants"][0]["prices"]["EUR"] for one in sorted(listings, key=lambda one: one["version"])]


def test_a_scheduled_price_holds_to_the_second_without_anybody_doing_anything(world):
    with clock.frozen(NOON) as advance:
        offer = a.on_sale()
        schedule = {"items": [sale(NOON + HOUR, NOON + 2 * HOUR)]}
        assert as_seller()("PUT", f"{variant_path(offer)}/schedule", schedule).status == 200
        assert price(offer)["prices"] == {"EUR": 129_00}
        advance(HOUR)
        assert price(offer)["prices"] == {"EUR": 99_00}
        advance(HOUR - timedelta(seconds=1))
        assert price(offer)["prices"] == {"EUR": 99_00}
        advance(timedelta(seconds=1))
        assert price(offer)["prices"] == {"EUR": 129_00}


def test_the_sweep_tells_of_each_change_once(world):
    with clock.frozen(NOON) as advance:
        offer = a.on_sale()
        schedule = {"items": [sale(NOON + HOUR, NOON + 2 * HOUR)]}
        as_seller()("PUT", f"{variant_path(offer)}/schedule", schedule)
        for _ in range(2):
            sweep.handler({}, None)
        assert told_prices(world) == [129_00, 129_00]
        advance(HOUR + timedelta(minutes=1))
        for _ in range(2):
            sweep.handler({}, None)
        assert told_prices(world) == [129_00, 129_00, 99_00]
        advance(HOUR)
        for _ in range(2):
            sweep.handler({}, None)
        assert told_prices(world) == [129_00, 129_00, 99_00, 129_00]
        assert goods().due(clock.now() + 90 * DAY) == []


def test_a_schedule_that_was_taken_back_is_not_told_of(world):
    with clock.frozen(NOON) as advance:
        offer = a.on_sale()
        as_seller()("PUT", f"{variant_path(offer)}/schedule", {"items": [sale(NOON + HOUR, NOON + 2 * HOUR)]})
        as_seller()("PUT", f"{variant_path(offer)}/schedule", {"items": []})
        before = len(told_prices(world))
        advance(3 * HOUR)
        sweep.handler({}, None)
        assert len(told_prices(world)) == before
        assert goods().due(clock.now() + 90 * DAY) == []


def test_what_is_over_or_upside_down_or_in_another_currency_is_refused(world):
    with clock.frozen(NOON):
        offer = a.on_sale()
        before = world.items()
        wrong = {"starts_at": clock.rfc3339(NOON), "ends_at": clock.rfc3339(NOON + HOUR), "prices": {"USD": 1}}
        items = [sale(NOON - 2 * HOUR, NOON - HOUR), sale(NOON + HOUR, NOON), wrong]
        answer = as_seller()("PUT", f"{variant_path(offer)}/schedule", {"items": items})
        assert answer.status == 422
        assert [one["pointer"] for one in answer.json["errors"]] == [
            "/items/0/ends_at",
            "/items/1/ends_at",
            "/items/1/ends_at",
            "/items/2/prices",
        ]
        assert world.items() == before


def test_a_scheduled_price_keeps_to_the_limits_too(world):
    world.set(price_limits={"EUR": {"floor": 100_00}})
    with clock.frozen(NOON):
        offer = a.on_sale()
        answer = as_seller()("PUT", f"{variant_path(offer)}/schedule", {"items": [sale(NOON, NOON + HOUR)]})
        faults = [one["pointer"] for one in answer.json["errors"]]
        assert (answer.status, faults) == (422, ["/variants/0/scheduled/0/prices/EUR"])


def test_the_history_has_both_sides_of_every_change_the_newest_first(world):
    with clock.frozen(NOON) as advance:
        offer = a.on_sale()
        for minor in (120_00, 110_00, 115_00):
            advance(DAY)
            assert as_seller()("PATCH", variant_path(offer), {"prices": {"EUR": minor}}).status == 200
        path = variant_path(offer).rpartition("/variants")[0] + "/prices"
        first = as_seller()("GET", path, query={"limit": "2"}).json
        rest = as_seller()("GET", path, query={"limit": "2", "cursor": first["cursor"]}).json
        changes = [(one["before"]["EUR"], one["after"]["EUR"]) for one in first["items"] + rest["items"]]
        assert changes == [(110_00, 115_00), (120_00, 110_00), (129_00, 120_00)]
        assert rest["cursor"] is None


def test_a_reduction_is_told_with_the_lowest_price_of_thirty_days(world):
    with clock.frozen(NOON) as advance:
        offer = a.on_sale()
        for minor in (80_00, 150_00):
            as_seller()("PATCH", variant_path(offer), {"prices": {"EUR": minor}})
        assert price(offer)["lowest_30_days"] == {}
        as_seller()("PATCH", variant_path(offer), {"compare_at": {"EUR": 200_00}})
        assert price(offer)["lowest_30_days"] == {"EUR": 80_00}
        advance(31 * DAY)
        assert price(offer)["lowest_30_days"] == {"EUR": 150_00}
