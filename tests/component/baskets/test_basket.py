"""A basket over HTTP: nothing in it is lost, every read says what it costs now, and why it is different."""

from datetime import timedelta

import pytest

from functions.baskets.model.baskets import MOST_LINES, BasketChangedMeanwhile
from functions.baskets.store.baskets import CODES_COUNTED_FOR, CODES_TRIED
from kernel import clock
from kernel.table import Table
from tests.builders import promotions
from tests.builders import shopping as a

BOTH = pytest.mark.parametrize("who", [a.BUYER, a.VISITOR], ids=["person", "guest"])


@BOTH
def test_what_is_put_in_is_there_with_its_price(world, who):
    a.store()
    a.has(1, 2, who, minor=129_00)
    basket = a.read(who)
    [line] = basket["lines"]
    assert (line["title"], line["store_name"], line["quantity"], line["state"]) == (
        "Camera 1",
        "Analog Cameras",
        2,
        "ok",
    )
    assert (line["unit_price"], line["total"]) == (a.money(129_00), a.money(258_00))
    assert basket["totals"] == {"goods": a.money(258_00), "discounts": a.money(0), "total": a.money(258_00)}
    assert basket["changes"] == []
    assert a.read(who, language="uk")["lines"][0]["title"] == "Фотоапарат 1"


def test_nobody_sees_what_somebody_else_has(world):
    a.has(1)
    assert a.read(a.VISITOR)["lines"] == []
    assert a.by(a.VISITOR)("DELETE", f"/v1/basket/lines/{a.line_of(1)}").status == 404
    assert a.quantities() == {"Camera 1": 1}


def test_an_empty_basket_costs_nothing(world):
    basket = a.read()
    assert (basket["lines"], basket["version"], basket["totals"]["total"]) == ([], 0, a.money(0))
    assert world.items() == []


def test_the_same_again_is_more_of_it(world):
    a.has(1)
    assert a.add(1, 2).json["lines"][0]["quantity"] == 3
    assert a.quantities() == {"Camera 1": 3}


def test_a_repeated_request_is_one(world):
    a.listed()
    answers = [
        a.by()("POST", "/v1/basket/lines", a.a_new_line(), headers={"Idempotency-Key": "one-intent"}) for _ in range(2)
    ]
    assert answers[0].text == answers[1].text
    assert a.quantities() == {"Camera 1": 1}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"offer_id": a.an_id("ofr", 7)}, "not_for_sale"),
        ({"variant_id": a.an_id("var", 7)}, "not_for_sale"),
        ({"store_id": a.an_id("sto", 7)}, "not_for_sale"),
        ({"currency": "USD"}, "not_in_this_currency"),
        ({"quantity": 4}, "too_few_there"),
    ],
)
def test_what_cannot_be_bought_is_not_put_in(world, said, code):
    a.listed()
    before = world.items()
    answer = a.by()("POST", "/v1/basket/lines", a.a_new_line() | said)
    assert (answer.status, answer.json["code"]) == (409, code)
    assert world.items() == before


@pytest.mark.parametrize("happens", [a.withdrawn, lambda: a.store("suspended"), lambda: a.stock(0)])
def test_what_is_not_sold_any_more_is_not_put_in(world, happens):
    a.listed()
    happens()
    assert a.add().status == 409
    assert a.read()["lines"] == []


def test_forty_things_fit_and_one_more_can_be_saved(world):
    for number in range(MOST_LINES + 1):
        a.listed(number)
    statuses = [a.add(number).status for number in range(MOST_LINES + 1)]
    assert statuses == [201] * MOST_LINES + [409]
    assert a.add(MOST_LINES).json["code"] == "basket_full"
    assert len(a.read()["lines"]) == MOST_LINES
    assert a.change(0, saved=True).status == 200
    assert a.add(MOST_LINES).status == 201
    assert a.change(0, saved=False).json["code"] == "basket_full"
    assert (len(a.read()["lines"]), a.quantities(part="saved")) == (MOST_LINES, {"Camera 0": 1})


def test_a_line_is_changed_saved_taken_back_and_removed(world):
    a.has(1)
    assert a.change(1, quantity=2).json["lines"][0]["quantity"] == 2
    a.change(1, saved=True)
    assert (a.quantities(), a.quantities(part="saved")) == ({}, {"Camera 1": 2})
    assert a.read()["totals"]["total"] == a.money(0)
    a.change(1, saved=False)
    assert a.by()("DELETE", f"/v1/basket/lines/{a.line_of(1)}").status == 204
    assert a.all_of(a.read()) == []
    assert a.change(1, quantity=2).status == 404


