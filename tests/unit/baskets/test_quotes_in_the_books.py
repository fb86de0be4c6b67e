"""Whatever a basket costs, the ledger can book it: what a quote says of each line is what a sale is made of."""

from typing import Any

from hypothesis import given, settings

from functions.baskets.model.pricing import Priced
from functions.baskets.model.quotes import QuotedLine, QuotedShipping
from functions.ledger.model.commission import CommissionTerms
from functions.ledger.rules.split import LineSold, SellerPart, sales_of
from kernel.money import CURRENCIES, Money
from tests.builders.promotions import ALMA, BELA, BORIS
from tests.unit.baskets.test_pricing_in_general import baskets, priced

TERMS = CommissionTerms.model_validate(
    {"rule_id": f"cmr_{1:026}", "scope": "platform", "tiers": [{"above": 0, "rate_bps": 1000}], "tax_bps": 1900}
)


def a_part(told: Priced, store_id: str) -> SellerPart | None:
    """As orders tell the ledger: shipping is a line of its own."""
    lines = [_sold(line.line_id, line) for line in told.lines if line.store_id == store_id]
    lines += [_sold("ship", one) for one in told.shipping if one.store_id == store_id]
    return SellerPart(store_id.replace("sto_", "slo_"), store_id, lines) if lines else None


def _sold(line_id: str, one: QuotedLine | QuotedShipping) -> LineSold:
    return LineSold(line_id=line_id, goods=one.goods, tax=one.tax, subsidy=one.subsidy, terms=TERMS)


@settings(max_examples=150, deadline=None)
@given(baskets())
def test_every_quote_can_be_booked_paid_by_card_and_credits(asked: dict[str, Any]):
    told, currency = priced(asked), asked["currency"]
    parts = [part for store_id in (ALMA, BORIS) if (part := a_part(told, store_id))]
    step = CURRENCIES[currency].charge_step
    by_credits = Money(told.totals.total.minor // step // 3 * step, currency)
    by_card = told.totals.total - by_credits
    sales = sales_of("ord_" + "0" * 26, BELA, "pay_1", parts, by_card=by_card, by_credits=by_credits)
    assert sum((sale.card for sale in sales), Money.zero(currency)) == by_card
    assert sum((sale.tax for sale in sales), Money.zero(currency)) == told.totals.tax
