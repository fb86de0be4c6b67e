"""Money that leaves the deployed template: withdrawals by every way, a refund, a chargeback that is contested."""

import json
from typing import Any

import stripe

from kernel import ids
from local.home import STAGE
from local.seed import FINANCE
from local.stack import Stack
from tests.e2e.books_walk import available
from tests.e2e.deciding_walk import IBAN, demo, signed_in
from tests.e2e.ledger_walk import line, money, task
from tests.e2e.stock_walk import wait_for_the_keys
from tests.e2e.store_walk import PDF, send, soon
from tests.e2e.walk import STARTED, Person, StepFailed

TO = {
    "paypal": {"paypal_id": "5UXD2E8A7EBQJ"},
    "crypto": {"chain": "ETH", "address": "0x8381470ED67C3802402dbbFa0058E8871F017A6F"},
    "bank": {"iban": IBAN},
}


PATIENCE_S = 20.0  # the stand-in's banks take their time


def walk_paying_out(person: Person) -> None:
    person.patience_s = max(person.patience_s, PATIENCE_S)
    seller, finance = signed_in(person), demo(person, FINANCE.email)
    opening = {"name": "Film", "slug": f"out-{STARTED}-{seller.user_id[-6:]}", "country": "DE", "currency": "EUR"}
    store = str(seller.mine("POST", "/v1/stores", expect=201, json=opening).json()["store_id"])
    wait_for_the_keys(seller, store)
    said = {"reversal_id": ids.new_id("trr"), "store_id": store, "amount": money(300_00)}
    task(person.stack, "record", "recorded", kind="transfer_reversed", said=said)
    soon(seller, lambda: available(seller, store) == money(300_00), "the store has nothing to withdraw")
    withdraw(seller, finance, store)
    give_back(seller, finance, store)


def withdraw(seller: Person, finance: Person, store: str) -> None:
    """By providers that tell when it arrived, and by hand."""
    for way, to in TO.items():
        seller.mine("PUT", f"/v1/stores/{store}/payout-destinations/{way}", json=to)
    shown = seller.mine("GET", f"/v1/stores/{store}/payout-destinations")
    if IBAN in shown.text or len(shown.json()["items"]) != len(TO):
        raise StepFailed(f"destinations are shown as {shown.text}")
    asked = {way: ask_for(seller, store, way) for way in TO}
    soon(seller, lambda: by_hand(finance, asked["bank"]), "finance does not see what it has to pay")
    path = f"/v1/stores/{store}/payouts/{asked['bank']}"
    if finance.mine("POST", f"{path}/show-destination").json()["target"] != IBAN:
        raise StepFailed("finance is not told where to")
    for became in ("sent", "paid"):
        finance.mine("POST", f"{path}/mark", json={"became": became})
    soon(seller, lambda: looked_after(seller, store, asked), "not all of it has arrived")
    if available(seller, store) != money(240_00):
        raise StepFailed("what was withdrawn is still there")
    seller.mine("DELETE", f"/v1/stores/{store}/payout-destinations/paypal", expect=204)
    gone = ask_for(seller, store, "paypal")
    soon(seller, lambda: state_of(seller, store, gone) == "failed", "without a destination it does not fail")


def give_back(seller: Person, finance: Person, store: str) -> None:
    """A part is refunded; the bank takes back the rest, is told why not, and gives it up."""
    payment_id = paid(seller, store)
    dispute = soon(seller, lambda: opened(finance, payment_id), "nobody heard of the dispute")
    chargeback = dispute["chargeback_id"]
    refund = {"payment_id": payment_id, "refund_id": ids.new_id("rfd"), "amount": money(10_00)}
    if payments(seller.stack, "refund", **refund)["outcome"] != "pending":
        raise StepFailed("what is disputed is refunded")
    below = f"/v1/stores/{store}/chargebacks"
    soon(seller, lambda: seller.mine("GET", below).json()["items"], "the store does not see it")
    contested = f"{below}/{chargeback}"
    seller.mine("PUT", f"{contested}/evidence", json={"uncategorized_text": "winning_evidence"})
    file = {"kind": "receipt", "content_type": "application/pdf", "size_bytes": len(PDF)}
    for again in (True, False):
        send(seller.mine("POST", f"{contested}/evidence/files", expect=201, json=file).json(), PDF)
        seller.mine("POST", f"{contested}/evidence/files/receipt/confirm")
        if not finance.mine("GET", f"/v1/chargebacks/{chargeback}/evidence/{store}/files/receipt").json()["url"]:
            raise StepFailed("finance cannot read the file")
        if again:
            seller.mine("DELETE", f"{contested}/evidence/files/receipt", expect=204)
    finance.mine("GET", f"/v1/chargebacks/{chargeback}")
    finance.mine("POST", f"/v1/chargebacks/{chargeback}/send-evidence")
    soon(seller, lambda: swept(seller) and state_at(seller, contested) == "won", "the bank has not given it up")
    sent = soon(seller, lambda: swept(seller) and payments(seller.stack, "refund", **refund), "it is not refunded")
    if sent["outcome"] != "sent":
        raise StepFailed(f"after the chargeback the refund is {sent}")


