from datetime import timedelta

import pytest

from functions.payments import paying_out
from functions.payments.store.destinations import destinations
from functions.payments.ways import wire
from kernel import clock
from kernel.errors import Unavailable
from local.payouts.stand_in import payouts_of
from tests.builders import money_back as m
from tests.builders import payments as a
from tests.builders import ways as w
from tests.builders.ledger import NOON, SELLER, STORE, an_id
from tests.builders.ways import Unreachable

KEY = {"Idempotency-Key": "the-same-key"}
PROVIDERS = ("paypal", "crypto")
PATHS = {"paypal": "/v1/payments/payouts", "crypto": "/transfers"}


@pytest.fixture
def now(world):
    with clock.frozen(NOON) as advance:
        yield advance


@pytest.fixture
def there(now, monkeypatch) -> Unreachable:
    a.connected()
    return w.offered(monkeypatch)


# By PayPal and Circle


@pytest.mark.parametrize(("way", "receiver"), [("paypal", w.PAYPAL_ID), ("crypto", w.ADDRESS)])
def test_a_withdrawal_leaves_and_arrives(world, there, now, way, receiver):
    assert w.given(way).status == 200
    paying_out.begin(m.approved(60_50, way))
    assert (w.state(), m.became(world)) == (("sent", ""), [("sent", "")])
    assert payouts_of(there.core) == [(receiver, "USD", "60.50")]
    now(timedelta(minutes=3))
    m.swept()
    m.swept()
    assert m.became(world) == [("sent", ""), ("paid", "")]


@pytest.mark.parametrize("way", PROVIDERS)
@pytest.mark.parametrize("done", [True, False])
def test_an_answer_that_is_lost_pays_once(world, there, now, way, done):
    w.given(way)
    there.fits, there.lose, there.done = PATHS[way], 1, done
    with pytest.raises(Unavailable):
        paying_out.begin(m.approved(60_00, way))
    assert w.state() == ("asked", "")
    now(timedelta(minutes=3))
    m.swept()
    now(timedelta(minutes=30))
    m.swept()
    assert m.became(world) == [("sent", ""), ("paid", "")]
    assert len(payouts_of(there.core)) == 1


@pytest.mark.parametrize("way", PROVIDERS)
def test_what_was_told_twice_is_paid_once(world, there, way):
    w.given(way)
    for _ in range(3):
        m.hear(m.approved(60_00, way))
    assert (len(payouts_of(there.core)), m.became(world)) == (1, [("sent", "")])


@pytest.mark.parametrize(
    ("way", "to", "reason"),
    [
        ("paypal", {"paypal_id": "5UXD2RETURNED"}, "receiver_refused"),
        ("paypal", {"paypal_id": "5UXD22REFUSED"}, "receiver_unregistered"),
        ("crypto", {"chain": "ETH", "address": f"0x{'1' * 36}dead"}, "transfer_failed"),
    ],
)
def test_what_does_not_arrive_comes_back(world, there, now, way, to, reason):
    assert w.given(way, **to).status == 200
    paying_out.begin(m.approved(60_00, way))
    now(timedelta(minutes=3))
    m.swept()
    assert m.became(world) == [("sent", ""), ("returned", reason)]


def test_what_never_arrives_stays_on_its_way(world, there, now):
    w.given("paypal", paypal_id="5UXD2E8ANEVER")
    paying_out.begin(m.approved(60_00, "paypal"))
    for _ in range(5):
        now(timedelta(hours=7))
        m.swept()
    assert m.became(world) == [("sent", "")]


@pytest.mark.parametrize("way", PROVIDERS)
def test_with_nothing_to_pay_from_it_waits_and_at_last_fails(world, there, now, way):
    w.given(way)
    there.core.broke = True
    paying_out.begin(m.approved(60_00, way))
    assert (w.state(), m.became(world)) == (("asked", "insufficient_funds"), [])
    for _ in range(20):
        now(timedelta(hours=5))
        m.swept()
    assert m.became(world) == [("failed", "insufficient_funds")]
    there.core.broke = False
    now(timedelta(days=1))
    m.swept()
    assert payouts_of(there.core) == []


@pytest.mark.parametrize(
    ("way", "currency", "reason"),
    [("paypal", "KWD", "currency_not_supported"), ("crypto", "JPY", "currency_not_offered")],
)
def test_in_a_currency_that_is_not_paid_by_it_it_fails(world, there, way, currency, reason):
    w.given(way)
    paying_out.begin(m.approved(60_00, way, currency=currency))
    assert m.became(world) == [("failed", reason)]


