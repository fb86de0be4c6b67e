"""What each route of payments needs to be there, for the access matrix and the other tests that call every route."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from functions.payments.model.chargebacks import FINANCE, Chargeback
from functions.payments.model.destinations import Destination
from functions.payments.model.payments import Payment
from functions.payments.model.payouts import Payout
from functions.payments.model.reconciliation import Difference
from functions.payments.model.refunds import Refund
from functions.payments.rules.chargebacks import incoming
from functions.payments.store.chargebacks import chargebacks
from functions.payments.store.destinations import destinations
from functions.payments.store.payments import payments
from functions.payments.store.payouts import payouts
from functions.payments.store.reconciliation import reconciliation
from functions.payments.store.refunds import refunds
from kernel import clock, ids, settings
from kernel.authz import Principal
from kernel.money import Money
from tests.builders import cloud, onboarding
from tests.builders import payments as a
from tests.builders.contesting import FILE, PDF
from tests.builders.http import Answered

Things = dict[str, str]
IBAN = "DE89370400440532013000"
TEN = Money(10_00, "EUR")


def things_of(user_id: str) -> Things:
    """Ids that payments' paths name. Nothing is there under them yet."""
    prefixes = {"chargeback_id": "cbk", "refund_id": "rfd", "difference_id": "dif"}
    named = {name: ids.derived_id(prefix, user_id) for name, prefix in prefixes.items()}
    words = {"day": "2026-01-01", "way": "bank", "contributor": FINANCE, "file_kind": "shipping_documentation"}
    return {**named, **words, "setup_id": "seti_nobodys", "payment_method_id": "pm_nobodys"}


def body_of(operation: str, who: Principal | None) -> dict[str, Any]:
    match operation:
        case "set_payout_destination":
            return {"paypal_id": None, "chain": None, "address": None, "iban": IBAN}
        case "ask_for_reconciliation":
            return {"day": (clock.now() - timedelta(days=1)).date().isoformat()}
        case "announce_evidence" | "announce_store_evidence":
            return FILE
    return {}


def ready_for(operation: str, who: Principal, things: Things) -> tuple[Things, dict[str, Any]]:
    there = a.there()
    needed = NEEDED.get(operation)
    return (things | needed(there, who, things) if needed else things), {}


Ready = Callable[[Any, Principal, Things], Things]


# A buyer's


def _setup(_: Any, who: Principal, __: Things) -> Things:
    return {"setup_id": _made(a.buyer(who.id)("POST", "/v1/me/payment-methods/setups"))["setup_id"]}


def _saved(there: Any, who: Principal, things: Things) -> Things:
    setup_id = _setup(there, who, things)["setup_id"]
    made = there.client.v1.setup_intents.confirm(setup_id, {"payment_method": "pm_card_visa", "return_url": a.SITE})
    a.buyer(who.id)("GET", f"/v1/me/payment-methods/setups/{setup_id}")
    return {"payment_method_id": str(made.payment_method)}


# A store's


def _heard_of(_: Any, __: Principal, things: Things) -> Things:
    onboarding.heard_of(things["store_id"])
    return {}


def _account(_: Any, __: Principal, things: Things) -> Things:
    onboarding.opened(things["store_id"])
    return {}


def _submitted(there: Any, __: Principal, things: Things) -> Things:
    onboarding.payable(there, things["store_id"])
    return {}


def _destination(_: Any, who: Principal, things: Things) -> Things:
    destinations().keep(
        Destination(store_id=things["store_id"], way="bank", target=IBAN, given_by=who.id, given_at=clock.now())
    )
    return {}


def _by_bank(_: Any, __: Principal, ___: Things) -> Things:
    a.with_settings(payout_ways={"bank": {"by": "hand"}})
    return {}


def _payout(there: Any, who: Principal, things: Things) -> Things:
    _destination(there, who, things)
    withdrawal_id = ids.new_id("wdr")
    payouts().begin(
        Payout(
            withdrawal_id=withdrawal_id,
            store_id=things["store_id"],
            amount=TEN,
            way="bank",
            asked_at=clock.now(),
        )
    )
    return {"withdrawal_id": withdrawal_id}


