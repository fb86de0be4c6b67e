"""The worked examples of docs/ledger.md: each heading there, and the fact whose journal stands below it."""

from datetime import timedelta
from typing import Any

from functions.ledger.model.credits import ConversionRate
from functions.ledger.model.facts import credits as of_credits
from functions.ledger.model.facts import debts, payments, platform, promotion, sales, withdrawals
from functions.ledger.model.facts.base import Fact
from functions.ledger.model.sales import Reversal, Reversed, Sale
from functions.ledger.rules import credits as conversion
from functions.ledger.rules import holds, reversals, split
from kernel.money import Money
from tests.builders import ledger as a
from tests.builders.ledger import usd

BELA, CARL = a.BUYER, a.an_id("usr", 1)
ALMA, BORIS = a.an_id("sto"), a.an_id("sto", 1)
OF_ALMA, OF_BORIS = a.an_id("slo"), a.an_id("slo", 1)
HOLD, WITHDRAWAL = holds.hold_id(a.ORDER), a.an_id("wdr")

# What the page calls them.
NAMES = {
    OF_ALMA: "alma-1",
    OF_BORIS: "boris-1",
    ALMA: "alma",
    BORIS: "boris",
    BELA: "bela",
    CARL: "carl",
    HOLD: "bela-1",
    WITHDRAWAL: "alma-7",
}

POT = a.a_line(100_00, 20_00, 12_00, line_id="pot", terms_=a.terms(1_000, tax_bps=2_000))
CUP = a.a_line(40_00, 8_00, line_id="cup", terms_=a.terms(500, fixed=30, tax_bps=2_000))
BOOK = a.a_line(50_00, 10_00, line_id="book", terms_=a.terms(1_000, minimum=6_00, tax_bps=2_000))

SOLD = split.sales_of(
    a.ORDER,
    BELA,
    a.PAYMENT,
    [split.SellerPart(OF_ALMA, ALMA, [POT, CUP]), split.SellerPart(OF_BORIS, BORIS, [BOOK])],
    by_card=usd(180_00),
    by_credits=usd(36_00),
)
SALE, OTHER_SALE = SOLD
RATES = [
    ConversionRate(given="EUR", received="USD", rate="1.08", since=a.NOON, set_by=a.SELLER),
    ConversionRate(given="USD", received="JPY", rate="149.25", since=a.NOON, set_by=a.SELLER),
]


def lines(**minor: int) -> dict[str, Money]:
    return {line_id: usd(amount) for line_id, amount in minor.items()}


CUP_BACK = reversals.refund(SALE, reversals.nothing(SALE), lines(cup=48_00))
PART_BACK = reversals.refund(SALE, CUP_BACK[1], lines(pot=50_00))
REST_BACK = reversals.refund(SALE, PART_BACK[1], lines(pot=70_00))
DISPUTED = reversals.dispute(SALE, reversals.nothing(SALE), SALE.card)


def refunded(back: tuple[Reversal, Reversed], available: int | None = None, **said: Any) -> Fact:
    """`available`: what the seller has; None, if the sale is not released."""
    return sales.SaleRefunded(refund_id="re", **taken_back(SALE, back, available), **said)


def lost(back: tuple[Reversal, Reversed], available: int | None = None) -> Fact:
    return sales.ChargebackLost(chargeback_id="dp", **taken_back(SALE, back, available))


def taken_back(sale: Sale, back: tuple[Reversal, Reversed], available: int | None) -> dict[str, Any]:
    state = {"released": available is not None, "available": usd(available or 0)}
    return {**a.of_sale(sale), "piece": back[0], **state}


def released(sale: Sale, so_far: Reversed) -> Fact:
    left = reversals.left_of(sale, so_far)
    parts: dict[str, Any] = {name: getattr(left, name) for name in ("net", "commission", "commission_tax")}
    return sales.SaleReleased(**a.of_sale(sale), **parts)


