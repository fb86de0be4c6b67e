import pytest

from functions.stores.model.refusals import ShippingInvalid
from functions.stores.rules import shipping as rules
from kernel.money import Money
from tests.builders import stores as a
from tests.builders.stores import euros


def faults(**said) -> dict[str, str]:
    with pytest.raises(ShippingInvalid) as refused:
        rules.check_shipping(a.shipping(**said), "EUR")
    return {fault.pointer: fault.detail for fault in refused.value.faults}


def test_zones_and_rates_that_make_sense_pass():
    world = a.a_zone(name="World", countries=[], rates=[a.a_rate(free_from=euros(50_00)), a.a_rate(name="Express")])
    rules.check_shipping(a.shipping(zones=[a.a_zone(), world]), "EUR")
    rules.check_shipping(a.shipping(origins=[], zones=[]), "EUR")


def test_a_country_is_in_one_zone_only():
    zones = [a.a_zone(), a.a_zone(name="DACH", countries=["AT", "DE"])]
    assert faults(zones=zones) == {"/zones/1/countries": "DE is in the zone Germany already"}


def test_there_is_one_rest_of_the_world():
    zones = [a.a_zone(name="Far", countries=[]), a.a_zone(name="Farther", countries=[])]
    assert faults(zones=zones).keys() == {"/zones/1/countries"}


def test_everything_wrong_is_told_at_once_by_its_place():
    rates = [
        a.a_rate(price=Money(100, "USD")),
        a.a_rate(name="Slow", min_days=9, max_days=3),
        a.a_rate(name="Slow", price=euros(-1), free_from=Money(1, "USD")),
    ]
    assert faults(zones=[a.a_zone(), a.a_zone(countries=["AT"], rates=rates)]).keys() == {
        "/zones/1/name",
        "/zones/1/rates/0/price",
        "/zones/1/rates/1/max_days",
        "/zones/1/rates/2/name",
        "/zones/1/rates/2/price",
        "/zones/1/rates/2/free_from",
    }


def test_zones_and_rates_fit_into_what_is_told_of_a_store():
    names = [f"{number} {'й' * 100}" for number in range(10)]
    crowded = [
        a.a_zone(name=f"Zone {place}", countries=[country], rates=[a.a_rate(name=name) for name in names])
        for place, country in enumerate(["DE", "FR", "IT", "ES", "PL", "NL", "AT", "BE"])
    ]
    assert faults(zones=crowded).keys() == {"/zones"}
    rules.check_shipping(a.shipping(zones=crowded[:5]), "EUR")


def test_an_amount_that_no_card_can_be_charged_is_no_rate():
    zone = a.a_zone(rates=[a.a_rate(price=Money(1_005, "KWD"))])
    with pytest.raises(ShippingInvalid):
        rules.check_shipping(a.shipping(zones=[zone]), "KWD")


def test_a_country_named_by_a_zone_is_not_the_rest_of_the_world():
    germany, world = a.a_zone(), a.a_zone(name="World", countries=[])
    for zones in ([germany, world], [world, germany]):
        assert rules.zone_for(zones, "DE") == germany
        assert rules.zone_for(zones, "NZ") == world
    assert rules.zone_for([germany], "NZ") is None


@pytest.mark.parametrize(("subtotal", "due"), [(0, 4_90), (49_99, 4_90), (50_00, 0), (50_01, 0)])
def test_from_free_from_on_a_parcel_costs_nothing(subtotal, due):
    assert rules.cost(a.a_rate(free_from=euros(50_00)), euros(subtotal)) == euros(due)


def test_options_are_those_that_carry_the_weight_the_cheapest_first():
    rates = [
        a.a_rate(name="Van", price=euros(20_00)),
        a.a_rate(max_weight_g=5_000),
        a.a_rate(name="Letter", max_weight_g=50),
    ]
    zones = [a.a_zone(rates=rates)]
    assert [one.name for one in rules.options(zones, "DE", euros(0), 50)] == ["Letter", "Parcel", "Van"]
    assert [one.name for one in rules.options(zones, "DE", euros(0), 5_000)] == ["Parcel", "Van"]
    assert [one.name for one in rules.options(zones, "DE", euros(0), 5_001)] == ["Van"]
    assert rules.options(zones, "FR", euros(0), 1) == []
