import pytest

from functions.ledger.model import accounts as on
from functions.ledger.store.people import people
from kernel import clock
from tests.builders import deciding as d
from tests.builders import ledger as a
from tests.builders import settling as s

CARL = a.an_id("usr", 30)
KEY = {"idempotency-key": "the-same-key"}


@pytest.fixture(autouse=True)
def whole_books(world):
    """Whatever a test does: in the end the books are whole."""
    d.registered(a.BUYER, CARL)
    yield
    report = s.proof(world)
    assert report.whole, report


def grant(minor: int = 5_00, to: str = a.BUYER, by=None, **options):
    body = {"buyer_id": to, "amount": s.money(minor), "why": "goodwill"}
    return (by or d.finance())("POST", "/v1/credits/grants", body, **options)


def give(minor: int = 5_00, to: str = CARL, **options):
    return d.buyer()("POST", "/v1/me/credits/gifts", {"receiver_id": to, "amount": s.money(minor)}, **options)


def convert(minor: int = 10_00, to: str = "JPY", **options):
    return d.buyer()("POST", "/v1/me/credits/conversions", {"given": s.money(minor), "to": to}, **options)


def credits_of(person: str = a.BUYER, currency: str = "USD") -> int:
    return s.balance(on.credits_of(person), currency)


def owes(minor: int, person: str = a.BUYER) -> None:
    back = {"chargeback_id": "dp_1", "payment_id": "pi_1", "buyer_id": person, "amount": s.money(minor)}
    s.task("record", kind="credits_charged_back", said=back)


# Granted


def test_a_grant_is_metcos_cost_and_leaves_a_track(world):
    answer = grant(headers=KEY)
    assert (answer.status, grant(headers=KEY).json) == (201, answer.json)
    assert (credits_of(), s.balance(on.PROMOTIONS)) == (5_00, 5_00)
    types = [one["metadata"]["type"] for one in world.envelopes()]
    assert sorted(types) == ["CreditsGranted", "JournalPosted", "OperatorActed"]


def test_what_somebody_owes_is_paid_by_a_grant_first(world):
    owes(3_00)
    grant(5_00)
    assert (credits_of(), s.balance(on.debt("buyer", a.BUYER))) == (2_00, 0)


@pytest.mark.parametrize("who", [d.admin, d.buyer, d.seller])
def test_only_finance_grants(world, who):
    before = world.items()
    assert grant(by=who()).status == 403
    assert world.items() == before


def test_nobody_grants_credits_to_themself(world):
    d.in_finance(d.FINN)
    before = world.items()
    assert grant(to=d.FINN).json["code"] == "grant_to_oneself"
    assert world.items() == before


@pytest.mark.parametrize("minor", [0, -5_00, 2.5, "5"])
def test_only_whole_amounts_above_zero_are_granted(world, minor):
    before = world.items()
    assert grant(minor).status == 422
    assert world.items() == before


# Given


def test_a_gift_is_the_others_from_then_on(world):
    grant(20_00)
    answer = give(15_00, headers=KEY)
    assert (answer.status, give(15_00, headers=KEY).json) == (201, answer.json)
    assert (credits_of(), credits_of(CARL)) == (5_00, 15_00)


def test_a_gift_pays_what_the_receiver_owes(world):
    grant(20_00)
    owes(4_00, CARL)
    give(15_00)
    assert credits_of(CARL) == 11_00


def test_nobody_gives_what_they_do_not_have(world):
    grant(5_00)
    before = world.items()
    assert give(5_01).json["code"] == "not_enough_credits"
    assert world.items() == before


def test_two_gifts_of_the_last_credits_are_one(world):
    grant(5_00)
    with s.rival(give):
        assert give().json["code"] == "not_enough_credits"
    assert (credits_of(), credits_of(CARL)) == (0, 5_00)


@pytest.mark.parametrize(
    ("to", "code"), [(a.BUYER, "gift_to_oneself"), (a.an_id("usr", 31), "no_such_person"), ("somebody", "invalid")]
)
def test_a_gift_goes_to_somebody_else_who_is_there(world, to, code):
    grant()
    before = world.items()
    assert give(to=to).json["code"] == code
    assert world.items() == before


def test_nothing_is_given_to_whoever_is_gone(world):
    grant()
    people().erased(CARL)
    before = world.items()
    assert give().json["code"] == grant(to=CARL).json["code"] == "no_such_person"
    assert world.items() == before


# Converted


def test_credits_are_converted_at_finances_rate_and_rounded_down(world):
    grant(10_00)
    assert convert().json["code"] == "no_rate"
    d.a_rate("USD", "JPY", "149.25")
    answer = convert(headers=KEY)
    assert (answer.status, answer.json["received"]) == (201, s.money(1_492, "JPY"))
    assert convert(headers=KEY).json == answer.json
    assert (credits_of(), credits_of(currency="JPY")) == (0, 1_492)


@pytest.mark.parametrize(("minor", "to", "code"), [(10_01, "JPY", "not_enough_credits"), (1_00, "USD", "no_rate")])
def test_what_cannot_be_converted_stays(world, minor, to, code):
    grant(10_00)
    d.a_rate("USD", "JPY", "149.25")
    before = world.items()
    assert convert(minor, to).json["code"] == code
    assert world.items() == before


# Rates


def set_rate(rate: str = "1.08", who=None, **options):
    return (who or d.finance())("PUT", "/v1/conversion-rates/EUR/USD", {"rate": rate}, **options)


def test_every_rate_there_ever_was_is_kept(world):
    for rate in ("1.08", "1.09", "1.07"):
        assert set_rate(rate).status == 200
    history = d.finance()("GET", "/v1/conversion-rates/EUR/USD/history").json["items"]
    assert [(one["rate"], one["version"], one["set_by"]) for one in history] == [
        ("1.07", 3, d.FINN),
        ("1.09", 2, d.FINN),
        ("1.08", 1, d.FINN),
    ]
    current = d.buyer()("GET", "/v1/conversion-rates")
    assert [(one["given"], one["received"], one["rate"]) for one in current.json["items"]] == [("EUR", "USD", "1.07")]
    assert d.FINN not in current.text


def test_of_two_who_set_a_rate_at_once_one_is_told(world):
    with s.rival(lambda: set_rate("1.09")):
        assert set_rate("1.08").json["code"] == "rate_changed"
    assert set_rate("1.07", headers={"if-match": '"0"'}).status == 412
    assert d.finance()("GET", "/v1/conversion-rates/EUR/USD/history").json["items"][0]["rate"] == "1.09"


@pytest.mark.parametrize("rate", ["0", "0.000", "-1", "1,08", "1e3", 1.08, ""])
def test_a_rate_is_a_number_above_zero_written_out(world, rate):
    before = world.items()
    assert set_rate(rate).status == 422
    assert world.items() == before


@pytest.mark.parametrize("who", [d.admin, d.buyer, d.seller])
def test_only_finance_sets_rates(world, who):
    before = world.items()
    assert set_rate(who=who()).status == 403
    assert who()("GET", "/v1/conversion-rates/EUR/USD/history").status == 403
    assert world.items() == before


def test_what_was_converted_stays_as_it_was(world):
    grant(10_00)
    d.a_rate("USD", "JPY", "149.25")
    with clock.frozen(clock.now()):
        convert(5_00)
        d.a_rate("USD", "JPY", "100")
        convert(5_00)
    assert credits_of(currency="JPY") == 746 + 500