def test_emptied_only_what_is_saved_stays(world):
    for number in (1, 2):
        a.has(number)
    a.change(2, saved=True)
    a.by()("PUT", "/v1/basket/codes/summer10")
    assert a.by()("DELETE", "/v1/basket").status == 204
    basket = a.read()
    assert (basket["lines"], basket["codes"], a.quantities(part="saved")) == ([], [], {"Camera 2": 1})


def test_who_edits_a_version_that_is_over_is_told(world):
    a.has(1)
    old = a.by()("PATCH", f"/v1/basket/lines/{a.line_of(1)}", {"quantity": 3}, headers={"If-Match": '"7"'})
    assert old.status == 412
    assert a.quantities() == {"Camera 1": 1}


# What is different by now


@pytest.mark.parametrize(
    ("happens", "kind", "state", "detail"),
    [
        (
            lambda: a.listed(version=2, minor=150_00),
            "price_rose",
            "ok",
            "A piece costs 150.00 EUR, 21.00 EUR more than before.",
        ),
        (
            lambda: a.listed(version=2, minor=100_00),
            "price_fell",
            "ok",
            "A piece costs 100.00 EUR, 29.00 EUR less than before.",
        ),
        (a.withdrawn, "unavailable", "withdrawn", "It is no longer for sale."),
        (lambda: a.stock(0), "unavailable", "out_of_stock", "None is left."),
        (lambda: a.stock(1), "unavailable", "not_enough", "Only 1 is left."),
        (lambda: a.store("closed"), "unavailable", "store_closed", "Analog Cameras does not sell at the moment."),
        (
            lambda: a.by()("PATCH", "/v1/basket", {"currency": "USD"}),
            "unavailable",
            "other_currency",
            "It has no price in USD.",
        ),
    ],
)
def test_every_change_is_told_until_it_was_shown(world, happens, kind, state, detail):
    a.has(1, 2)
    happens()
    for _ in range(2):
        assert a.told() == [(kind, detail)]
    assert a.read()["lines"][0]["state"] == state
    assert (a.read()["totals"]["total"]["minor"] > 0) == (state == "ok")
    a.look()
    assert a.told() == []


def test_what_was_gone_and_came_back_is_told(world):
    a.has(1)
    a.withdrawn(version=2)
    a.look()
    a.listed(version=3)
    assert a.told() == [("available_again", "It can be bought again.")]


def test_a_scheduled_price_holds_by_itself(world):
    now = clock.now()
    cheap = {
        "starts_at": clock.rfc3339(now),
        "ends_at": clock.rfc3339(now + timedelta(hours=1)),
        "prices": {"EUR": 99_00},
    }
    a.has(1, variant={"scheduled": [cheap]})
    assert a.read()["totals"]["total"] == a.money(99_00)
    with clock.frozen(now + timedelta(hours=1)):
        assert a.told() == [("price_rose", "A piece costs 129.00 EUR, 30.00 EUR more than before.")]


def test_goods_of_which_nobody_said_how_many_there_are_none_and_a_file_needs_no_number(world):
    a.listed(1, variant={"quantity": None})
    a.listed(2, variant={"quantity": None}, kind="digital")
    assert [a.add(number).status for number in (1, 2)] == [409, 201]


def test_beyond_what_there_is_a_store_may_sell(world):
    a.listed()
    a.stock(0, orderable=True, beyond="backorder")
    assert a.add(1, 5).status == 201


# Prices that were agreed upon


def test_an_agreed_price_counts_for_its_buyer_and_for_as_many_as_were_agreed_upon(world):
    a.has(1, 2)
    a.has(1, 2, a.VISITOR)
    a.agreed(100_00, quantity=2)
    [line] = a.read()["lines"]
    assert (line["unit_price"], line["list_price"], line["proposal_id"]) == (
        a.money(100_00),
        a.money(129_00),
        a.an_id("prp", 1),
    )
    assert a.told() == [
        ("price_fell", "A piece costs 100.00 EUR as you agreed with the seller, 29.00 EUR less than before.")
    ]
    assert a.read(a.VISITOR)["lines"][0]["proposal_id"] is None
    a.change(1, quantity=3)
    assert a.read()["lines"][0]["unit_price"] == a.money(129_00)


