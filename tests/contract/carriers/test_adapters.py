from datetime import timedelta

import pytest

from functions.orders.carriers import fedex, shiprocket, wire
from functions.orders.model.addresses import DeliveryAddress
from functions.orders.model.carriers import CarrierRefused, Content, Package
from kernel.errors import Unavailable
from kernel.money import Money
from local.carriers.faults import Fault
from tests.builders import carriers as c
from tests.builders.ordering import NOON

LATER = NOON + timedelta(hours=1)


def at(hours: int) -> float:
    return (NOON + timedelta(hours=hours)).timestamp()


# What it costs


def test_rates_are_what_metco_is_billed_and_a_label_can_be_had_for_each(core, name, carrier):
    asked = c.a_consignment(name)
    rates = carrier.rates(asked)
    assert rates
    for rate in rates:
        assert (rate.carrier, rate.price.currency) == (name, "INR" if name == "shiprocket" else "EUR")
        assert rate.arrives_on
        assert carrier.label(asked.model_copy(update={"service": rate.service}), before=False).tracking_number


@pytest.mark.parametrize(("of", "price"), [("dhl", 16_48), ("fedex", 10_00), ("shiprocket", 30_00 + int(0.8 * 38_00))])
def test_of_several_prices_the_billed_one_is_told(core, of, price):
    """800 g: DHL names one in dollars too, FedEx its list price."""
    from tests.contract.carriers.conftest import ADAPTERS

    assert ADAPTERS[of].rates(c.a_consignment(of))[0].price.minor == price


def test_heavier_is_dearer(core, name, carrier):
    light, heavy = (
        carrier.rates(c.a_consignment(name, package=Package(weight_g=weight)))[0].price for weight in (500, 20_000)
    )
    assert heavy > light


# A label


def test_a_label_is_a_number_and_something_to_print(core, name, carrier):
    made = carrier.label(c.a_consignment(name), before=False)
    [parcel] = core.parcels.values()
    assert (made.tracking_number, made.service) == (parcel.number, c.SERVICES[name])
    assert made.pdf.startswith(b"%PDF-")
    assert made.pdf.endswith(b"%%EOF\n")
    assert parcel.number in made.tracking_url


def test_a_sender_in_the_same_country_needs_no_customs(core):
    made = fedex.label(
        c.a_consignment("fedex", receiver=DeliveryAddress.model_validate(c.BERLIN), service="FEDEX_GROUND"),
        before=False,
    )
    assert made.service == "FEDEX_GROUND"


def test_many_lines_and_odd_amounts_are_declared(core, name, carrier):
    currency = "INR" if name == "shiprocket" else "EUR"
    each = [
        Content(line_id=str(number), title="Ж" * 200, quantity=3, value=Money(10_00 + number, currency))
        for number in range(1, 41)
    ]
    assert carrier.label(c.a_consignment(name, contents=each), before=False).tracking_number


@pytest.mark.parametrize("done", [True, False])
def test_an_answer_that_is_lost_leaves_one_parcel_that_is_used(core, name, carrier, done):
    asked = c.a_consignment(name)
    c.lose(core, c.MAKES[name], done=done)
    with pytest.raises(Unavailable):
        carrier.label(asked, before=False)
    made = carrier.label(asked, before=True)
    usable = [one for one in core.parcels.values() if not one.void]
    if name == "dhl" and done:  # it cannot be taken back there, and costs nothing unless it is used
        usable = [one for one in usable if one.number == made.tracking_number]
    assert [one.number for one in usable] == [made.tracking_number]


@pytest.mark.parametrize(
    "path",
    ["/v1/external/orders/create/adhoc", "/v1/external/courier/assign/awb", "/v1/external/courier/generate/label"],
)
@pytest.mark.parametrize("how", ["lost", "never", "broken", "unavailable", "limited"])
def test_shiprocket_goes_on_from_wherever_it_was_left(core, path, how):
    asked = c.a_consignment("shiprocket")
    core.faults.plan(Fault(how, path))
    with pytest.raises(Unavailable):
        shiprocket.label(asked, before=False)
    made = shiprocket.label(asked, before=True)
    assert [(one.number, one.void) for one in core.parcels.values()] == [(made.tracking_number, False)]
    assert made.pdf


