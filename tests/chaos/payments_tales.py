"""What happens to money between buyers, Stripe and sellers: each a tale that is told again with every fault."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from functions.ledger.model.facts.platform import CapitalPaidIn, FundsMoved
from functions.ledger.store.books import books
from kernel import ids
from kernel.authz import Principal
from kernel.money import Money
from local.stripe.objects import disputes
from tests.builders import money_back
from tests.builders.ledger import BUYER, NOON, ORDER, SELLER, STORE, an_id
from tests.builders.settling import SALE, a_line, money
from tests.builders.stand_in import RETURN_URL, AtStripe
from tests.chaos.payments_world import A_MINUTE, A_MOMENT, PaymentsWorld

Tale = Callable[[PaymentsWorld], None]
TALES: dict[str, Tale] = {}
CAPITAL = 1_000_00
CLOSED_BANK, WRONG_BANK = "000111111113", "000111111116"  # docs.stripe.com/connect/testing#account-numbers

THEM = Principal(BUYER, "session", frozenset({"customer"}))
SHE = Principal(SELLER, "session", frozenset({"customer", "seller"}), {STORE: frozenset({"withdraw_funds"})})
FINN = Principal(an_id("usr", 20), "session", frozenset({"customer", "finance"}))
BOUGHT: dict[str, Any] = {"order_id": ORDER, "buyer_id": BUYER, "amount": money(120_00)}


def tale(tell: Tale) -> Tale:
    TALES[tell.__name__.replace("_", " ")] = tell
    return tell


# Buyers, sellers, owners: what they do, nothing keeps from happening


def confirmed(world: PaymentsWorld, client_secret: str, card: str = "pm_card_bypassPending") -> None:
    intent = client_secret.partition("_secret_")[0]
    asked: Any = {"payment_method": card, "return_url": RETURN_URL}
    world.people.v1.payment_intents.confirm(intent, asked)


def capital(world: PaymentsWorld) -> None:
    """The owners' money, at Stripe and in the books."""
    owners: Any = {
        "amount": CAPITAL,
        "currency": "usd",
        "payment_method": "pm_card_bypassPending",
        "allowed_payment_method_types": ["card"],
        "capture_method": "automatic",
        "confirm": True,
    }
    world.people.v1.payment_intents.create(owners)
    [there] = world.people.v1.balance.retrieve().available
    amount = Money(there.amount, "USD")

    def write() -> None:
        books().record(CapitalPaidIn(at=NOON, reference="capital", amount=amount))
        books().record(FundsMoved(at=NOON, reference="to-stripe", amount=amount, to="stripe"))

    world.inside("ledger", write)


def payable(world: PaymentsWorld, bank: str = "000123456789") -> str:
    there = AtStripe(world.core, None, world.people)  # type: ignore[arg-type]  # nobody asks by its transport
    return world.inside("payments", lambda: money_back.payable(there, bank))


# Steps that several tales have in common


def an_order_is_paid(world: PaymentsWorld, card: str = "pm_card_bypassPending") -> str:
    """By its checkout: the payment, the buyer's card, and the books."""
    begun = world.task("payments", "create_payment", **BOUGHT)
    confirmed(world, begun["client_secret"], card)
    world.passes(A_MOMENT)
    stands = world.task("payments", "read_payment", order_id=ORDER)
    assert stands["outcome"] == "succeeded", stands
    booked(world, stands["payment_id"])
    return str(stands["payment_id"])


def booked(world: PaymentsWorld, payment_id: str) -> None:
    sold = [{"seller_order_id": SALE, "store_id": STORE, "lines": [a_line(100_00, 20_00)]}]
    tender = {"card": money(120_00), "credits": money(0), "payment_id": payment_id}
    done = world.task("ledger", "record_paid", order_id=ORDER, buyer_id=BUYER, seller_orders=sold, **tender)
    assert done["outcome"] == "recorded", done


def released(world: PaymentsWorld) -> None:
    done = world.task("ledger", "release_funds", seller_order_id=SALE)
    assert done["outcome"] == "released", done


def a_refund(world: PaymentsWorld, payment_id: str, minor: int) -> None:
    """As a workflow does it: fetched back from the seller where they were paid, booked, sent."""
    fetched = world.task("payments", "reverse_transfers", store_id=STORE, reference="rfd-1", amount=money(minor))
    assert fetched["outcome"] == "reversed", fetched
    lines = {"1": money(minor)}
    named = {"seller_order_id": SALE, "store_id": STORE, "refund_id": "rfd-1"}
    taken = world.task("ledger", "refund", **named, lines=lines)
    assert taken["by_card"]["minor"] == minor, taken
    sent = world.task("payments", "refund", payment_id=payment_id, refund_id="rfd-1", amount=money(minor))
    assert sent["outcome"] in ("sent", "pending", "failed"), sent
    world.passes(A_MOMENT)


def a_withdrawal(world: PaymentsWorld, minor: int) -> str:
    body = {"amount": money(minor), "way": "stripe"}
    asked = world.ask("ledger", SHE, "POST", f"/v1/stores/{STORE}/withdrawals", body)
    assert asked.status == 201, asked
    world.passes(A_MOMENT)
    return str(asked.body["withdrawal_id"])


# The tales


@tale
def an_order_is_paid_for(world: PaymentsWorld) -> None:
    world.plan.on = True
    an_order_is_paid(world, "pm_card_visa")
    world.passes(A_MINUTE)


@tale
def an_order_is_called_off(world: PaymentsWorld) -> None:
    world.plan.on = True
    world.task("payments", "create_payment", **BOUGHT)
    ended = world.task("payments", "cancel_payment", **BOUGHT)
    assert ended["outcome"] == "cancelled", ended