@pytest.mark.parametrize("first", ["agreed", "over"])
@pytest.mark.parametrize("over", ["ProposalClosed", "PriceRedeemed"])
def test_an_agreement_that_is_over_counts_no_more_whatever_is_heard_first(world, over, first):
    a.has(1)
    hear = [
        lambda: a.agreed(100_00),
        lambda: a.hear(over, sequence=2, proposal_id=a.an_id("prp", 1), buyer_id=a.BUYER, how="declined"),
    ]
    for one in hear if first == "agreed" else reversed(hear):
        one()
    assert a.read()["lines"][0]["unit_price"] == a.money(129_00)


@pytest.mark.parametrize("last", ["PriceRedeemed", "PriceAgreed"])
def test_an_agreement_that_its_order_gave_back_counts_again_whatever_is_heard_last(world, last):
    a.has(1)
    a.agreed(100_00)
    hear = [
        lambda: a.hear("PriceRedeemed", sequence=3, proposal_id=a.an_id("prp", 1), buyer_id=a.BUYER),
        lambda: a.agreed(100_00, sequence=4),
    ]
    for one in hear if last == "PriceAgreed" else reversed(hear):
        one()
    assert a.read()["lines"][0]["unit_price"] == a.money(100_00)


def test_an_agreement_ends_with_its_time(world):
    a.has(1)
    a.agreed(100_00)
    with clock.frozen(clock.now() + timedelta(days=1, seconds=1)):
        assert a.read()["lines"][0]["unit_price"] == a.money(129_00)


# Events in any order


def test_the_newest_word_holds_whatever_comes_last(world):
    a.has(1, version=3, minor=100_00)
    a.listed(version=2, minor=50_00)
    a.withdrawn(version=2)
    a.stock(3, sequence=5)
    a.stock(0, sequence=4)
    a.store("open", sequence=5)
    a.store("suspended", sequence=4)
    [line] = a.read()["lines"]
    assert (line["state"], line["unit_price"]) == ("ok", a.money(100_00))


def test_an_import_is_heard_listing_by_listing(world):
    a.hear("OffersImported", listings=[a.a_listing(1), a.a_listing(2)])
    assert [a.add(number).status for number in (1, 2)] == [201, 201]


# Codes and promotions


def test_a_code_is_said_explained_and_taken_back(world):
    a.has(1)
    said = a.by()("PUT", "/v1/basket/codes/nosuch")
    assert (said.status, said.json["codes"]) == (200, ["NOSUCH"])
    [told] = a.read()["codes"]
    assert (told["works"], told["reason"]) == (False, "unknown")
    assert a.by()("DELETE", "/v1/basket/codes/NOSUCH").status == 204
    assert a.read()["codes"] == []


def test_five_codes_can_be_tried_at_once(world):
    statuses = [a.by()("PUT", f"/v1/basket/codes/CODE{number}").status for number in range(6)]
    assert statuses == [200] * 5 + [409]


def test_whoever_tries_codes_at_random_is_stopped_for_an_hour(world):
    with clock.frozen(a.NOON) as advance:

        def tried(number: int) -> int:
            a.by()("DELETE", f"/v1/basket/codes/CODE{number - 1}")
            return a.by()("PUT", f"/v1/basket/codes/CODE{number}").status

        assert [tried(number) for number in range(CODES_TRIED + 1)] == [200] * CODES_TRIED + [429]
        assert a.read()["codes"] == []
        assert a.by(a.VISITOR)("PUT", "/v1/basket/codes/CODE1").status == 200
        advance(CODES_COUNTED_FOR)
        assert tried(99) == 200


def test_what_a_code_reduces_is_explained_line_by_line(world):
    a.listed(1, store=promotions.ALMA, minor=100_00)
    assert a.add(1, 2, store_id=promotions.ALMA).status == 201
    promotions.made(code="SUMMER10")
    a.by()("PUT", "/v1/basket/codes/summer10")
    basket = a.read()
    [line], [code] = basket["lines"], basket["codes"]
    assert (code["works"], line["total"]) == (True, a.money(180_00))
    assert basket["totals"] == {"goods": a.money(200_00), "discounts": a.money(20_00), "total": a.money(180_00)}
    assert [(one["amount"], one["borne_by"]) for one in line["reductions"]] == [(a.money(20_00), "store")]


# Two devices, a guest who signs in, a week


