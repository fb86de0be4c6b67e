"""Money that came in and goes back or out, for tests: paid by a card of Stripe's documentation, followed to its end."""

import json
from contextlib import suppress
from typing import Any

from functions.payments import consumers, steps, sweep
from functions.payments.consumers.app import consumer
from functions.payments.model.names import Way
from functions.payments.model.payouts import WithdrawalApproved
from functions.payments.model.refunds import Refund
from functions.payments.model.sellers import PayoutAccount
from functions.payments.store.refunds import refunds
from functions.payments.store.sellers import sellers
from kernel import clock
from kernel.events import Seen
from kernel.money import Money
from local.stripe.call import Call
from local.stripe.objects import accounts, external_accounts
from local.stripe.wire import Document
from tests.builders import consumed
from tests.builders.cloud import World
from tests.builders.http import Context
from tests.builders.ledger import BUYER, STORE, an_id
from tests.builders.stand_in import RETURN_URL, AtStripe
from tests.contract.stripe.in_process import TOLD
from tests.contract.stripe.target import A_CONNECTED_ACCOUNT

CAPTURED_S = 3  # until a charge of the stand-in's has its balance transaction


def task(name: str, **said: Any) -> dict[str, Any]:
    return dict(steps.handler({"task": name, **said}, Context()))


def money(minor: int, currency: str = "USD") -> dict[str, Any]:
    return {"minor": minor, "currency": currency}


def paid(
    there: AtStripe, minor: int = 100_00, card: str = "pm_card_bypassPending", *, currency: str = "USD", order: int = 0
) -> str:
    """The id of an order's payment that has succeeded."""
    order_id = an_id("ord", order)
    begun = task("create_payment", order_id=order_id, buyer_id=BUYER, amount=money(minor, currency), method="card")
    intent_id = begun["client_secret"].partition("_secret_")[0]
    there.client.v1.payment_intents.confirm(intent_id, {"payment_method": card, "return_url": RETURN_URL})
    there.advance(seconds=CAPTURED_S)
    read = task("read_payment", order_id=order_id)
    assert read["outcome"] == "succeeded", read
    return str(read["payment_id"])


def swept() -> None:
    sweep.handler({}, Context())


def hear_all(world: World) -> None:
    """Everything that payments itself subscribes to, however often it heard of it."""
    consumed.everything(world, consumers.handler, consumer)


def refund_of(payment_id: str, refund_id: str) -> Refund:
    return refunds().one(payment_id, refund_id)


def told(world: World, *kinds: str) -> list[dict[str, Any]]:
    """What was told of these kinds: what it says, and of which kind it is."""
    return [
        {"type": one["metadata"]["type"], **one["data"]}
        for one in world.envelopes()
        if one["metadata"]["type"] in kinds
    ]


# Sellers


def payable(there: AtStripe, number: str = "000123456789", store_id: str = STORE) -> str:
    """A seller's account at Stripe that money can go to, as payments knows it. The account's id."""
    asked: Any = {**A_CONNECTED_ACCOUNT, "metadata": {"store_id": store_id}}
    account_id = there.client.v1.accounts.create(asked).id

    def at_the_page(call: Call) -> None:
        known: Document = accounts.live(call, account_id)
        known["_given"] |= TOLD
        bank = {"object": "bank_account", "country": "US", "currency": "usd", "account_number": number}
        external_accounts.give(call.of(account_id), known, {**bank, "routing_number": "110000000"})
        accounts.assess(call, accounts.submitted(call, known))

    there.core.act(at_the_page)
    there.advance(seconds=61)
    now = clock.now()
    known = PayoutAccount(
        store_id=store_id,
        account_id=account_id,
        country="US",
        currency="USD",
        state="payable",
        opened_at=now,
        asked_at=now,
        version=1,
    )
    sellers().open(known, None, None)
    return account_id


def approved(
    minor: int = 60_00, way: Way = "stripe", *, number: int = 0, store_id: str = STORE, currency: str = "USD"
) -> WithdrawalApproved:
    return WithdrawalApproved(
        withdrawal_id=an_id("wdr", number), store_id=store_id, amount=Money(minor, currency), way=way
    )


def became(world: World) -> list[tuple[str, str]]:
    """What the ledger was told of payouts, and why."""
    return [(one["became"], one["reason"]) for one in told(world, "PayoutBecame")]


def balance(there: AtStripe, account_id: str = "", currency: str = "usd") -> int:
    options: Any = {"stripe_account": account_id} if account_id else {}
    said = there.client.v1.balance.retrieve(options=options)
    return sum(one.amount for one in said.available if one.currency == currency)


def loses_bank(call: Call, account_id: str, bank_id: str) -> None:
    """Where their money went is closed, without another one in its place."""
    theirs = call.of(account_id)
    bank = theirs.get("bank_account", bank_id)
    theirs.save(bank | {"status": "errored"})
    account = accounts.live(call, account_id)
    call.state.save(account | {"payouts_enabled": False})


def hear(data: Seen) -> None:
    """As the bus brings it. It is handled, or the queue would bring it again."""
    source = {"WithdrawalApproved": "metco.ledger", "JournalPosted": "metco.ledger"}[type(data).__name__]
    metadata = consumed.received(data).metadata.model_dump()
    body = {
        "source": source,
        "detail-type": data.detail_type(),
        "detail": {"metadata": metadata, "data": data.model_dump(mode="json")},
    }
    answer = consumers.handler({"Records": [{"messageId": "1", "body": json.dumps(body)}]}, Context())
    assert answer == {"batchItemFailures": []}


def swept_or_failed() -> None:
    """What fails, the next minute tries again."""
    with suppress(ExceptionGroup):
        swept()
