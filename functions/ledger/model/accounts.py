"""The chart of accounts: every kind of account there is, what its balance means, and how far it may fall.

Amounts are signed, debit positive: what Metco has or is owed is above zero, what it owes or has earned is below.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from kernel.money import CURRENCIES

# money: at Stripe or the bank. claim: owed to Metco. owed: by Metco, to somebody. own: Metco's, and what it cost.
Nature = Literal["money", "claim", "owed", "own"]
Creditor = Literal["buyers", "sellers", "tax office", "nobody"]


@dataclass(frozen=True, slots=True)
class Kind:
    """`floor`: on its normal side the balance never falls below zero. `sharded`: every order would touch it.

    A sharded account has no floor: its balance is a sum over rows, and no condition can look at that.
    """

    pattern: str
    nature: Nature
    means: str
    owed_to: Creditor = "nobody"
    floor: bool = False
    sharded: bool = False

    @property
    def side(self) -> Literal["debit", "credit"]:
        """Where its balance usually is. Of what is Metco's own, revenue and capital are credits, costs are debits."""
        if self.nature == "own":
            return "credit" if self.pattern in EARNED else "debit"
        return "credit" if self.nature == "owed" else "debit"

    def normal(self, minor: int) -> int:
        """The balance as people read it: above zero on its normal side. Floors are conditions on this number."""
        return minor if self.side == "debit" else -minor


STRIPE_PENDING = "stripe:pending"
STRIPE_AVAILABLE = "stripe:available"
BANK = "bank"
COMMISSION_HELD = "platform:commission_held"
COMMISSION = "platform:commission"
COMMISSION_TAX_HELD = "platform:commission_tax_held"
COMMISSION_TAX = "platform:commission_tax"
ADVERTISING = "platform:advertising"
CAPITAL = "platform:capital"
PROMOTIONS = "platform:promotions"
STRIPE_FEES = "platform:stripe_fees"
DISPUTE_FEES = "platform:dispute_fees"
LOSSES = "platform:losses"
TAX_PAYABLE = "tax:payable"
REFUNDS_IN_TRANSIT = "refunds:in_transit"
PAYOUTS_IN_TRANSIT = "payouts:in_transit"
DISPUTES_OPEN = "disputes:open"
FX_GAIN_LOSS = "fx:gain_loss"

EARNED = frozenset({COMMISSION, ADVERTISING, CAPITAL})

CHART = (
    Kind(STRIPE_PENDING, "money", "paid by buyers, not yet at Metco's disposal", sharded=True),
    Kind(STRIPE_AVAILABLE, "money", "at Metco's disposal at Stripe", sharded=True),
    Kind(BANK, "money", "in Metco's bank account", sharded=True),
    Kind("store:<store>:debt", "claim", "what a seller owes to Metco", floor=True),
    Kind("buyer:<buyer>:debt", "claim", "what a buyer owes to Metco", floor=True),
    Kind(DISPUTES_OPEN, "claim", "taken by a bank until a chargeback is decided", sharded=True),
    Kind("seller-order:<sale>:pending", "owed", "a seller's part of a sale, until it is safe", "sellers", floor=True),
    Kind("store:<store>:available", "owed", "a seller's, to be withdrawn", "sellers", floor=True),
    Kind("withdrawal:<withdrawal>", "owed", "a seller's, set aside to be paid out", "sellers", floor=True),
    Kind("ad:<ad>", "owed", "a seller's, set aside for clicks on an ad", "sellers", floor=True),
    Kind("affiliate:<affiliate>", "owed", "earned by whoever sent a buyer", "sellers", floor=True),
    Kind(PAYOUTS_IN_TRANSIT, "owed", "on its way to a seller's account elsewhere", "sellers", sharded=True),
    Kind("buyer:<buyer>:credits", "owed", "a buyer's, to be spent", "buyers", floor=True),
    Kind("hold:<hold>", "owed", "a buyer's credits, set aside for one order", "buyers", floor=True),
    Kind("unapplied:<payment>", "owed", "money that belongs to no order, to be sent back", "buyers", floor=True),
    Kind(REFUNDS_IN_TRANSIT, "owed", "on its way back to buyers", "buyers", sharded=True),
    Kind(COMMISSION_HELD, "owed", "commission that nobody has earned yet", "buyers", sharded=True),
    Kind(COMMISSION_TAX_HELD, "owed", "tax on commission that nobody has earned yet", "buyers", sharded=True),
    Kind(COMMISSION_TAX, "owed", "tax on commission, to be remitted", "tax office", sharded=True),
    Kind(TAX_PAYABLE, "owed", "sales tax, to be remitted", "tax office", sharded=True),
    Kind(COMMISSION, "own", "commission earned", sharded=True),
    Kind(ADVERTISING, "own", "clicks on ads earned", sharded=True),
    Kind(CAPITAL, "own", "what the platform's owners put in", sharded=True),
    Kind(PROMOTIONS, "own", "reductions and gifts that Metco pays for", sharded=True),
    Kind(STRIPE_FEES, "own", "what Stripe charges for payments", sharded=True),
    Kind(DISPUTE_FEES, "own", "what Stripe charges for chargebacks", sharded=True),
    Kind(LOSSES, "own", "what nobody will pay", sharded=True),
    Kind("fx:<currency>", "own", "one currency's side of conversions not yet made at the bank", sharded=True),
    Kind(FX_GAIN_LOSS, "own", "what conversions at the bank brought or cost", sharded=True),
)

_FIXED = {kind.pattern: kind for kind in CHART if "<" not in kind.pattern}
_OPEN = [
    (re.compile(re.sub("<[a-z]+>", "([A-Za-z0-9_.-]+)", kind.pattern)), kind) for kind in CHART if "<" in kind.pattern
]


class NoSuchAccount(ValueError):
    """The chart has no such account: a journal that names it is a defect."""


def kind_of(account: str) -> Kind:
    return _FIXED.get(account) or _open(account)


@cache
def _open_kind(shape: tuple[str, int, str]) -> Kind | None:
    """Accounts differ by an id; what is before and behind it says what they are."""
    head, colons, tail = shape
    sample = f"{head}:x" if colons == 1 else f"{head}:x:{tail}"
    return next((kind for pattern, kind in _OPEN if pattern.fullmatch(sample)), None)


def _open(account: str) -> Kind:
    head, _, rest = account.partition(":")
    subject, _, tail = rest.partition(":")
    kind = _open_kind((head, account.count(":"), tail)) if re.fullmatch("[A-Za-z0-9_.-]+", subject) else None
    if not kind or (head == "fx" and subject not in CURRENCIES):
        raise NoSuchAccount(f"The chart has no account {account!r}.")
    return kind


def seller_order_pending(seller_order_id: str) -> str:
    return f"seller-order:{seller_order_id}:pending"


def available(store_id: str) -> str:
    return f"store:{store_id}:available"


def credits_of(buyer_id: str) -> str:
    return f"buyer:{buyer_id}:credits"


def debt(owner: str, owner_id: str) -> str:
    return f"{owner}:{owner_id}:debt"


def hold(hold_id: str) -> str:
    return f"hold:{hold_id}"


def withdrawal(withdrawal_id: str) -> str:
    return f"withdrawal:{withdrawal_id}"


def unapplied(payment_id: str) -> str:
    return f"unapplied:{payment_id}"


def affiliate(affiliate_id: str) -> str:
    return f"affiliate:{affiliate_id}"


def ad(ad_id: str) -> str:
    return f"ad:{ad_id}"


def position(currency: str) -> str:
    """Where a conversion rests on this currency's side until the bank has made it, too."""
    return f"fx:{currency}"
