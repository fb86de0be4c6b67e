import pytest

from functions.orders.model.addresses import EmailMissing
from functions.orders.model.checkouts import CreditsExceedOrder, CreditsNeedAccount, SavedMethodNeedsAccount
from functions.orders.model.quotes import Quote
from functions.orders.rules import placing
from kernel.money import Money
from tests.builders import ordering as a

TWO_STORES = (a.a_quoted_line(1), a.a_quoted_line(2, 30_00, a.OTHER_STORE), a.a_quoted_line(3, 20_00))


def eur(minor):
    return Money(minor, "EUR")


def quote(*lines, **said):
    return Quote.model_validate(a.quoted(*lines, **said))


def test_one_order_has_a_part_for_each_store():
    kept = a.an_order(*TWO_STORES, shipping=[a.shipping(5_00), a.shipping(7_00, a.OTHER_STORE)])
    assert [part.store_id for part in kept.parts] == [a.STORE, a.OTHER_STORE]
    assert [[line.title for line in part.lines] for part in kept.parts] == [["Camera 1", "Camera 3"], ["Camera 2"]]
    assert [part.total for part in kept.parts] == [eur(125_00), eur(37_00)]
    assert sum((part.total for part in kept.parts), eur(0)) == kept.order.totals.total
    assert kept.order.store_ids == [a.STORE, a.OTHER_STORE]
    assert kept.order.pieces == 3


def test_the_same_quote_is_the_same_order():
    one, again, other = a.an_order(), a.an_order(), a.an_order(quote_id=a.an_id("qte", 2))
    assert one == again
    assert one.order.order_id != other.order.order_id
    assert one.parts[0].seller_order_id != other.parts[0].seller_order_id


def test_what_credits_do_not_pay_the_card_does():
    kept = a.an_order(asked_for={"credits": a.money(10_00)})
    assert (kept.order.paying.credits, kept.order.paying.card) == (eur(10_00), eur(90_00))
    whole = a.an_order(asked_for={"credits": a.money(100_00)})
    assert whole.order.paying.card == eur(0)


@pytest.mark.parametrize("wrong", [a.money(100_01), a.money(1, "USD")])
def test_credits_pay_at_most_the_order(wrong):
    with pytest.raises(CreditsExceedOrder):
        placing.check_asked(quote(), a.asked(credits=wrong))


def test_without_an_account_there_are_no_credits_and_no_saved_cards_but_an_address_for_news():
    guests = quote(buyer_id=a.GUEST)
    with pytest.raises(CreditsNeedAccount):
        placing.check_asked(guests, a.asked(email="a@b.example", credits=a.money(1)))
    with pytest.raises(SavedMethodNeedsAccount):
        placing.check_asked(guests, a.asked(email="a@b.example", payment={"payment_method_id": "pm_1"}))
    with pytest.raises(EmailMissing):
        placing.check_asked(guests, a.asked())
    placing.check_asked(guests, a.asked(email="a@b.example"))


def test_only_the_secret_of_an_order_claims_it():
    one, other = a.an_id("ord", 1), a.an_id("ord", 2)
    secret = placing.claim_secret(one, a.KEY)
    assert placing.claims(one, a.KEY, secret)
    assert not placing.claims(other, a.KEY, secret)
    assert not placing.claims(one, b"another", secret)
    assert not placing.claims(one, a.KEY, "")
