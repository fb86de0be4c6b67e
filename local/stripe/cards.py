"""The documented test cards: what each number, and the payment method made of it, does. # docs.stripe.com/testing"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Card:
    number: str
    brand: str = "visa"
    funding: str = "credit"
    country: str = "US"
    declines: str = ""  # the decline code, or the error's own code where it has none
    three_d_secure: str = ""  # required, always, setup (then not off session), ready, supported, declines_after
    at_once: bool = False  # the funds are available immediately
    disputed: str = ""  # fraudulent, product_not_received, inquiry, warning
    refund: str = ""  # pending, failed: what becomes of a refund later
    savable: bool = False  # although it is declined when it is to pay
    cvc: str = "pass"  # what the bank says of the three digits, where they are given
    risk: str = "normal"
    aliases: tuple[str, ...] = field(default=())

    @property
    def last4(self) -> str:
        return self.number[-4:]


def _declining(number: str, code: str, *aliases: str, brand: str = "visa") -> Card:
    return Card(number, brand, declines=code, aliases=aliases)


CARDS = (
    Card("4242424242424242", aliases=("visa",)),
    Card("4000056655665556", funding="debit", aliases=("visa_debit",)),
    Card("5555555555554444", "mastercard", aliases=("mastercard",)),
    Card("2223003122003222", "mastercard", aliases=("mastercard_2_series",)),
    Card("5200828282828210", "mastercard", funding="debit", aliases=("mastercard_debit",)),
    Card("5105105105105100", "mastercard", funding="prepaid", aliases=("mastercard_prepaid",)),
    Card("378282246310005", "amex", aliases=("amex", "amex_threeDSecureNotSupported")),
    Card("371449635398431", "amex"),
    Card("6011111111111117", "discover", aliases=("discover",)),
    Card("6011000990139424", "discover"),
    Card("3056930009020004", "diners", aliases=("diners",)),
    Card("36227206271667", "diners"),
    Card("3566002020360505", "jcb", country="JP", aliases=("jcb",)),
    Card("6200000000000005", "unionpay", country="CN", aliases=("unionpay",)),
    # by country
    Card("4000003800000008", country="UA", aliases=("ua",)),
    Card("4000003560000008", country="IN", aliases=("in",)),
    Card("4000003920000003", country="JP", aliases=("jp",)),
    Card("4000008260000000", country="GB", aliases=("gb",)),
    Card("4000002760000016", country="DE", aliases=("de",)),
    Card("4000002500000003", country="FR", aliases=("fr",)),
    Card("4000006160000005", country="PL", aliases=("pl",)),
    Card("4000001240000000", country="CA", aliases=("ca",)),
    Card("4000000360000006", country="AU", aliases=("au",)),
    Card("4000007020000003", country="SG", aliases=("sg",)),
    Card("4000000760000002", country="BR", aliases=("br",)),
    # declined
    _declining("4000000000000002", "generic_decline", "chargeDeclined", "visa_chargeDeclined"),
    _declining("4000000000009995", "insufficient_funds", "visa_chargeDeclinedInsufficientFunds"),
    _declining("4000000000009987", "lost_card", "visa_chargeDeclinedLostCard"),
    _declining("4000000000009979", "stolen_card", "visa_chargeDeclinedStolenCard"),
    _declining("4000000000000069", "expired_card", "chargeDeclinedExpiredCard"),
    _declining("4000000000000127", "incorrect_cvc", "chargeDeclinedIncorrectCvc"),
    _declining("4000000000000119", "processing_error", "chargeDeclinedProcessingError"),
    _declining("4000000000006975", "card_velocity_exceeded", "visa_chargeDeclinedVelocityLimitExceeded"),
    Card("4100000000000019", declines="fraudulent", risk="highest", aliases=("radarBlock",)),
    Card("4000000000000341", declines="generic_decline", savable=True, aliases=("chargeCustomerFail",)),
    Card("4000000000004954", risk="highest", declines="fraudulent", aliases=("riskLevelHighest",)),
    Card("4000000000000101", cvc="fail", aliases=("cvcCheckFail",)),
    Card("4000000000009235", risk="elevated", aliases=("riskLevelElevated",)),
    # 3-D Secure
    Card("4000000000003220", three_d_secure="required", aliases=("threeDSecure2Required",)),
    Card("4000002500003155", three_d_secure="setup", aliases=("authenticationRequiredOnSetup",)),
    Card("4000002760003184", three_d_secure="always", country="DE", aliases=("authenticationRequired",)),
    Card(
        "4000003800000446", three_d_secure="ready", country="UA", aliases=("authenticationRequiredSetupForOffSession",)
    ),
    Card("4000008400001629", three_d_secure="declines_after", aliases=("threeDSecureRequiredChargeDeclined",)),
    Card(
        "4000008260003178",
        three_d_secure="always",
        country="GB",
        declines="insufficient_funds",
        aliases=("authenticationRequiredChargeDeclinedInsufficientFunds",),
    ),
    Card("4000008400001280", declines="generic_decline", aliases=("threeDSecureRequiredProcessingError",)),
    Card("4000000000003055", three_d_secure="supported", aliases=("threeDSecureOptional",)),
    # what happens later
    Card("4000000000000077", at_once=True, aliases=("bypassPending",)),
    Card("4000003720000278", country="IE", at_once=True, aliases=("bypassPendingInternational",)),
    Card("4000000000000259", disputed="fraudulent", aliases=("createDispute",)),
    Card("4000000000002685", disputed="product_not_received", aliases=("createDisputeProductNotReceived",)),
    Card("4000000000001976", disputed="inquiry", aliases=("createDisputeInquiry",)),
    Card("4000000000005423", disputed="warning", aliases=("createIssuerFraudRecord",)),
    Card("4000000000007726", refund="pending", aliases=("pendingRefund",)),
    Card("4000000000005126", refund="failed", aliases=("refundFail",)),
)
BY_NUMBER = {card.number: card for card in CARDS}
BY_NAME = {f"pm_card_{alias}": card for card in CARDS for alias in card.aliases}
ERRORS_OF_THEIR_OWN = frozenset(["expired_card", "incorrect_cvc", "processing_error", "incorrect_number"])
MESSAGES = {
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
    "incorrect_number": "Your card number is incorrect.",
    "insufficient_funds": "Your card has insufficient funds.",
    "card_velocity_exceeded": "Your card was declined for making repeated attempts too frequently or exceeding its "
    "amount limit.",
    "authentication_required": "Your card was declined. This transaction requires authentication.",
}


def message(code: str) -> str:
    return MESSAGES.get(code, "Your card was declined.")