@pytest.mark.parametrize(("currency", "minor", "value"), [("JPY", 6_000, "6000"), ("HUF", 60_00, "60")])
def test_amounts_are_written_as_paypal_wants_them(world, there, currency, minor, value):
    w.given("paypal")
    paying_out.begin(m.approved(minor, "paypal", currency=currency))
    assert payouts_of(there.core) == [(w.PAYPAL_ID, currency, value)]


def test_a_fraction_that_paypal_cannot_send_is_not_rounded(world, there):
    w.given("paypal")
    paying_out.begin(m.approved(60_50, "paypal", currency="HUF"))
    assert (m.became(world), payouts_of(there.core)) == ([("failed", "amount_not_payable")], [])


@pytest.mark.parametrize("way", [*PROVIDERS, "bank"])
def test_without_knowing_where_to_it_fails(world, there, way):
    paying_out.begin(m.approved(60_00, way))
    assert m.became(world) == [("failed", "no_destination")]


def test_by_a_way_that_nobody_set_up_it_fails(world, there):
    w.given("paypal")
    a.with_settings(payout_ways={})
    paying_out.begin(m.approved(60_00, "paypal"))
    assert m.became(world) == [("failed", "way_not_offered")]


def test_a_wrong_key_is_no_answer_about_the_payout(world, there):
    w.given("crypto")
    there.core.keys = {"crypto": {"api_key": "another"}}
    with pytest.raises(wire.ProviderMisconfigured):
        paying_out.begin(m.approved(60_00, "crypto"))
    assert (w.state(), m.became(world)) == (("asked", ""), [])


def test_a_provider_that_is_down_is_not_asked_again_and_again(world, there):
    w.given("crypto")
    there.lose = 99
    for number in range(8):
        with pytest.raises(Unavailable):
            paying_out.begin(m.approved(60_00, "crypto", number=number))
    assert there.lose == 94


# By hand


def hand(path: str, body=None, number: int = 0, **options):
    return a.finance()("POST", f"/v1/stores/{STORE}/payouts/{an_id('wdr', number)}/{path}", body, **options)


def listed() -> list[str]:
    return [one["withdrawal_id"] for one in a.finance()("GET", "/v1/payouts-by-hand").json["items"]]


def test_finance_pays_from_the_bank_and_says_so(world, there):
    w.given("bank")
    paying_out.begin(m.approved(60_00, "bank"))
    assert (w.state(), listed(), m.became(world)) == (("asked", ""), [an_id("wdr")], [])
    assert hand("show-destination").json["target"] == w.IBAN
    assert hand("mark", {"became": "sent"}).json["state"] == "sent"
    assert listed() == [an_id("wdr")]
    assert hand("mark", {"became": "paid"}, headers=KEY).json["state"] == "paid"
    assert hand("mark", {"became": "paid"}, headers=KEY).json["state"] == "paid"
    assert (listed(), m.became(world)) == ([], [("sent", ""), ("paid", "")])
    did = ["show_payout_destination", "mark_payout_sent", "mark_payout_paid"]
    assert [one["action"] for one in m.told(world, "OperatorActed")] == did


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        (["failed"], [("failed", "wrong_account")]),
        (["sent", "returned"], [("sent", "wrong_account"), ("returned", "wrong_account")]),
        (["sent", "paid", "returned"], [("sent", ""), ("paid", ""), ("returned", "")]),
    ],
)
def test_what_the_bank_does_not_do_comes_back(world, there, steps, told):
    w.given("bank")
    paying_out.begin(m.approved(60_00, "bank"))
    for step in steps:
        assert hand("mark", {"became": step, "reason": told[0][1]}).status == 200
    assert (m.became(world), listed()) == (told, [])


@pytest.mark.parametrize("wrong", ["paid", "returned"])
def test_what_has_not_left_can_neither_arrive_nor_come_back(world, there, wrong):
    w.given("bank")
    paying_out.begin(m.approved(60_00, "bank"))
    before = world.items()
    answer = hand("mark", {"became": wrong})
    assert (answer.status, answer.json["code"]) == (409, "payout_not_there")
    assert world.items() == before