def paid(seller: Person, store: str) -> str:
    """By a card whose payments are disputed, and booked as the order's."""
    order, buyer = ids.new_id("ord"), ids.new_id("usr")
    asked = {"order_id": order, "buyer_id": buyer, "amount": money(120_00), "method": "card"}
    begun = payments(seller.stack, "create_payment", **asked)
    intent = begun["client_secret"].partition("_secret_")[0]
    card: Any = {"payment_method": "pm_card_createDisputeProductNotReceived", "return_url": seller.stack.url}
    at_stripe(seller.stack).v1.payment_intents.confirm(intent, card)
    payment_id = str(begun["payment_id"])
    sold = [{"seller_order_id": ids.new_id("slo"), "store_id": store, "lines": [line(100_00, 20_00)]}]
    booked = {"order_id": order, "buyer_id": buyer, "payment_id": payment_id, "seller_orders": sold}
    task(seller.stack, "record_paid", "recorded", **booked, card=money(120_00), credits=money(0))
    return payment_id


def at_stripe(stack: Stack) -> stripe.StripeClient:
    keys = json.loads((stack.stripe.folder / "keys.json").read_text())
    places: Any = {"api": stack.stripe.url}
    return stripe.StripeClient(keys["secret_key"], base_addresses=places)


def payments(stack: Stack, name: str, **asked: Any) -> dict[str, Any]:
    """As a state machine would."""
    answer = stack.client("lambda").invoke(
        FunctionName=f"metco-{STAGE}-payments-steps", Payload=json.dumps({"task": name, **asked}).encode()
    )
    told = json.loads(answer["Payload"].read())
    if "outcome" not in told:
        raise StepFailed(f"{name}: {told}")
    return dict(told)


def swept(person: Person) -> bool:
    """It comes by itself each minute; here it comes at once."""
    person.stack.client("lambda").invoke(FunctionName=f"metco-{STAGE}-payments-sweep", Payload=b"{}")
    return True


def ask_for(seller: Person, store: str, way: str) -> str:
    body = {"amount": money(20_00), "way": way}
    return str(seller.mine("POST", f"/v1/stores/{store}/withdrawals", expect=201, json=body).json()["withdrawal_id"])


def state_of(seller: Person, store: str, withdrawal_id: str) -> str:
    return str(seller.mine("GET", f"/v1/stores/{store}/withdrawals/{withdrawal_id}").json()["state"])


def looked_after(seller: Person, store: str, asked: dict[str, str]) -> bool:
    """The sweep looks after half a minute, and a workflow that asks again at once."""
    for way in ("paypal", "crypto"):
        payments(seller.stack, "transfer", withdrawal_id=asked[way], store_id=store, amount=money(20_00), way=way)
    return all(state_of(seller, store, one) == "paid" for one in asked.values())


def by_hand(finance: Person, withdrawal_id: str) -> bool:
    listed = finance.mine("GET", "/v1/payouts-by-hand", params={"limit": 50}).json()["items"]
    return withdrawal_id in [one["withdrawal_id"] for one in listed]


def opened(finance: Person, payment_id: str) -> dict[str, Any] | None:
    listed = finance.mine("GET", "/v1/chargebacks", params={"limit": 50}).json()["items"]
    return next((one for one in listed if one["payment_id"] == payment_id), None)


def state_at(seller: Person, contested: str) -> str:
    return str(seller.mine("GET", contested).json()["chargeback"]["state"])
