import re
from pathlib import Path

import pytest

from functions.payments.model.methods import MethodNotOffered, Rules
from functions.payments.model.payments import AmountTooLarge, AmountTooSmall, NotChargeable
from functions.payments.rules import methods as rules
from kernel.money import CURRENCIES, Money

ALL = list(rules.METHODS)


def names(amount: Money, country: str | None = None, switched_on: list[str] = ALL) -> list[str]:
    return [one.method for one in rules.offered(switched_on, amount, country)]


def test_each_currency_has_its_ways_to_pay():
    assert names(Money(50_00, "USD")) == ["card", "paypal", "customer_balance", "crypto"]
    assert names(Money(999_00, "INR")) == ["card", "upi"]
    assert names(Money(5_000, "JPY")) == ["card", "customer_balance"]
    assert names(Money(12_340, "KWD")) == ["card"]


def test_where_the_buyer_is_leaves_out_what_is_of_no_use_there():
    assert "ideal" in names(Money(50_00, "EUR"), "NL")
    assert "ideal" not in names(Money(50_00, "EUR"), "DE")
    assert "ideal" in names(Money(50_00, "EUR"))


def test_what_is_too_much_for_a_method_is_not_offered_by_it():
    assert "upi" in names(Money(100_000_00, "INR"))
    assert "upi" not in names(Money(100_000_01, "INR"))


def test_only_what_is_switched_on_is_offered_in_its_order():
    assert names(Money(50_00, "USD"), switched_on=["paypal", "card", "unheard_of"]) == ["paypal", "card"]
    with pytest.raises(MethodNotOffered):
        rules.check_offered(["card"], "paypal", Money(50_00, "USD"))
    with pytest.raises(MethodNotOffered):
        rules.check_offered(ALL, "upi", Money(50_00, "USD"))
    assert rules.check_offered(ALL, "customer_balance", Money(50_00, "USD")).needs_customer


@pytest.mark.parametrize(
    ("amount", "error"),
    [
        (Money(12_345, "KWD"), NotChargeable),
        (Money(1_50, "ISK"), NotChargeable),
        (Money(29, "GBP"), AmountTooSmall),
        (Money(49, "JPY"), AmountTooSmall),
        (Money(100_000_000, "USD"), AmountTooLarge),
    ],
)
def test_what_cannot_be_charged_says_why(amount, error):
    with pytest.raises(error):
        rules.check_chargeable(amount)


def test_what_can_be_charged_passes():
    for amount in (Money(50, "USD"), Money(50, "JPY"), Money(12_340, "KWD"), Money(99_999_999, "INR")):
        rules.check_chargeable(amount)


def test_the_data_speaks_of_currencies_there_are():
    told = {code for one in rules.METHODS.values() for code in (*(one.currencies or ()), *one.most)} | set(rules.LEAST)
    assert told <= CURRENCIES.keys()


def test_the_page_says_what_the_data_says():
    page = (Path(__file__).parents[3] / "docs" / "payments.md").read_text()
    rows = dict(re.findall(r"^\| `(\w+)` (\|(?:[^|\n]*\|){5})$", page, re.MULTILINE))
    assert {name: [cell.strip() for cell in row.strip("|").split("|")] for name, row in rows.items()} == {
        name: told(one) for name, one in rules.METHODS.items()
    }


def told(one: Rules) -> list[str]:
    named = sorted(one.currencies or ())
    currencies = str(len(named)) if len(named) > 2 else ", ".join(named)
    [most] = [f"{minor // 100:,}.00 {currency}" for currency, minor in one.most.items()] or [""]
    days = f"{one.refundable_days} days" if one.refundable_days else "always"
    return [currencies or "any", most, how_long(one.pays_within_s), how_long(one.told_within_s), days]


def how_long(seconds: int) -> str:
    units = ((86_400, "d"), (3600, "h"), (60, "min"))
    return next(f"{seconds // size} {unit}" for size, unit in units if seconds % size == 0)


def test_a_transfer_says_of_what_kind_it_is():
    asked = rules.asked_for("customer_balance", "EUR")
    transfer = asked["payment_method_options"]["customer_balance"]["bank_transfer"]
    assert transfer == {"type": "eu_bank_transfer", "eu_bank_transfer": {"country": "DE"}}
    assert rules.asked_for("card", "EUR") == rules.ANY | {"allowed_payment_method_types": ["card"]}
    for currency in rules.METHODS["customer_balance"].currencies or ():
        assert rules.asked_for("customer_balance", currency)