def test_a_refusal_says_why_in_the_carriers_words(core, name, carrier):
    nowhere = c.a_consignment(name).receiver.model_copy(update={"postcode": "000000" if name != "fedex" else "00000"})
    asked = c.a_consignment(name, receiver=nowhere, service="nowhere" if name == "shiprocket" else c.SERVICES[name])
    if name == "shiprocket":
        asked = asked.model_copy(update={"service": "999"})
    with pytest.raises(CarrierRefused, match=f"{name} does not take this parcel: "):
        carrier.label(asked, before=False)
    assert not [one for one in core.parcels.values() if one.awb]


def test_an_empty_wallet_is_refused_and_what_was_begun_goes_on_when_it_is_filled(core):
    asked, core.broke = c.a_consignment("shiprocket"), True
    with pytest.raises(CarrierRefused, match="recharge"):
        shiprocket.label(asked, before=False)
    core.broke = False
    made = shiprocket.label(asked, before=True)
    assert [one.number for one in core.parcels.values()] == [made.tracking_number]


@pytest.mark.parametrize("url", ["https://elsewhere.example/label.pdf", "http://169.254.169.254/latest", "file:///etc"])
def test_a_label_is_fetched_from_nowhere_else(core, url):
    with pytest.raises(CarrierRefused, match="a place that is not"):
        shiprocket._printed(url)


def test_a_label_nobody_uses_is_taken_back_as_often_as_it_takes(core, name, carrier):
    number = carrier.label(c.a_consignment(name), before=False).tracking_number
    carrier.void(number)
    carrier.void(number)
    assert core.parcels[number].void is (name != "dhl")


# Who Metco is


def test_a_wrong_key_is_an_operators_matter(core, name, carrier, monkeypatch):
    wrong = dict.fromkeys(("username", "client_secret", "password"), "another")
    monkeypatch.setattr(wire, "key", lambda of: c.KEYS[of] | wrong)
    with pytest.raises(wire.CarrierMisconfigured):
        carrier.label(c.a_consignment(name), before=False)
    assert not core.parcels


@pytest.mark.parametrize(("of", "login"), [("fedex", "/oauth/token"), ("shiprocket", "/v1/external/auth/login")])
def test_it_signs_in_once(core, of, login):
    from tests.contract.carriers.conftest import ADAPTERS

    for _ in range(3):
        ADAPTERS[of].rates(c.a_consignment(of))
    assert core.asked.count(("POST", login)) == 1


def test_one_that_is_down_is_left_alone_for_a_while(core, name, carrier):
    core.faults.plan(Fault("unavailable", times=50))
    for _ in range(5):
        with pytest.raises(Unavailable):
            carrier.rates(c.a_consignment(name))
    asked = len(core.asked)
    with pytest.raises(Unavailable):
        carrier.rates(c.a_consignment(name))
    assert len(core.asked) == asked


# Where it is


def test_a_parcel_nobody_has_seen_yet_is_with_its_store(core, name, carrier):
    number = carrier.label(c.a_consignment(name), before=False).tracking_number
    tracked = carrier.track(number)
    assert tracked is None or tracked.stand == "label"
    assert carrier.track("1234567890123") is None


@pytest.mark.parametrize(
    ("moves", "stand"),
    [
        (["collected"], "under_way"),
        (["collected", "sorted", "courier"], "under_way"),
        (["collected", "sorted", "courier", "delivered"], "delivered"),
        (["collected", "back"], "back"),
        (["collected", "lost"], "lost"),
    ],
)
def test_what_is_scanned_says_how_far_it_is(core, name, carrier, moves, stand):
    if name == "fedex" and stand == "lost":
        pytest.skip("FedEx has no word for it")
    number = carrier.label(c.a_consignment(name), before=False).tracking_number
    for hours, move in enumerate(moves, 1):
        core.move(number, move, at(hours))
    tracked = carrier.track(number)
    assert (tracked.stand, tracked.at.timestamp()) == (stand, at(1 if stand == "under_way" else len(moves)))
    assert len([scan for scan in tracked.scans if scan.stand != "label"]) == len(moves)


def test_scans_count_in_the_order_in_which_they_happened(core, name, carrier):
    number = carrier.label(c.a_consignment(name), before=False).tracking_number
    for hours, move in ((4, "delivered"), (1, "collected"), (3, "courier"), (4, "delivered"), (2, "sorted")):
        core.move(number, move, at(hours))
    tracked = carrier.track(number)
    assert (tracked.stand, tracked.at.timestamp()) == ("delivered", at(4))