def test_two_devices_at_once_lose_nothing(world, monkeypatch):
    """The other device is faster by a moment: between our look and our write."""
    a.listed(1)
    a.listed(2)
    commit = Table.commit
    raced: list[bool] = []

    def after_a_rival(table, *arguments, **options):
        if not raced:
            raced.append(True)
            assert a.add(2).status == 201
        return commit(table, *arguments, **options)

    monkeypatch.setattr(Table, "commit", after_a_rival)
    assert a.add(1).status == 201
    assert a.quantities() == {"Camera 1": 1, "Camera 2": 1}


def test_what_changes_again_and_again_is_to_be_tried_again(world, monkeypatch):
    a.listed(1)

    def always_late(table, *arguments, **options):
        raise BasketChangedMeanwhile()

    with monkeypatch.context() as patched:
        patched.setattr(Table, "commit", always_late)
        assert a.add(1).status == 503
    assert a.read()["lines"] == []


def absorbed() -> None:
    a.hear("GuestAbsorbed", "metco.identity", guest_id=a.VISITOR, user_id=a.BUYER)


def test_a_guest_who_signs_in_finds_all_of_both(world):
    a.has(1, 2)
    a.has(1, 1, a.VISITOR)
    a.has(2, 1, a.VISITOR)
    a.has(3, 1, a.VISITOR)
    a.change(3, a.VISITOR, saved=True)
    for _ in range(2):
        absorbed()
    assert (a.quantities(), a.quantities(part="saved")) == ({"Camera 1": 3, "Camera 2": 1}, {"Camera 3": 1})
    assert {kind for kind, _ in a.told()} == {"merged"}
    a.look()
    assert a.told() == []
    late = a.add(1, who=a.VISITOR)
    assert (late.status, late.json["code"]) == (409, "guest_has_account")
    assert a.quantities() == {"Camera 1": 3, "Camera 2": 1}


def test_what_there_is_no_room_for_is_set_aside_and_not_lost(world):
    for number in range(MOST_LINES):
        a.has(number)
    a.has(77, who=a.VISITOR)
    absorbed()
    assert (len(a.read()["lines"]), a.quantities(part="saved")) == (MOST_LINES, {"Camera 77": 1})
    assert [kind for kind, _ in a.told()] == ["set_aside"]


def test_a_basket_left_for_a_week_is_kept_for_later(world):
    with clock.frozen(a.NOON) as advance:
        a.has(1)
        advance(timedelta(days=7))
        basket = a.read()
        assert (basket["lines"], [line["title"] for line in basket["saved"]]) == ([], ["Camera 1"])
        assert [one["kind"] for one in basket["changes"]] == ["lapsed"]
        a.has(2)
        assert (a.quantities(), a.quantities(part="saved")) == ({"Camera 2": 1}, {"Camera 1": 1})


# What was bought


def paid(buyer_id: str = a.BUYER, quantity: int = 2) -> None:
    line = {"line_id": a.line_of(1, buyer_id), "offer_id": a.an_id("ofr", 1), "variant_id": a.an_id("var", 1)}
    part = {"store_id": a.STORE, "lines": [line | {"quantity": quantity}]}
    a.hear("OrderPaid", "metco.orders", order_id=a.an_id("ord", 1), buyer_id=buyer_id, seller_orders=[part])


@pytest.mark.parametrize("times", [1, 2])
def test_only_what_was_bought_goes_however_often_it_is_told(world, times):
    """The other device has put in one more of it, and something else, while this one paid."""
    a.has(1, 2)
    a.has(2)
    a.add(1, 1)
    for _ in range(times):
        paid()
    assert a.quantities() == {"Camera 1": 1, "Camera 2": 1}


def test_what_was_bought_goes_from_what_is_saved_as_well(world):
    """A bank transfer can take longer than a basket lives."""
    a.has(1, 2)
    a.change(1, saved=True)
    paid()
    assert a.all_of(a.read()) == []


def test_once_nothing_is_left_to_buy_the_codes_go_too(world):
    a.has(1, 1)
    a.by()("PUT", "/v1/basket/codes/SUMMER10")
    paid()
    assert a.read()["codes"] == []


def test_what_a_guest_bought_goes_from_the_basket_that_it_went_along_to(world):
    a.has(1, 2, a.VISITOR)
    a.has(2)
    absorbed()
    paid(a.VISITOR)
    assert a.quantities() == {"Camera 2": 1}


def test_an_order_of_somebody_without_a_basket_changes_nothing(world):
    paid(a.VISITOR)
    assert world.items() == []