def test_what_a_provider_tells_nobody_marks(world, there):
    w.given("paypal")
    paying_out.begin(m.approved(60_00, "paypal"))
    before = world.items()
    assert hand("mark", {"became": "paid"}).json["code"] == "not_by_hand"
    assert hand("show-destination").json["code"] == "not_by_hand"
    assert world.items() == before


def test_a_seller_marks_nothing(world, there):
    w.given("bank")
    paying_out.begin(m.approved(60_00, "bank"))
    before = world.items()
    path = f"/v1/stores/{STORE}/payouts/{an_id('wdr')}"
    assert a.seller()("POST", f"{path}/mark", {"became": "paid"}).status == 403
    assert a.seller()("POST", f"{path}/show-destination").status == 403
    assert world.items() == before


# Where to


def test_a_destination_is_shown_shortened_and_told_nobody(world, there):
    for way in w.TO:
        assert w.given(way).status == 200
    shown = a.seller()("GET", f"/v1/stores/{STORE}/payout-destinations")
    assert [one["target"] for one in shown.json["items"]] == [
        "••••3000",
        "••••1A6F".replace("1A6F", "7A6F"),
        "••••EBQJ",
    ]
    for secret in (w.PAYPAL_ID, w.ADDRESS, w.IBAN):
        assert secret not in shown.text
        assert secret not in str(world.envelopes())


@pytest.mark.parametrize(
    ("way", "said", "code"),
    [
        ("paypal", {"paypal_id": "me@example.com"}, "invalid"),
        ("paypal", {"iban": w.IBAN}, "destination_incomplete"),
        ("bank", {"iban": "DE89370400440532013001"}, "invalid"),
        ("crypto", {"address": w.ADDRESS}, "destination_incomplete"),
        ("crypto", {"chain": "ETH", "address": "0x12"}, "invalid"),
        ("crypto", {"chain": "SOL", "address": w.ADDRESS}, "destination_refused"),
    ],
)
def test_what_is_no_destination_is_refused(world, there, way, said, code):
    before = world.items()
    answer = w.given(way, **said)
    assert (answer.status, answer.json["code"]) == (422, code)
    assert world.items() == before


def test_another_one_takes_its_place_and_repeating_it_changes_nothing(world, there):
    w.given("bank")
    path = f"/v1/stores/{STORE}/payout-destinations/bank"
    first = a.seller()("PUT", path, {"iban": "NL91ABNA0417164300"}, headers=KEY)
    before = world.items()
    assert a.seller()("PUT", path, {"iban": "NL91ABNA0417164300"}, headers=KEY).text == first.text
    assert world.items() == before
    assert [one.target for one in destinations().of_store(STORE)] == ["NL91ABNA0417164300"]


def test_one_that_is_removed_is_paid_to_no_more(world, there):
    w.given("paypal")
    path = f"/v1/stores/{STORE}/payout-destinations/paypal"
    assert a.seller()("DELETE", path).status == 204
    assert a.seller()("DELETE", path).status == 404
    paying_out.begin(m.approved(60_00, "paypal"))
    assert m.became(world) == [("failed", "no_destination")]


def test_a_way_that_is_not_offered_takes_no_destination(world, there):
    a.with_settings(payout_ways={})
    assert w.given("paypal").json["code"] == "way_not_offered"


def test_whoever_may_not_withdraw_neither_sees_nor_sets_it(world, there):
    w.given("paypal")
    before = world.items()
    path = f"/v1/stores/{STORE}/payout-destinations"
    for who, status in (
        (a.seller(an_id("sto", 1)), 404),
        (a.seller(STORE, SELLER, "view_sales"), 403),
        (a.finance(), 403),
    ):
        assert who("GET", path).status == status
        assert who("PUT", f"{path}/paypal", w.TO["paypal"]).status == status
        assert who("DELETE", f"{path}/paypal").status == status
    assert world.items() == before


def test_whoever_leaves_takes_theirs_along(world, there):
    other = an_id("usr", 8)
    w.given("paypal")
    w.given("crypto")
    a.seller(STORE, other)(
        "PUT", f"/v1/stores/{STORE}/payout-destinations/crypto", {"chain": "ETH", "address": w.ADDRESS}
    )
    destinations().forget_person(SELLER)
    destinations().forget_person(SELLER)
    assert [(one.way, one.given_by) for one in destinations().of_store(STORE)] == [("crypto", other)]
    assert w.PAYPAL_ID not in str([row for row in world.items() if not row["pk"]["S"].startswith("RECEIPT#")])