@tale
def an_order_is_called_off_when_it_was_just_paid(world: PaymentsWorld) -> None:
    begun = world.task("payments", "create_payment", **BOUGHT)
    confirmed(world, begun["client_secret"])
    world.plan.on = True
    stands = world.task("payments", "cancel_payment", **BOUGHT)
    assert stands["outcome"] == "succeeded", stands
    booked(world, stands["payment_id"])
    world.passes(A_MOMENT)


@tale
def credits_are_bought(world: PaymentsWorld) -> None:
    world.plan.on = True
    made = world.ask("payments", THEM, "POST", "/v1/credit-purchases", {"amount": money(50_00)})
    assert made.status == 201, made
    confirmed(world, made.body["client_secret"])
    world.passes(A_MOMENT)
    world.passes(A_MINUTE)


@tale
def money_comes_for_what_was_called_off(world: PaymentsWorld) -> None:
    """It is sent back."""
    made = world.ask("payments", THEM, "POST", "/v1/credit-purchases", {"amount": money(50_00)})
    intent = made.body["client_secret"].partition("_secret_")[0]
    asked: Any = {"amount": 60_00}
    world.people.v1.payment_intents.update(intent, asked)
    confirmed(world, made.body["client_secret"])
    world.plan.on = True
    world.passes(A_MOMENT)
    world.passes(A_MINUTE)


@tale
def a_refund_before_the_release(world: PaymentsWorld) -> None:
    payment_id = an_order_is_paid(world)
    world.plan.on = True
    a_refund(world, payment_id, 48_00)


@tale
def a_refund_after_the_release(world: PaymentsWorld) -> None:
    payment_id = an_order_is_paid(world)
    released(world)
    world.plan.on = True
    a_refund(world, payment_id, 48_00)


@tale
def a_refund_that_comes_back(world: PaymentsWorld) -> None:
    payment_id = an_order_is_paid(world, "pm_card_refundFail")
    world.plan.on = True
    a_refund(world, payment_id, 48_00)
    world.passes(timedelta(seconds=10))


@tale
def a_refund_after_the_payout(world: PaymentsWorld) -> None:
    """The seller has it at their bank, and 40.00 at Stripe that finance sent them by hand."""
    seller = payable(world)
    by_hand: Any = {"amount": 40_00, "currency": "usd", "destination": seller}
    world.people.v1.transfers.create(by_hand)
    gone = FundsMoved(at=NOON, reference="by-hand", amount=Money(40_00, "USD"), to="bank")
    world.inside("ledger", lambda: books().record(gone))
    payment_id = an_order_is_paid(world)
    released(world)
    a_withdrawal(world, 60_00)
    world.passes(A_MINUTE)
    world.plan.on = True
    a_refund(world, payment_id, 120_00)


@tale
def a_seller_is_paid_out(world: PaymentsWorld) -> None:
    payable(world)
    an_order_is_paid(world)
    released(world)
    world.plan.on = True
    a_withdrawal(world, 60_00)
    world.passes(A_MINUTE)


@tale
def a_payout_that_a_bank_refuses(world: PaymentsWorld) -> None:
    payable(world, WRONG_BANK)
    an_order_is_paid(world)
    released(world)
    world.plan.on = True
    a_withdrawal(world, 60_00)
    world.passes(A_MINUTE)


@tale
def a_payout_that_comes_back_after_it_was_paid(world: PaymentsWorld) -> None:
    payable(world, CLOSED_BANK)
    an_order_is_paid(world)
    released(world)
    world.plan.on = True
    a_withdrawal(world, 60_00)
    world.passes(timedelta(seconds=7))
    world.passes(timedelta(seconds=30))


def disputed(world: PaymentsWorld) -> Any:
    """The order is paid, and the buyer's bank takes the money back."""
    an_order_is_paid(world)
    charge = world.core.state.find("charge")[0]
    world.plan.on = True
    dispute = world.core.act(lambda call: disputes.opens(call, charge, "fraudulent"))
    world.passes(A_MOMENT)
    return dispute


def a_chargeback(world: PaymentsWorld, *, won: bool) -> None:
    dispute = disputed(world)
    world.core.act(lambda call: disputes.decide(call, call.get("dispute", dispute["id"]), won))
    world.passes(A_MOMENT)


@tale
def a_chargeback_is_lost(world: PaymentsWorld) -> None:
    a_chargeback(world, won=False)


@tale
def a_chargeback_is_won(world: PaymentsWorld) -> None:
    a_chargeback(world, won=True)


def seen(world: PaymentsWorld, dispute_id: str) -> str:
    """Where finance finds it, as soon as it is there: at the latest when Stripe is asked what nobody has told of."""
    path = f"/v1/chargebacks/{ids.derived_id('cbk', dispute_id)}"
    for _ in range(4):
        if world.ask("payments", FINN, "GET", path).status == 200:
            break
        world.passes(timedelta(hours=1))
    return path


@tale
def a_chargeback_is_contested(world: PaymentsWorld) -> None:
    """With the word that wins at Stripe: docs.stripe.com/testing#evidence"""
    path = seen(world, disputed(world)["id"])
    said = world.ask("payments", FINN, "PUT", f"{path}/evidence", {"uncategorized_text": "winning_evidence"})
    assert said.status == 200, said
    sent = world.ask("payments", FINN, "POST", f"{path}/send-evidence")
    assert sent.status == 200, sent
    world.passes(A_MINUTE)


@tale
def a_chargeback_is_accepted(world: PaymentsWorld) -> None:
    path = seen(world, disputed(world)["id"])
    accepted = world.ask("payments", FINN, "POST", f"{path}/accept")
    assert accepted.status == 200, accepted
    world.passes(A_MINUTE)
