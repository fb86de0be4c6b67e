"""A quote over HTTP: the basket's every amount, signed, for a quarter of an hour, and what is in its way."""

from datetime import timedelta

import pytest

from functions.baskets import api
from functions.orders.model.quotes import QuoteInvalid
from functions.orders.rules import quotes as orders
from kernel import clock, settings
from kernel.http import MAX_BODY_BYTES
from kernel.money import Money
from tests.builders import promotions
from tests.builders import quoting as q
from tests.builders import shopping as a
from tests.builders.http import Caller

BOTH = pytest.mark.parametrize("who", [a.BUYER, a.VISITOR], ids=["person", "guest"])


def key() -> bytes:
    return settings.key("quote", secret="QUOTES_SECRET_ID")


def ready(*zones, minor: int = 119_00, who: str = a.BUYER, **said) -> None:
    q.sends(*zones)
    a.has(1, 2, who, minor=minor, **said)


def refused(answer) -> tuple[int, str]:
    return answer.status, answer.json["code"]


@BOTH
def test_a_quote_says_what_everything_costs_and_orders_can_prove_it(world, who):
    with clock.frozen(a.NOON):
        ready(who=who)
        answer = q.quoted(who)
    told = answer["details"]
    assert q.signed(answer["quote"])["totals"] == told["totals"]
    assert {name: told[name] for name in ("buyer_id", "basket_version", "currency", "ship_to")} == {
        "buyer_id": who,
        "basket_version": 1,
        "currency": "EUR",
        "ship_to": {"country": "DE", "region": "", "postal_code": "10117"},
    }
    assert (told["issued_at"], told["expires_at"]) == ("2030-01-01T12:00:00Z", "2030-01-01T12:15:00Z")
    [line], [shipping] = told["lines"], told["shipping"]
    assert (line["title"], line["quantity"], line["offer_version"]) == ("Camera 1", 2, 1)
    assert (line["goods"], line["tax"], line["total"]) == (a.money(200_00), a.money(38_00), a.money(238_00))
    assert (shipping["name"], shipping["total"]) == ("Parcel", a.money(4_90))
    assert told["totals"]["total"] == a.money(242_90)


def test_a_quote_is_signed_by_the_key_that_orders_have_and_any_change_shows(world):
    ready()
    token = q.quoted()["quote"]
    assert q.proven(token, key())
    said, proof = token.split(".")
    for other in (f"{said}A.{proof}", f"A{said[1:]}.{proof}", f"{said}.A{proof}", f"{said}.", said):
        assert not q.proven(other, key())
    assert not q.proven(token, settings.key("quote"))


@BOTH
def test_orders_read_what_baskets_sign(world, who):
    ready(who=who)
    promotions.made(None, benefit=promotions.percent(1000))
    answer = q.quoted(who)
    read = orders.read(answer["quote"], key())
    told, same = answer["details"], read.model_dump(mode="json")
    for name in ("quote_id", "buyer_id", "basket_id", "basket_version", "currency", "lines", "shipping", "uses"):
        assert same[name] == told[name], name
    assert not read.over_at(clock.now())
    assert read.over_at(clock.now() + timedelta(minutes=15))
    with pytest.raises(QuoteInvalid):
        orders.read(answer["quote"], settings.key("quote"))


def test_a_quote_has_nothing_personal_but_the_postal_code(world):
    ready()
    assert set(q.quoted()["details"]["ship_to"]) == {"country", "region", "postal_code"}
    refusal = q.quote(ship_to=q.THERE | {"street": "Unter den Linden 1"})
    assert refused(refusal) == (422, "invalid")
    assert "Linden" not in refusal.text


def test_the_buyer_reads_the_ways_and_chooses_one(world):
    ready(q.a_zone(q.a_rate("Express", 9_90), q.a_rate()))
    [ways] = q.quoted()["shipping_ways"]
    assert [(way["name"], way["price"]) for way in ways["ways"]] == [
        ("Parcel", a.money(4_90)),
        ("Express", a.money(9_90)),
    ]
    express = ways["ways"][1]["method_id"]
    assert q.quoted(methods={a.STORE: express})["details"]["shipping"][0]["name"] == "Express"
    other = q.quote(methods={a.STORE: a.an_id("shm", 1)})
    assert refused(other) == (422, "no_such_method")


def test_a_code_lowers_the_quote_and_is_named_as_used(world):
    ready(minor=100_00)
    promotions.made(a.STORE, code="SUMMER10", benefit=promotions.percent(1000))
    assert a.by()("PUT", "/v1/basket/codes/SUMMER10").status == 200
    told = q.quoted()["details"]
    assert told["totals"]["discounts"] == a.money(20_00)
    assert [(use["code"], use["amount"], use["borne_by"]) for use in told["uses"]] == [
        ("SUMMER10", a.money(20_00), "store")
    ]


def test_a_code_that_takes_nothing_off_is_told_with_its_reason(world):
    ready()
    promotions.made(a.STORE, code="MUCH", minimum_spend={"EUR": 1_000_00})
    assert a.by()("PUT", "/v1/basket/codes/MUCH").status == 200
    answer = q.quoted()
    assert answer["details"]["uses"] == []
    assert [(one["code"], one["reason"]) for one in answer["not_reduced"]] == [("MUCH", "below_minimum")]


