import pytest

from functions.ledger.model.credits import ConversionRate, NoRate, TooLittleToConvert
from functions.ledger.model.giving import GiftToOneself, GrantToOneself, NewCreditGift, NewCreditGrant
from functions.ledger.model.people import NoSuchPerson, Person
from functions.ledger.rules import giving as rules
from functions.ledger.rules.credits import next_rate
from functions.ledger.rules.journals import journal_of
from kernel.money import Money
from tests.builders import ledger as a
from tests.builders.ledger import usd

CARL, FINN = a.an_id("usr", 30), a.an_id("usr", 20)
THERE = Person(CARL, frozenset({"customer"}), sequence=1)
GONE = Person(CARL, frozenset({"customer"}), erased=True, sequence=1)
GRANT, GIFT = a.an_id("grt"), a.an_id("gft")


def test_a_grant_is_what_was_asked_for_and_metcos_cost():
    made = rules.granted(NewCreditGrant(buyer_id=CARL, amount=usd(5_00), why="goodwill"), GRANT, THERE, FINN)
    legs = {leg.account: leg.amount.minor for leg in journal_of(rules.grant_fact(made, a.NOON)).legs}
    assert legs == {"platform:promotions": 5_00, f"buyer:{CARL}:credits": -5_00}


def test_a_gift_costs_metco_nothing():
    made = rules.gifted(NewCreditGift(receiver_id=CARL, amount=usd(5_00)), GIFT, THERE, a.BUYER)
    legs = {leg.account: leg.amount.minor for leg in journal_of(rules.gift_fact(made, a.BUYER, a.NOON)).legs}
    assert legs == {f"buyer:{a.BUYER}:credits": 5_00, f"buyer:{CARL}:credits": -5_00}


def test_nobody_gives_or_grants_anything_to_themself():
    with pytest.raises(GrantToOneself):
        rules.granted(NewCreditGrant(buyer_id=CARL, amount=usd(5_00), why="goodwill"), GRANT, THERE, CARL)
    with pytest.raises(GiftToOneself):
        rules.gifted(NewCreditGift(receiver_id=CARL, amount=usd(5_00)), GIFT, THERE, CARL)


@pytest.mark.parametrize("nobody", [Person(CARL), GONE])
def test_nothing_is_given_to_whoever_is_not_there(nobody):
    with pytest.raises(NoSuchPerson):
        rules.granted(NewCreditGrant(buyer_id=CARL, amount=usd(5_00), why="goodwill"), GRANT, nobody, FINN)
    with pytest.raises(NoSuchPerson):
        rules.gifted(NewCreditGift(receiver_id=CARL, amount=usd(5_00)), GIFT, nobody, a.BUYER)


def a_rate(rate: str = "149.25", before: ConversionRate | None = None) -> ConversionRate:
    return next_rate(before, "USD", "JPY", rate, FINN, a.NOON)


def test_a_conversion_says_at_which_rate_it_was_made():
    made = rules.exchanged(usd(10_00), a.an_id("cnv"), a_rate())
    assert (made.received, made.rate) == (Money(1_492, "JPY"), "149.25")
    with pytest.raises(TooLittleToConvert):
        rules.exchanged(usd(1), a.an_id("cnv"), a_rate("0.5"))


def test_rates_follow_on_each_other():
    first = a_rate()
    second = a_rate("150", first)
    assert (first.version, second.version, second.rate) == (1, 2, "150")
    with pytest.raises(NoRate):
        next_rate(None, "USD", "USD", "1", FINN, a.NOON)
