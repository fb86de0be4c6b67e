"""Chargebacks for tests: payments that a bank takes back, and what stores and finance hold against it."""

from typing import Any

from functions.payments import disputing
from functions.payments.model.chargebacks import Chargeback
from functions.payments.model.reconciliation import JournalPosted
from functions.payments.rules import chargebacks as rules
from functions.payments.store.chargebacks import chargebacks
from functions.payments.store.payments import payments
from kernel import ids, settings
from local.stripe.call import Call
from local.stripe.objects import disputes
from tests.builders import cloud
from tests.builders import money_back as m
from tests.builders import payments as a
from tests.builders.http import Answered, Caller
from tests.builders.ledger import STORE
from tests.builders.stand_in import AtStripe

PDF = b"%PDF-1.7\n" + b"signed for " * 10
FILE = {"kind": "shipping_documentation", "content_type": "application/pdf", "size_bytes": len(PDF)}


def disputed(
    there: AtStripe, minor: int = 100_00, why: str = "product_not_received", *, order: int = 0, amount: int = 0
) -> tuple[str, str]:
    """A payment, and the dispute of it: their ids. Nobody has told of the dispute."""
    payment_id = m.paid(there, minor, order=order)
    charge_id = payments().one(payment_id).charge_id or ""

    def opens(call: Call) -> str:
        return str(disputes.opens(call, call.get("charge", charge_id), why, amount)["id"])

    return payment_id, str(there.core.act(opens))


def opened(there: AtStripe, *stores: str, **said: Any) -> Chargeback:
    """Heard of, and its stores known."""
    payment_id, dispute_id = disputed(there, **said)
    m.hear(paid_for(payment_id, *(stores or (STORE,))))
    disputing.refreshed(dispute_id)
    return known(dispute_id)


def known(dispute_id: str) -> Chargeback:
    found = chargebacks().find(ids.derived_id("cbk", dispute_id))
    assert found
    return found


def decided(there: AtStripe, kept: Chargeback, *, won: bool) -> None:
    """By the bank. Nobody has told of it."""
    decide(there, kept.dispute_id, won=won)


def decide(there: AtStripe, dispute_id: str, *, won: bool) -> None:
    there.core.act(lambda call: disputes.decide(call, call.get("dispute", dispute_id), won))


def path(kept: Chargeback, rest: str = "", store_id: str = "") -> str:
    below = f"/stores/{store_id}" if store_id else ""
    return f"/v1{below}/chargebacks/{kept.chargeback_id}{rest}"


def arrives(kept: Chargeback, contributor: str, kind: str = "shipping_documentation", content: bytes = PDF) -> None:
    """What S3 does with a form that satisfies its policy."""
    key = rules.incoming(kept.chargeback_id, contributor, kind)  # type: ignore[arg-type]  # any kind, as a form has it
    cloud.client("s3").put_object(Bucket=settings.env("BUCKET"), Key=key, Body=content)


def with_file(kept: Chargeback, by: Caller, contributor: str, store_id: str = "", **said: Any) -> Answered:
    """Announced, sent and confirmed."""
    announced = by("POST", path(kept, "/evidence/files", store_id), FILE | said)
    assert announced.status == 201, announced.text
    kind = announced.json["kind"]
    arrives(kept, contributor, kind)
    return by("POST", path(kept, f"/evidence/files/{kind}/confirm", store_id))


def says(kept: Chargeback, store_id: str = STORE, **texts: str) -> Answered:
    answer = a.seller(store_id)("PUT", path(kept, "/evidence", store_id), texts)
    assert answer.status == 200, answer.text
    return answer


def send(kept: Chargeback) -> None:
    """Finance decides that it goes. The next minute's sweep takes it."""
    answer = a.finance()("POST", path(kept, "/send-evidence"))
    assert answer.status == 200, answer.text


def files() -> list[str]:
    """The keys of all that lies in the bucket."""
    listed = cloud.client("s3").list_objects_v2(Bucket=settings.env("BUCKET"))
    return sorted(one["Key"] for one in listed.get("Contents", ()))


def paid_for(payment_id: str, *store_ids: str) -> JournalPosted:
    return JournalPosted(
        journal_id=ids.derived_id("jrn", payment_id),
        kind="order_paid",
        legs=[],
        payment_id=payment_id,
        store_ids=list(store_ids),
    )