def test_it_ends_when_a_price_in_it_ends(world):
    with clock.frozen(a.NOON):
        soon = clock.rfc3339(a.NOON + timedelta(minutes=4))
        later = clock.rfc3339(a.NOON + timedelta(days=1))
        sale = [{"starts_at": clock.rfc3339(a.NOON), "ends_at": soon, "prices": {"EUR": 50_00}}]
        ready(variant={"scheduled": sale})
        assert q.quoted()["details"]["expires_at"] == "2030-01-01T12:04:00Z"
        a.listed(1, version=2, variant={"scheduled": [sale[0] | {"ends_at": later}]})
        assert q.quoted()["details"]["expires_at"] == "2030-01-01T12:15:00Z"


def test_an_agreed_price_is_named_so_that_the_catalogue_can_hold_it(world):
    q.sends()
    a.has(1)
    a.agreed(100_00)
    [line] = q.quoted()["details"]["lines"]
    assert (line["proposal_id"], line["unit_price"], line["list_price"]) == (
        a.an_id("prp", 1),
        a.money(100_00),
        a.money(129_00),
    )


def test_what_is_downloaded_needs_no_address(world):
    q.sends()
    a.has(1, kind="digital")
    told = q.quoted(ship_to=None)["details"]
    assert (told["ship_to"], told["shipping"]) == (None, [])
    assert told["totals"]["tax"] == a.money(20_60)  # of the store's own country


def test_what_is_saved_for_later_is_not_bought(world):
    ready()
    a.has(2)
    a.change(2, saved=True)
    assert [line["title"] for line in q.quoted()["details"]["lines"]] == ["Camera 1"]


@pytest.mark.parametrize(
    ("said", "country", "tax"),
    [
        ({"kind": "by_country"}, "FR", 39_67),
        ({"kind": "by_country"}, "CL", 0),
        ({"kind": "by_country", "countries": {"DE": {"rate_bps": 700}}}, "DE", 15_57),
        ({"kind": "flat", "rate": {"rate_bps": 1000, "included": False}}, "DE", 23_80),
    ],
)
def test_taxes_are_what_an_operator_says(world, said, country, tax):
    q.taxed(said)
    ready(q.a_zone(q.a_rate(minor=0)))
    assert q.quoted(ship_to={"country": country})["details"]["totals"]["tax"] == a.money(tax)


# What is in the way


def test_nothing_is_quoted_of_an_empty_basket(world):
    assert refused(q.quote()) == (409, "nothing_to_buy")


def test_nothing_is_quoted_as_long_as_something_cannot_be_bought(world):
    ready()
    a.has(2)
    a.withdrawn(2)
    answer = q.quote()
    assert refused(answer) == (409, "not_to_be_bought")
    assert answer.json["detail"] == f"This cannot be bought as it is: {a.line_of(2)}: It is no longer for sale."


def test_a_parcel_needs_a_country(world):
    ready()
    assert refused(q.quote(ship_to=None)) == (422, "ship_to_missing")
    assert q.quote(ship_to={"country": "Germany"}).status == 422


def test_a_store_that_does_not_send_there_is_named(world):
    ready(q.a_zone(countries=("DE",)))
    answer = q.quote(ship_to={"country": "CL"})
    assert refused(answer) == (409, "cannot_be_sent")
    assert answer.json["errors"] == [
        {"in": "body", "pointer": "/ship_to/country", "detail": f"{a.STORE}: The store does not send this to CL."}
    ]


def test_a_quote_of_the_version_that_the_buyer_saw_or_of_none(world):
    ready()
    assert q.quote(basket_version=1).status == 200
    a.change(1, quantity=1)
    assert refused(q.quote(basket_version=1)) == (409, "basket_other_than_seen")


def test_nobody_without_a_token_is_quoted_anything(world):
    ready()
    before = world.items()
    assert Caller(api.api)("POST", "/v1/basket/quote", {}).status == 401
    assert world.items() == before


# Twice


def test_asked_again_with_one_key_the_quote_is_the_same_one(world):
    ready()
    headers = {"Idempotency-Key": "the-same-key"}
    first = q.quote(headers=headers)
    a.change(1, quantity=1)
    assert q.quote(headers=headers).text == first.text
    assert q.quoted()["details"]["totals"] != first.json["details"]["totals"]


def test_a_quote_without_a_key_writes_nothing(world):
    ready()
    before = world.items()
    assert q.quoted()["details"]["quote_id"] != q.quoted()["details"]["quote_id"]
    assert world.items() == before


def test_rates_come_with_a_store_s_news_and_the_newest_count(world):
    ready()
    q.sends(q.a_zone(q.a_rate(minor=1_00)), sequence=4)
    q.sends(q.a_zone(q.a_rate(minor=2_00)), sequence=3)
    assert q.quoted()["details"]["totals"]["shipping"] == a.money(1_00)


def test_forty_lines_fit_where_a_checkout_takes_them(world):
    """With long titles and a promotion on each: the token is sent in a body, and kept with an order."""
    q.sends()
    promotions.made(a.STORE, benefit=promotions.percent(1000))
    for number in range(40):
        title = {"en": {"title": f"{number} {'ї' * 150}"}}
        a.has(
            number, texts=title, variant={"options": {"colour": "Midnight blue"}}, category_path=[a.an_id("cat", 1)] * 5
        )
    answer = q.quoted()
    assert sum((Money(**line["total"]) for line in answer["details"]["lines"]), Money(4_90, "EUR")) == Money(
        **answer["details"]["totals"]["total"]
    )
    assert len(answer["quote"]) < MAX_BODY_BYTES // 2