AT: dict[str, Any] = {"at": a.NOON}
REFUND: dict[str, Any] = {**AT, "refund_id": "re", "payment_id": a.PAYMENT}
CHARGEBACK: dict[str, Any] = {**AT, "chargeback_id": "dp", "payment_id": a.PAYMENT}
STRIPE: dict[str, Any] = {**AT, "transaction_id": "txn", "payment_id": a.PAYMENT}
OUT: dict[str, Any] = {**AT, "withdrawal_id": WITHDRAWAL, "store_id": ALMA, "amount": usd(80_00)}
AD: dict[str, Any] = {**AT, "ad_id": "teapots", "reference": "1", "store_id": ALMA}
SENT: dict[str, Any] = {**AT, "affiliate_id": "dora", "seller_order_id": OF_ALMA, "store_id": ALMA}
PAID_TO_DORA: dict[str, Any] = {**AT, "payout_id": "po", "affiliate_id": "dora", "amount": usd(5_00)}
PLATFORM: dict[str, Any] = {**AT, "reference": "1"}
HELD = holds.made(a.ORDER, BELA, usd(40_00), a.NOON + timedelta(hours=1))
YEN = conversion.at_rates(usd(10_00), "JPY", RATES, a.NOON)

EXAMPLES: dict[str, Fact] = {
    "Credits are set aside": holds.held_fact(HELD, a.NOON),
    "The order comes to nothing": holds.released_fact(HELD, a.NOON),
    "The order is paid": sales.OrderPaid(
        **AT, order_id=a.ORDER, buyer_id=BELA, payment_id=a.PAYMENT, hold=holds.captured_part(HELD), sales=SOLD
    ),
    "A sale is released": released(SALE, reversals.nothing(SALE)),
    "What is left of a sale is released": released(SALE, CUP_BACK[1]),
    # refunds
    "A line is refunded before the release": refunded(CUP_BACK),
    "A part of a line is refunded": refunded(PART_BACK),
    "The rest of it is refunded": refunded(REST_BACK),
    "A refund after the release": refunded(CUP_BACK, 125_24),
    "The seller was paid already: money is fetched back": payments.TransferReversed(
        **AT, reversal_id="trr", store_id=ALMA, amount=usd(20_00)
    ),
    "A refund after the payout": refunded(CUP_BACK, 20_00),
    "A refund to credits": refunded(CUP_BACK, as_credits=True),
    "A refund is sent": sales.RefundSettled(**REFUND, amount=usd(40_00)),
    "A refund is sent from the bank": sales.RefundSettled(**REFUND, amount=usd(40_00), sent_by="bank"),
    "A lost chargeback has given a refund already": sales.RefundSettled(
        **REFUND, amount=usd(40_00), sent_by="chargeback"
    ),
    "A refund that was sent comes back": sales.RefundReturned(**REFUND, amount=usd(40_00)),
    "A refund cannot be sent": sales.RefundFailed(**REFUND, buyer_id=BELA, amount=usd(40_00)),
    # Stripe
    "Stripe makes the money available": payments.FundsAvailable(**STRIPE, amount=usd(174_48)),
    "Stripe tells its fee": payments.StripeFeeCharged(**STRIPE, amount=usd(5_52)),
    "Stripe tells another fee later": payments.StripeFeeCharged(**STRIPE, amount=usd(2_00), from_available=True),
    "A fee is passed on": payments.FeePassedOn(
        **AT, fee="payment", reference="pay", store_id=ALMA, amount=usd(4_00), available=usd(3_00)
    ),
    "A chargeback's fee is passed on": payments.FeePassedOn(
        **AT, fee="chargeback", reference="dp", store_id=ALMA, amount=usd(15_00), available=usd(125_24)
    ),
    "Money belongs to no order": payments.MoneyUnapplied(
        **AT, payment_id="late", transaction_id="txn", amount=usd(25_00)
    ),
    "It is sent back": payments.UnappliedReturned(**AT, payment_id="late", refund_id="re", amount=usd(25_00)),
    # chargebacks
    "A chargeback is opened": payments.ChargebackOpened(**CHARGEBACK, amount=usd(130_00), fee=usd(15_00)),
    "A chargeback is won": payments.ChargebackWon(**CHARGEBACK, amount=usd(130_00), fee_returned=usd(0)),
    "A chargeback is won, and its fee comes back": payments.ChargebackWon(
        **CHARGEBACK, amount=usd(130_00), fee_returned=usd(15_00)
    ),
    "A chargeback is lost before the release": lost(DISPUTED),
    "A chargeback is lost after the release": lost(DISPUTED, 90_00),
    "A chargeback takes more than is left": payments.ChargebackAbsorbed(**CHARGEBACK, amount=usd(40_00)),
    "A chargeback takes what belonged to no order": payments.UnappliedChargedBack(
        **CHARGEBACK | {"payment_id": "late"}, amount=usd(25_00), available=usd(20_00)
    ),
    # credits
    "Credits are bought": payments.CreditsBought(
        **AT, payment_id="buy", buyer_id=BELA, paid=usd(50_00), credits=usd(50_00)
    ),
    "Credits are bought with another currency": payments.CreditsBought(
        **AT,
        payment_id="buy",
        buyer_id=BELA,
        paid=Money(50_00, "EUR"),
        credits=conversion.at_rates(Money(50_00, "EUR"), "USD", RATES, a.NOON),
    ),
    "Credits are granted": of_credits.CreditsGranted(**AT, grant_id="1", buyer_id=BELA, amount=usd(5_00)),
    "Credits are given to somebody": of_credits.CreditsGifted(
        **AT, gift_id="1", giver_id=BELA, receiver_id=CARL, amount=usd(15_00)
    ),
    "Credits are converted": of_credits.CreditsConverted(
        **AT, conversion_id="1", buyer_id=BELA, given=usd(10_00), received=YEN
    ),
    "The bank exchanges what conversions left open": platform.CurrencyExchanged(
        **PLATFORM, given=Money(50_00, "EUR"), received=usd(53_60), expected=usd(54_00)
    ),
    "Bought credits are charged back": payments.CreditsChargedBack(
        **CHARGEBACK, buyer_id=BELA, amount=usd(50_00), available=usd(35_00)
    ),
    # debts
    "A seller's debt is netted": debts.DebtNetted(**PLATFORM, owner="store", owner_id=ALMA, amount=usd(17_24)),
    "A buyer's debt is netted": debts.DebtNetted(**PLATFORM, owner="buyer", owner_id=BELA, amount=usd(15_00)),
    "A debt is written off": debts.DebtWrittenOff(**PLATFORM, owner="store", owner_id=ALMA, amount=usd(17_24)),
    # withdrawals
    "A withdrawal is asked for": withdrawals.WithdrawalReserved(**OUT),
    "A withdrawal is denied, called off or fails": withdrawals.WithdrawalReleased(**OUT),
    "Stripe pays it out": withdrawals.WithdrawalTransferred(**OUT),
    "The seller's bank sends it back": withdrawals.WithdrawalReturned(**OUT, came_from="stripe"),
    "It leaves by another provider": withdrawals.WithdrawalSent(**OUT),
    "The other provider has it": withdrawals.WithdrawalArrived(**OUT),
    "It comes back on its way": withdrawals.WithdrawalReturned(**OUT, came_from="transit"),
    "It comes back after it had arrived": withdrawals.WithdrawalReturned(**OUT, came_from="bank"),
    # who brings buyers
    "An affiliate earns": promotion.AffiliateEarned(**SENT, borne_by="platform", amount=usd(5_00)),
    "An affiliate earns at the seller's expense": promotion.AffiliateEarned(**SENT, borne_by="store", amount=usd(5_00)),
    "What an affiliate earned is taken back": promotion.AffiliateReversed(
        **SENT, refund_id="re", borne_by="store", amount=usd(5_00), available=usd(2_00)
    ),
    "An affiliate is paid": promotion.AffiliatePaid(**PAID_TO_DORA),
    "An affiliate's payment arrives": promotion.AffiliatePayoutArrived(**PAID_TO_DORA),
    "An ad gets its budget": promotion.AdBudgetReserved(**AD, amount=usd(20_00)),
    "An ad is clicked": promotion.AdClicked(
        **AT, ad_id="teapots", batch_id="1", store_id=ALMA, amount=usd(1_20), tax=usd(24)
    ),
    "An ad's budget comes back": promotion.AdBudgetReturned(**AD, amount=usd(18_56)),
    # the platform's own
    "The owners put money in": platform.CapitalPaidIn(**PLATFORM, amount=usd(1000_00)),
    "The owners take money out": platform.CapitalTakenOut(**PLATFORM, amount=usd(400_00)),
    "Money goes to the bank": platform.FundsMoved(**PLATFORM, amount=usd(300_00), to="bank"),
    "Money goes to Stripe": platform.FundsMoved(**PLATFORM, amount=usd(100_00), to="stripe"),
    "Sales tax is remitted": platform.TaxRemitted(**PLATFORM, amount=usd(38_00), of="sales"),
    "Tax on commission is remitted": platform.TaxRemitted(**PLATFORM, amount=usd(3_66), of="commission"),
}
