import json
from datetime import timedelta

import pytest

from functions.orders.model.addresses import AddressDiffers, AddressMissing, SentTo
from functions.orders.model.quotes import Quote, QuoteExpired, QuoteInvalid
from functions.orders.rules import quotes as rules
from tests.builders import ordering as a


def quote(*lines, **said):
    return Quote.model_validate(a.quoted(*lines, **said))


def test_what_baskets_signed_is_read():
    found = rules.read(a.signed(a.quoted()), a.KEY)
    assert (found.quote_id, found.lines[0].title) == (a.an_id("qte", 1), "Camera 1")
    rules.check(found, a.NOON)


def test_baskets_and_orders_mean_the_same_quote():
    """What baskets publish as their quote, with all they may ever add, is a quote here."""
    said = a.quoted(a.a_quoted_line(tax=19_00, subsidy=5_00)) | {"news": ["of tomorrow"]}
    assert rules.read(a.signed(said), a.KEY).totals.total.minor == 114_00


@pytest.mark.parametrize("place", range(0, 300, 7))
def test_not_a_letter_can_be_changed(place):
    token = a.signed(a.quoted())
    other = "A" if token[place] != "A" else "B"
    with pytest.raises(QuoteInvalid):
        rules.read(token[:place] + other + token[place + 1 :], a.KEY)


@pytest.mark.parametrize("token", ["", ".", "a.b", "é.é", "a" * 30, f"{a.signed(a.quoted())}x", "!!!.!!!"])
def test_what_is_no_token_is_no_quote(token):
    with pytest.raises(QuoteInvalid):
        rules.read(token, a.KEY)


def test_another_key_proves_nothing():
    with pytest.raises(QuoteInvalid):
        rules.read(a.signed(a.quoted(), b"another"), a.KEY)


def test_signed_nonsense_is_refused_and_not_a_failure():
    with pytest.raises(QuoteInvalid):
        rules.read(a.signed(json.loads("{}")), a.KEY)


def test_a_quote_is_its_buyers_alone():
    with pytest.raises(QuoteInvalid):
        rules.check_buyer(quote(), a.GUEST)


def test_a_quote_ends_at_its_moment():
    rules.check(quote(), a.NOON + timedelta(minutes=14, seconds=59))
    with pytest.raises(QuoteExpired):
        rules.check(quote(), a.NOON + timedelta(minutes=15))


@pytest.mark.parametrize("wrong", [{"total": a.money(99_00)}, {"goods": a.money(100_01)}])
def test_sums_that_do_not_add_up_are_refused_before_anything_is_paid(wrong):
    with pytest.raises(QuoteInvalid):
        rules.check(quote(a.a_quoted_line(**wrong)), a.NOON)


def test_an_order_goes_where_it_was_priced_for():
    berlin = SentTo.model_validate(a.ADDRESS)
    priced = quote(shipping=[a.shipping()], ship_to={"country": "DE", "postcode": "101 17", "region": ""})
    rules.check_address(priced, berlin)
    for elsewhere in ({"country": "FR"}, {"postcode": "10119"}):
        with pytest.raises(AddressDiffers):
            rules.check_address(priced, berlin.model_copy(update=elsewhere))
    with pytest.raises(AddressMissing):
        rules.check_address(priced, None)


def test_files_need_no_address():
    rules.check_address(quote(), None)
