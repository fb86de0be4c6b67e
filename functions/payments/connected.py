"""What is asked of Stripe about sellers' accounts: money transferred there, paid out of there, and fetched back."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from functions.payments import stripe_api
from functions.payments.attempts import once
from functions.payments.model.payouts import Payout
from functions.payments.stripe_api import Item
from kernel import clock
from kernel.money import Money


def transfer(kept: Payout, account_id: str) -> str:
    """From the platform's balance to the seller's. The transfer's id."""
    params: Any = {**_amount(kept.amount), "destination": account_id, "transfer_group": kept.withdrawal_id}
    params["metadata"] = _named(kept)

    def made_since(since: datetime) -> Item | None:
        listed = {"transfer_group": kept.withdrawal_id, "created": {"gte": clock.epoch_s(since)}}
        return next(stripe_api.every(lambda stripe, params: stripe.v1.transfers.list(params), listed), None)

    made = once(
        f"transfer/{kept.withdrawal_id}",
        lambda key: stripe_api.ask(lambda stripe: stripe.v1.transfers.create(params, {"idempotency_key": key})),
        made_since,
    )
    return str(made["id"])


def pay(kept: Payout) -> str:
    """From the seller's balance to the seller's bank. The payout's id."""
    account = {"stripe_account": kept.account_id or ""}
    params: Any = {**_amount(kept.amount), "metadata": _named(kept)}

    def made_since(since: datetime) -> Item | None:
        listed = {"created": {"gte": clock.epoch_s(since)}}
        every = stripe_api.every(lambda stripe, params: stripe.v1.payouts.list(params, _options(account)), listed)
        return next((one for one in every if (one.get("metadata") or {}) == _named(kept)), None)

    def create(key: str) -> Item:
        options = _options({**account, "idempotency_key": key})
        return stripe_api.ask(lambda stripe: stripe.v1.payouts.create(params, options))

    return str(once(f"payout/{kept.withdrawal_id}", create, made_since)["id"])


def payout(payout_id: str, account_id: str) -> Item:
    options = _options({"stripe_account": account_id})
    return stripe_api.read(lambda stripe: stripe.v1.payouts.retrieve(payout_id, options=options))


def reverse(reference: str, transfer_id: str, amount: Money) -> str:
    """The reversal's id."""
    params: Any = {"amount": amount.minor, "metadata": {"reference": reference}}

    def create(key: str) -> Item:
        return stripe_api.ask(
            lambda stripe: stripe.v1.transfers.reversals.create(transfer_id, params, {"idempotency_key": key})
        )

    def made_since(_since: datetime) -> Item | None:
        every = stripe_api.every(lambda stripe, params: stripe.v1.transfers.reversals.list(transfer_id, params))
        return next((one for one in every if (one.get("metadata") or {}).get("reference") == reference), None)

    return str(once(f"reversal/{reference}/{transfer_id}", create, made_since)["id"])


def available(account_id: str, currency: str) -> Money:
    options = _options({"stripe_account": account_id})
    said = stripe_api.read(lambda stripe: stripe.v1.balance.retrieve(options=options))
    there = sum(one["amount"] for one in said["available"] if one["currency"] == currency.lower())
    return Money(max(0, there), currency)


def transfers_to(account_id: str, currency: str) -> Iterator[tuple[str, Money]]:
    """What each can still give back, the newest first."""
    listed = {"destination": account_id}
    for one in stripe_api.every(lambda stripe, params: stripe.v1.transfers.list(params), listed):
        if one["currency"] == currency.lower():
            yield str(one["id"]), Money(one["amount"] - one["amount_reversed"], currency)


def _amount(amount: Money) -> Item:
    return {"amount": amount.minor, "currency": amount.currency.lower()}


def _named(kept: Payout) -> Item:
    return {"withdrawal_id": kept.withdrawal_id, "store_id": kept.store_id}


def _options(said: dict[str, str]) -> Any:
    return said
