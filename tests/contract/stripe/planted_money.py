"""Lies about money: what came in that did not, and what goes out that is not there."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from local.stripe import banks, cards, fees, paying, routes, setting_up
from local.stripe.call import Call
from local.stripe.objects import (
    balance_transactions,
    charges,
    disputes,
    payment_intents,
    payment_methods,
    payouts,
    refunds,
    transfers,
)
from local.stripe.wire import Document
from tests.contract.stripe.planted import FAULTS, Instead, answered_by, fault

__all__ = ["FAULTS"]  # these as well

PLENTY = 10**12


# ------------------------------------------------------------------------------------------------------- money comes in


@fault
def a_declined_card_succeeds() -> Iterator[None]:
    generous = {number: replace(card, declines="") for number, card in cards.BY_NUMBER.items()}
    with patch.object(paying, "cards", Instead(cards, BY_NUMBER=generous)):
        yield


@fault
def nobody_asks_for_the_buyer() -> Iterator[None]:
    with patch.object(paying, "_asks_the_bank", lambda *_: False):
        yield


@fault
def who_was_not_seen_pays() -> Iterator[None]:
    authenticated = paying.authenticated
    with patch.object(paying, "authenticated", lambda call, id, passed: authenticated(call, id, True)):
        yield


@fault
def a_cancelled_payment_succeeds() -> Iterator[None]:
    with patch.object(payment_intents, "OPEN", (*payment_intents.OPEN, "canceled")):
        yield


@fault
def a_payment_that_succeeded_is_cancelled() -> Iterator[None]:
    with patch.object(payment_intents, "OPEN", (*payment_intents.OPEN, "succeeded")):
        yield


@fault
def an_attached_card_pays_for_anybody() -> Iterator[None]:
    given = payment_methods.given

    def planted(call: Call, intent: Document) -> Document | None:
        named = call.params.get("payment_method")
        found = call.state.get("payment_method", named, call.account) if named else None
        return given(call, intent | {"customer": found["customer"]} if found and found["customer"] else intent)

    with patch.object(payment_intents, "payment_methods", Instead(payment_methods, given=planted)):
        yield


@fault
def no_fee() -> Iterator[None]:
    with patch.object(fees, "fee_of", lambda *_: 0):
        yield


@fault
def money_is_available_at_once() -> Iterator[None]:
    with patch.object(charges, "midnight", lambda now, days: now):
        yield


@fault
def a_set_up_card_is_not_kept() -> Iterator[None]:
    forgotten = Instead(payment_methods, attached=lambda call, method, customer: method)
    with patch.object(setting_up, "payment_methods", forgotten):
        yield


# ------------------------------------------------------------------------------------- money goes back and out


@fault
def over_refund_accepted() -> Iterator[None]:
    amount = refunds._amount

    def planted(call: Call, charge: Document) -> int:
        return int(call.params["amount"]) if call.params.get("amount", 0) > 0 else amount(call, charge)

    with patch.object(refunds, "_amount", planted):
        yield


@fault
def a_refund_costs_nothing() -> Iterator[None]:
    post = balance_transactions.post

    def planted(call: Call, kind: str, amount: int, *given: Any, **named: Any) -> Document:
        return post(call, kind, 0, *given, **named)

    with patch.object(refunds, "balance_transactions", Instead(balance_transactions, post=planted)):
        yield


@fault
def a_refund_that_came_back_stays_gone() -> Iterator[None]:
    with patch.dict(routes.LATER, {"refund.fails": lambda call, told: None}):
        yield


@fault
def a_disputed_charge_is_refunded() -> Iterator[None]:
    with patch.object(refunds, "_refundable", lambda *_: True):
        yield


@fault
def a_transfer_of_what_is_not_there() -> Iterator[None]:
    with patch.object(transfers, "balance_transactions", Instead(balance_transactions, available=lambda *_: PLENTY)):
        yield


@fault
def a_transfer_to_somebody_unknown() -> Iterator[None]:
    with patch.object(transfers, "_destination", lambda call: call.state.get("account", call.params["destination"])):
        yield


@fault
def over_reversal_accepted() -> Iterator[None]:
    def planted(handler: Callable[[Call], Document], call: Call) -> Document:
        if "amount" not in call.params:
            return handler(call)
        known = call.named("transfer")
        call.save(known | {"amount": PLENTY, "amount_reversed": 0})
        reversal = handler(call)
        after = call.named("transfer")
        call.save(after | {"amount": known["amount"], "amount_reversed": known["amount_reversed"] + reversal["amount"]})
        return reversal

    with answered_by("POST", "/v1/transfers/{id}/reversals", planted):
        yield


@fault
def a_payout_above_the_available_balance() -> Iterator[None]:
    with patch.object(payouts, "balance_transactions", Instead(balance_transactions, available=lambda *_: PLENTY)):
        yield


@fault
def every_payout_arrives() -> Iterator[None]:
    with patch.object(banks, "failure", lambda number: ""):
        yield


@fault
def a_payout_that_failed_is_lost() -> Iterator[None]:
    def planted(call: Call, kind: str, amount: int, *given: Any, **named: Any) -> Document:
        return post(call, kind, 0 if kind == "payout_failure" else amount, *given, **named)

    post = balance_transactions.post
    with patch.object(payouts, "balance_transactions", Instead(balance_transactions, post=planted)):
        yield


@fault
def a_dispute_without_an_effect_on_the_balance() -> Iterator[None]:
    with patch.object(disputes, "_move", lambda *_, **__: None):
        yield


@fault
def a_dispute_is_won_whatever_is_said() -> Iterator[None]:
    decide = disputes.decide
    with patch.object(disputes, "decide", lambda call, dispute, won: decide(call, dispute, True)):
        yield


@fault
def a_seller_is_payable_from_the_beginning() -> Iterator[None]:
    def planted(handler: Callable[[Call], Document], call: Call) -> Document:
        return handler(call) | {"payouts_enabled": True}

    with answered_by("GET", "/v1/accounts/{id}", planted), answered_by("GET", "/v1/account", planted):
        yield