def _chargeback(_: Any, who: Principal, things: Things) -> Things:
    chargeback_id = ids.new_id("cbk")
    kept = Chargeback(
        chargeback_id=chargeback_id,
        dispute_id="dp_1",
        payment_id=things["payment_id"],
        purpose="credits",
        buyer_id=who.id,
        amount=TEN,
        fee=Money(15_00, "EUR"),
        reason="fraudulent",
        state="open",
        opened_at=clock.now(),
        due_by=clock.now() + timedelta(days=7),
        taken=True,
        store_ids=[things["store_id"]],
    )
    chargebacks().replace(None, kept)
    return {"chargeback_id": chargeback_id}


def _texts(there: Any, who: Principal, things: Things) -> Things:
    """Something to send."""
    made = _chargeback(there, who, things)
    path = f"/v1/chargebacks/{made['chargeback_id']}/evidence"
    assert a.finance()("PUT", path, {"uncategorized_text": "It was delivered."}).status == 200
    return made


def _file_of_finance(there: Any, who: Principal, things: Things) -> Things:
    return _file(there, who, things, contributor=FINANCE)


def _file_of_store(there: Any, who: Principal, things: Things) -> Things:
    return _file(there, who, things, contributor=things["store_id"])


def _confirmed_file(there: Any, who: Principal, things: Things) -> Things:
    made = _file_of_finance(there, who, things)
    path = f"/v1/chargebacks/{made['chargeback_id']}/evidence/files/{FILE['kind']}/confirm"
    assert a.finance()("POST", path).status == 200
    return made


def _file(there: Any, who: Principal, things: Things, *, contributor: str) -> Things:
    """Announced, and sent."""
    made = _chargeback(there, who, things)
    by_finance, chargeback_id = contributor == FINANCE, made["chargeback_id"]
    caller = a.finance() if by_finance else a.seller(contributor)
    below = "" if by_finance else f"/stores/{contributor}"
    _made(caller("POST", f"/v1{below}/chargebacks/{chargeback_id}/evidence/files", FILE))
    key = incoming(chargeback_id, contributor, "shipping_documentation")
    cloud.client("s3").put_object(Bucket=settings.env("BUCKET"), Key=key, Body=PDF)
    return made


# Finance's


def _parked(_: Any, who: Principal, __: Things) -> Things:
    now = clock.now()
    made = Payment(
        payment_id=ids.new_id("pay"), purpose="credits", buyer_id=who.id, amount=TEN, opened_at=now, expires_at=now
    )
    payments().open(made)
    wanted = Refund(refund_id=ids.new_id("rfd"), payment_id=made.payment_id, buyer_id=who.id, amount=TEN, asked_at=now)
    kept = refunds().begin(wanted, TEN)
    refunds().replace(kept, kept.model_copy(update={"state": "parked", "version": kept.version + 1}))
    return {"payment_id": made.payment_id, "refund_id": wanted.refund_id}


def _difference(_: Any, __: Principal, ___: Things) -> Things:
    found = Difference(
        difference_id=ids.new_id("dif"),
        about="payment/pay_1",
        kind="missing_here",
        at_stripe=[TEN],
        in_books=[],
        transactions=["txn_1"],
        journals=[],
        action="look_into",
        advice="Look into it.",
        since=date(2026, 1, 1),
    )
    reconciliation().found([found], {})
    return {"difference_id": found.difference_id}


def _made(answer: Answered) -> dict[str, Any]:
    assert answer.status == 201, answer.text
    return dict(answer.json)


NEEDED: dict[str, Ready] = {
    "read_saving_method": _setup,
    **dict.fromkeys(("prefer_saved_method", "remove_saved_method"), _saved),
    "open_payout_account": _heard_of,
    **dict.fromkeys(("read_payout_account", "begin_onboarding", "refresh_payout_account"), _account),
    "open_payout_dashboard": _submitted,
    "set_payout_destination": _by_bank,
    "remove_payout_destination": _destination,
    **dict.fromkeys(("read_store_payout", "mark_payout", "show_payout_destination"), _payout),
    **dict.fromkeys(
        (
            "accept_chargeback",
            "announce_evidence",
            "announce_store_evidence",
            "read_chargeback",
            "read_store_chargeback",
            "write_evidence",
            "write_store_evidence",
        ),
        _chargeback,
    ),
    "send_evidence": _texts,
    **dict.fromkeys(("confirm_evidence", "remove_evidence"), _file_of_finance),
    **dict.fromkeys(("confirm_store_evidence", "remove_store_evidence"), _file_of_store),
    "link_evidence": _confirmed_file,
    **dict.fromkeys(("send_refund_by_bank", "settle_refund_by_chargeback", "give_refund_as_credits"), _parked),
    "accept_difference": _difference,
}
